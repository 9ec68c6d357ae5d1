"""One door with everything that is kept of it while the server runs."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from krausen.errors import Defect, Invalid, KrausenError, LinkLost
from krausen.model.door import DoorState
from krausen.ports.clock import Clock
from krausen.ports.door import Answer, Door, Exchange
from krausen.server.doors.admission import Admission
from krausen.server.doors.conversing import Conversation, Seats
from krausen.server.doors.opening import at_first, opening_of
from krausen.server.doors.storing import DoorSite, Shelf, Storage, TakeRows
from krausen.server.doors.tally import Tally

log = structlog.get_logger()


class Guarded:
    """Lets guests in to a door, keeps them within bounds, and notes what became of them."""

    def __init__(self, door: Door, storage: Storage, patience_s: float) -> None:
        self.door = door
        self.tally = Tally()
        self.port_problem: str | None = None
        self.patience_s = patience_s
        """How long a guest may be silent."""
        self._clock = storage.clock
        self._seats = Seats()
        self._shelf = Shelf(door.name, storage)
        self.be(at_first(door))

    def be(self, state: DoorState) -> None:
        """Take on a state."""
        self.state = state
        self.opening = opening_of(self.door, state)
        self._admission = Admission(state.allow)

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

    async def exchange(self, exchange: Exchange, rows: TakeRows | None) -> Answer:
        """Give the answer to a guest by HTTP who was let in. Raises KrausenError, and nothing else."""
        if self.door.paths is None:
            raise Defect(f"The door {self.door.name} does not speak HTTP.")
        visit = _Visit(self.tally, self._clock, exchange.address)
        site = DoorSite(self._shelf, visit.left, caller=exchange.caller, rows=rows)
        with self._contained():
            answer = await self.door.paths.exchange(self.opening.settings, exchange, site)
        visit.end()
        return answer

    def authorization(self, bare: Exchange) -> str:
        """Give what stands in the header `Authorization` of a request, or would. Raises Invalid."""
        named = self.door.paths.authorization if self.door.paths is not None else None
        with self._contained():
            return bare.headers.get("authorization", "") if named is None else named(bare)

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
        site = DoorSite(self._shelf, visit.left)
        with self._contained():
            await self.door.port.converse(self.opening.settings, conversation, site)

    @contextmanager
    def _contained(self) -> Iterator[None]:
        """Let a door's own file do something. What goes wrong there, and nobody foresaw, stays there."""
        try:
            yield
        except Exception as error:
            if isinstance(error, KrausenError) and not isinstance(error, Defect):
                raise
            log.exception("door.failed", door=self.door.name)
            told = f"The door {self.door.name} stumbled over this. The server's log says more."
            raise Invalid(told) from error


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
