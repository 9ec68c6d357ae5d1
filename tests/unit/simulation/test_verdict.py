from collections.abc import Callable
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.interlocks import Hardware, Times
from krausen.model.vessel import Role
from krausen.simulation.scenario import HOUR_S, Scenario
from krausen.simulation.verdict import (
    Sample,
    Stretch,
    Trace,
    alternations,
    figures,
    overshoot_c,
    settled_h,
    short_cycles,
)

BOTH = Hardware(Times(min_on_s=180, min_off_s=300), Times(min_on_s=60, min_off_s=600))


def scenario(beer_c: float = 24.0, hold_h: float = 12.0, settle_from_h: float = 0.0) -> Scenario:
    return Scenario(
        letter="x",
        name="made",
        title="made up",
        beer_c=beer_c,
        setpoint_c=20.0,
        room_c=20.0,
        days=1,
        hold_h=hold_h,
        settle_from_h=settle_from_h,
    )


def samples(error_c: Callable[[float], float], every_s: int = 600) -> tuple[Sample, ...]:
    times_s = range(0, 24 * HOUR_S, every_s)
    return tuple(Sample(at_s, 20.0, 20.0 + error_c(at_s / HOUR_S), 20.0, 20.0) for at_s in times_s)


def heat(from_s: float, until_s: float, *, whole: bool = True) -> Stretch:
    return Stretch(Role.HEAT, from_s, until_s, whole)


def cool(from_s: float, until_s: float, *, whole: bool = True) -> Stretch:
    return Stretch(Role.COOL, from_s, until_s, whole)


def test_errors_count_from_the_hour_at_which_it_is_held() -> None:
    trace = Trace(samples=samples(lambda h: 5.0 if h < 12 else 0.3), stretches=(), kwh=0.0)
    made = figures(scenario(hold_h=12.0), BOTH, trace)
    assert (made.rmse_c, made.max_c, made.bias_c) == pytest.approx((0.3, 0.3, 0.3))


def test_errors_to_either_side_cancel_in_the_bias_alone() -> None:
    trace = Trace(samples=samples(lambda h: 0.5 if h % 2 < 1 else -0.5), stretches=(), kwh=0.0)
    made = figures(scenario(), BOTH, trace)
    assert (made.rmse_c, made.max_c, made.bias_c) == pytest.approx((0.5, 0.5, 0.0))


def test_the_root_of_the_mean_square_weighs_large_errors_more() -> None:
    trace = Trace(samples=samples(lambda h: 1.0 if h >= 18 else 0.0), stretches=(), kwh=0.0)
    made = figures(scenario(hold_h=12.0), BOTH, trace)
    assert made.rmse_c == pytest.approx(sqrt(0.5))
    assert made.bias_c == pytest.approx(0.5)


@given(st.lists(st.floats(-5, 5), min_size=144, max_size=144))
def test_no_error_is_larger_than_the_largest(errors_c: list[float]) -> None:
    rows = samples(lambda h: errors_c[round(h * 6)])
    made = figures(scenario(), BOTH, Trace(samples=rows, stretches=(), kwh=0.0))
    assert abs(made.bias_c) <= made.rmse_c + 1e-9 <= made.max_c + 2e-9


def test_overshoot_is_beyond_the_setpoint_as_seen_from_the_start() -> None:
    dips = samples(lambda h: 4.0 - h if h < 4.5 else 0.1)
    assert overshoot_c(scenario(beer_c=24.0), dips) == pytest.approx(1 / 3)
    assert overshoot_c(scenario(beer_c=16.0), dips) == pytest.approx(4.0)


def test_one_that_never_gets_there_does_not_overshoot() -> None:
    assert overshoot_c(scenario(beer_c=24.0), samples(lambda _: 1.0)) == 0.0


def test_without_a_step_overshoot_is_the_farthest_to_either_side() -> None:
    swings = samples(lambda h: -0.6 if h == 3 else 0.2)
    assert overshoot_c(scenario(beer_c=20.0), swings) == pytest.approx(0.6)


def test_settled_is_who_comes_close_and_stays_for_two_hours() -> None:
    assert settled_h(scenario(), samples(lambda h: 4.0 - h if h < 4 else 0.0)) == pytest.approx(23 / 6)


def test_one_who_leaves_within_two_hours_was_not_settled() -> None:
    passes = samples(lambda h: 1.0 if h < 2 or 3.5 <= h < 4 else 0.0)
    assert settled_h(scenario(), passes) == 4.0


def test_one_who_leaves_after_two_hours_had_settled() -> None:
    leaves = samples(lambda h: 1.0 if h < 2 or h >= 4.5 else 0.0)
    assert settled_h(scenario(), leaves) == 2.0


@pytest.mark.parametrize("from_h", [0.0, 10.0])
def test_never_settled_counts_as_the_rest_of_the_run(from_h: float) -> None:
    assert settled_h(scenario(settle_from_h=from_h), samples(lambda _: 1.0)) == 24.0 - from_h


def test_settling_counts_from_the_hour_of_the_scenario() -> None:
    disturbed = samples(lambda h: 1.0 if 10 <= h < 13 else 0.0)
    assert settled_h(scenario(settle_from_h=10.0), disturbed) == 3.0
    assert settled_h(scenario(settle_from_h=0.0), disturbed) == 0.0


def test_just_within_a_quarter_of_a_degree_is_close_enough() -> None:
    assert settled_h(scenario(), samples(lambda _: 0.25)) == 0.0
    assert settled_h(scenario(), samples(lambda _: -0.2500001)) == 24.0


def test_starts_and_electricity_are_told_per_day() -> None:
    ran = (heat(0, 200), cool(1000, 1200), cool(2000, 2200), heat(3000, 3200), cool(4000, 4200))
    made = figures(scenario(), BOTH, Trace(samples=samples(lambda _: 0.0), stretches=ran, kwh=0.75))
    assert (made.starts_per_day, made.heats_per_day, made.alternations_per_day) == (3.0, 2.0, 3.0)
    assert (made.kwh_per_day, made.short_cycles) == (0.75, 0)


@given(st.lists(st.sampled_from([Role.HEAT, Role.COOL])))
def test_outputs_alternate_less_often_than_they_start(roles: list[Role]) -> None:
    ran = [Stretch(role, 1000.0 * place, 1000.0 * place + 500) for place, role in enumerate(roles)]
    groups = "".join("h" if role is Role.HEAT else "c" for role in roles)
    assert alternations(ran) == groups.count("hc") + groups.count("ch")


def test_a_run_below_the_minimum_is_a_short_cycle() -> None:
    assert short_cycles(BOTH, [heat(0, 179)]) == 1
    assert short_cycles(BOTH, [heat(0, 180)]) == 0
    assert short_cycles(BOTH, [cool(0, 60)]) == 0


def test_a_rest_below_the_minimum_is_a_short_cycle() -> None:
    assert short_cycles(BOTH, [cool(0, 60), cool(659, 800)]) == 1
    assert short_cycles(BOTH, [cool(0, 60), cool(660, 800)]) == 0
    assert short_cycles(BOTH, [cool(0, 60), heat(61, 300), cool(660, 800)]) == 0


def test_a_run_cut_short_from_outside_is_none() -> None:
    assert short_cycles(BOTH, [heat(0, 10, whole=False)]) == 0


def test_an_output_that_is_not_there_has_no_cycles() -> None:
    assert short_cycles(Hardware(heat=BOTH.heat), [cool(0, 1)]) == 0
