from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.cascade import EVERY_S, Settings, State, step, take_over
from krausen.control.turning import COOL, HEAT, Turn
from krausen.model.level import Demand

SETTINGS = Settings()


def at(
    seconds: float, beer_c: float, chamber_c: float | None, *, can_heat: bool = True, can_cool: bool = True
) -> Inputs:
    return Inputs(1e6 + seconds, 18.0, beer_c, beer_c, chamber_c, can_heat, can_cool)


def run(
    beer_c: float, chamber_c: float | None, minutes: int, begun: State | None = None, **more: bool
) -> tuple[State, Demand]:
    state, demand = begun or State(), Demand()
    since_s = 0.0 if state.at_s is None else state.at_s - 1e6 + EVERY_S
    for half in range(2 * minutes):
        state, demand = step(SETTINGS, state, at(since_s + EVERY_S * half, beer_c, chamber_c, **more))
    return state, demand


def test_a_warm_beer_wants_a_cold_chamber_and_the_chamber_is_cooled_to_that() -> None:
    state, demand = run(20.0, 18.0, 120)
    assert state.target_c == pytest.approx(18.0 - 10.0)
    assert demand.cool == 1.0
    assert "the chamber shall be at 8.0 °C" in demand.why[0]


def test_a_chamber_that_is_there_is_left_alone() -> None:
    demand = run(20.0, 8.2, 120)[1]
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert "nothing is needed yet" in demand.why[0]


def test_what_is_wanted_moves_slowly_and_not_far() -> None:
    state, _ = step(SETTINGS, State(), at(0.0, 18.0, 18.0))
    moved, _ = step(SETTINGS, state, at(EVERY_S, 17.0, 18.0))
    assert moved.target_c - state.target_c == pytest.approx(SETTINGS.rate_c_h * EVERY_S / 3600.0)
    assert run(-10.0, 18.0, 600)[0].target_c == 18.0 + SETTINGS.band_c


def test_what_lasts_near_the_setpoint_grows() -> None:
    assert run(17.7, 19.5, 600)[0].target_c > run(17.7, 19.5, 30)[0].target_c


def test_with_one_probe_it_is_a_thermostat() -> None:
    state, demand = run(17.5, None, 30)
    assert not state.outer
    assert demand.heat == 1.0
    assert "It shall be at 18.0 °C and is at 17.5 °C" in demand.why[0]


def test_a_chamber_that_is_itself_held_is_held_at_the_setpoint() -> None:
    inputs = Inputs(1e6, 10.0, 12.5, beer_c=18.0, chamber_c=12.5)
    assert step(SETTINGS, State(), inputs)[1].cool == 1.0


def test_heat_waits_for_need_after_cold() -> None:
    state = State(turn=Turn(COOL, 1e6 - 60.0))
    assert step(SETTINGS, state, at(0.0, 17.5, 15.0))[1].heat == 0.0
    rested = State(turn=Turn(COOL, 1e6 - 3600.0))
    assert step(SETTINGS, rested, at(0.0, 17.5, 15.0))[1].heat == 1.0


def test_a_beer_that_needs_none_gets_no_heat_for_a_cold_chamber() -> None:
    assert run(18.2, 5.0, 120)[1].heat == 0.0


@pytest.mark.parametrize(("beer_c", "chamber_c", "means"), [(15.0, 15.0, "heater"), (21.0, 21.0, "cooler")])
def test_it_says_when_the_means_are_missing(beer_c: float, chamber_c: float, means: str) -> None:
    demand = run(beer_c, chamber_c, 120, can_heat=False, can_cool=False)[1]
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert f"there is no {means}" in demand.why[0]


def test_between_two_looks_it_stays_with_what_it_does() -> None:
    state, demand = run(20.0, 18.0, 60)
    assert step(SETTINGS, state, at(3600.0 - EVERY_S / 2, 5.0, 5.0)) == (state, demand)
    gone = at(3600.0 - EVERY_S / 2, 20.0, 18.0, can_cool=False)
    assert step(SETTINGS, state, gone)[1].cool == 0.0


def test_what_is_no_number_leaves_the_integral_as_it_was() -> None:
    state, _ = run(17.7, 19.5, 600)
    after, demand = step(SETTINGS, state, at(1e5, 17.7, nan))
    assert after.integral_c == state.integral_c
    assert (demand.heat, demand.cool) == (0.0, 0.0)


@pytest.mark.parametrize("before", [Demand(1.0, 0.0), Demand(0.0, 1.0), Demand()])
@given(st.floats(-0.25, 0.25), st.floats(-2.0, 2.0))
def test_taking_over_goes_on_with_whichever_ran(before: Demand, error_c: float, apart_c: float) -> None:
    needed = error_c if before.heat else -error_c
    inputs = at(
        0.0, 18.0 - (abs(needed) if before.heat else -abs(needed) if before.cool else 0.0), 18.0 - apart_c
    )
    _, demand = step(SETTINGS, take_over(SETTINGS, inputs, before), inputs)
    assert (demand.heat, demand.cool) == (before.heat, before.cool)


def test_taking_over_with_one_probe_has_no_outer_loop() -> None:
    state = take_over(SETTINGS, at(0.0, 17.0, None), Demand(1.0, 0.0))
    assert not state.outer
    assert state.way == HEAT


CELSIUS = st.integers(-32, 640).map(lambda steps: steps / 16.0)
COURSE = st.lists(st.tuples(st.sampled_from([1.0, 30.0, 45.0, 600.0]), CELSIUS, CELSIUS), max_size=40)


