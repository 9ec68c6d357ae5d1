"""Has pasts simulated in child processes, a few at a time, and takes them in as they come."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from krausen.errors import Defect
from krausen.model.reading import Reading
from krausen.simulation.past import LENGTH_BYTES, End, Order, Piece, Progress, decode, framed

Take = Callable[[Sequence[Reading]], Awaitable[object]]

PIPE_BYTES = 1 << 20


class Simulators:
    """Child processes that simulate, at most `count`, each started when it is first needed.

    A context: on leaving, whatever it is left for, all of them end.
    """

    def __init__(self, count: int) -> None:
        # The last one back is the first one out, so that no child is started while another has nothing to do.
        self._idle: asyncio.LifoQueue[Process | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._idle.put_nowait(None)
        self._children = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._children.aclose()

    async def simulate(self, order: Order, take: Take, progress: Callable[[float], None]) -> End:
        """Simulate what an order wants, as soon as it is its turn; give how it ends.

        `progress` hears shares, 0 to 1, from the moment it is begun; `take` gets the readings, the newest
        first.
        """
        child = await self._idle.get()
        progress(0.0)
        if child is None:
            child = await self._started()
        end = await _answered(child, order, take, progress)
        self._idle.put_nowait(child)
        return end

    async def _started(self) -> Process:
        """Start a child, in a session of its own so that Ctrl-C at the terminal is left to us."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "krausen.simulation.past",
            stdin=PIPE,
            stdout=PIPE,
            limit=PIPE_BYTES,
            start_new_session=True,
        )
        self._children.push_async_callback(_ended, child)
        return child


async def _answered(child: Process, order: Order, take: Take, progress: Callable[[float], None]) -> End:
    if child.stdin is None or child.stdout is None:
        raise Defect("The simulating process has no pipes.")
    child.stdin.write(framed(order))
    while True:
        match decode(await _frame(child.stdout)):
            case Progress(done):
                progress(done)
            case Piece(readings):
                await take(readings)
            case End() as end:
                return end


async def _ended(child: Process) -> None:
    if child.returncode is None:
        child.terminate()
    await child.wait()


async def _frame(stream: asyncio.StreamReader) -> bytes:
    try:
        length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
        return await stream.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise Defect("The simulating process ended too early; its words stand above.") from error
