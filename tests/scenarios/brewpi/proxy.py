"""A TCP proxy that does what networks do: it delays, cuts, falls silent, and says what nobody said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast


class Proxy:
    """Passes bytes on between a host and an address, unless told otherwise.

    `late_s` delays all that the controller says; while `is_half_open` nothing passes and nobody hangs up;
    while `is_shut` nobody gets in.
    """

    def __init__(self, port: int) -> None:
        self.late_s = 0.0
        self.is_half_open = False
        self.is_shut = False
        self.port = 0
        self._behind = port
        self._writers: list[asyncio.StreamWriter] = []
        self._hosts: list[asyncio.StreamWriter] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = cast("int", server.sockets[0].getsockname()[1])
        async with server:
            try:
                yield self
            finally:
                self.cut()
                await asyncio.sleep(2.0)

    def cut(self) -> None:
        """Cut all connections, in both directions, without a goodbye."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._hosts.clear()

    def garble(self, said: bytes) -> None:
        """Say something to the host that the controller never said."""
        for writer in self._hosts:
            writer.write(said)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self.is_shut:
            writer.transport.abort()
            return
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        self._writers.append(behind_writer)
        self._hosts.append(writer)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pass(reader, behind_writer, is_answer=False))
                tasks.create_task(self._pass(behind_reader, writer, is_answer=True))
        finally:
            for one in (writer, behind_writer):
                one.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        while True:
            try:
                chunk = await reader.read(4096)
            except ConnectionError:
                chunk = b""
            if is_answer and self.late_s:
                await asyncio.sleep(self.late_s)
            if not self.is_half_open:
                if not chunk:
                    writer.transport.abort()
                    return
                writer.write(chunk)
            elif not chunk:
                return
