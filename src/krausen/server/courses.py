"""The courses that vessels follow: how they go on, and how people change them on the way."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.people import Caller
from krausen.model.profile import HOUR_MS, ProfileEvent, Run, Step, faults, faults_within
from krausen.ports.catalog import VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.profiles import editing
from krausen.profiles.course import (
    Milestone,
    Timeline,
    as_of,
    curve,
    event_times,
    milestones,
    timeline,
)
from krausen.server.setpoints import Setpoints, Steering, run_of

DAY_MS = 24 * HOUR_MS
BEYOND = 0.1
"""How much further than its last step a course is shown, as a share of its length."""


class Outlook(Struct, frozen=True, kw_only=True):
    """How a run goes, past and to come: while it is paused, as if it went on now.

    `corners` are those of the setpoint within a span, UTC ms and °C; `events` have the instants of theirs.
    """

    timeline: Timeline
    corners: list[tuple[int, float]]
    milestones: list[Milestone]
    events: list[tuple[int, ProfileEvent]]

    def present(self, now: int) -> Milestone | None:
        """Give the step at an instant, None after the last and before the first."""
        number = self.timeline.leg(now).step
        return next((one for one in self.milestones if one.step == number and one.begins <= now), None)


class Course(Struct, frozen=True, kw_only=True):
    """What a vessel follows at `now`, UTC milliseconds; `revision` is that of the wish."""

    vessel: str
    run: Run
    revision: int
    now: int
    is_paused: bool


class Span(Struct, frozen=True):
    """From an instant to another, UTC milliseconds; None leaves it to the run."""

    start: int | None = None
    end: int | None = None


class Manner(Struct, frozen=True, kw_only=True):
    """Who changes a course, why, and which revision of the wish they saw, None for no check."""

    caller: Caller
    reason: str = ""
    seen: int | None = None


class Courses:
    """Shows and changes what vessels follow; each change is a new wish by the one way of setpoints."""

    def __init__(self, vessels: Vessels, setpoints: Setpoints, clock: Clock) -> None:
        self._vessels = vessels
        self._setpoints = setpoints
        self._clock = clock

    async def of(self, vessel: str) -> Course:
        """Give what a vessel follows. Raises NotFound."""
        return self._course(await self._vessels.vessel(vessel))

    async def edit(
        self, vessel: str, steps: Sequence[Step], events: Sequence[ProfileEvent], manner: Manner
    ) -> Course:
        """Follow other steps from now on, as if they had been followed from the start.

        What is past stays, and the setpoint goes over gently. Raises NotFound, Stale, Invalid.
        """
        record = await self._vessels.vessel(vessel)
        wanted = replace(run_of(record).profile, steps=tuple(steps), events=tuple(events))
        found = [*faults(wanted), *faults_within(wanted, record.vessel.limits)]
        if found:
            raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
        return await self._steer(vessel, lambda run, now: editing.edited(run, wanted, now), "edited", manner)

    async def insert(self, vessel: str, manner: Manner) -> Course:
        """Part the present step at this moment; the setpoint stays. Raises NotFound, Stale, Invalid."""
        return await self._steer(vessel, editing.insert_now, "a step inserted", manner)

    async def next(self, vessel: str, manner: Manner) -> Course:
        """End the present step, and go on with the next. Raises NotFound, Stale, Invalid."""
        return await self._steer(vessel, editing.next_step, "on to the next step", manner)

    async def shift(self, vessel: str, hours: float, manner: Manner) -> Course:
        """Move what is to come by hours, to earlier if negative. Raises NotFound, Stale, Invalid."""
        by_ms = round(hours * HOUR_MS)
        done = f"{abs(hours):g} hours {'earlier' if hours < 0 else 'later'}"
        return await self._steer(vessel, lambda run, now: editing.shifted(run, now, by_ms), done, manner)

    async def pause(self, vessel: str, manner: Manner) -> Course:
        """Keep the present setpoint until it is resumed. Raises NotFound, Stale, Invalid."""
        return await self._steer(vessel, editing.paused, "paused", manner)

    async def resume(self, vessel: str, manner: Manner) -> Course:
        """Go on. Raises NotFound, Stale, Invalid."""
        return await self._steer(vessel, editing.resumed, "resumed", manner)

    async def _steer(
        self, vessel: str, change: Callable[[Run, int], Run], done: str, manner: Manner
    ) -> Course:
        steering = Steering(change=change, done=done, reason=manner.reason, seen=manner.seen)
        return self._course(await self._setpoints.steer(vessel, steering, manner.caller))

    def _course(self, record: VesselRecord) -> Course:
        run, now = run_of(record), self._clock.now()
        return Course(
            vessel=record.vessel.id,
            run=run,
            revision=record.requested.revision,
            now=now,
            is_paused=any(pause.start <= now and pause.end is None for pause in run.pauses),
        )


def outlook(run: Run, now: int, span: Span) -> Outlook:
    """Give how a run, whose profile has no faults, goes.

    It is shown from its start until some time after its last step, where the span leaves that open.
    """
    known = as_of(run, now)
    course, due = timeline(known), milestones(known)
    start = run.start if span.start is None else span.start
    last = max((one.ends or one.begins for one in due), default=run.start)
    open_end = max(round(last + BEYOND * (last - run.start)), now + DAY_MS)
    end = max(start, open_end if span.end is None else span.end)
    return Outlook(
        timeline=course, corners=curve(course, start, end), milestones=due, events=event_times(known)
    )
