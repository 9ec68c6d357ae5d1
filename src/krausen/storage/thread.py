"""One thread per file: SQLite is called synchronously, in order, away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import TypeVar, TypeVarTuple, Unpack

import structlog

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class FileThread:
    """Runs the calls for one file, one after another."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._turn = Lock()
        self._closing = False

    async def run(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        """Run a call in the thread and give its result.

        A cancelled caller leaves a call that has begun running to its end; one that has not never begins.
        """
        return await self.submit(call, *args)

    def submit(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> "asyncio.Future[T]":
        """Run a call in the thread; the future belongs to the running loop."""
        return asyncio.get_running_loop().run_in_executor(self._executor, self._in_turn, call, *args)

    def at_once(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> "asyncio.Future[T] | None":
        """Run a call here and now, on the event loop, if the thread is at rest; None if it is not.

        For calls so short that to wake the thread would take longer.
        """
        if not self._turn.acquire(blocking=False):
            return None
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        try:
            with _Handed(done):
                done.set_result(call(*args))
        finally:
            self._turn.release()
        return done

    def later(self, call: Callable[[], None]) -> None:
        """Run a call after those that wait, from within the thread; not at all once it is being closed.

        Nobody waits for it: what it raises is told in the log.
        """
        if not self._closing:
            self._executor.submit(self._in_turn, call).add_done_callback(_tell)

    def close(self) -> None:
        """Wait for what is under way, then stop."""
        self._closing = True
        self._executor.shutdown(wait=True)

    def _in_turn(self, call: Callable[[Unpack[Ts]], T], *args: *Ts) -> T:
        with self._turn:
            return call(*args)


class _Handed:
    """Hands an error to those who wait for a future."""

    def __init__(self, waiting: "asyncio.Future[T]") -> None:
        self._waiting = waiting

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self._waiting.set_exception(error)
        return True


def _tell(done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        log.error("thread.failed", detail="Something went wrong here that should not.", exc_info=error)
