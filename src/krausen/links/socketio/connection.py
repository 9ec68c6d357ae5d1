"""A WebSocket (ASGI) that can be ended from outside, whatever is waiting for it, and written to directly."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Protocol, TypeVar

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]
T = TypeVar("T")

FAREWELL_S = 1.0
POLICY = 1008
"""The code of RFC 6455 with which a stranger who does not say who he is, or is not wanted, is hung up on."""


class Transport(Protocol):
    """What is under a WebSocket: a transport of asyncio."""

    def write(self, data: bytes) -> None:
        """Send as soon as there is room, without waiting."""

    def get_write_buffer_size(self) -> int:
        """Tell how many bytes have found no room yet."""

    def is_closing(self) -> bool:
        """Tell whether it is ending or has ended."""

    def abort(self) -> None:
        """End at once; what is not sent is lost."""


class Connection:
    """Passes messages on until `until_s`, a time of the loop; then both directions end.

    None is for ever. Where `transport` is known, whole frames may go past those who send messages. `take` is
    there for who serves it: it takes what is said on it, or leaves it to others.
    """

    def __init__(
        self, receive: Receive, send: Send, until_s: float | None, transport: Transport | None = None
    ) -> None:
        self.take: Callable[[str], Awaitable[bool]] | None = None
        self._receive = receive
        self._send = send
        self._until_s = until_s
        self._transport = transport
        self._waiting: set[asyncio.Timeout] = set()
        self._sending = 0
        self._open = False

    def last_until(self, until_s: float | None) -> None:
        """Let it end at another time, also where it is being waited for."""
        self._until_s = until_s
        for timeout in self._waiting:
            timeout.reschedule(until_s)

    async def receive(self) -> Message:
        """Give the next message, after the end one that says that the other side has gone."""
        try:
            return await self._in_time(self._receive)
        except TimeoutError:
            return {"type": "websocket.disconnect", "code": POLICY}

    async def send(self, message: Message) -> None:
        """Pass a message on. Raises TimeoutError, an OSError, after the end; a goodbye may be late."""
        if message["type"] == "websocket.close":
            self._open = False
            if self._until_s is not None:
                self._until_s = asyncio.get_running_loop().time() + FAREWELL_S
        self._sending += 1
        try:
            await self._in_time(partial(self._send, message))
        finally:
            self._sending -= 1
        if message["type"] == "websocket.accept":
            self._open = self._transport is not None

    @property
    def is_free(self) -> bool:
        """Tell whether nothing is on its way, so that frames may be written."""
        return self._open and not self._sending

    def write(self, frames: bytes) -> None:
        """Write whole frames of RFC 6455 at once; they are lost before and after the talk."""
        transport = self._transport
        if transport is not None and self._open and not transport.is_closing():
            transport.write(frames)

    @property
    def waiting(self) -> int:
        """How many bytes the other side has not taken, as far as that is known."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """End it at once where its transport is known, even if the other side takes nothing."""
        self.last_until(0.0)
        if self._transport is not None:
            self._transport.abort()

    async def _in_time(self, do: Callable[[], Awaitable[T]]) -> T:
        if self._until_s is not None and asyncio.get_running_loop().time() >= self._until_s:
            raise TimeoutError
        async with asyncio.timeout_at(self._until_s) as timeout:
            self._waiting.add(timeout)
            try:
                return await do()
            finally:
                self._waiting.discard(timeout)
