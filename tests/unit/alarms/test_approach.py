import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.alarms.approach import HOUR_MS, NEAR_C, Approach, Goal, Sight, begun, followed

temperatures = st.floats(-5.0, 30.0)


def jump(to_c: float, at_h: float = 0.0) -> Goal:
    at = round(at_h * HOUR_MS)
    return Goal(at, at, to_c, to_c)


def ramp(from_c: float, to_c: float, from_h: float, to_h: float) -> Goal:
    return Goal(round(from_h * HOUR_MS), round(to_h * HOUR_MS), from_c, to_c)


def there(goal: Goal) -> Approach:
    """Give the approach of a vessel that is where its goal is."""
    return followed(begun(goal), Sight(goal.begins + 1, goal.to_c, goal.to_c))


def test_a_vessel_that_comes_near_has_reached_its_goal_for_good() -> None:
    approach = begun(jump(10.0))
    for hour, measured in enumerate([20.0, 15.0, 10.0 + NEAR_C, 14.0]):
        approach = followed(approach, Sight(hour * HOUR_MS, 10.0, measured))
    assert (approach.from_c, approach.step_c, approach.reached_at) == (20.0, 10.0, 2 * HOUR_MS)


def test_what_is_not_measured_tells_nothing() -> None:
    approach = begun(jump(10.0))
    assert followed(approach, Sight(HOUR_MS, 10.0)) == approach
    assert approach.step_c == 0.0


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (jump(18.0), jump(18.4, 9), True),
        (jump(18.0), jump(20.0, 9), False),
        (jump(18.0), ramp(18.0, 20.0, 9, 33), True),
        (jump(18.0), ramp(18.0, 2.0, 9, 33), False),
        (jump(18.0), ramp(10.0, 11.0, 9, 33), False),
        (ramp(18.0, 20.0, 0, 24), jump(20.0, 24), True),
        (ramp(18.0, 20.0, 0, 24), ramp(19.0, 20.0, 12, 24), True),
    ],
)
def test_who_was_there_stays_there_when_the_setpoint_goes_gently(
    before: Goal, after: Goal, *, stays: bool
) -> None:
    assert (begun(after, there(before)).reached_at is not None) is stays
    assert begun(after, begun(before)).reached_at is None


@given(temperatures, temperatures, st.sampled_from([0.0, 0.001, 1.0, 96.0]), st.floats(-100.0, 200.0))
def test_a_goal_lies_between_its_ends_at_any_time_and_ends_where_it_goes(
    from_c: float, to_c: float, hours: float, at_h: float
) -> None:
    goal = ramp(from_c, to_c, 0, hours) if hours else jump(to_c)
    at_c = goal.at(round(at_h * HOUR_MS))
    assert min(goal.from_c, to_c) - 1e-9 <= at_c <= max(goal.from_c, to_c) + 1e-9
    assert goal.at(goal.arrives) == to_c
    assert goal.at(goal.begins) == goal.from_c


@given(st.lists(st.none() | temperatures, max_size=30), temperatures)
def test_it_was_reached_at_the_first_look_that_was_near(course: list[float | None], to_c: float) -> None:
    approach = begun(jump(to_c))
    for at, measured in enumerate(course):
        approach = followed(approach, Sight(at, to_c, measured))
    near = [at for at, c in enumerate(course) if c is not None and abs(c - to_c) <= NEAR_C]
    assert approach.reached_at == (near[0] if near else None)
    assert approach.from_c == next((c for c in course if c is not None), None)
