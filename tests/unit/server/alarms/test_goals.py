import pytest

from krausen.alarms.approach import HOUR_MS, Goal, Sight
from krausen.model.profile import Profile, Run, Step, StepKind
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.profiles.course import setpoint_c
from krausen.profiles.following import laid_out
from krausen.server.alarms.goals import Approaches, goals_of, role_held
from krausen.testing.history import MemoryHistory

pytestmark = pytest.mark.anyio

START = 1_790_000_000_000
BEER = SeriesName("pi", "beer", "temperature")
LAGER = Profile(
    id="lager",
    name="Lager",
    steps=(
        Step(kind=StepKind.HOLD, temperature=10.0, hours=48.0),
        Step(kind=StepKind.RAMP, temperature=14.0, hours=24.0),
        Step(kind=StepKind.STEP, temperature=2.0),
    ),
)
FOLLOWS = Setpoint(
    revision=2, mode=Mode.PROFILE, profile="lager", run=Run(profile=LAGER, start=START), at=START
)


def at(hours: float) -> int:
    return START + round(hours * HOUR_MS)


def test_a_temperature_is_a_goal_from_when_it_was_wished_for() -> None:
    wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0, at=START)
    assert goals_of(wish, None, at(5)) == [Goal(START, START, 18.0, 18.0)]
    assert goals_of(Setpoint(revision=1, mode=Mode.OFF, at=START), None, at(5)) == []


@pytest.mark.parametrize("hours", [0.0, 10.0, 47.9, 48.0, 55.0, 71.9, 72.0, 500.0])
def test_along_a_profile_the_goal_is_at_the_setpoint_of_the_moment(hours: float) -> None:
    course = laid_out(FOLLOWS)
    assert course is not None
    goal = goals_of(FOLLOWS, course, at(hours))[-1]
    assert goal.at(at(hours)) == pytest.approx(setpoint_c(course, at(hours)), abs=0.01)
    assert goal.begins <= at(hours)


def test_what_was_before_the_wish_is_no_goal_of_it() -> None:
    late = Setpoint(revision=3, mode=Mode.PROFILE, profile="lager", run=FOLLOWS.run, at=at(60))
    goals = goals_of(late, laid_out(late), at(61))
    assert [(goal.begins, goal.from_c, goal.to_c) for goal in goals] == [(at(60), 12.0, 14.0)]


@pytest.mark.parametrize(("mode", "role"), [(Mode.CHAMBER, Role.CHAMBER), (Mode.PROFILE, Role.BEER)])
def test_a_mode_holds_a_probe(mode: Mode, role: Role) -> None:
    assert role_held(mode) is role


async def test_what_was_reached_before_a_restart_is_read_from_history() -> None:
    history = MemoryHistory()
    await history.store(
        [Reading(BEER, at(minute / 60), max(10.0, 20.0 - minute / 30)) for minute in range(10 * 60)]
    )
    series = await history.id_of(BEER)
    approaches = Approaches(history)
    goals = approaches.goals("fass", FOLLOWS, at(10))
    seen = await approaches.see("fass", goals, Sight(at(10), 10.0, 13.0), series)
    assert seen.from_c is not None
    assert seen.from_c == pytest.approx(20.0, abs=0.1)
    assert seen.reached_at == pytest.approx(at(4.75), abs=0.1 * HOUR_MS)


async def test_without_history_nothing_was_reached() -> None:
    approaches = Approaches(MemoryHistory())
    goals = approaches.goals("fass", FOLLOWS, at(10))
    assert (await approaches.see("fass", goals, Sight(at(10), 10.0), None)).reached_at is None
    approaches.keep([])
    assert (await approaches.see("fass", goals, Sight(at(10), 10.0, 10.0), None)).reached_at == at(10)
