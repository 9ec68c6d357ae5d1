"""Vessels as people arrange them: checked, journalled, and told to whom they concern."""

from collections.abc import Callable

import anyio

from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog import VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.dispatch import Dispatch
from krausen.server.fitting import Arrangement, Fitting
from krausen.server.ids import ids_for
from krausen.server.live import Live
from krausen.server.roster import Roster


class Arrangements:
    """Adds, changes and removes vessels, one after another; `turn` is held meanwhile."""

    def __init__(
        self,
        vessels: Vessels,
        fitting: Fitting,
        dispatch: Dispatch,
        roster: Roster,
        live: Live,
        clock: Clock,
    ) -> None:
        self._vessels = vessels
        self._fitting = fitting
        self._dispatch = dispatch
        self._roster = roster
        self._live = live
        self._clock = clock
        self.turn = anyio.Lock()

    async def add(self, wanted: Arrangement, caller: Caller, reason: str = "") -> VesselRecord:
        """Add a vessel, which is off, under an id made of its name. Raises Invalid."""
        async with self.turn:
            wanted, named = await self._fitting.fitted(wanted, None)
            first = Setpoint(revision=1, mode=Mode.OFF, reason=reason, by=caller.name, at=self._clock.now())
            for id in ids_for(wanted.name, "vessel"):
                entry = self._entry(id, "created", caller, reason)
                try:
                    await self._vessels.add_vessel(_vessel(id, wanted, named), first, entry)
                except Stale:
                    continue
                return await self._told(await self._vessels.vessel(id), "created", caller)
            raise Stale(f"Too many vessels have been called {wanted.name}: choose another name.")

    async def change(
        self,
        id: str,
        change: Callable[[Arrangement], Arrangement],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> VesselRecord:
        """Change what is arranged of a vessel. Raises NotFound, Stale, Invalid; then nothing has changed."""
        async with self.turn:
            former = (await self._vessels.vessel(id)).vessel
            present = await self._fitting.arranged(former)
            wanted, fitted = await self._fitting.fitted(change(present), former)
            named = {**await self._fitting.unseen(former, wanted.agent), **fitted}
            changed = await self._vessels.change_vessel(
                _vessel(id, wanted, named), self._entry(id, "updated", caller, reason), seen=seen
            )
            record = await self._told(changed, "updated", caller)
            self._dispatch.changed(former.agent)
            return record

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a vessel that is off. Raises NotFound, Stale; then nothing has changed."""
        async with self.turn:
            record = await self._vessels.vessel(id)
            vessel = record.vessel
            if seen is not None and seen != vessel.revision:
                raise Stale(f"{vessel.name} is at revision {vessel.revision}, not {seen}: look again.")
            _check_off(record)
            await self._vessels.remove_vessel(record, self._entry(id, "deleted", caller, reason))
            self._roster.removed(id)
            self._dispatch.changed(vessel.agent)
            self._say(id, "deleted", vessel.revision, caller)

    async def _told(self, record: VesselRecord, action: str, caller: Caller) -> VesselRecord:
        self._dispatch.changed(record.vessel.agent)
        await self._roster.announce(record)
        self._say(record.vessel.id, action, record.vessel.revision, caller)
        return record

    def _say(self, id: str, action: str, revision: int, caller: Caller) -> None:
        change = Change(what="vessel", id=id, action=action, revision=revision, by=caller.name)
        self._live.say("changes", change)

    def _entry(self, id: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="vessel", id=id, action=action, reason=reason)


def _vessel(id: str, wanted: Arrangement, named: dict[Role, SeriesName]) -> Vessel:
    return Vessel(
        id=id,
        name=wanted.name,
        kind=wanted.kind,
        agent=wanted.agent,
        limits=wanted.limits,
        roles=named,
        algorithm=wanted.algorithm,
        settings=wanted.settings,
        chamber=wanted.chamber,
    )


def _check_off(record: VesselRecord) -> None:
    vessel, wish, held = record.vessel, record.requested, record.answer.setpoint
    if wish.mode is not Mode.OFF:
        raise Stale(f"{vessel.name} is in mode {wish.mode}. Turn it off before you remove it.")
    if vessel.agent and held.mode is not Mode.OFF:
        raise Stale(
            f"The agent {vessel.agent} has not said yet that it let go of {vessel.name}. Wait for it; if it "
            "will never come back, take the vessel from it first."
        )
