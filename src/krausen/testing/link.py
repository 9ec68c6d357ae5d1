"""A link with both ends in a test's hands."""

from asyncio import Queue, sleep
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from krausen.errors import LinkLost
from krausen.wire.messages import FromAgent, FromServer

Sent = TypeVar("Sent")
Heard = TypeVar("Heard")


class End(Generic[Sent, Heard]):
    """One end of a link; sending takes `slow_s`."""

    def __init__(self, out: "Queue[Sent | None]", back: "Queue[Heard | None]") -> None:
        self._out = out
        self._back = back
        self._gone = False
        self.slow_s = 0.0

    async def send(self, message: Sent) -> None:
        """Send; the link takes any number of messages."""
        await sleep(self.slow_s)
        if self._gone:
            raise LinkLost("The other side has gone.")
        await self._out.put(message)

    async def receive(self) -> Heard:
        """Wait for the next message."""
        message = await self._back.get()
        if message is None:
            self._back.put_nowait(None)
            raise LinkLost("The other side has gone.")
        return message

    def waiting(self) -> int:
        """Count the messages that have come and were not received yet."""
        return self._back.qsize()

    def leave(self) -> None:
        """Let whoever waits here know that nothing more will come."""
        self._gone = True
        self._back.put_nowait(None)


class FakeLink:
    """A link from `agent` to `server` that lasts until `cut`. What was sent before that is still heard."""

    def __init__(self) -> None:
        up: Queue[FromAgent | None] = Queue()
        down: Queue[FromServer | None] = Queue()
        self.agent: End[FromAgent, FromServer] = End(up, down)
        self.server: End[FromServer, FromAgent] = End(down, up)

    def cut(self) -> None:
        """End it for both sides."""
        self.agent.leave()
        self.server.leave()


class Switchboard:
    """Stands in for a server: `calls` has the link of every agent that dialled; if `away`, nobody answers."""

    def __init__(self) -> None:
        self.away = False
        self.dialled = 0
        self.calls: Queue[FakeLink] = Queue()

    @asynccontextmanager
    async def dial(self) -> AsyncIterator[End[FromAgent, FromServer]]:
        """Open a link; raises LinkLost while nobody answers."""
        self.dialled += 1
        if self.away:
            raise LinkLost("Nobody answers.")
        link = FakeLink()
        self.calls.put_nowait(link)
        try:
            yield link.agent
        finally:
            link.cut()
