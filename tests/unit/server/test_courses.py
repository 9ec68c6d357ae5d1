import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from krausen.agent.planning import check_wish
from krausen.errors import Invalid, NotFound, Stale
from krausen.model.journal import JournalEntry
from krausen.model.profile import HOUR_MS, LONGEST_TEXT, MOST_EVENTS, Pause, ProfileEvent, Run, Step, faults
from krausen.model.setpoint import Answer, AnswerState, Mode
from krausen.ports.catalog import VesselRecord
from krausen.profiles.course import as_of, setpoint_c, timeline
from krausen.profiles.following import bare, laid_out, wish_now
from krausen.server.courses import Courses, Manner, Span, outlook
from krausen.server.setpoints import Wish, followed, run_of
from krausen.wire.messages import LARGEST_FRAME, Desired, VesselOrder, encode, from_server
from tests.unit.agent.orders import WORKSHOP
from tests.unit.profiles.drawing import START, at_hour, hold, instants, profile, ramp, run, runs, steps
from tests.unit.server.desk import ANNA, FASS, Desk

MANNER = Manner(caller=ANNA)
WARM = st.integers(0, 2600).map(lambda n: n / 100)


def mild(drawn: list[Step]) -> tuple[Step, ...]:
    """Give steps that a vessel may be given."""
    return tuple(replace(one, temperature=min(max(one.temperature, 0.0), 26.0)) for one in drawn)


MILD = steps().map(mild)


