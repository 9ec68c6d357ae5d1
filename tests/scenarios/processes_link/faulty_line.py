"""A line between agent and server that does what a bad one does: is slow, silent, cut, or full of rubbish."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK = 16384


class FaultyLine:
    """Passes bytes on to a port of this machine, `delay_s` late; not at all while it is `held`."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._open: set[StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._rubbish = b""
        self._broken = False
        self.delay_s = 0.0
        self.url = ""
        self.calls = 0
        self.carried = 0

    def hold(self) -> None:
        """Let nothing through any more, and tell neither side."""
        self._flows.clear()

    def release(self) -> None:
        """Let things through again, those that were held among them."""
        self._flows.set()

    def cut(self) -> None:
        """End every connection, and let nobody through until `mend`."""
        self._broken = True
        self._end()

    def mend(self) -> None:
        """Let through who calls from now on."""
        self._broken = False

    def spoil(self, rubbish: bytes) -> None:
        """Put rubbish in the middle of what goes through next."""
        self._rubbish = rubbish

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass on what comes and goes on one connection."""
        self.calls += 1
        try:
            if not self._broken:
                await self._join(reader, writer)
        except (OSError, ExceptionGroup):
            pass  # one side has left; so does the other
        finally:
            writer.close()

    async def _join(self, reader: StreamReader, writer: StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._open |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass(reader, far_writer))
                tasks.create_task(self._pass(far_reader, writer))
        finally:
            self._open -= {writer, far_writer}
            far_writer.close()

    async def _pass(self, reader: StreamReader, writer: StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            await asyncio.sleep(self.delay_s)
            await self._flows.wait()
            rubbish, self._rubbish = self._rubbish, b""
            self.carried += len(chunk)
            writer.write(chunk[: len(chunk) // 2] + rubbish + chunk[len(chunk) // 2 :])
            await writer.drain()
        raise ConnectionResetError

    def _end(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()


@asynccontextmanager
async def faulty_line(to_port: int) -> AsyncIterator[FaultyLine]:
    """Open a line to a port of this machine; it is at `url`."""
    line = FaultyLine(to_port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        line.cut()
        line.release()
        server.close()
