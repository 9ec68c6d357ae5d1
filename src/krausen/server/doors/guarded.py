"""One door with everything that is kept of it while the server runs."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from krausen.errors import Defect, Invalid, KrausenError, LinkLost
from krausen.model.door import DoorState
from krausen.model.log import source_of_door
from krausen.model.people import Caller
from krausen.ports.clock import Clock
from krausen.ports.door import Answer, Door, Exchange
from krausen.server.doors.admission import Admission
from krausen.server.doors.asking import Backing, Desk
from krausen.server.doors.conversing import Conversation, Seats
from krausen.server.doors.messaging import RESTART, Line, Talk, code_of
from krausen.server.doors.opening import at_first, opening_of
from krausen.server.doors.storing import DoorSite, Shelf, Storage, TakeRows, Visit
from krausen.server.doors.tally import Tally
from krausen.server.sparing import Sparing

log = structlog.get_logger()

REFUSED_MS = 60_000
"""That a door refuses guests is logged at most so often."""


class Guarded:
    """Lets guests in to a door, keeps them within bounds, and notes what became of them."""

    def __init__(self, door: Door, storage: Storage, backing: Backing, patience_s: float) -> None:
        self.door = door
        self.tally = Tally()
        self.port_problem: str | None = None
        self.patience_s = patience_s
        """How long a guest may be silent."""
        self._clock = storage.clock
        self._seats = Seats()
        self._refusals = Sparing(storage.clock, REFUSED_MS)
        self._shelf = Shelf(door.name, storage)
        self._desk = Desk(door, backing)
        self._talks: set[asyncio.Timeout] = set()
        self.be(at_first(door))

    def be(self, state: DoorState) -> None:
        """Take on a state. Conversations by WebSocket end: guests come back to what is there now."""
        self.state = state
        self.opening = opening_of(self.door, state)
        self._admission = Admission(state.allow)
        while self._talks:
            self._talks.pop().reschedule(0.0)

    @property
    def problem(self) -> str | None:
        """What keeps it from being open as it is to be."""
        return (self.opening.problem or self.port_problem) if self.state.enabled else None

    @property
    def is_open(self) -> bool:
        """Whether guests are let in at all."""
        return self.state.enabled and self.opening.settings is not None

    def admit(self, address: str) -> None:
        """Raise Forbidden or Throttled unless a guest may come in."""
        self._admission.check(address, self._clock.steady())

    def refused(self, address: str, reason: str) -> None:
        """Note a guest who was refused."""
        self.tally.refused(self._clock.now(), address, reason)
        times = self._refusals.times(self.door.name)
        if times:
            source = source_of_door(self.door.name)
            log.warning("door.refused", source=source, address=address, detail=reason, times=times)

    async def exchange(self, exchange: Exchange, rows: TakeRows | None) -> Answer:
        """Give the answer to a guest by HTTP who was let in. Raises KrausenError, and nothing else."""
        if self.door.paths is None:
            raise Defect(f"The door {self.door.name} does not speak HTTP.")
        visit = _Visit(self.tally, self._clock, exchange.address)
        site = self._site(visit, exchange.caller, rows)
        with self._contained():
            answer = await self.door.paths.exchange(self.opening.settings, exchange, site)
        visit.end()
        return answer

    def authorization(self, bare: Exchange) -> str:
        """Give what stands in the header `Authorization` of a request, or would. Raises Invalid."""
        named = self.door.paths.authorization if self.door.paths is not None else None
        with self._contained():
            return bare.headers.get("authorization", "") if named is None else named(bare)

    def welcomes(self, origin: str) -> bool:
        """Tell whether pages of an origin may use the door, besides those of its own address."""
        settings = self.opening.settings
        return settings is not None and bool(origin) and origin in self.door.origins(settings)

    def refusal(self, failure: KrausenError) -> Answer | None:
        """Give what the protocol says to a guest who is refused, None where it has no words for that."""
        told = self.door.paths.refusal if self.door.paths is not None else None
        if told is None:
            return None
        try:
            with self._contained():
                return told(failure)
        except KrausenError:
            return None

    async def receive(self, connection: socket.socket, address: str) -> None:
        """Converse with a guest by TCP until either hangs up. Raises nothing but cancellation."""
        visit = _Visit(self.tally, self._clock, address)
        try:
            self.admit(address)
            with self._seats.seat(address):
                await self._converse(Conversation(connection, address, self.patience_s), visit)
        except LinkLost as failure:
            if not visit.is_noted:
                self.refused(address, str(failure))
        except KrausenError as failure:
            self.refused(address, str(failure))
        else:
            visit.end()

    async def _converse(self, conversation: Conversation, visit: "_Visit") -> None:
        if self.door.port is None:
            raise Defect(f"The door {self.door.name} has no port.")
        with self._contained():
            await self.door.port.converse(self.opening.settings, conversation, self._site(visit))

    async def talk(self, line: Line) -> None:
        """Converse with a guest by WebSocket until either hangs up. Raises nothing but cancellation."""
        visit = _Visit(self.tally, self._clock, line.address)
        try:
            self.admit(line.address)
            with self._seats.seat(line.address):
                await line.accept()
                visit.end()
                await self._talk(line, visit)
        except TimeoutError:
            await line.close(RESTART, "The door was changed.")
        except KrausenError as failure:
            if not (isinstance(failure, LinkLost) and visit.is_noted):
                self.refused(line.address, str(failure))
            await line.close(code_of(failure), str(failure))
        else:
            await line.close(1000, "")

    async def _talk(self, line: Line, visit: "_Visit") -> None:
        """Converse until the end. Raises TimeoutError when the door has become another."""
        sockets = self.door.sockets
        if sockets is None:
            raise Defect(f"The door {self.door.name} does not speak by WebSocket.")
        talk = Talk(line, sockets.largest, self.patience_s, lambda: self.admit(line.address))
        async with asyncio.timeout(None) as limit:
            self._talks.add(limit)
            try:
                with self._contained():
                    await sockets.converse(self.opening.settings, talk, self._site(visit))
            finally:
                self._talks.discard(limit)

    def _site(self, visit: "_Visit", caller: Caller | None = None, rows: TakeRows | None = None) -> DoorSite:
        role = self.door.role(self.opening.settings)
        return DoorSite(self._shelf, self._desk, Visit(took=visit.left, role=role, caller=caller, rows=rows))

    @contextmanager
    def _contained(self) -> Iterator[None]:
        """Let a door's own file do something. What goes wrong there, and nobody foresaw, stays there."""
        try:
            yield
        except Exception as raised:
            error = _leaf(raised)
            if isinstance(error, KrausenError) and not isinstance(error, Defect):
                raise error from (None if error is raised else raised)
            log.exception("door.failed", door=self.door.name)
            told = f"The door {self.door.name} stumbled over this. The server's log says more."
            raise Invalid(told) from error


def _leaf(error: Exception) -> Exception:
    """Give what went wrong, of several things the first."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


class _Visit:
    """What one guest leaves; who leaves nothing is noted at the end."""

    def __init__(self, tally: Tally, clock: Clock, address: str) -> None:
        self._tally = tally
        self._clock = clock
        self._address = address
        self.is_noted = False

    def left(self, nodes: Sequence[str], readings: int) -> None:
        self.is_noted = True
        self._tally.took(self._clock.now(), self._address, nodes, readings)

    def end(self) -> None:
        if not self.is_noted:
            self.left((), 0)
