"""Conversations by WebSocket: what a guest may say, and how long nothing at first."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from krausen.errors import Forbidden, Invalid, KrausenError, LinkLost, Throttled, TryAgain

POLICY = 1008
TOO_LARGE = 1009
RESTART = 1012
TRY_LATER = 1013
FORBIDDEN = 4403
"""The codes with which we close: those of RFC 6455 and its registry, and from 4000 on our own."""


class TooLarge(Invalid):
    """A message has more bytes than the door takes."""


class Line(Protocol):
    """A connection by WebSocket that waits to be taken."""

    @property
    def address(self) -> str:
        """The network address of the guest."""

    async def accept(self) -> None:
        """Take the connection."""

    async def receive(self) -> str | None:
        """Give the next message, None when the guest has gone. Raises Invalid for one that is no text."""

    async def send(self, text: str) -> None:
        """Send a message. Raises LinkLost."""

    async def close(self, code: int, reason: str) -> None:
        """End the connection, or do not take it; harmless when the guest has gone."""


class Talk:
    """One conversation. `knock` is called at every message and raises when there are too many.

    A guest who says nothing for `patience_s` at first is sent away. Later they may just listen, for the
    connection itself is watched by pings.
    """

    def __init__(self, line: Line, largest: int, patience_s: float, knock: Callable[[], None]) -> None:
        self._line = line
        self._largest = largest
        self._patience_s = patience_s
        self._knock = knock
        self._has_spoken = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._line.address

    async def receive(self) -> str | None:
        """Give the next message, None at the end. Raises Invalid, Throttled, Forbidden, LinkLost."""
        try:
            async with asyncio.timeout(None if self._has_spoken else self._patience_s):
                text = await self._line.receive()
        except TimeoutError as error:
            raise LinkLost(f"The guest said nothing for {self._patience_s:g} s.") from error
        if text is not None:
            self._has_spoken = True
            self._knock()
            if len(text) > self._largest or len(text.encode()) > self._largest:
                raise TooLarge(f"A message has at most {self._largest} bytes.")
        return text

    async def send(self, text: str) -> None:
        """Send a message. Raises LinkLost when the guest has gone or does not take it."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._line.send(text)
        except TimeoutError as error:
            raise LinkLost(f"The guest took no message for {self._patience_s:g} s.") from error


def code_of(failure: KrausenError) -> int:
    """Give the code that says why a conversation is ended."""
    match failure:
        case TooLarge():
            return TOO_LARGE
        case Forbidden():
            return FORBIDDEN
        case Throttled() | TryAgain():
            return TRY_LATER
    return POLICY
