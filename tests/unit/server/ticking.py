"""A live hub whose ticks go on for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from krausen.server.live import Live


@asynccontextmanager
async def ticking(live: Live) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(live.run())
        yield
        assert not task.done()
        task.cancel()
