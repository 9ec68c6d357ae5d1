"""A WebSocket (ASGI) that can be ended from outside, whatever is waiting for it."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, TypeVar

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
T = TypeVar("T")

FAREWELL_S = 1.0
POLICY = 1008
"""The code of RFC 6455 with which a stranger who does not say who he is, or is not wanted, is hung up on."""


class Connection:
    """Passes messages on until `until_s`, a time of the loop; then both directions end.

    None is for ever.
    """

    def __init__(self, receive: Receive, send: Send, until_s: float | None) -> None:
        self._receive = receive
        self._send = send
        self._until_s = until_s
        self._waiting: set[asyncio.Timeout] = set()

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
        if message["type"] == "websocket.close" and self._until_s is not None:
            self._until_s = asyncio.get_running_loop().time() + FAREWELL_S
        await self._in_time(partial(self._send, message))

    async def _in_time(self, do: Callable[[], Awaitable[T]]) -> T:
        if self._until_s is not None and asyncio.get_running_loop().time() >= self._until_s:
            raise TimeoutError
        async with asyncio.timeout_at(self._until_s) as timeout:
            self._waiting.add(timeout)
            try:
                return await do()
            finally:
                self._waiting.discard(timeout)
