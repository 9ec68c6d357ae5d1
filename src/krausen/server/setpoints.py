"""Take a wish, check it, journal it, and see it on its way."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct, msgpack

from krausen.control import limits
from krausen.errors import Fault, Invalid, NotFound, Stale
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.profile import HOUR_MS, LONGEST_HOURS, Profile, Run, StepKind
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.model.vessel import Limits
from krausen.ports.catalog import VesselRecord, Vessels
from krausen.ports.catalog.profiles import Profiles
from krausen.ports.clock import Clock
from krausen.profiles.beginning import begun
from krausen.profiles.following import bare, laid_out, wish_now
from krausen.server.changes import Change
from krausen.server.dispatch import Dispatch
from krausen.server.live import Live
from krausen.server.roster import Roster

APART_MS = round(LONGEST_HOURS * HOUR_MS)
"""How far from now a profile may begin."""
MOST_BYTES = 32 * 1024
"""A wish takes no more, so that those for all vessels of an agent go into one frame."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a person asks of a vessel.

    `value` in °C; `profile` is an id, and `start` when it begins, UTC milliseconds, None for now. `seen` is
    the revision they were looking at, None for no check.
    """

    mode: Mode
    value: float | None = None
    profile: str | None = None
    start: int | None = None
    reason: str = ""
    seen: int | None = None


class Steering(Struct, frozen=True, kw_only=True):
    """What a person does to a course: what it makes of a run at an instant, and what the journal says of it.

    `seen` is the revision of the wish that they were looking at, None for no check.
    """

    change: Callable[[Run, int], Run]
    done: str
    reason: str = ""
    seen: int | None = None


class Arranged(Vessels, Profiles, Protocol):
    """The part of the catalog that knows vessels and profiles."""


class Setpoints:
    """The only way to a vessel's setpoint."""

    def __init__(
        self, arranged: Arranged, dispatch: Dispatch, roster: Roster, live: Live, clock: Clock
    ) -> None:
        self._arranged = arranged
        self._dispatch = dispatch
        self._roster = roster
        self._live = live
        self._clock = clock

    async def request(self, vessel: str, wish: Wish, caller: Caller) -> VesselRecord:
        """Take a wish.

        Raises NotFound, Stale, or Invalid beyond the vessel's limits; then nothing has changed.
        """
        record = await self._arranged.vessel(vessel)
        now = self._clock.now()
        setpoint = Setpoint(
            revision=0,
            mode=wish.mode,
            value=wish.value,
            profile=wish.profile,
            run=await self._begun(record, wish, now),
            reason=wish.reason,
            by=caller.name,
            at=now,
        )
        return await self._keep(record, setpoint, entry_of(vessel, setpoint), wish.seen)

    async def steer(self, vessel: str, steering: Steering, caller: Caller) -> VesselRecord:
        """Change the course that a vessel follows; the outcome is a wish like any other.

        Raises NotFound also where none is followed, Stale also where the wish has changed meanwhile, and
        Invalid; then nothing has changed.
        """
        record, now = await self._arranged.vessel(vessel), self._clock.now()
        newest = record.requested.revision
        if steering.seen not in (None, newest):
            raise Stale(f"The wish for {vessel} is at revision {newest}, not {steering.seen}: look again.")
        present = run_of(record)
        setpoint = Setpoint(
            revision=0,
            mode=Mode.PROFILE,
            profile=present.profile.id,
            run=steering.change(present, now),
            reason=steering.reason,
            by=caller.name,
            at=now,
        )
        return await self._keep(record, setpoint, entry_of(vessel, setpoint, steering.done), newest)

    async def _keep(
        self, record: VesselRecord, setpoint: Setpoint, entry: JournalEntry, seen: int | None
    ) -> VesselRecord:
        vessel = record.vessel
        wish = (setpoint.mode, setpoint.value, setpoint.profile)
        faults = limits.faults(vessel, *wish, setpoint.run)
        if faults:
            raise Invalid(faults[0].message, faults)
        if len(msgpack.encode(bare(setpoint))) > MOST_BYTES:
            raise _wrong("/profile", "It is too long for the agent to take. Follow one with fewer steps.")
        record = await self._arranged.request(vessel.id, setpoint, entry, seen=seen)
        self._dispatch.changed(vessel.agent)
        await self._roster.announce(record)
        revision, by = record.requested.revision, setpoint.by
        self._live.say(
            "changes", Change(what="setpoint", id=vessel.id, action="updated", revision=revision, by=by)
        )
        return record

    async def _begun(self, record: VesselRecord, wish: Wish, now: int) -> Run | None:
        """Give the run that a wish asks for. Raises Invalid where there is no such profile."""
        if wish.mode is not Mode.PROFILE or wish.profile is None:
            if wish.start is not None:
                raise _wrong("/start", "Only a profile has a start.")
            return None
        start = now if wish.start is None else wish.start
        if abs(start - now) > APART_MS:
            raise _wrong("/start", "A profile begins within ten years of now.")
        try:
            profile = await self._arranged.profile(wish.profile)
        except NotFound as missing:
            raise _wrong("/profile", str(missing)) from missing
        return begun(profile, start, now, await self._here_c(record, profile, now))

    async def _here_c(self, record: VesselRecord, profile: Profile, now: int) -> float | None:
        """Give what the beer is held at, °C; where nothing holds it, what it has when a ramp is to come."""
        held = record.answer.setpoint
        here_c = None if held.mode is Mode.CHAMBER else wish_now(held, laid_out(held), now).value
        if here_c is None and profile.steps[0].kind is StepKind.RAMP:
            observed = (await self._roster.body(record)).observed
            here_c = None if observed.stale else observed.beer
        return None if here_c is None else _within(record.vessel.limits, here_c)


def followed(record: VesselRecord) -> Setpoint:
    """Give the wish that a vessel follows, or will as soon as its agent hears of it.

    That is what was asked for last, unless it was refused: then the former wish is in force.
    """
    return record.answer.setpoint if record.answer.state is AnswerState.REJECTED else record.requested


def run_of(record: VesselRecord) -> Run:
    """Give how a vessel follows its profile. Raises NotFound where it follows none."""
    run = followed(record).run
    if run is None:
        raise NotFound(f"{record.vessel.name} follows no profile.")
    return run


def entry_of(vessel: str, setpoint: Setpoint, done: str = "") -> JournalEntry:
    """Give what the journal says of a wish for a vessel, and of what was done to the course it follows."""
    mode, value, run = setpoint.mode.value, setpoint.value, setpoint.run
    detail = mode if value is None else f"{mode} {value:.2f} °C"
    detail = detail if run is None else f"{mode} {run.profile.name}"
    return JournalEntry(
        at=setpoint.at,
        by=setpoint.by,
        what="vessel",
        id=vessel,
        action="setpoint",
        reason=setpoint.reason,
        detail=f"{detail}: {done}" if done else detail,
    )


def _within(limits: Limits, value: float) -> float:
    return min(max(value, limits.min), limits.max)


def _wrong(where: str, message: str) -> Invalid:
    return Invalid(message, [Fault(where, message)])
