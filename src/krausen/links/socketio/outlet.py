"""What is said to one client: past the queue of the engine where that is in order, else through it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from krausen.links.socketio.connection import Connection
from krausen.links.socketio.outgoing import Outgoing

AT_ONCE = 14
"""Packets that the engine is given at a time: some clients refuse an answer to a poll with more than 16."""
ANSWERS = 64
"""With more packets than this on their way, no more should be taken of what the client says."""
ROOM = 65_536
LITTLE = 16_384
"""With more bytes than `ROOM` on their way the client is full; it is looked until only so few are left."""
LOOK_S = 0.001
LOOK_LONGEST_S = 0.1
"""The first look comes soon, each further one after twice the time, up to this."""
_SHORT = 126


class Packed(Protocol):
    """A frame that knows itself as a packet of Engine.IO in a whole, unmasked WebSocket frame."""

    @property
    def packet(self) -> bytes:
        """The WebSocket frame."""


class Turn:
    """What was written directly in one turn of the loop; it leaves at the end, one write for each client."""

    def __init__(self) -> None:
        self._outlets: list[Outlet] = []

    def add(self, outlet: "Outlet") -> None:
        """Take it that something was written."""
        if not self._outlets:
            asyncio.get_running_loop().call_soon(self._leave)
        self._outlets.append(outlet)

    def _leave(self) -> None:
        outlets, self._outlets = self._outlets, []
        for outlet in outlets:
            outlet.leave()


class Outlet:
    """Writes to one client, in the order of the calls, and never waits.

    To a WebSocket on which the engine has nothing on its way a frame goes as it is, with the others of this
    turn. Otherwise it goes behind what the engine has, which is given a few packets at a time. Nothing here
    is bounded: whoever writes is told by `full` that there is no room, and by `drained` that there is again.
    """

    def __init__(
        self,
        queue: Outgoing,
        message: Callable[[str], object],
        connection: Callable[[], Connection | None],
        turn: Turn,
    ) -> None:
        self._queue = queue
        self._message = message
        self._connection = connection
        self._turn = turn
        self._direct: Connection | None = None
        self._parts: list[bytes] = []
        self._bytes = 0
        self._held: deque[str] = deque()
        self._held_chars = 0
        self._given_chars = 0
        self._look: asyncio.TimerHandle | None = None
        self.full: Callable[[], None] = _nothing
        self.drained: Callable[[], None] = _nothing
        self.ended = asyncio.Event()
        self._roomy = asyncio.Event()
        self.reason = ""
        queue.on_idle = self._taken

    def write(self, frame: Packed) -> None:
        """Send a frame."""
        packet = frame.packet
        direct = self._direct or self._changed_over()
        if direct is None or not direct.is_free or self._queue.owed or self._held:
            self._hold(text_of(packet))
            self._measure()
            return
        if not self._parts:
            self._turn.add(self)
        self._parts.append(packet)
        self._bytes += len(packet)
        if self._bytes > ROOM:
            self.leave()

    def leave(self) -> None:
        """Send what was written in this turn; the engine cannot have begun with something of its own."""
        parts, self._parts, self._bytes = self._parts, [], 0
        if parts and self._direct is not None:
            self._direct.write(b"".join(parts))
        self._measure()

    def say(self, text: str) -> None:
        """Send a packet of socket.io, given as text."""
        self._hold(text)
        self._measure()

    @property
    def waiting(self) -> int:
        """How many bytes, or characters, the client has not taken yet, as far as that can be seen."""
        direct = self._direct or self._changed_over()
        on_the_wire = 0 if direct is None else direct.waiting
        return on_the_wire + self._bytes + self._held_chars + self._given_chars

    async def room(self) -> None:
        """Wait while too much is on its way, for the end at the longest."""
        while (self._queue.owed > ANSWERS or self.waiting > ROOM) and not self.ended.is_set():
            self._roomy.clear()
            self._measure()
            await self._roomy.wait()

    def close(self, code: int, reason: str) -> None:  # noqa: ARG002 in socket.io there are no codes
        """Let the connection end, and say why; harmless when it has ended."""
        if not self.ended.is_set():
            self.reason = reason
            self.ended.set()
            self._roomy.set()

    def forget(self) -> None:
        """Let go of what was not sent."""
        self.ended.set()
        self.full = self.drained = self._queue.on_idle = _nothing
        self._held.clear()
        self._parts.clear()
        self._held_chars = self._bytes = 0
        if self._look is not None:
            self._look.cancel()

    def release(self) -> None:
        """Let nobody wait any more for what might still be sent."""
        self._queue.put_nowait(None)

    def _changed_over(self) -> Connection | None:
        """Find the WebSocket of a client who does not poll any more; he stays on it."""
        self._direct = self._connection()
        return self._direct

    def _hold(self, text: str) -> None:
        if self._parts:
            self.leave()
        self._held.append(text)
        self._held_chars += len(text)
        self._give()

    def _give(self) -> None:
        while self._held and self._queue.qsize() < AT_ONCE:
            text = self._held.popleft()
            self._held_chars -= len(text)
            self._given_chars += len(text)
            self._queue.put_nowait(self._message(text))

    def _taken(self) -> None:
        self._given_chars = 0
        self._roomy.set()
        if self._held:
            # The library is emptying its queue: what came now would go into the same answer.
            asyncio.get_running_loop().call_soon(self._give)

    def _measure(self) -> None:
        if self._look is None and self.waiting > ROOM and not self.ended.is_set():
            self._look_after(LOOK_S)
            self.full()

    def _look_after(self, seconds: float) -> None:
        self._look = asyncio.get_running_loop().call_later(seconds, self._looked, seconds)

    def _looked(self, after_s: float) -> None:
        self._look = None
        if self.waiting > LITTLE and not self.ended.is_set():
            self._look_after(min(2 * after_s, LOOK_LONGEST_S))
        else:
            self._roomy.set()
            self.drained()


def text_of(packet: bytes) -> str:
    """Give the packet of socket.io in an unmasked text frame of RFC 6455, without the type of its message."""
    length = packet[1]
    start = 2 if length < _SHORT else 4 if length == _SHORT else 10
    return packet[start + 1 :].decode()


def _nothing() -> None:
    """Nobody wants to know."""
