"""A simulating process, as whoever started it speaks with it."""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from typing import Self

from msgspec import Struct

from krausen.errors import Defect
from krausen.simulation.frames import LENGTH_BYTES, framed

PIPE_BYTES = 1 << 20


class Child:
    """A process that takes messages and answers each with some. Get it with `Child.started`."""

    def __init__(self, process: Process, words: StreamWriter, answers: StreamReader) -> None:
        self._process = process
        self._words = words
        self._answers = answers

    @classmethod
    async def started(cls, module: str) -> Self:
        """Start one in a session of its own, so that Ctrl-C at the terminal is left to us."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, limit=PIPE_BYTES, start_new_session=True
        )
        if process.stdin is None or process.stdout is None:
            raise Defect("The simulating process has no pipes.")
        return cls(process, process.stdin, process.stdout)

    def tell(self, message: Struct) -> None:
        """Tell it what is wanted."""
        self._words.write(framed(message))

    async def hear(self) -> bytes:
        """Give the next message of its answer. Raises Defect when it has ended."""
        try:
            length = int.from_bytes(await self._answers.readexactly(LENGTH_BYTES), "big")
            return await self._answers.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise Defect("The simulating process ended too early; its words stand above.") from error

    async def end(self) -> None:
        """End it, and wait until it is gone."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()
