"""What both ends of a connection have in common: frames in order, and bounds in both directions."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from krausen.errors import LinkLost
from krausen.links import frames
from krausen.wire.messages import LARGEST_FRAME

T = TypeVar("T")

HELD = 8
"""Frames that have come and were not asked for yet."""
STUCK_S = 20.0
"""A peer that takes nothing for so long is given up."""
LOOKS = 10
"""How often it is looked at once whether the engine has room, before it is waited for."""
LOOK_S = 0.01


class Line:
    """One end. `emit` gives a frame to the engine, `queued` counts what the engine has not passed on yet.

    A frame goes to the engine only when the one before is on its way, so that nothing piles up there.
    """

    def __init__(self, emit: Callable[[bytes], Awaitable[None]], queued: Callable[[], int]) -> None:
        self._emit = emit
        self._queued = queued
        self._turn = asyncio.Lock()
        self._in, self._out = anyio.create_memory_object_stream[bytes](HELD)
        self.ended = ""

    async def send(self, frame: bytes) -> None:
        """Send a frame once the engine has room. Raises LinkLost once the line has ended."""
        if len(frame) > LARGEST_FRAME:
            raise LinkLost(f"A message of {len(frame):,} bytes does not fit through a link.")
        async with self._turn:
            await self._room()
            if self.ended:
                raise LinkLost(self.ended)
            await self._emit(frame)

    async def receive(self) -> bytes:
        """Give the next frame; those that came before the end are still given. Raises LinkLost after them."""
        try:
            return await self._out.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError) as error:
            raise LinkLost(self.ended) from error

    async def came(self, frame: bytes) -> None:
        """Take a frame that came; waits while too many are held."""
        try:
            await self._in.send(frame)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            self.end("It came too late.")

    def came_unasked(self, frame: bytes) -> None:
        """Take a frame where one cannot wait; the line ends when too many are held."""
        try:
            self._in.send_nowait(frame)
        except anyio.WouldBlock:
            self.end("The other side says more than can be taken.")
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            self.end("It came too late.")

    def end(self, reason: str) -> None:
        """Let both directions end, and say why in a sentence; the first reason counts."""
        self.ended = self.ended or reason
        self._in.close()

    def close(self) -> None:
        """Let go of everything."""
        self.end("The link was closed.")
        self._out.close()

    async def _room(self) -> None:
        now_s = asyncio.get_running_loop().time
        until_s = now_s() + STUCK_S
        looks = 0
        while self._queued() and not self.ended:
            if now_s() >= until_s:
                self.end(f"The other side took nothing for {STUCK_S:.0f} s.")
            looks += 1
            await asyncio.sleep(0 if looks < LOOKS else LOOK_S)


def understood(decode: Callable[[bytes], T], frame: bytes) -> T:
    """Give the message of a frame. Raises LinkLost with a sentence on one that is none, or is too large."""
    if len(frame) > LARGEST_FRAME:
        raise LinkLost(f"A message may have {LARGEST_FRAME:,} bytes; this one has {len(frame):,}.")
    return frames.understood(decode, frame)
