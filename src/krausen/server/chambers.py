"""Where vessels stand, as people arrange it."""

from collections.abc import Callable, Iterator
from typing import Protocol

import anyio
from msgspec import Struct

from krausen.errors import Fault, Invalid, Stale
from krausen.model.agent import Chamber
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import is_name
from krausen.ports import catalog
from krausen.ports.clock import Clock
from krausen.server.changes import Change
from krausen.server.ids import ids_for
from krausen.server.live import Live


class ChamberPlan(Struct, frozen=True, kw_only=True):
    """What people arrange of a chamber; the agent keeps it, where there is one."""

    name: str
    agent: str = ""


class Standing(catalog.Chambers, catalog.Vessels, Protocol):
    """The part of the catalog that knows chambers and what stands in them."""


class Chambers:
    """Adds, changes and removes chambers; `turn` is held by whoever arranges them or vessels."""

    def __init__(self, arranged: Standing, live: Live, clock: Clock, turn: anyio.Lock) -> None:
        self._arranged = arranged
        self._live = live
        self._clock = clock
        self._turn = turn

    async def add(self, wanted: ChamberPlan, caller: Caller, reason: str = "") -> Chamber:
        """Add a chamber under an id made of its name. Raises Invalid."""
        async with self._turn:
            _refuse(_faults(wanted, ()))
            for id in ids_for(wanted.name, "chamber"):
                chamber = Chamber(id=id, name=wanted.name, agent=wanted.agent)
                try:
                    await self._arranged.add_chamber(chamber, self._entry(id, "created", caller, reason))
                except Stale:
                    continue
                self._say(chamber, "created", caller)
                return chamber
            raise Stale(f"Too many chambers have been called {wanted.name}: choose another name.")

    async def change(
        self,
        id: str,
        change: Callable[[ChamberPlan], ChamberPlan],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> Chamber:
        """Change a chamber. Raises NotFound, Stale, Invalid; then nothing has changed."""
        async with self._turn:
            present = await self._arranged.chamber(id)
            wanted = change(ChamberPlan(name=present.name, agent=present.agent))
            standing = [one.vessel for one in await self._arranged.vessels() if one.vessel.chamber == id]
            _refuse(_faults(wanted, [vessel.agent for vessel in standing if vessel.agent]))
            changed = await self._arranged.change_chamber(
                Chamber(id=id, name=wanted.name, agent=wanted.agent),
                self._entry(id, "updated", caller, reason),
                seen=seen,
            )
            self._say(changed, "updated", caller)
            return changed

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a chamber. Raises NotFound, and Stale also while a vessel stands in it."""
        async with self._turn:
            chamber = await self._arranged.chamber(id)
            await self._arranged.remove_chamber(id, self._entry(id, "deleted", caller, reason), seen=seen)
            self._say(chamber, "deleted", caller)

    def _say(self, chamber: Chamber, action: str, caller: Caller) -> None:
        revision, by = chamber.revision, caller.name
        change = Change(what="chamber", id=chamber.id, action=action, revision=revision, by=by)
        self._live.say("changes", change)

    def _entry(self, id: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="chamber", id=id, action=action, reason=reason)


def _faults(wanted: ChamberPlan, agents: list[str] | tuple[()]) -> Iterator[Fault]:
    if not is_name(wanted.name):
        yield Fault("/name", "A name has 1 to 128 printable characters.")
    if wanted.agent and not is_name(wanted.agent):
        yield Fault("/agent", "The name of an agent has at most 128 printable characters.")
    for agent in sorted(set(agents) - {wanted.agent} if wanted.agent else ()):
        yield Fault("/agent", f"One agent keeps one chamber: a vessel in it is held by {agent}.")


def _refuse(faults: Iterator[Fault]) -> None:
    found = list(faults)
    if found:
        raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
