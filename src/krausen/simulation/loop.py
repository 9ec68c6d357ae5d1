"""Event loops whose time is simulated: one that jumps, for tests, and one that is paced, for the demo.

Event-loop time is the only time there is, so code that sleeps on the loop needs no change. In the jumping
loop, time stands still while anything can run or a thread works for the loop, and then jumps to the next
deadline. It knows nothing of threads and sockets that libraries start by themselves, so those have no place
in it.

The paced loop does the same, but takes its time: it follows the system's clock, times its speed. Where work
takes longer than that, it falls behind and catches up deadline by deadline, so that a busy machine lets no
time-out fire whose answer was only waiting for its turn.
"""

import asyncio
import selectors
from asyncio import AbstractEventLoop, Future, TimerHandle
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context
from math import inf
from time import monotonic  # noqa: TID251 the one clock that a paced loop paces itself by
from typing import Any, TypeVar, TypeVarTuple, Unpack

from krausen.errors import Defect

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
THREADS_AT_MOST_S = 10.0
"""How long a thread that the loop does not know of may take to wake it, in the system's seconds."""

RESOLUTION_S = 1e-6
"""What lies this close together in simulated time is due at once."""

Ready = list[tuple[selectors.SelectorKey, int]]
Select = Callable[[float | None], Ready]


class _StillLoop(asyncio.SelectorEventLoop):
    """A loop whose time stands still while anything can run, or a thread works for it."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._away = 0
        super().__init__(_Selector(self._wait))
        # asyncio calls what is due before time + resolution. Its own resolution, a billionth, is lost in
        # rounding after half a year, and then nothing would ever be due.
        self._clock_resolution = RESOLUTION_S

    def time(self) -> float:
        """Give simulated seconds since the loop was made."""
        return self._now_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> Future[T]:
        """Run in a thread; simulated time stands still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._away += 1
        future.add_done_callback(self._back)
        return future

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[Ts]], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> TimerHandle:
        """Call at a time; what is due in eternity (a sleep for ever) is not waited for."""
        if when == inf:
            return TimerHandle(when, callback, args, self, context)
        return super().call_at(when, callback, *args, context=context)

    async def shutdown_default_executor(self, *_: float | None) -> None:
        """Wait for the threads, however long it takes; simulated time stands still meanwhile."""
        self._away += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._away -= 1

    def _back(self, _: "Future[Any]") -> None:
        self._away -= 1

    def _wait(self, select: Select, timeout: float | None) -> Ready:
        ready = select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if self._away:
            return select(None)
        return self._pass(select, timeout)

    def _pass(self, select: Select, timeout: float | None) -> Ready:
        """Let time pass until the next deadline, `timeout` seconds away; None when there is none."""
        raise NotImplementedError


class JumpingLoop(_StillLoop):
    """A loop that jumps to its next deadline as soon as nothing can run. Weeks pass in seconds."""

    def _pass(self, select: Select, timeout: float | None) -> Ready:
        if timeout is None:
            return _woken(select(THREADS_AT_MOST_S))
        self._now_s += timeout
        return []


class PacedLoop(_StillLoop):
    """A loop whose seconds pass `speed` times as fast as the system's. Those that share an anchor agree."""

    def __new__(cls, speed: float, **_: object) -> "PacedLoop":
        """Refuse a speed before there is a loop that would have to be closed."""
        if not 1 <= speed <= 1000:
            raise ValueError(f"A speed lies between 1 and 1000, not {speed:g}.")
        return super().__new__(cls)

    def __init__(self, speed: float, *, system_s: Callable[[], float] = monotonic) -> None:
        self.speed = speed
        self._system_s = system_s
        self._start_s = system_s()
        super().__init__()

    def _pass(self, select: Select, timeout: float | None) -> Ready:
        due_s = inf if timeout is None else self._now_s + timeout
        behind_s = self._target_s() - due_s
        ready = select(None if timeout is None else max(0.0, -behind_s / self.speed))
        self._now_s = max(self._now_s, min(due_s, self._target_s()))
        return ready

    def _target_s(self) -> float:
        return (self._system_s() - self._start_s) * self.speed


def jumping() -> AbstractEventLoop:
    """Make a jumping loop; fit for `asyncio.Runner(loop_factory=jumping)`."""
    return JumpingLoop()


def _woken(ready: Ready) -> Ready:
    if not ready:
        raise Defect("Nothing is left that could ever wake this loop.")
    return ready


class _Selector(selectors.DefaultSelector):
    def __init__(self, wait: Callable[[Select, float | None], Ready]) -> None:
        super().__init__()
        self._wait = wait

    def select(self, timeout: float | None = None) -> Ready:
        """Wait as the loop's own time demands."""
        return self._wait(super().select, timeout)
