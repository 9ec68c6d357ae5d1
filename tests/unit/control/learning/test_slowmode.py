"""What the slow mode says is what happens when everything goes off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.belief import begin, predicted
from krausen.control.learning.chamber import At, chamber_of
from krausen.control.learning.cycling import WIDTHS_C, best_band
from krausen.control.learning.slowmode import SlowMode, beer_of, coasting, slow_mode


def mean(**states: float) -> tuple[float, ...]:
    """Give an ordinary chamber with some states another way."""
    vector = list(begin(18.0, 18.0, valve=False).mean)
    for name, value in states.items():
        vector[At[name.upper()]] = value
    return tuple(vector)


def mode_of(vector: tuple[float, ...], setpoint_c: float = 18.0, rate_c_h: float = 0.0) -> SlowMode:
    return slow_mode(vector, chamber_of(vector), setpoint_c, rate_c_h)


def left_alone(vector: tuple[float, ...], hours: float) -> tuple[float, ...]:
    belief = begin(18.0, 18.0, valve=False)
    return predicted(type(belief)(vector, belief.spread), hours * 3600.0, cool=0.0, heat=0.0).mean


def test_cold_that_is_stored_counts_before_the_beer_is_cold() -> None:
    vector = mean(store=-10.0, air=5.0, ambient=18.0)
    begun, ended = mode_of(vector), left_alone(vector, 5.0)
    ends_c = 18.0 + begun.ahead(vector)
    assert ends_c < 17.6
    assert beer_of(ended) == pytest.approx(ends_c, abs=0.15)


def test_what_is_needed_to_stay_is_told_by_the_load() -> None:
    assert mode_of(mean(ambient=25.0)).load > 0.0
    assert mode_of(mean(ambient=10.0)).load < 0.0
    assert mode_of(mean(ambient=10.0, fermentation=0.5)).load > 0.0
    assert mode_of(mean(ambient=18.0), rate_c_h=0.2).load < 0.0


@given(st.floats(-10.0, 25.0), st.floats(-10.0, 25.0), st.floats(5.0, 30.0))
def test_the_end_of_the_rest_is_the_rest(store_c: float, air_c: float, ambient_c: float) -> None:
    vector = mean(store=store_c, air=air_c, ambient=ambient_c)
    mode = mode_of(vector)
    rest = (*mode.rest, *vector[5:])
    assert mode.ahead(rest) == pytest.approx(0.0, abs=1e-9)
    assert beer_of(rest) == pytest.approx(18.0)
    assert sum(mode.weights[:4]) == pytest.approx(1.0)


def test_coasting_goes_on_in_the_way_and_no_farther_than_the_end() -> None:
    vector = mean(store=-10.0, air=5.0, ambient=18.0)
    lowest_c = coasting(mode_of(vector), vector, -1)
    assert lowest_c == pytest.approx(
        min(beer_of(left_alone(vector, hour)) for hour in (1.0, 2.0, 3.0)), abs=0.05
    )
    assert coasting(mode_of(vector), vector, 1) == pytest.approx(18.0, abs=0.01)


def test_a_longer_run_takes_more_and_a_warm_store_most_at_first() -> None:
    mode = mode_of(mean(ambient=25.0))
    assert 0.0 < mode.cooled(0.05) < mode.cooled(0.1) < 2.0 * mode.cooled(0.05)


@given(st.floats(0.001, 0.2), st.floats(19.0, 35.0))
def test_dearer_starts_never_make_a_band_narrower(shortest_h: float, ambient_c: float) -> None:
    mode = mode_of(mean(ambient=ambient_c))
    bands = [best_band(mode, shortest_h, cost) for cost in (1e-6, 1e-5, 1e-4, 1e-3)]
    assert bands == sorted(bands)
    assert set(bands) <= set(WIDTHS_C)


def test_doubt_grows_with_what_is_not_known() -> None:
    belief = begin(18.0, 18.0, valve=False)
    mode = mode_of(mean())
    assert mode.deviation(belief.spread) > 0.05
