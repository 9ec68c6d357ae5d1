from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.pid import EVERY_S, Settings, State, step, take_over
from krausen.control.turning import COOL, HEAT, Turn
from krausen.model.level import Demand

SETTINGS = Settings()


def run(measured_c: float, minutes: int, state: State | None = None, **more: bool) -> tuple[State, Demand]:
    now, demand = state or State(), Demand()
    for minute in range(minutes):
        now, demand = step(SETTINGS, now, Inputs(1e6 + 60.0 * minute, 18.0, measured_c, **more))
    return now, demand


def test_a_cold_beer_is_warmed_and_a_warm_one_cooled() -> None:
    assert run(17.0, 2)[1].heat > 0.3
    assert run(19.0, 2)[1].cool > 0.3


def test_what_lasts_grows_until_the_output_can_give_no_more() -> None:
    shares = [run(17.5, minutes)[1].heat for minutes in (2, 300, 3000)]
    assert shares == sorted(shares)
    assert shares[0] < shares[1] <= shares[2] == 1.0
    assert run(17.5, 9000)[0].integral <= 1.0


def test_a_small_share_is_not_worth_a_start() -> None:
    demand = run(17.9, 2)[1]
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert "not enough for a start" in demand.why[0]


def test_a_fall_is_met_before_the_error_grows() -> None:
    state, still = run(17.4, 60)
    falling = still
    for minute in range(20):
        state, falling = step(SETTINGS, state, Inputs(1e6 + 60.0 * (60 + minute), 18.0, 17.4 - 0.02 * minute))
    assert falling.heat > still.heat + SETTINGS.gain * 0.38


def test_a_leap_is_that_of_another_probe_and_no_slope() -> None:
    state, _ = run(17.4, 60)
    leapt, _ = step(SETTINGS, state, Inputs(1e6 + 3660.0, 18.0, 20.0))
    assert (leapt.once_c, leapt.twice_c) == (20.0, 20.0)


def test_between_two_minutes_the_share_stays() -> None:
    state, demand = run(17.0, 2)
    assert step(SETTINGS, state, Inputs(1e6 + 60.0 + EVERY_S / 2, 18.0, 16.0)) == (state, demand)


def test_another_setpoint_counts_at_once() -> None:
    state, demand = run(17.0, 2)
    _, more = step(SETTINGS, state, Inputs(1e6 + 61.0, 20.0, 17.0))
    assert more.heat > demand.heat


def test_heat_waits_for_need_after_cold() -> None:
    state = State(turn=Turn(COOL, 1e6))
    demand = run(17.2, 2, state)[1]
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert "after cold" in demand.why[0]
    cooled = run(18.8, 2, State(turn=Turn(HEAT, 1e6)))[1]
    assert "after heat" in cooled.why[0]


@pytest.mark.parametrize(("measured_c", "means"), [(15.0, "heater"), (21.0, "cooler")])
def test_it_says_when_the_means_are_missing(measured_c: float, means: str) -> None:
    demand = run(measured_c, 3, can_heat=False, can_cool=False)[1]
    assert (demand.heat, demand.cool) == (0.0, 0.0)
    assert f"no {means}" in demand.why[0]


def test_an_output_that_has_gone_is_not_asked_for() -> None:
    state, _ = run(15.0, 3)
    _, demand = step(SETTINGS, state, Inputs(1e6 + 121.0, 18.0, 15.0, can_heat=False))
    assert demand.heat == 0.0


def test_what_is_no_number_leaves_the_integral_as_it_was() -> None:
    state, _ = run(17.0, 300)
    after, demand = step(SETTINGS, state, Inputs(2e6, 18.0, nan))
    assert after.integral == state.integral
    assert (demand.heat, demand.cool) == (0.0, 0.0)


@given(st.floats(-1.0, 1.0), st.floats(-2.0, 2.0))
def test_taking_over_goes_on_with_the_share_that_was_in_force(share: float, error_c: float) -> None:
    inputs = Inputs(1e6, 18.0, 18.0 - error_c)
    state = take_over(SETTINGS, inputs, Demand(max(share, 0.0), max(-share, 0.0)))
    _, demand = step(SETTINGS, state, inputs)
    assert demand.heat - demand.cool == pytest.approx(share)


def test_taking_over_asks_for_nothing_that_is_not_there() -> None:
    inputs = Inputs(1e6, 18.0, 17.0, can_heat=False)
    assert take_over(SETTINGS, inputs, Demand(0.8, 0.0)).share == 0.0
