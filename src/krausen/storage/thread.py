"""One thread per file: SQLite is called synchronously, in order, away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

import structlog

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class FileThread:
    """Runs the calls for one file, one after another."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._closing = False

    async def run(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        """Run a call in the thread and give its result.

        A cancelled caller leaves a call that has begun running to its end; one that has not never begins.
        """
        return await self.submit(call, *args)

    def submit(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> "asyncio.Future[T]":
        """Run a call in the thread; the future belongs to the running loop."""
        return asyncio.get_running_loop().run_in_executor(self._executor, call, *args)

    def later(self, call: Callable[[], None]) -> None:
        """Run a call after those that wait, from within the thread; not at all once it is being closed.

        Nobody waits for it: what it raises is told in the log.
        """
        if not self._closing:
            self._executor.submit(call).add_done_callback(_tell)

    def close(self) -> None:
        """Wait for what is under way, then stop."""
        self._closing = True
        self._executor.shutdown(wait=True)


def _tell(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        log.error("thread.failed", detail="Something went wrong here that should not.", exc_info=error)
