"""An uplink whose server, stores and clock are in our hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from krausen import __version__
from krausen.agent.desired import DesiredState
from krausen.agent.handover import Owing
from krausen.agent.uplink import Identity, Uplink
from krausen.model.reading import Reading
from krausen.model.series import WHOLE
from krausen.testing.clock import HandClock
from krausen.testing.link import FakeLink, Switchboard
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from krausen.wire.messages import (
    Declared,
    Hello,
    ReadingsStored,
    ReadingsTaken,
    SeriesDeclared,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.agent.orders import BEER, WORKSHOP

IDENTITY = Identity("pi", (Declared(BEER, "°C", WHOLE),))


class Line:
    """An uplink with everything around it in our hands."""

    def __init__(self) -> None:
        self.switchboard = Switchboard()
        self.outbox = MemoryOutbox()
        self.notebook = MemoryNotebook()
        self.owing = asyncio.Event()
        self.desired = DesiredState(self.notebook, HandClock(7), WORKSHOP)
        self.uplink = Uplink(IDENTITY, self.switchboard.dial, Owing(self.outbox, self.owing), self.desired)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Uplink]:
        """Run the uplink."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.uplink.run())
            yield self.uplink
            assert not task.done()
            task.cancel()

    async def owe(self, start: int, stop: int) -> None:
        """Have readings of some instants in the outbox."""
        await self.outbox.keep([Reading(BEER, t, 20.0) for t in range(start, stop)])
        self.owing.set()

    async def called(self) -> FakeLink:
        """Take the next call, and its hello."""
        link = await self.switchboard.calls.get()
        assert await link.server.receive() == Hello(agent="pi", wire=WIRE_VERSION, version=__version__)
        return link

    async def greeted(self) -> FakeLink:
        """Take the next call, and greet."""
        link = await self.called()
        await link.server.send(Welcome("test"))
        assert await link.server.receive() == SeriesDeclared(IDENTITY.series)
        return link

    async def batch(self, link: FakeLink, *, stored: bool = True) -> list[int]:
        """Take the next readings and give their times."""
        taken = await link.server.receive()
        assert isinstance(taken, ReadingsTaken)
        if stored:
            await link.server.send(ReadingsStored(taken.through))
        return [reading.t for reading in taken.readings]
