"""A link inside one process.

Messages go through their wire form, so nothing travels here that could not travel far.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import structlog
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from krausen.errors import LinkLost
from krausen.links.frames import understood
from krausen.wire.messages import FromAgent, FromServer, encode, from_agent, from_server

log = structlog.get_logger()

FRAMES = 16


class _Wire:
    def __init__(self, out: MemoryObjectSendStream[bytes], back: MemoryObjectReceiveStream[bytes]) -> None:
        self._out = out
        self._back = back

    async def put(self, frame: bytes) -> None:
        try:
            await self._out.send(frame)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise LinkLost("The other side has gone.") from error

    async def get(self) -> bytes:
        try:
            return await self._back.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError) as error:
            raise LinkLost("The other side has gone.") from error

    def close(self) -> None:
        self._out.close()
        self._back.close()


class AgentSide(_Wire):
    """The agent's end."""

    async def send(self, message: FromAgent) -> None:
        """Send; waits while the other side is `FRAMES` behind."""
        await self.put(encode(message))

    async def receive(self) -> FromServer:
        """Wait for the next message."""
        return understood(from_server, await self.get())


class ServerSide(_Wire):
    """The server's end."""

    async def send(self, message: FromServer) -> None:
        """Send; waits while the other side is `FRAMES` behind."""
        await self.put(encode(message))

    async def receive(self) -> FromAgent:
        """Wait for the next message."""
        return understood(from_agent, await self.get())


class MemoryLinks:
    """Joins agents to one server. `cut` ends every link and refuses new ones until `mend`."""

    def __init__(self, answer: Callable[[ServerSide], Awaitable[None]]) -> None:
        self._answer = answer
        self._open: set[_Wire] = set()
        self._broken = False

    def cut(self) -> None:
        """End every link, as if a cable were pulled."""
        self._broken = True
        for side in self._open:
            side.close()

    def mend(self) -> None:
        """Let agents dial again."""
        self._broken = False

    @asynccontextmanager
    async def dial(self) -> AsyncIterator[AgentSide]:
        """Open a link; raises LinkLost while it is cut."""
        if self._broken:
            raise LinkLost("Nobody answers.")
        up_in, up_out = anyio.create_memory_object_stream[bytes](FRAMES)
        down_in, down_out = anyio.create_memory_object_stream[bytes](FRAMES)
        here, there = AgentSide(up_in, down_out), ServerSide(down_in, up_out)
        self._open |= {here, there}
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._serve, there)
                yield here
                here.close()
                tasks.cancel_scope.cancel()
        finally:
            self._open -= {here, there}
            here.close()

    async def _serve(self, there: ServerSide) -> None:
        try:
            await self._answer(there)
        except Exception:
            log.exception("link.server_failed")
        finally:
            there.close()
