"""A whole installation under its process manager, and an emulated BrewPi beside it, as processes."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from krausen.supervision.installation import Installation
from krausen.supervision.succession import holder
from tests.scenarios.processes_link.brewhouse import LOOK_S, free_port

PATIENCE_S = 60.0
T = TypeVar("T")


class Cellar:
    """`krausen up` over a data folder, and `krausen emulate brewpi` at a port."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.installation = Installation(data)
        self.board = free_port()
        self._port = free_port()

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the server as its administrator; give what it answers, which must be a success."""
        token = (self.data / "local-token").read_text()
        headers = {"authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self._port}/api/v1"
        async with httpx2.AsyncClient(base_url=url, headers=headers) as http:
            answer = await http.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def until(self, what: Callable[[], Awaitable[T]]) -> T:
        """Wait until something is so, and give it; a server that does not answer yet is waited for."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with suppress(OSError, httpx2.HTTPError):
                    if found := await what():
                        return found
                await asyncio.sleep(LOOK_S)

    def pid(self, role: str) -> int | None:
        """Give the process that holds a role."""
        found = holder(self.installation.lock(role))
        return found.pid if found else None

    async def asked_of_the_board(self, request: str) -> str:
        """Ask the board itself, as a host does that comes after ours has gone."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.board)
        try:
            writer.write(f"{request}\n".encode())
            async with asyncio.timeout(PATIENCE_S):
                while not (line := (await reader.readline()).decode()).startswith(f"{request}:".upper()):
                    assert line, "The board hung up."
            return line
        finally:
            writer.close()
            await writer.wait_closed()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have everything run."""
        up = await self._started("up", "--data", str(self.data), "--port", str(self._port))
        board = await self._started("emulate", "brewpi", "--tcp", str(self.board))
        try:
            await self.until(lambda: self.call("GET", "/health"))
            yield
        finally:
            board.kill()
            up.send_signal(signal.SIGTERM)
            await asyncio.gather(board.wait(), up.wait())

    async def _started(self, *words: str) -> asyncio.subprocess.Process:
        with (self.data.parent / f"{words[0]}.log").open("ab") as output:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "krausen",
                *words,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
