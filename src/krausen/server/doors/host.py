"""Opens doors as people want them, and tells how they fare."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import structlog
from msgspec import Struct, to_builtins

from krausen.errors import Fault, Invalid, KrausenError, NotFound, OperatorNeeded
from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.ports import catalog
from krausen.ports.catalog.foreign import ForeignIds
from krausen.ports.door import Door
from krausen.server.algorithms import schema_of
from krausen.server.changes import Change
from krausen.server.doors.addresses import Addresses
from krausen.server.doors.asking import Backing, Calls
from krausen.server.doors.guarded import Guarded
from krausen.server.doors.listening import Listeners, Network, Place, give_back
from krausen.server.doors.opening import Opening, description_of, faults_of, opening_of, path_faults
from krausen.server.doors.storing import Storage
from krausen.server.doors.tally import Tally
from krausen.server.live import Live

log = structlog.get_logger()

PATIENCE_S = 30.0
"""How long a guest may be silent."""

Wanted = Callable[[DoorState], tuple[DoorState, Sequence[Fault]]]
"""Makes of how a door is how it is to be, and names what is wrong with the values of its settings."""


class DoorFacts(Struct, frozen=True, kw_only=True):
    """How a door is to be, what follows from that, and who knocked. `settings` are all of them."""

    door: Door
    state: DoorState
    opening: Opening
    tally: Tally
    description: str
    settings: dict[str, Any]
    schema: dict[str, Any]
    problem: str | None


class Kept(catalog.Doors, ForeignIds, Protocol):
    """What of a catalog doors need: how they are to be, and the numbers they give."""


class Doors:
    """The doors of a site. What was decided of them holds from `load` on, their ports are open in `run`."""

    def __init__(
        self,
        doors: Mapping[str, Door],
        kept: Kept,
        storage: Storage,
        live: Live,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._kept = kept
        self._clock = storage.clock
        self._live = live
        self._backing = Backing(live, kept)
        self._guarded = {
            name: Guarded(door, storage, self._backing, patience_s) for name, door in sorted(doors.items())
        }
        self._listeners: Listeners | None = None
        self._turn = asyncio.Lock()
        self._table = Addresses(self._paths())

    def answer_with(self, calls: Calls) -> None:
        """Have the calls that doors make for their guests answered."""
        self._backing.calls = calls

    async def load(self) -> None:
        """Take on what was decided of doors. Raises StorageAway."""
        for state in await self._kept.doors():
            if state.name in self._guarded:
                self._guarded[state.name].be(state)
        self._table = Addresses(self._paths())

    async def run(self, network: Network) -> None:
        """Listen on the ports of all open doors, until cancelled; one that is taken is told as a problem."""
        async with asyncio.TaskGroup() as tasks:
            listeners = Listeners(network, tasks)
            async with self._turn:
                for guarded in self._guarded.values():
                    await self._open(listeners, guarded)
                self._listeners = listeners
            try:
                await asyncio.Event().wait()
            finally:
                self._listeners = None

    def all(self) -> list[DoorFacts]:
        """Give all doors by name."""
        return [self.one(name) for name in self._guarded]

    def one(self, name: str) -> DoorFacts:
        """Give a door. Raises NotFound."""
        guarded = self.guarded(name)
        settings = guarded.opening.settings
        return DoorFacts(
            door=guarded.door,
            state=guarded.state,
            opening=guarded.opening,
            tally=guarded.tally,
            description=description_of(guarded.door),
            settings=guarded.state.settings if settings is None else to_builtins(settings),
            schema=schema_of(guarded.door.settings),
            problem=guarded.problem,
        )

    def guarded(self, name: str) -> Guarded:
        """Give a door to let guests in by. Raises NotFound."""
        try:
            return self._guarded[name]
        except KeyError:
            raise NotFound(f"There is no door {name}.") from None

    def behind(self, path: str) -> Guarded | None:
        """Give the door that a path of the main port leads to, open or not, or None."""
        name = self._table.find(path)
        return None if name is None else self._guarded[name]

    async def change(
        self, name: str, wanted: Wanted, caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> None:
        """Change how a door is to be, which holds at once.

        Raises NotFound, Stale, and Invalid, also where a port cannot be had; then nothing has changed.
        """
        async with self._turn:
            guarded = self.guarded(name)
            state, faults = wanted(guarded.state)
            opening = opening_of(guarded.door, state)
            others = Addresses(one for one in self._paths() if one[1] != name)
            found = [*faults, *faults_of(guarded.door, state), *path_faults(opening.shared, others)]
            _refuse(found or ([Fault("/settings", opening.problem)] if opening.problem else []))
            taken = self._taken(name, opening)
            try:
                entry = self._entry(guarded.state, state, caller, reason)
                kept = await self._kept.keep_door(state, entry, seen=seen)
            except KrausenError:
                give_back(taken)
                raise
            guarded.be(kept)
            self._table = Addresses(self._paths())
            await self._turn_to(guarded, taken)
            change = Change(what="door", id=name, action="updated", revision=kept.revision, by=caller.name)
            self._live.say("changes", change)

    def _taken(self, name: str, opening: Opening) -> dict[Place, socket.socket]:
        if self._listeners is None:
            return {}
        try:
            return self._listeners.missing(name, opening.places)
        except OperatorNeeded as failure:
            raise Invalid(str(failure), [Fault("/port", str(failure))]) from failure

    async def _turn_to(self, guarded: Guarded, taken: dict[Place, socket.socket]) -> None:
        guarded.port_problem = None
        if self._listeners is not None:
            places = guarded.opening.places
            await self._listeners.turn(guarded.door.name, places, taken, guarded.receive)

    async def _open(self, listeners: Listeners, guarded: Guarded) -> None:
        name, places = guarded.door.name, guarded.opening.places
        try:
            taken = listeners.missing(name, places)
        except OperatorNeeded as failure:
            guarded.port_problem = str(failure)
            log.warning("door.not_open", door=name, detail=str(failure))
        else:
            await listeners.turn(name, places, taken, guarded.receive)

    def _paths(self) -> Iterator[tuple[str, str]]:
        for name, guarded in self._guarded.items():
            yield from ((path, name) for path in guarded.opening.shared)

    def _entry(self, before: DoorState, after: DoorState, caller: Caller, reason: str) -> JournalEntry:
        return JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what="door",
            id=after.name,
            action="updated",
            reason=reason,
            detail="; ".join(_changes(before, after)),
        )


def _changes(before: DoorState, after: DoorState) -> Iterator[str]:
    """Say what has changed, in words for the journal."""
    if before.enabled != after.enabled:
        yield "opened" if after.enabled else "closed"
    if before.port != after.port:
        yield f"port {after.port}" if after.port is not None else "no port of its own"
    if before.allow != after.allow:
        yield f"lets in {', '.join(after.allow) or 'everybody'}"
    if before.may_switch != after.may_switch:
        yield "may switch" if after.may_switch else "may not switch"
    if before.settings != after.settings:
        yield "settings"


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Invalid(faults[0].message if len(faults) == 1 else f"{len(faults)} fields are wrong.", faults)
