import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.profile import HOUR_MS, Profile, ProfileEvent, Step, StepKind
from krausen.model.setpoint import Answer, AnswerState, Mode
from krausen.profiles.course import event_times
from krausen.server.batches import LONGEST_TEXT, Batches
from krausen.server.courses import Courses, Manner
from krausen.server.reminders import Reminders
from krausen.server.setpoints import Wish, run_of
from tests.unit.server.desk import ANNA, FASS, Desk

START = 1_790_000_000_000
ALE = Profile(
    id="ale",
    name="Ale",
    steps=(Step(kind=StepKind.HOLD, temperature=18.0),),
    events=(ProfileEvent(24.0, "Dry hop"), ProfileEvent(48.0, " Cool "), ProfileEvent(48.0, "Taste")),
)


class Told(Desk):
    """A desk that follows profiles and tells of what is due."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now_ms = START
        self.batches = Batches(self.catalog, self.roster, self.live, self.clock, anyio.Lock())
        self.courses = Courses(self.catalog, self.setpoints, self.clock)
        self.reminders = self.afresh()

    def afresh(self) -> Reminders:
        """Give those of a server that was just started."""
        return Reminders(self.catalog, self.batches, self.clock)

    async def follow(self, profile: Profile = ALE) -> None:
        """Have the vessel follow a profile from now on."""
        await self.catalog.add_profile(profile, entry())
        await self.setpoints.request("fass", Wish(mode=Mode.PROFILE, profile=profile.id), ANNA)

    async def brew(self, started_h: float = 0.0, finished_h: float | None = None, id: str = "pale") -> None:
        """Have a batch in the vessel, from and until so many hours after the start."""
        finished = None if finished_h is None else at(finished_h)
        state = BatchState.RUNNING if finished is None else BatchState.FINISHED
        batch = Batch(
            id=id, name=id, state=state, vessel="fass", started_at=at(started_h), finished_at=finished
        )
        await self.catalog.add_batch(batch, entry())

    async def look(self, hours: float) -> None:
        """Look what is due, so many hours after the start."""
        self.clock.now_ms = at(hours)
        await self.reminders.look()

    async def noted(self, batch: str = "pale") -> list[tuple[int, str]]:
        """Give what was told in a batch."""
        return [(one.at, one.text) for one in await self.catalog.events(batch) if one.kind == "profile"]

    async def journalled(self) -> list[tuple[int, str]]:
        """Give what was told in the journal alone, oldest first."""
        lines = await self.catalog.journal(1000)
        return [(one.at, one.detail) for one in reversed(lines) if one.action == "profile"]


def at(hours: float) -> int:
    return START + round(hours * HOUR_MS)


def entry() -> JournalEntry:
    return JournalEntry(at=START, by="set-up", what="test", id="x", action="created")


async def a_while() -> None:
    for _ in range(100):
        await checkpoint()


async def desk() -> Told:
    made = Told()
    await made.arrange(FASS)
    return made


async def test_what_is_due_is_written_into_the_batch_when_its_time_has_come() -> None:
    there = await desk()
    await there.brew()
    await there.follow()
    await there.look(23.99)
    assert await there.noted() == []
    await there.look(24.5)
    assert await there.noted() == [(at(24), "Dry hop")]
    await there.look(48.0)
    assert await there.noted() == [(at(24), "Dry hop"), (at(48), "Cool"), (at(48), "Taste")]
    line = (await there.catalog.journal(1))[0]
    assert (line.what, line.id, line.action, line.by, line.detail) == (
        "batch",
        "pale",
        "noted",
        "Anna",
        "profile: Taste",
    )
    assert await there.journalled() == []


async def test_without_a_batch_it_is_written_into_the_journal() -> None:
    there = await desk()
    await there.follow()
    await there.look(100.0)
    await there.look(101.0)
    assert await there.journalled() == [(at(24), "Dry hop"), (at(48), "Cool"), (at(48), "Taste")]
    line = (await there.catalog.journal(1))[0]
    assert (line.what, line.id, line.by) == ("vessel", "fass", "Anna")


async def test_what_was_missed_while_the_server_was_away_is_written_when_it_is_back_once() -> None:
    there = await desk()
    await there.brew()
    await there.follow()
    await there.look(24.5)
    there.reminders = there.afresh()
    await there.look(200.0)
    there.reminders = there.afresh()
    await there.look(201.0)
    assert await there.noted() == [(at(24), "Dry hop"), (at(48), "Cool"), (at(48), "Taste")]
    there.reminders = there.afresh()
    await there.catalog.remove_event("pale", BatchEvent(at(24), "profile", "Dry hop"), entry())
    await there.look(202.0)
    assert len(await there.noted()) == 3


async def test_each_is_written_into_the_batch_that_was_in_the_vessel_then() -> None:
    there = await desk()
    await there.brew(-10.0, 24.0, id="old")
    await there.brew(24.0, id="new")
    await there.brew(id="other")
    other = await there.catalog.batch("other")
    await there.catalog.change_batch(replace(other, vessel="keg"), (), entry())
    await there.follow()
    await there.look(100.0)
    assert [await there.noted(id) for id in ("old", "other")] == [[], []]
    assert len(await there.noted("new")) == 3


async def test_what_a_longer_text_says_is_cut() -> None:
    there = await desk()
    await there.brew()
    await there.follow(replace(ALE, events=(ProfileEvent(1.0, "x" * 2048),)))
    await there.look(2.0)
    await there.look(3.0)
    assert await there.noted() == [(at(1), "x" * LONGEST_TEXT)]


async def test_nothing_is_told_of_what_is_not_followed() -> None:
    there = await desk()
    await there.brew()
    await there.look(100.0)
    await there.follow()
    record = await there.catalog.vessel("fass")
    refused = Answer(setpoint=record.answer.setpoint, state=AnswerState.REJECTED)
    await there.catalog.answered("fass", record.requested.revision, refused)
    await there.look(300.0)
    assert await there.noted() == []


async def test_while_the_disk_refuses_it_waits_and_says_so_once() -> None:
    there = await desk()
    await there.follow()
    there.clock.now_ms = at(100.0)
    there.catalog.away = "The disk is full."
    reminders = Reminders(there.catalog, there.batches, there.clock, every_s=0.0)
    with capture_logs() as logs:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reminders.run)
            await a_while()
            there.catalog.away = ""
            assert await there.journalled() == []
            await a_while()
            assert len(await there.journalled()) == 3
            tasks.cancel_scope.cancel()
    assert [line["event"] for line in logs] == ["profile.not_told"]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.sampled_from(["look", "pause", "resume", "shift", "afresh"])),
        max_size=12,
    )
)
async def test_whatever_is_done_on_the_way_each_is_told_once_at_its_time(
    steps: list[tuple[int, str]],
) -> None:
    there = await desk()
    await there.brew()
    await there.follow()
    now_h, manner, paused = 0, Manner(caller=ANNA), False
    for hours, what in steps:
        now_h += hours
        await there.look(now_h)
        if what == "pause" and not paused:
            await there.courses.pause("fass", manner)
            paused = True
        elif what == "resume" and paused:
            await there.courses.resume("fass", manner)
            paused = False
        elif what == "afresh":
            there.reminders = there.afresh()
    await there.look(now_h + 1)
    run = run_of(await there.catalog.vessel("fass"))
    due = sorted((t, event.text.strip()) for t, event in event_times(run) if t <= there.clock.now())
    assert await there.noted() == due


@pytest.mark.parametrize("hours", [0.0, 30.0, 500.0])
async def test_what_was_due_before_it_was_wished_for_is_not_told(hours: float) -> None:
    there = await desk()
    await there.brew(-1000.0)
    await there.catalog.add_profile(ALE, entry())
    start = START - round(hours * HOUR_MS)
    await there.setpoints.request("fass", Wish(mode=Mode.PROFILE, profile="ale", start=start), ANNA)
    await there.look(0.0)
    assert await there.noted() == []