@given(COURSE)
def test_the_target_stays_near_the_setpoint_and_changes_slowly(
    course: list[tuple[float, float, float]],
) -> None:
    state, seconds = step(SETTINGS, State(), at(0.0, 20.0, 21.0))[0], 0.0
    for after_s, beer_c, chamber_c in course:
        seconds += after_s
        before, (state, _) = state, step(SETTINGS, state, at(seconds, beer_c, chamber_c))
        assert abs(state.target_c - 18.0) <= SETTINGS.band_c
        if state.outer and before.outer and state is not before:
            passed_s = (state.at_s or 0.0) - (before.at_s or 0.0)
            assert abs(state.target_c - before.target_c) <= SETTINGS.rate_c_h * passed_s / 3600.0 + 1e-9


@pytest.mark.parametrize(
    ("way", "chamber_c", "after"),
    [(0, 19.9375, 0), (0, 20.0, COOL), (COOL, 19.5625, COOL), (COOL, 19.5, COOL), (COOL, 19.4375, 0)],
)
def test_the_chamber_is_driven_from_the_edge_of_the_idle_zone_to_half_of_it(
    way: int, chamber_c: float, after: int
) -> None:
    state = State(
        1e6 - EVERY_S, 18.0, outer=True, target_c=19.0, held_c=chamber_c, integral_c=1.3125, way=way
    )
    assert step(SETTINGS, state, at(0.0, 18.0625, chamber_c))[0].way == after


def test_a_gust_from_an_open_door_starts_nothing() -> None:
    state, _ = run(18.0625, 17.5, 60)
    state, demand = step(SETTINGS, state, at(3600.0, 18.0625, 24.0))
    assert demand.cool == 0.0
    assert run(18.0625, 24.0, 10, state)[1].cool == 1.0


def test_what_is_not_there_does_not_count_as_having_acted() -> None:
    state, _ = run(16.0, 10.0, 60, can_heat=False)
    assert (state.way, state.turn) == (0, Turn())


def test_far_from_the_setpoint_the_integral_stands_still() -> None:
    assert run(16.9, 18.0, 3000)[0].integral_c == 0.0


def test_the_integral_ends_at_the_band() -> None:
    state, _ = run(17.7, 27.9, 60000)
    assert state.integral_c == SETTINGS.band_c
    assert state.target_c == pytest.approx(18.0 + SETTINGS.band_c)


def test_while_both_probes_read_the_same_it_goes_on_as_before() -> None:
    chamber = Inputs(1e6, 18.0, 12.5, beer_c=20.0, chamber_c=12.5)
    state, _ = step(SETTINGS, State(), chamber)
    assert not step(SETTINGS, state, at(30.0, 18.5, 18.5))[0].outer
    state, _ = step(SETTINGS, State(), at(0.0, 20.0, 12.5))
    assert step(SETTINGS, state, at(30.0, 18.5, 18.5))[0].outer


def test_a_chamber_probe_that_comes_back_finds_the_integral_as_it_was() -> None:
    state, _ = run(17.7, 19.5, 600)
    alone, _ = step(SETTINGS, state, at(36030.0, 17.7, None))
    again, _ = step(SETTINGS, alone, at(36060.0, 17.7, 19.5))
    assert state.integral_c > 0.0
    assert again.integral_c == state.integral_c


def test_another_setpoint_counts_at_once() -> None:
    state, _ = run(18.0, 18.0, 60)
    assert step(SETTINGS, state, Inputs(1e6 + 3571.0, 25.0, 18.0, 18.0, 18.0))[0].target_c > state.target_c


def test_a_vessel_that_answers_late_comes_to_its_setpoint_and_is_not_fought_over() -> None:
    """The chamber follows its outputs within half an hour, the beer follows the chamber within eight."""
    beer_c, air_c, state, sides = 24.0, 24.0, State(), list[int]()
    for half in range(4 * 2880):
        read = round(16.0 * beer_c) / 16.0, round(16.0 * air_c) / 16.0
        state, demand = step(SETTINGS, state, at(EVERY_S * half, *read))
        drive_c_h = 20.0 * (demand.heat - demand.cool)
        air_c += (drive_c_h + 1.5 * (22.0 - air_c) + 1.5 * (beer_c - air_c)) / 120.0
        beer_c += (air_c - beer_c) / 8.0 / 120.0
        sides += [state.turn.way] if state.turn.way not in sides[-1:] else []
    assert beer_c == pytest.approx(18.0, abs=0.15)
    assert len(sides) <= 2


@pytest.mark.parametrize(("far_c", "before"), [(20.0, Demand(0.0, 1.0)), (-20.0, Demand(1.0, 0.0))])
def test_full_power_far_from_the_setpoint_needs_no_integral(far_c: float, before: Demand) -> None:
    taken = take_over(SETTINGS, at(0.0, 18.0 + far_c, 18.0 + far_c / 4.0), before)
    assert (taken.integral_c, taken.target_c) == (0.0, 18.0 - far_c / 2.0)
    assert taken.turn == Turn(HEAT if before.heat else COOL, 1e6)


def test_what_is_taken_over_leaves_the_integral_within_the_band() -> None:
    taken = take_over(SETTINGS, at(0.0, 16.0, 8.5), Demand(0.0, 1.0))
    assert taken.integral_c == -SETTINGS.band_c
