"""Gathers single values and sends them as rows; the asynchronous accumulator, twin of the blocking one."""

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Self

from krausen_client.aio import AsyncClient
from krausen_client.errors import ClientError
from krausen_client.gathering import USUALLY, Gathering, Keeping, check_pace
from krausen_client.pauses import Pauses
from krausen_client.results import Sent

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task

log = logging.getLogger("krausen_client")


class AsyncAccumulator:
    """Values of one adapter as they arise, one by one, sent together. Any number of threads may add.

    `flush` sends what was gathered. With `every_s` or `at_values`, a task of the `async with` block flushes
    by itself: so often, or once so many wait; while that fails it goes on with growing pauses. What the
    server has not accepted stays, in memory, or in the file `spool`, where it outlives a crash and is sent
    by the next accumulator with that file. A spool is written within the event loop, some hundredths of a
    millisecond a value.

    The end of the block sends the rest. Raises SpoolUnusable, and ValueError for what cannot be.
    """

    def __init__(
        self,
        client: AsyncClient,
        adapter: str,
        *,
        every_s: float | None = None,
        at_values: int | None = None,
        spool: Path | str | None = None,
        keeping: Keeping = USUALLY,
    ) -> None:
        import asyncio

        check_pace(every_s, at_values)
        self._client = client
        self._every_s = every_s
        self._at_values = at_values
        self._outlives = spool is not None
        self._gathering = Gathering(adapter, Path(spool) if spool else None, keeping, client.options.batch)
        self._flushing = asyncio.Lock()
        self._has_enough = asyncio.Event()
        self._loop: AbstractEventLoop | None = None
        self._tasks = asyncio.TaskGroup()
        self._worker: Task[None] | None = None

    def __len__(self) -> int:
        """How many values wait."""
        return len(self._gathering)

    async def __aenter__(self) -> Self:
        import asyncio

        self._loop = asyncio.get_running_loop()
        await self._tasks.__aenter__()
        if self._every_s is not None or self._at_values is not None:
            self._worker = self._tasks.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._worker is not None:
            self._worker.cancel()
        await self._tasks.__aexit__(None, None, None)
        if error is None:
            await self.close()
            return
        with suppress(ClientError):  # it is logged, and is not to hide the error that ended the block
            await self._end(once=True)

    @property
    def dropped(self) -> int:
        """How many values were dropped, as `Keeping` says."""
        return self._gathering.dropped

    def add(
        self, node: str, metric: str | int, value: float, timestamp: datetime | str | None = None
    ) -> None:
        """Take a value, by default of now. For the same node, metric and time the last value counts.

        Raises Refused for what the server would not take, Full, and SpoolUnusable.
        """
        waiting = self._gathering.add(node, metric, value, timestamp)
        if self._loop is not None and self._at_values is not None and waiting >= self._at_values:
            self._loop.call_soon_threadsafe(self._has_enough.set)

    async def flush(self) -> Sent:
        """Send what waits, if anything does. Raises ClientError; what was not accepted then stays."""
        return await self._flush(once=False)

    async def close(self) -> None:
        """Send what waits and end. Raises as `flush` does, unless a spool keeps what could not be sent.

        Without a spool, what could not be sent waits on, for another `flush` or `close`.
        """
        await self._end(once=self._outlives)

    async def _end(self, *, once: bool) -> None:
        try:
            await self._flush(once=once)
        except ClientError:
            log.warning("%d values of %s were not sent", len(self), self._client.site.url)
            if not self._outlives:
                raise
        finally:
            self._gathering.close()

    async def _flush(self, *, once: bool) -> Sent:
        async with self._flushing:
            return await self._client.carry(self._gathering.flushing(self._client.calls), once=once)

    async def _work(self) -> None:
        pauses = Pauses(Random())
        failed = False
        while True:
            await self._until_due(pauses.next_s() if failed else self._every_s, at_once=not failed)
            try:
                await self._flush(once=True)
            except ClientError as failure:
                failed = True
                log.warning("%d values wait for %s: %s", len(self), self._client.site.url, failure)
            else:
                failed = False
                pauses.reset()

    async def _until_due(self, pause_s: float | None, *, at_once: bool) -> None:
        import asyncio

        if not at_once and pause_s is not None:
            await asyncio.sleep(pause_s)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._has_enough.wait()
        self._has_enough.clear()
