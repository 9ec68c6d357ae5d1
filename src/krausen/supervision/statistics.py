"""What each process takes of processor and memory, gathered into the report."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, Protocol

import psutil
import structlog
from msgspec import Struct

from krausen.ports.clock import Clock
from krausen.supervision.report import SPAWNER, STATS, ProcessReport, Report, write
from krausen.supervision.restarts import Life, State
from krausen.supervision.wanted import SERVER
from krausen.wire.instants import iso

log = structlog.get_logger()

EVERY_S = 10.0
MEGABYTE = 1_000_000


class Usage(Struct, frozen=True):
    """What a process has taken so far: seconds of processor time, and bytes of memory, its own share."""

    cpu_s: float
    memory: int


class Supervised(Protocol):
    """What the report is about."""

    changed: asyncio.Event

    def lives(self) -> Mapping[str, Life]:
        """Give how each process fares."""


class Part(Protocol):
    """A part of the process manager that can be in trouble."""

    @property
    def trouble(self) -> str:
        """What keeps it from its work, in words; nothing when it works."""


class Statistics:
    """Measures every ten seconds, and leaves a report in a file whenever that says something new.

    So a brewery at rest costs its memory card next to nothing.
    """

    def __init__(
        self, supervised: Supervised, spawner: Part, clock: Clock, measure: Callable[[int], Usage | None]
    ) -> None:
        self._supervised = supervised
        self._spawner = spawner
        self._clock = clock
        self._measure = measure
        self._measured: dict[int, tuple[int, Usage]] = {}
        self._shares: dict[int, int] = {}
        self._started = iso(clock.now())
        self.tries = 0
        """How often all processes were told to try again."""

    async def run(self, path: Path, own_pid: int) -> NoReturn:
        """Keep a report in a file. A file that cannot be written is told once, and tried again."""
        left: Report | None = None
        trouble = ""
        due_ms = 0
        while True:
            if self._clock.now() >= due_ms:
                due_ms = self._clock.now() + int(EVERY_S * 1000)
                self._measure_all([own_pid, *self._active()])
            self._measure_new(self._active())
            report = self.report(own_pid)
            if report != left:
                failed = _tried(path, report)
                left = left if failed else report
                _tell_once(path, trouble, failed)
                trouble = failed
            await self._wait((due_ms - self._clock.now()) / 1000.0)

    def report(self, own_pid: int) -> Report:
        """Give all processes as they are, with what was measured of them."""
        lives = self._supervised.lives()
        trouble = self._spawner.trouble
        state = State.FAILED if trouble else State.ACTIVE
        parts = (
            # All of the process manager is one process; what it takes is told once.
            self._process(SPAWNER, Life(state=state, pid=own_pid, detail=trouble), since=self._started),
            ProcessReport(name=STATS, state=State.ACTIVE, pid=own_pid, since=self._started),
        )
        agents = sorted(name for name in lives if name != SERVER)
        first = [self._process(SERVER, lives[SERVER])] if SERVER in lives else []
        return Report(
            circusd=self._process("circusd", Life(state=State.ACTIVE, pid=own_pid), since=self._started),
            tries=self.tries,
            processes=(*first, *parts, *(self._process(name, lives[name]) for name in agents)),
        )

    def _active(self) -> list[int]:
        lives = self._supervised.lives().values()
        return [life.pid for life in lives if life.pid is not None and life.state is State.ACTIVE]

    def _measure_new(self, pids: list[int]) -> None:
        """Measure what has just come up, so that its memory is known at once."""
        for pid in pids:
            usage = None if pid in self._measured else self._measure(pid)
            if usage is not None:
                self._measured[pid] = (self._clock.now(), usage)

    def _measure_all(self, pids: list[int]) -> None:
        """Measure processes. Their share of a processor is that since they were measured last."""
        now_ms = self._clock.now()
        before, self._measured = self._measured, {}
        self._shares = {}
        for pid in pids:
            usage = self._measure(pid)
            if usage is None:
                continue
            self._measured[pid] = (now_ms, usage)
            if pid in before and now_ms > before[pid][0]:
                earlier_ms, earlier = before[pid]
                self._shares[pid] = round((usage.cpu_s - earlier.cpu_s) / (now_ms - earlier_ms) * 100_000)

    def _process(self, name: str, life: Life, since: str | None = None) -> ProcessReport:
        pid = life.pid or 0
        return ProcessReport(
            name=name,
            state=life.state,
            pid=life.pid,
            since=since or (iso(life.started_ms) if life.pid else None),
            restarts=max(0, life.starts - 1),
            cpu_percent=self._shares.get(pid),
            memory_mb=round(self._measured[pid][1].memory / MEGABYTE) if pid in self._measured else None,
            detail=life.detail,
        )

    async def _wait(self, at_most_s: float) -> None:
        changed = self._supervised.changed
        try:
            async with asyncio.timeout(max(0.0, at_most_s)):
                await changed.wait()
        except TimeoutError:
            return
        changed.clear()


def measured(pid: int) -> Usage | None:
    """Measure a process of this user; None when it is gone. On Linux, shared memory counts by share."""
    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            full = process.memory_full_info()
    except psutil.Error:
        return None
    return Usage(times.user + times.system, getattr(full, "pss", 0) or full.rss)


def _tried(path: Path, report: Report) -> str:
    """Write a report; give what went wrong, nothing if nothing did."""
    try:
        write(path, report)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _tell_once(path: Path, before: str, now: str) -> None:
    if now and now != before:
        log.warning("report.not_written", detail=f"{path} cannot be written: {now}. Make room on the disk.")
    elif before and not now:
        log.info("report.written_again")
