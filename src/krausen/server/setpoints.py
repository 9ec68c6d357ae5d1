"""Take a wish, check it, journal it, and see it on its way."""

from msgspec import Struct

from krausen.control import limits
from krausen.errors import Invalid
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.setpoint import Mode, Setpoint
from krausen.ports.catalog import VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.dispatch import Dispatch
from krausen.server.live import Live
from krausen.server.roster import Roster


class Wish(Struct, frozen=True, kw_only=True):
    """What a person asks of a vessel.

    `value` in °C; `seen` is the revision they were looking at, None for no check.
    """

    mode: Mode
    value: float | None = None
    profile: str | None = None
    reason: str = ""
    seen: int | None = None


class Setpoints:
    """The only way to a vessel's setpoint."""

    def __init__(
        self, vessels: Vessels, dispatch: Dispatch, roster: Roster, live: Live, clock: Clock
    ) -> None:
        self._vessels = vessels
        self._dispatch = dispatch
        self._roster = roster
        self._live = live
        self._clock = clock

    async def request(self, vessel: str, wish: Wish, caller: Caller) -> VesselRecord:
        """Take a wish.

        Raises NotFound, Stale, or Invalid beyond the vessel's limits; then nothing has changed.
        """
        record = await self._vessels.vessel(vessel)
        faults = limits.faults(record.vessel, wish.mode, wish.value, wish.profile)
        if faults:
            raise Invalid(faults[0].message, faults)
        setpoint = Setpoint(
            revision=0,
            mode=wish.mode,
            value=wish.value,
            profile=wish.profile,
            reason=wish.reason,
            by=caller.name,
            at=self._clock.now(),
        )
        record = await self._vessels.request(vessel, setpoint, entry_of(vessel, setpoint), seen=wish.seen)
        self._dispatch.changed(record.vessel.agent)
        await self._roster.announce(record)
        revision, by = record.requested.revision, caller.name
        self._live.say(
            "changes", Change(what="setpoint", id=vessel, action="updated", revision=revision, by=by)
        )
        return record


def entry_of(vessel: str, setpoint: Setpoint) -> JournalEntry:
    """Give what the journal says of a wish for a vessel."""
    mode, value = setpoint.mode.value, setpoint.value
    return JournalEntry(
        at=setpoint.at,
        by=setpoint.by,
        what="vessel",
        id=vessel,
        action="setpoint",
        reason=setpoint.reason,
        detail=mode if value is None else f"{mode} {value:.2f} °C",
    )