class Followed(Desk):
    """A desk with a vessel that follows a profile."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now_ms = START
        self.courses = Courses(self.catalog, self.setpoints, self.clock)

    async def follow(self, *pieces: Step, start: int | None = None) -> VesselRecord:
        """Have the vessel follow steps."""
        entry = JournalEntry(at=START, by="Anna", what="profile", id="p", action="created")
        await self.catalog.add_profile(profile(*pieces), entry)
        return await self.setpoints.request("fass", Wish(mode=Mode.PROFILE, profile="p", start=start), ANNA)

    async def accept(self) -> None:
        """Answer the latest wish as the agent does that takes it."""
        record = await self.catalog.vessel("fass")
        answer = Answer(setpoint=record.requested, state=AnswerState.ACCEPTED)
        await self.catalog.answered("fass", record.requested.revision, answer)

    async def run(self) -> Run:
        """Give what is followed."""
        return run_of(await self.catalog.vessel("fass"))


async def desk(held_c: float = 18.0) -> Followed:
    """Make a desk with a vessel that is held at a temperature."""
    there = Followed()
    await there.arrange(FASS)
    await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=held_c), ANNA)
    await there.accept()
    return there


@given(MILD, st.integers(0, 100 * 3600), instants(0))
async def test_what_is_kept_is_what_the_agent_follows(drawn: tuple[Step, ...], ago_s: int, t: int) -> None:
    there = await desk()
    record = await there.follow(*drawn, start=START - 1000 * ago_s)
    sent = from_server(encode(Desired((VesselOrder(record.vessel, bare(record.requested)),))))
    assert isinstance(sent, Desired)
    (order,) = sent.vessels
    wish = msgpack.decode(msgpack.encode(order.setpoint), type=type(order.setpoint))
    check_wish(WORKSHOP, VesselOrder(order.vessel, wish))
    asked = wish_now(wish, laid_out(wish), t).value
    assert asked == setpoint_c(timeline(await there.run()), max(t, wish.at))
    shown = outlook(run_of(record), START, Span(t, t + 1))
    assert shown.corners[0][1] == pytest.approx(timeline(run_of(record)).at(t))


ALE = (hold(18.0, 72.0), ramp(21.0, 48.0), hold(21.0))
ACTS = st.sampled_from(["edit", "insert", "next", "shift", "pause", "resume"])


async def act(there: Followed, what: str, other: tuple[Step, ...], hours: float) -> bool:
    """Do something to the course; tell whether that could be done."""
    courses = there.courses
    try:
        match what:
            case "edit":
                await courses.edit("fass", other, (ProfileEvent(hours, "Look"),), MANNER)
            case "insert":
                await courses.insert("fass", MANNER)
            case "next":
                await courses.next("fass", MANNER)
            case "shift":
                await courses.shift("fass", hours - 50.0, MANNER)
            case "pause":
                await courses.pause("fass", MANNER)
            case _:
                await courses.resume("fass", MANNER)
    except Invalid:
        return False
    return True


@given(MILD, WARM, st.lists(st.tuples(ACTS, st.integers(0, 90), MILD), max_size=6))
async def test_no_change_makes_the_setpoint_jump(
    drawn: tuple[Step, ...], held_c: float, changes: list[tuple[str, int, tuple[Step, ...]]]
) -> None:
    there = await desk(held_c)
    await there.follow(*drawn)
    assert setpoint_c(timeline(await there.run()), START) == pytest.approx(held_c, abs=0.01)
    for what, hours, other in changes:
        there.clock.now_ms += hours * HOUR_MS
        now, before = there.clock.now(), as_of(await there.run(), there.clock.now())
        revision = (await there.catalog.vessel("fass")).requested.revision
        if not await act(there, what, other, float(hours)):
            assert (await there.catalog.vessel("fass")).requested.revision == revision
            continue
        after = await there.run()
        assert faults(after.profile) == []
        assert setpoint_c(timeline(after), now) == pytest.approx(setpoint_c(timeline(before), now), abs=0.01)
        assert (await there.catalog.vessel("fass")).requested.revision == revision + 1


async def test_each_change_is_a_wish_of_the_next_revision_with_its_author() -> None:
    there = await desk()
    await there.follow(*ALE)
    there.clock.now_ms = at_hour(10.0)
    course = await there.courses.pause("fass", Manner(caller=ANNA, reason="Sick", seen=3))
    record = await there.catalog.vessel("fass")
    wish = record.requested
    assert (wish.revision, wish.mode, wish.profile, wish.value) == (4, Mode.PROFILE, "p", None)
    assert (wish.by, wish.reason, wish.at) == ("Anna", "Sick", at_hour(10.0))
    assert (course.revision, course.is_paused, course.run) == (4, True, wish.run)
    line = (await there.catalog.journal(1))[0]
    assert (line.what, line.id, line.action, line.reason) == ("vessel", "fass", "setpoint", "Sick")
    assert line.detail == "profile Ale: paused"


async def test_who_saw_an_older_wish_is_stale_even_if_it_cannot_be_done() -> None:
    there = await desk()
    await there.follow(*ALE)
    await there.courses.pause("fass", MANNER)
    with pytest.raises(Stale):
        await there.courses.pause("fass", Manner(caller=ANNA, seen=3))
    with pytest.raises(Invalid, match="paused already"):
        await there.courses.pause("fass", Manner(caller=ANNA, seen=4))


async def test_a_refused_change_leaves_what_was_followed() -> None:
    there = await desk()
    await there.follow(*ALE)
    await there.accept()
    there.clock.now_ms = at_hour(10.0)
    await there.courses.edit("fass", [hold(12.0)], (), MANNER)
    record = await there.catalog.vessel("fass")
    refused = Answer(setpoint=record.answer.setpoint, state=AnswerState.REJECTED)
    await there.catalog.answered("fass", record.requested.revision, refused)
    assert followed(await there.catalog.vessel("fass")).run == record.answer.setpoint.run
    shifted = await there.courses.shift("fass", 2.0, MANNER)
    assert [one.temperature for one in shifted.run.profile.steps] == [18.0, 18.0, 21.0, 21.0]


async def test_what_a_vessel_may_not_be_given_is_not_edited_in() -> None:
    there = await desk()
    await there.follow(*ALE)
    with pytest.raises(Invalid) as refused:
        await there.courses.edit("fass", [hold(18.0, 1.0), hold(26.5)], (), MANNER)
    assert [fault.where for fault in refused.value.faults] == ["/steps/1/temperature"]


async def test_what_would_not_go_into_a_frame_is_refused_and_words_are_no_burden() -> None:
    there = await desk()
    await there.follow(*ALE)
    told = tuple(ProfileEvent(1.0, "x" * LONGEST_TEXT) for _ in range(MOST_EVENTS))
    titled = [hold(18.0, 1.0)] * 400
    await there.courses.edit("fass", [replace(step, title="x" * 500) for step in titled], told, MANNER)
    with pytest.raises(Invalid, match="too long for the agent"):
        await there.courses.edit("fass", [*titled, *titled], (), MANNER)
    record = await there.catalog.vessel("fass")
    seven = tuple(VesselOrder(record.vessel, bare(record.requested)) for _ in range(7))
    assert len(encode(Desired(seven))) < LARGEST_FRAME


async def test_a_vessel_that_follows_nothing_has_no_course() -> None:
    there = await desk()
    for call in (there.courses.of("fass"), there.courses.insert("fass", MANNER)):
        with pytest.raises(NotFound, match="Fass follows no profile"):
            await call
    with pytest.raises(NotFound, match="keg"):
        await there.courses.of("keg")


@given(runs(), instants(0))
def test_the_outlook_shows_what_is_followed_to_some_time_after_its_end(drawn: Run, now: int) -> None:
    shown, known = outlook(drawn, now, Span()), as_of(drawn, now)
    course = timeline(known)
    assert shown.corners[0][0] == drawn.start
    last = max([one.ends or one.begins for one in shown.milestones])
    assert shown.corners[-1][0] >= max(last, now + 24 * HOUR_MS)
    assert shown.corners[-1][1] == course.at(shown.corners[-1][0])
    present = shown.present(now)
    if present is not None:
        assert present.begins <= now
        assert present.ends is None or now < present.ends or course.leg(now).is_paused


def test_what_is_paused_is_shown_as_if_it_went_on_now() -> None:
    paused = run(*ALE, pauses=[Pause(at_hour(60.0))])
    shown = outlook(paused, at_hour(100.0), Span())
    present = shown.present(at_hour(100.0))
    assert present is not None
    assert (present.step, present.ends) == (0, at_hour(112.0))
    assert (at_hour(112.0), 18.0) in shown.corners
    assert (at_hour(160.0), 21.0) in shown.corners


def test_before_its_first_step_and_after_its_last_there_is_none() -> None:
    short = run(hold(18.0, 2.0), ramp(20.0, 2.0))
    for hour, step in ((-1.0, None), (0.0, 0), (3.0, 1), (5.0, None)):
        present = outlook(short, at_hour(hour), Span()).present(at_hour(hour))
        assert (None if present is None else present.step) == step


def test_a_span_that_begins_after_the_end_is_one_instant() -> None:
    shown = outlook(run(*ALE), START, Span(at_hour(5000.0)))
    assert shown.corners == [(at_hour(5000.0), 21.0)]
