from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.cascade import EVERY_S, Settings, State, step, take_over
from krausen.control.turning import COOL, HEAT, Turn
from krausen.model.level import Demand

SETTINGS = Settings()


def at(seconds: float, beer_c: float, chamber_c: float | None, **more: bool) -> Inputs:
    return Inputs(1e6 + seconds, 18.0, beer_c, beer_c, chamber_c, **more)


def run(beer_c: float, chamber_c: float | None, minutes: int, **more: bool) -> tuple[State, Demand]:
    state, demand = State(), Demand()
    for half in range(2 * minutes):
        state, demand = step(SETTINGS, state, at(EVERY_S * half, beer_c, chamber_c, **more))
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
