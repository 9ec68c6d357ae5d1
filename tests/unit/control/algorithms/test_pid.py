from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.pid import EVERY_S, Settings, State, step, take_over
from krausen.control.turning import COOL, HEAT, Turn
from krausen.model.level import Demand

SETTINGS = Settings()


def run(
    measured_c: float,
    minutes: int,
    state: State | None = None,
    *,
    can_heat: bool = True,
    can_cool: bool = True,
) -> tuple[State, Demand]:
    now, demand = state or State(), Demand()
    for minute in range(minutes):
        inputs = Inputs(1e6 + 60.0 * minute, 18.0, measured_c, can_heat=can_heat, can_cool=can_cool)
        now, demand = step(SETTINGS, now, inputs)
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
    assert step(SETTINGS, after, Inputs(2e6 + 60.0, 18.0, 17.0))[1].heat > 0.3


@given(st.floats(-1.0, 1.0), st.floats(-2.0, 2.0))
def test_taking_over_goes_on_with_the_share_that_was_in_force(share: float, error_c: float) -> None:
    inputs = Inputs(1e6, 18.0, 18.0 - error_c)
    state = take_over(SETTINGS, inputs, Demand(max(share, 0.0), max(-share, 0.0)))
    _, demand = step(SETTINGS, state, inputs)
    assert demand.heat - demand.cool == pytest.approx(share)


def test_taking_over_asks_for_nothing_that_is_not_there() -> None:
    inputs = Inputs(1e6, 18.0, 17.0, can_heat=False)
    assert take_over(SETTINGS, inputs, Demand(0.8, 0.0)).share == 0.0


def test_while_the_output_can_give_no_more_the_integral_stands_still() -> None:
    state, demand = run(4.0, 6000)
    assert (state.integral, demand.heat) == (0.0, 1.0)
    _, near = step(SETTINGS, state, Inputs(1e7, 18.0, 17.5))
    assert near.heat == SETTINGS.gain * 0.5


def test_while_heat_is_held_back_the_integral_stands_still() -> None:
    state, demand = run(17.8, 50, State(turn=Turn(COOL, 1e6)))
    assert (state.integral, demand.heat) == (0.0, 0.0)


def test_while_heat_is_held_back_from_a_warm_beer_the_integral_may_shrink() -> None:
    state, demand = run(18.3, 50, State(integral=0.5, turn=Turn(COOL, 1e6)))
    assert state.integral == pytest.approx(0.5 - 0.15 * 49 / 480)
    assert demand.heat == 0.0


def test_the_integral_of_an_output_that_has_gone_goes_too() -> None:
    state, _ = run(17.9, 1, State(integral=0.5), can_heat=False)
    assert state.integral == 0.0


@pytest.mark.parametrize(("far_c", "before"), [(20.0, Demand(0.0, 1.0)), (-20.0, Demand(1.0, 0.0))])
def test_full_power_far_from_the_setpoint_needs_no_integral(far_c: float, before: Demand) -> None:
    taken = take_over(SETTINGS, Inputs(1e6, 18.0, 18.0 + far_c), before)
    assert taken.integral == 0.0
    assert taken.turn == Turn(HEAT if before.heat else COOL, 1e6)


def test_a_new_setpoint_is_no_kick_to_the_derivative() -> None:
    steep = Settings(derivative_h=10.0)
    state, _ = run(17.0, 60)
    now = Inputs(1e6 + 3600.0, 18.5, 17.0)
    assert step(steep, state, now)[1] == step(Settings(derivative_h=0.0), state, now)[1]


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=10, max_size=60))
def test_the_steps_of_a_probe_hardly_move_the_share(steps: list[int]) -> None:
    state, demand = run(17.0, 60)
    for minute, offset in enumerate(steps):
        state, demand = step(SETTINGS, state, Inputs(1e6 + 60.0 * (60 + minute), 18.0, 17.0 + offset / 16.0))
        assert demand.heat == pytest.approx(run(17.0, 60)[1].heat, abs=0.12)


@pytest.mark.parametrize(
    ("error_c", "minutes", "heats"),
    [(0.6, 59.0, False), (0.6, 60.0, True), (0.6, -60.0, True), (0.45, 90.0, True), (0.45, 30.0, False)],
)
def test_heat_follows_cold_after_a_rest(error_c: float, minutes: float, *, heats: bool) -> None:
    state = State(turn=Turn(COOL, 1e6 - 60.0 * minutes))
    demand = step(SETTINGS, state, Inputs(1e6, 18.0, 18.0 - error_c))[1]
    assert (demand.heat > 0.0) is heats


def test_heat_follows_cold_beyond_the_dead_band_alone() -> None:
    wide = Settings(between_c=0.5)
    state = State(turn=Turn(COOL, 0.0))
    assert step(wide, state, Inputs(1e6, 18.0, 17.5625))[1].heat == 0.0
    assert step(wide, state, Inputs(1e6, 18.0, 17.5))[1].heat == 0.25


def test_a_share_ends_below_three_quarters_of_what_began_it() -> None:
    shares = []
    state = State()
    for minute, error_c in enumerate([0.38, 0.42, 0.38, 0.32, 0.28, 0.32]):
        still = State(state.at_s, 18.0, 0.0, 18.0 - error_c, 18.0 - error_c, 0.0, state.share, state.turn)
        state, demand = step(SETTINGS, still, Inputs(1e6 + 60.0 * minute, 18.0, 18.0 - error_c))
        shares.append(demand.heat)
    assert shares == [0.0, 0.21, 0.19, 0.16, 0.0, 0.0]


@pytest.mark.parametrize(("beer_c", "room_c"), [(24.0, 26.0), (4.0, 20.0), (18.0, 8.0)])
def test_a_vessel_that_answers_late_comes_to_its_setpoint_and_is_not_fought_over(
    beer_c: float, room_c: float
) -> None:
    """Half a degree an hour is to be had either way, 20 minutes late; the room takes its share."""
    state, flow, sides = State(), 0.0, list[int]()
    for minute in range(5 * 1440):
        state, demand = step(SETTINGS, state, Inputs(60.0 * minute, 18.0, round(16.0 * beer_c) / 16.0))
        flow += (demand.heat - demand.cool - flow) / 20.0
        beer_c += (0.5 * flow + 0.02 * (room_c - beer_c)) / 60.0
        sides += [state.turn.way] if state.turn.way not in sides[-1:] else []
    assert beer_c == pytest.approx(18.0, abs=0.3)
    assert len(sides) <= 3
