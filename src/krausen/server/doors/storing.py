"""What guests bring is a measurement like any other, under the adapter that is called like their door."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Fault, Forbidden, Invalid, NotFound
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Quality, Reading
from krausen.model.series import WHOLE, SeriesName, is_name
from krausen.ports.catalog import Node
from krausen.ports.clock import Clock
from krausen.ports.door import MOST_FAULTS, Hearing, Introduction, Measured, Taken, check_storable
from krausen.ports.history import History
from krausen.server.adapters import Adapters
from krausen.server.agreements import ANYTHING, Agreement, quality_of
from krausen.server.doors.asking import Desk
from krausen.server.ingest import Ingest
from krausen.server.roster import Roster

MOST_SERIES = 10_000
"""Series of one door; a guest who makes up names must not fill the disk with them."""

TakeRows = Callable[[bytes, Caller], Awaitable[Taken]]
Took = Callable[[Sequence[str], int], None]
"""Hears of what was stored: of which nodes, how many readings."""

_NODE = "This node was not agreed: an admin adds it to those of the adapter."
_METRIC = "This metric was not agreed: an admin adds it to those of the adapter."


class Storage(Struct, frozen=True):
    """What of a server takes readings."""

    clock: Clock
    history: History
    ingest: Ingest
    adapters: Adapters
    roster: Roster


class Shelf:
    """Where the readings of one door go. Everybody who comes by it shares what is known of its series."""

    def __init__(self, adapter: str, storage: Storage) -> None:
        self._adapter = adapter
        self._storage = storage
        self._known: set[SeriesName] = set()

    def now(self) -> int:
        """Give the site's time, UTC milliseconds."""
        return self._storage.clock.now()

    def check(self, caller: Caller) -> None:
        """Raise Forbidden unless a caller may leave readings here."""
        if not caller.may_write(self._adapter):
            raise Forbidden(f"You may not send readings of the adapter {self._adapter}.")

    async def put(self, measured: Sequence[Measured]) -> int:
        """Store it all, or on an error nothing. Raises Invalid, Forbidden, StorageAway."""
        if self._adapter in self._storage.roster.known_agents():
            raise Forbidden(f"An agent of Krausen's own is called {self._adapter}: call that another name.")
        now = self.now()
        check_storable(measured, now)
        agreements = await self._storage.adapters.agreements([self._adapter])
        agreement = agreements.get(self._adapter, ANYTHING)
        _refuse(list(_faults(measured, agreement)))
        await self._declare(measured)
        readings = [self._reading(one, agreement, now) for one in measured]
        await self._storage.ingest.take(readings)
        return len(readings)

    async def introduce(self, nodes: Sequence[Introduction], caller: Caller) -> None:
        """Have nodes that report and lack a title or kind shown with these. Raises StorageAway."""
        adapters = self._storage.adapters
        try:
            known = {one.name: one for one in await adapters.nodes(self._adapter)}
        except NotFound:  # it has reported nothing yet
            return
        told = {one.node: _introduced(known[one.node], one) for one in nodes if one.node in known}
        if any(known[name] != node for name, node in told.items()):
            await adapters.agree(self._adapter, caller, nodes=list((known | told).values()))

    async def _declare(self, measured: Sequence[Measured]) -> None:
        units: dict[SeriesName, str] = {}
        for one in measured:
            name = self._name(one)
            if name not in self._known:
                units[name] = units.get(name) or one.unit
        if not units:
            return
        records = await self._storage.history.series()
        there = {record.name for record in records if record.name.adapter == self._adapter}
        if len(there | units.keys()) > MOST_SERIES:
            raise Invalid(f"This door has {MOST_SERIES} series, which is all it may have: use fewer names.")
        await self._storage.ingest.declare([(name, unit, WHOLE) for name, unit in units.items()])
        self._known |= units.keys()

    def _reading(self, one: Measured, agreement: Agreement, now: int) -> Reading:
        bounds = agreement.bounds.get(one.metric)
        quality = one.quality if quality_of(one.value, bounds) is Quality.GOOD else Quality.BAD
        return Reading(self._name(one), now if one.t is None else one.t, one.value, quality)

    def _name(self, one: Measured) -> SeriesName:
        return SeriesName(self._adapter, one.node, one.metric)


class Visit(Struct, frozen=True, kw_only=True):
    """Somebody at a door; `took` hears of what they leave.

    `caller` is who proved to be there, and `rows` takes rows in their name; None where nobody did. `role` is
    the one with which the door asks for them.
    """

    took: Took
    role: UserRole = UserRole.VIEWER
    caller: Caller | None = None
    rows: TakeRows | None = None


class DoorSite:
    """What one guest of a door may ask of us."""

    def __init__(self, shelf: Shelf, desk: Desk, visit: Visit) -> None:
        self._shelf = shelf
        self._desk = desk
        self._visit = visit

    def now(self) -> int:
        """Give the site's time, UTC milliseconds."""
        return self._shelf.now()

    async def store(self, measured: Sequence[Measured]) -> int:
        """Store what a guest brought under the door's own adapter. Raises Invalid, Forbidden, StorageAway."""
        if self._visit.caller is not None:
            self._shelf.check(self._visit.caller)
        count = await self._shelf.put(measured)
        self._visit.took(list(dict.fromkeys(one.node for one in measured)), count)
        return count

    async def introduce(self, nodes: Sequence[Introduction]) -> None:
        """Have nodes shown with titles and kinds. Raises StorageAway."""
        await self._shelf.introduce(nodes, self._desk.caller(self._visit.role))

    async def take_rows(self, body: bytes, caller: Caller) -> Taken:
        """Take rows that name their adapters. Raises Invalid, Forbidden, StorageAway."""
        if self._visit.rows is None:
            raise Forbidden("Rows that name their adapters are taken by HTTP alone, from who has a login.")
        taken = await self._visit.rows(body, caller)
        self._visit.took([caller.name], taken.readings)
        return taken

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make a call below `/api/v1` in the name of the door. Raises Forbidden unless it declares it."""
        return await self._desk.ask(self._visit.role, method, path, body)

    async def publish(self, channel: str, message: object) -> None:
        """Publish to a live channel. Raises NotFound, Forbidden, Invalid, StorageAway."""
        await self._desk.publish(self._visit.role, channel, message)

    def pass_on(self, message: object) -> None:
        """Tell every guest of this door who hears at all."""
        self._desk.pass_on(message)

    def hearing(self) -> AbstractContextManager[Hearing]:
        """Hear what guests of this door are told, and the channels that are subscribed to."""
        return self._desk.hearing()

    async def number(self, space: str, id: str) -> int:
        """Give the number of a thing. Raises StorageAway."""
        return await self._desk.number(space, id)

    async def named(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None. Raises StorageAway."""
        return await self._desk.named(space, number)


def _introduced(node: Node, told: Introduction) -> Node:
    """Give a node with what it lacks, as far as that can be a title and a kind."""
    title = told.title if is_name(told.title) else ""
    kind = told.kind if is_name(told.kind) else ""
    return replace(node, title=node.title or title, kind=node.kind or kind)


def _faults(measured: Sequence[Measured], agreement: Agreement) -> Iterator[Fault]:
    if agreement.nodes is None and agreement.metrics is None:
        return
    for place, one in enumerate(measured):
        if not agreement.takes_node(one.node):
            yield Fault(f"/{place}/node", _NODE)
        if not agreement.takes_metric(one.metric):
            yield Fault(f"/{place}/metric", _METRIC)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        told = faults[0].message if len(faults) == 1 else f"{len(faults)} names were not agreed."
        raise Invalid(told, faults[:MOST_FAULTS])
