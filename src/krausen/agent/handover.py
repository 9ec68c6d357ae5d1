"""Hand over what is owed: a few batches ahead of what is stored, and what is new before what has waited.

What is taken while a link lasts goes at once and in order. What had waited before it fills the time between,
in order too, so that a month of backlog keeps nobody from seeing the present.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NoReturn

from msgspec import Struct, field
from msgspec.structs import replace

from krausen.errors import LinkLost
from krausen.ports.link import AgentEnd
from krausen.ports.outbox import Outbox, Owed
from krausen.wire.messages import LARGEST_FRAME, ReadingsTaken, encode

BATCH = 1000
COUNTS = 32
"""Bytes of a frame that are left to its counts, which are put in last."""
AHEAD = 4
"""Batches that may be on their way before the first of them is stored."""
ANSWER_S = 30.0
"""A server that has not stored a batch, or not greeted, by then is given up and dialled again."""


def at_once() -> asyncio.Event:
    """Give an event that has happened already."""
    event = asyncio.Event()
    event.set()
    return event


def none() -> int:
    """Count nothing."""
    return 0


class Owing(Struct, frozen=True):
    """Where readings are owed from, what tells of new ones, and what is set while times can be believed.

    `given_up` counts the readings that had to be dropped since the start.
    """

    outbox: Outbox
    event: asyncio.Event
    timely: asyncio.Event = field(default_factory=at_once)
    given_up: Callable[[], int] = none


class _Batch(Struct, frozen=True):
    after: int
    through: int


class HandOver:
    """Readings on their way to the server, from one link to the next."""

    def __init__(self, owing: Owing) -> None:
        self._outbox = owing.outbox
        self._owing = owing.event
        self._timely = owing.timely
        self._given_up = owing.given_up
        self._told = 0
        self._under_way: deque[_Batch] = deque()
        self._stored = asyncio.Event()
        self._waited = self._old = self._new = 0

    async def run(self, link: AgentEnd, caught_up: Callable[[], None]) -> NoReturn:
        """Send what is owed over a new link, for ever; say so whenever nothing is left."""
        self._under_way.clear()
        self._told = 0
        await self._timely.wait()
        self._new = self._waited = await self._outbox.newest()
        first = await self._outbox.oldest(1, 0, self._waited)
        self._old = self._waited if first is None else first.through - 1
        while True:
            self._owing.clear()
            self._stored.clear()
            await self._timely.wait()
            taken = await self._next() if len(self._under_way) < AHEAD else None
            if taken is not None:
                await link.send(self._with_losses(taken))
            elif self._under_way:
                async with asyncio.timeout(ANSWER_S):
                    await self._stored.wait()
            else:
                caught_up()
                await self._owing.wait()

    async def stored(self, through: int) -> None:
        """Forget the batch that ends with this number, and those sent before it: the server has them.

        Raises LinkLost for a number that ends no batch.
        """
        if all(batch.through != through for batch in self._under_way):
            raise LinkLost("The server acknowledged readings that were not sent to it.")
        while self._under_way:
            batch = self._under_way[0]
            await self._outbox.forget(batch.through, batch.after)
            self._under_way.popleft()
            if batch.through == through:
                break
        self._stored.set()

    async def _next(self) -> ReadingsTaken | None:
        """Give the next readings: of those that are new, else of those that have waited."""
        new = await self._fitting(self._new, None)
        if new is not None:
            self._under_way.append(_Batch(self._new, new.through))
            self._new = new.through
            return _taken(new, self._waited - self._old)
        old = await self._fitting(self._old, self._waited) if self._old < self._waited else None
        if old is None:
            self._old = self._waited
            return None
        self._under_way.append(_Batch(self._old, old.through))
        self._old = old.through
        return _taken(old, self._waited - self._new)

    def _with_losses(self, taken: ReadingsTaken) -> ReadingsTaken:
        """Tell with readings how many had to be dropped, if this link has not heard of all of them."""
        count = self._given_up()
        if count == self._told:
            return taken
        self._told = count
        return replace(taken, given_up=count)

    async def _fitting(self, after: int, until: int | None) -> Owed | None:
        """Give as many readings as fit into a frame."""
        limit = BATCH
        owed = await self._outbox.oldest(limit, after, until)
        while owed is not None and limit > 1 and len(encode(_taken(owed))) > LARGEST_FRAME - COUNTS:
            limit //= 2
            owed = await self._outbox.oldest(limit, after, until)
        return owed


def _taken(owed: Owed, more: int = 0) -> ReadingsTaken:
    return ReadingsTaken(owed.through, owed.readings, owed.left + more)
