"""Profiles over simulated weeks: the setpoint is exact to a hundredth, whatever goes away meanwhile."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from functools import partial
from itertools import pairwise
from pathlib import Path

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.batch import Batch, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.profile import HOUR_MS, Profile, ProfileEvent, Run, Step, StepKind
from krausen.model.series import SeriesName
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.model.vessel import Role
from krausen.ports.history import Point
from krausen.profiles.course import setpoint_c, timeline
from krausen.profiles.following import Follower, bare
from krausen.profiles.form import Locale
from krausen.profiles.forms.brewpi_csv import FORM
from krausen.server.batches import Batches
from krausen.server.courses import Courses, Manner
from krausen.server.reminders import Reminders
from krausen.server.setpoints import Wish, run_of
from krausen.wire.timestamps import instant
from tests.scenarios.brewery import ANNA, DAY_S, HOUR_S, START_MS, Brewery, Pace

SETPOINT = SeriesName("krausen", "fass", "setpoint_beer")
MANNER = Manner(caller=ANNA, reason="test")
ALE = Profile(
    id="ale",
    name="Ale",
    steps=(
        Step(kind=StepKind.HOLD, temperature=18.0, hours=48.0),
        Step(kind=StepKind.RAMP, temperature=21.0, hours=72.0),
        Step(kind=StepKind.HOLD, temperature=21.0, hours=24.0),
        Step(kind=StepKind.RAMP, temperature=12.0, hours=96.0),
        Step(kind=StepKind.HOLD, temperature=12.0),
    ),
    events=(ProfileEvent(60.0, "Dry hop"), ProfileEvent(120.0, "Taste")),
)
PUBLISHED = Path(__file__).parents[3] / "shared/data/series/brewpi/profile_2013_c.csv"
CALM = Pace(every_s=300.0, tick_s=60.0, flush_s=300.0)
QUICK = replace(
    ALE,
    steps=tuple(replace(step, hours=None if step.hours is None else step.hours / 4.0) for step in ALE.steps),
    events=(ProfileEvent(15.0, "Dry hop"), ProfileEvent(30.0, "Taste")),
)
"""The same in a quarter of the time."""
UTC_TIMES = Locale(instant=partial(instant, zone=UTC), local=str)
OLD_HOST = """date,temperature,days
2026-01-01T00:00:00,20,0
2026-01-01T12:00:00,20,0.5
2026-01-02T12:00:00,17,1.5
2026-01-02T12:00:00,15,1.5
2026-01-03T06:00:00,4,2.25
"""


class Brewing:
    """A brewery whose vessel follows profiles."""

    def __init__(self, brewery: Brewery) -> None:
        self.brewery = brewery

    @property
    def courses(self) -> Courses:
        """Those of the server that runs now."""
        server = self.brewery.server
        return Courses(self.brewery.stores.catalog, server.setpoints, self.brewery.clock)

    async def follow(self, profile: Profile = ALE, start: int | None = None) -> None:
        """Have the vessel follow a profile."""
        await self.brewery.stores.catalog.add_profile(profile, self.entry(profile.id))
        wish = Wish(mode=Mode.PROFILE, profile=profile.id, start=start)
        await self.brewery.server.setpoints.request("fass", wish, ANNA)

    async def run(self) -> Run:
        """Give how it is followed."""
        return run_of(await self.brewery.stores.catalog.vessel("fass"))

    async def setpoints(self) -> list[Point]:
        """Give what the agent said that it holds, since it follows the profile."""
        return (await self.brewery.history()).get(SETPOINT, [])

    async def beer(self) -> list[Point]:
        """Give what the probe in the beer said."""
        return await self.brewery.series(Role.BEER)

    def entry(self, id: str) -> JournalEntry:
        """Give an entry of the set-up."""
        now = self.brewery.clock.now()
        return JournalEntry(at=now, by="Anna", what="test", id=id, action="created")


@asynccontextmanager
async def brewing() -> AsyncIterator[Brewing]:
    """Open a brewery."""
    async with Brewery(pace=CALM).opened() as brewery:
        await asyncio.sleep(1.0)
        yield Brewing(brewery)


def off_course(run: Run, said: Sequence[Point]) -> list[tuple[int, float, float]]:
    """Give what was not as the run has it: when, what was held, and what should have been."""
    course = timeline(run)
    found = [(point.t, point.v, setpoint_c(course, point.t)) for point in said]
    return [one for one in found if abs(one[1] - one[2]) > 0.0101]


def gaps_s(said: Sequence[Point]) -> float:
    """Give the longest time between two points, seconds."""
    return max(later.t - earlier.t for earlier, later in pairwise(said)) / 1000.0


async def test_a_profile_is_held_for_weeks_while_server_and_agent_come_and_go() -> None:
    async with brewing() as there:
        brewery = there.brewery
        await there.follow()
        await asyncio.sleep(DAY_S)
        brewery.links.cut()
        await brewery.stop_server()
        await asyncio.sleep(4 * DAY_S)
        await brewery.stop_agent()
        await asyncio.sleep(HOUR_S)
        brewery.start_agent()
        await asyncio.sleep(4 * DAY_S)
        await brewery.start_server()
        await asyncio.sleep(3 * DAY_S)
        run, said, beer = await there.run(), await there.setpoints(), await there.beer()
        assert off_course(run, said) == []
        assert gaps_s(said) < HOUR_S + 120.0
        assert (said[-1].t - said[0].t) / 1000.0 > 11.9 * DAY_S
        assert brewery.broken((0.0, 0.0)) == []
    course = timeline(run)
    late = [abs(point.v - course.at(point.t)) for point in beer if point.t > START_MS + DAY_S * 1000]
    assert sorted(late)[int(0.99 * len(late))] < 1.0
    assert beer[-1].v == pytest.approx(12.0, abs=0.5)


async def test_edits_pauses_and_shifts_leave_the_past_and_never_jump() -> None:
    async with brewing() as there:
        await there.follow(QUICK)
        await asyncio.sleep(15 * HOUR_S)
        await there.courses.pause("fass", MANNER)
        await asyncio.sleep(6 * HOUR_S)
        await there.courses.resume("fass", MANNER)
        await asyncio.sleep(2 * HOUR_S)
        steps = [replace(step, temperature=step.temperature - 2.0) for step in QUICK.steps[:3]]
        await there.courses.edit("fass", [*steps, *QUICK.steps[3:]], QUICK.events, MANNER)
        await asyncio.sleep(6 * HOUR_S)
        await there.courses.shift("fass", 5.0, MANNER)
        await asyncio.sleep(4 * HOUR_S)
        await there.courses.insert("fass", MANNER)
        await asyncio.sleep(HOUR_S)
        await there.courses.next("fass", MANNER)
        await asyncio.sleep(40 * HOUR_S)
        run, said = await there.run(), await there.setpoints()
        record = await there.brewery.stores.catalog.vessel("fass")
    assert (record.requested.revision, record.answer.state) == (8, AnswerState.ACCEPTED)
    assert record.answer.setpoint == record.requested
    assert off_course(run, said) == []
    assert gaps_s(said) <= 60.0
    assert said[-1].v == 12.0
    assert max(abs(later.v - earlier.v) for earlier, later in pairwise(said)) <= 1.0 / 60.0 + 0.0101


ACTS = st.sampled_from(
    ["wait", "cut", "mend", "agent", "server", "pause", "resume", "shift", "edit", "next", "insert"]
)


async def act(there: Brewing, what: str) -> None:
    """Do something to the brewery or to the course."""
    courses, brewery = there.courses, there.brewery
    edited = [Step(kind=StepKind.HOLD, temperature=17.0, hours=10.0), *QUICK.steps[1:]]
    acts = {
        "pause": partial(courses.pause, "fass", MANNER),
        "resume": partial(courses.resume, "fass", MANNER),
        "shift": partial(courses.shift, "fass", 3.0, MANNER),
        "edit": partial(courses.edit, "fass", edited, QUICK.events, MANNER),
        "next": partial(courses.next, "fass", MANNER),
        "insert": partial(courses.insert, "fass", MANNER),
    }
    match what:
        case "cut":
            brewery.links.cut()
        case "mend":
            brewery.links.mend()
        case "agent":
            await brewery.stop_agent()
            brewery.start_agent()
        case "server":
            await brewery.stop_server()
            await brewery.start_server()
        case "wait":
            await asyncio.sleep(12 * HOUR_S)
        case _:
            with suppress(Invalid):  # there may be no next step, or no pause
                await acts[what]()


@settings(max_examples=5)
@given(st.lists(ACTS, min_size=4, max_size=8))
async def test_whatever_happens_on_the_way_the_latest_course_is_held_in_the_end(acts: list[str]) -> None:
    async with brewing() as there:
        await there.follow(QUICK)
        await asyncio.sleep(HOUR_S)
        for what in acts:
            await act(there, what)
            await asyncio.sleep(4 * HOUR_S)
        there.brewery.links.mend()
        await asyncio.sleep(300.0)
        settled = there.brewery.clock.now()
        await asyncio.sleep(6 * HOUR_S)
        record = await there.brewery.stores.catalog.vessel("fass")
        run, said = run_of(record), await there.setpoints()
        order = there.brewery.agent.desired.order("fass")
    assert record.answer.state is AnswerState.ACCEPTED
    assert order is not None
    assert order.setpoint == bare(record.requested)
    assert off_course(run, [point for point in said if point.t > settled]) == []
    assert all(12.0 <= point.v <= 21.0 for point in said)


async def test_what_an_old_host_would_have_wanted_is_held() -> None:
    outline, points = FORM.read(OLD_HOST, UTC_TIMES), points_in(OLD_HOST)
    async with brewing() as there:
        await there.follow(Profile(id="old", name="Old", steps=outline.steps))
        start = (await there.run()).start
        await asyncio.sleep(points[-1][0] / 1000.0 + 6 * HOUR_S)
        said = await there.setpoints()
    assert len(said) > 3000
    assert max(abs(point.v - wanted(points, point.t - start)) for point in said) <= 0.01


def test_a_published_profile_of_an_old_host_is_followed_as_it_was() -> None:
    if not PUBLISHED.exists():
        pytest.skip("The published profile is not here.")
    text = PUBLISHED.read_text(encoding="utf-8")
    outline, points = FORM.read(text, UTC_TIMES), points_in(text)
    assert outline.start is not None
    run = Run(profile=Profile(id="old", name="Old", steps=outline.steps), start=outline.start)
    wish, follower = Setpoint(revision=1, mode=Mode.PROFILE, profile="old", run=run), Follower()
    for since in range(0, round(points[-1][0]) + 24 * HOUR_MS, 600_000):
        assert follower.now(wish, run.start + since).value == pytest.approx(wanted(points, since), abs=0.01)


def points_in(text: str) -> list[tuple[float, float]]:
    """Give the points of a table: milliseconds since the start, and °C."""
    rows = [line.split(",") for line in text.split()[1:]]
    return [(float(days) * 24 * HOUR_MS, float(c)) for _, c, days in rows]


def wanted(points: Sequence[tuple[float, float]], since: int) -> float:
    """Give what BrewPi's host interpolates: a line from point to point, at the end the last temperature."""
    place = bisect_right([at for at, _ in points], since)
    if place == len(points):
        return points[-1][1]
    (before, from_c), (after, to_c) = points[place - 1], points[place]
    return from_c + (to_c - from_c) * (since - before) / (after - before)


