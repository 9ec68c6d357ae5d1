"""Has pasts simulated in child processes, a few at a time, and takes them in as they come."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from krausen.model.reading import Reading
from krausen.simulation import past
from krausen.simulation.child import Child
from krausen.simulation.past import End, Order, Piece, Progress, decode

Take = Callable[[Sequence[Reading]], Awaitable[object]]


class Simulators:
    """Child processes that simulate, at most `count`, each started when it is first needed.

    A context: on leaving, whatever it is left for, all of them end.
    """

    def __init__(self, count: int) -> None:
        # The last one back is the first one out, so that no child is started while another has nothing to do.
        self._idle: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
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

    async def _started(self) -> Child:
        child = await Child.started(past.__name__)
        self._children.push_async_callback(child.end)
        return child


async def _answered(child: Child, order: Order, take: Take, progress: Callable[[float], None]) -> End:
    child.tell(order)
    while True:
        match decode(await child.hear()):
            case Progress(done):
                progress(done)
            case Piece(readings):
                await take(readings)
            case End() as end:
                return end
