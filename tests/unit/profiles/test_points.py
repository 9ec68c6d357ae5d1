from math import isclose

from hypothesis import given

from krausen.model.profile import HOUR_MS, Run, faults
from krausen.profiles.course import as_of, setpoint_c, timeline
from krausen.profiles.points import points_of, steps_of
from tests.unit.profiles.drawing import (
    START,
    at_hour,
    between_points,
    hold,
    instants,
    points,
    profile,
    ramp,
    run,
    runs,
    step,
)


def test_points_become_holds_ramps_and_steps() -> None:
    drawn = [(0, 20.0), (36 * HOUR_MS, 20.0), (96 * HOUR_MS, 17.0), (96 * HOUR_MS, 4.0), (120 * HOUR_MS, 4.0)]
    assert steps_of(drawn) == (hold(20.0, 36.0), ramp(17.0, 60.0), step(4.0, 0.0), hold(4.0, 24.0))
    assert steps_of([(0, 20.0)]) == (hold(20.0),)
    assert steps_of([(0, 20.0), (HOUR_MS, 10.0)]) == (step(20.0, 0.0), ramp(10.0, 1.0))
    assert steps_of([(0, 20.0), (0, 10.0)]) == (step(20.0, 0.0), step(10.0, 0.0))


def test_the_first_temperature_is_kept_until_the_first_point() -> None:
    assert steps_of([(HOUR_MS, 20.0), (2 * HOUR_MS, 10.0)]) == (hold(20.0, 1.0), ramp(10.0, 1.0))


def test_a_course_becomes_points_with_two_at_a_jump() -> None:
    assert points_of(run(hold(20.0, 2.0), step(10.0), ramp(8.0, 2.0), hold(2.0))) == [
        (0, 20.0),
        (2 * HOUR_MS, 20.0),
        (2 * HOUR_MS, 10.0),
        (4 * HOUR_MS, 8.0),
        (4 * HOUR_MS, 2.0),
    ]


@given(points(), instants())
def test_what_hosts_of_old_wanted_is_wanted(drawn: list[tuple[int, float]], t: int) -> None:
    course = timeline(run(*steps_of(drawn)))
    assert faults(profile(*steps_of(drawn))) == []
    assert abs(setpoint_c(course, t) - between_points(drawn, t - START)) < 0.005 + 1e-9


@given(runs(), instants(0))
def test_points_of_a_course_have_the_same_course(drawn: Run, t: int) -> None:
    drawn = as_of(drawn, at_hour(2000))
    again = timeline(run(*steps_of(points_of(drawn))))
    assert isclose(again.at(t), timeline(drawn).at(t), abs_tol=1e-6)