async def test_what_is_due_on_the_way_is_told_once_also_while_the_server_is_away() -> None:
    async with brewing() as there:
        brewery, catalog = there.brewery, there.brewery.stores.catalog
        batch = Batch(id="b", name="Pale", state=BatchState.RUNNING, vessel="fass", started_at=START_MS)
        await catalog.add_batch(batch, there.entry("b"))
        await there.follow(QUICK)
        start = (await there.run()).start
        for stay_s in (10 * HOUR_S, 50 * HOUR_S, 10 * HOUR_S):
            batches = Batches(
                catalog, brewery.server.roster, brewery.server.live, brewery.clock, anyio.Lock()
            )
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(Reminders(catalog, batches, brewery.clock, every_s=600.0).run())
                await asyncio.sleep(stay_s / 2)
                telling.cancel()
            await asyncio.sleep(stay_s / 2)
        told = [(event.at, event.text) for event in await catalog.events("b") if event.kind == "profile"]
    assert told == [(start + 15 * HOUR_MS, "Dry hop"), (start + 30 * HOUR_MS, "Taste")]


async def test_a_profile_beyond_the_limits_of_the_vessel_is_refused_and_the_former_wish_stays() -> None:
    async with brewing() as there:
        await there.brewery.wish("fass", 20.0)
        hot = replace(ALE, steps=(Step(kind=StepKind.HOLD, temperature=20.0, hours=1.0), ALE.steps[0]))
        hot = replace(hot, steps=(*hot.steps, Step(kind=StepKind.HOLD, temperature=49.0)))
        with pytest.raises(Invalid, match="Step 3: 49 °C"):
            await there.follow(hot)
        await asyncio.sleep(300.0)
        body = await there.brewery.body()
    assert (body.requested.value, body.accepted.state) == (20.0, "accepted")
