from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.control.learning.slowmode import SlowMode
from krausen.control.learning.steering import Limits, Manner, View, decided
from krausen.control.turning import COOL, HEAT

MODE = SlowMode(
    matrix=(), driven=(), weights=(), rest=(), load=0.2, cooling=3.0, heating=1.0, rush=0.0, rush_h=0.1
)
LIMITS = Limits(band_c=0.1, heat_h=0.05, cool_h=0.05)
MANNER = Manner(start_cost=5e-5, patience_h=4.0)


def way(
    ahead_c: float,
    ways: tuple[int, int] = (0, 0),
    mode: SlowMode = MODE,
    *,
    tried: bool = True,
    trusted: bool = True,
    **more: float,
) -> int:
    seen = {"ahead_c": ahead_c, "doubt_c": 0.01, "error_c": ahead_c, "probe_c": ahead_c, **more}
    view = View(**seen, tried=tried, trusted=trusted)
    return decided(mode, view, LIMITS, MANNER, ways)


def test_it_starts_at_the_edge_of_the_band_and_stops_at_the_other() -> None:
    assert way(0.05) == 0
    assert way(0.11) == COOL
    assert way(0.0, (COOL, COOL)) == COOL
    assert way(-0.11, (COOL, COOL)) == 0


def test_a_long_shortest_run_starts_later_so_that_errors_fall_to_both_sides() -> None:
    strong = replace(MODE, cooling=8.0)
    assert way(0.15, mode=strong) == 0
    assert way(0.21, mode=strong) == COOL


def test_cold_that_went_too_far_is_left_to_the_load_unless_that_takes_hours() -> None:
    assert way(-0.3, (0, COOL)) == 0
    assert way(-0.9, (0, COOL)) == HEAT
    assert way(-0.3, (0, COOL), replace(MODE, load=0.01)) == HEAT


def test_a_load_that_was_to_mend_it_is_waited_for_only_so_long() -> None:
    assert way(-0.3, (0, COOL), waited_h=3.9) == 0
    assert way(-0.3, (0, COOL), waited_h=4.1) == HEAT
    assert way(-0.3, (0, COOL), probe_c=0.0, waited_h=0.9, trusted=False) == 0
    assert way(-0.3, (0, COOL), probe_c=0.0, waited_h=1.1, trusted=False) == HEAT


def test_the_other_output_needs_certainty() -> None:
    lazy = replace(MODE, load=0.01)
    assert way(-0.2, (0, COOL), lazy, doubt_c=0.2) == 0
    assert way(-0.2, (0, COOL), lazy, doubt_c=0.01) == HEAT


def test_on_a_long_way_it_stops_as_late_as_the_beer_itself_allows() -> None:
    assert way(-0.3, (COOL, COOL), error_c=0.6, coast_c=0.1) == COOL
    assert way(-0.3, (COOL, COOL), error_c=0.6, coast_c=-0.06) == 0
    assert way(-0.3, (COOL, COOL), error_c=0.1, coast_c=0.1) == 0


def test_as_long_as_the_probe_is_not_understood_it_has_a_word() -> None:
    assert way(0.5, (COOL, COOL), probe_c=-0.2, tried=False) == 0
    assert way(0.5, (COOL, COOL), probe_c=0.3, tried=False) == COOL
    assert way(0.5, (0, COOL), probe_c=0.3, tried=False) == 0
    assert way(0.5, probe_c=0.3, tried=False) == COOL
    assert way(0.15, (0, COOL), probe_c=-0.2, tried=False) == COOL


def test_nothing_starts_against_what_the_probe_says() -> None:
    lazy = replace(MODE, load=0.01)
    assert way(-0.5, (0, COOL), lazy, probe_c=1.1) == 0
    assert way(-0.5, (0, COOL), lazy, probe_c=0.5) == HEAT
    assert way(0.5, probe_c=-1.1) == 0


def test_before_its_hours_have_come_true_it_goes_by_the_probe_sooner() -> None:
    lazy = replace(MODE, load=0.01)
    assert way(-0.5, (0, COOL), lazy, probe_c=0.5, trusted=False) == 0
    assert way(-0.5, (0, COOL), lazy, probe_c=0.1, trusted=False) == HEAT
    assert way(-0.5, (HEAT, HEAT), probe_c=0.1, trusted=False) == HEAT
    assert way(-0.5, (HEAT, HEAT), probe_c=0.3, trusted=False) == 0
    assert way(-0.5, (HEAT, HEAT), probe_c=0.3) == HEAT
    assert way(-0.5, (HEAT, HEAT), probe_c=1.1) == 0


def test_the_first_run_ends_early_by_as_much_as_is_not_known() -> None:
    assert way(0.3, (COOL, COOL), probe_c=0.4, doubt_c=0.3, tried=False) == 0
    assert way(0.3, (COOL, COOL), doubt_c=0.3) == COOL


@given(
    st.floats(-30.0, 30.0),
    st.floats(0.0, 3.0),
    st.sampled_from([HEAT, COOL, 0]),
    st.sampled_from([HEAT, COOL, 0]),
    st.floats(-2.0, 2.0),
)
def test_it_never_goes_from_one_way_to_the_other_where_that_makes_it_worse(
    ahead_c: float, doubt_c: float, present: int, last: int, load: float
) -> None:
    chosen = way(ahead_c, (present, last), replace(MODE, load=load), doubt_c=doubt_c)
    if chosen and chosen != present:
        assert chosen * ahead_c < 0.0
