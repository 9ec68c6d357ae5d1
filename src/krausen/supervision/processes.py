"""The processes that are kept running, each by a task of its own."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

import structlog

from krausen.errors import OperatorNeeded
from krausen.ports.clock import Clock
from krausen.supervision.programs import Program
from krausen.supervision.restarts import Life, Rules, State, born, ended, excused, heard, hung_ms, retried
from krausen.supervision.wanted import Wanted

log = structlog.get_logger()

LOOK_S = 5.0
"""How often each process is looked at, should the system not have told of its end."""

LATE_MS = 1000


class Processes:
    """Starts what is wanted, starts again what ends or hangs, and holds what cannot be kept running.

    The tasks live in `tasks`; when they are cancelled the processes go on by themselves.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        program: Callable[[Wanted], Program],
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._tasks = tasks
        self._program = program
        self._clock = clock
        self._rules = rules
        self._kept: dict[str, _Kept] = {}
        self.changed = asyncio.Event()
        """Set whenever the life of a process takes a turn; whoever waits for it clears it."""

    @property
    def names(self) -> frozenset[str]:
        """The processes that are wanted."""
        return frozenset(name for name, kept in self._kept.items() if not kept.leaving())

    def lives(self) -> Mapping[str, Life]:
        """Give how each process fares, in the order in which they were wanted."""
        return {name: kept.life for name, kept in self._kept.items()}

    def want(self, wanted: Wanted) -> bool:
        """Run a process from now on. Gives False when one of that name runs, or has not left yet."""
        if wanted.name in self._kept:
            return False
        kept = self._kept[wanted.name] = _Kept(self._program(wanted), self._clock.now())
        kept.task = self._tasks.create_task(self._keep(wanted.name, kept))
        return True

    def unwant(self, name: str) -> None:
        """Stop a process; it is gone a moment later."""
        self._kept[name].leave()

    async def stop(self, names: Collection[str]) -> None:
        """Stop several processes at once, and wait until they are gone."""
        leaving = [self._kept[name] for name in names]
        for name in names:
            self.unwant(name)
        await asyncio.gather(*(kept.task for kept in leaving if kept.task is not None))

    def let_go(self) -> None:
        """Watch nothing any more; what runs goes on running."""
        for kept in self._kept.values():
            if kept.task is not None:
                kept.task.cancel()

    def heard(self, pid: int) -> None:
        """Take a sign of life of a process. Those of strangers and of the dead count for nothing."""
        for kept in self._kept.values():
            if kept.life.pid == pid:
                self._turn(kept, heard(kept.life, self._clock.now()))

    def look(self) -> None:
        """Look at all processes now: one of them has ended."""
        for kept in self._kept.values():
            kept.stir.set()

    def retry(self) -> None:
        """Start at once what is held or waits for its next start."""
        for kept in self._kept.values():
            self._turn(kept, retried(kept.life, self._clock.now()))
            kept.stir.set()

    async def _keep(self, name: str, kept: "_Kept") -> None:
        while not kept.leaving():
            how = await self._live(name, kept)
            if not kept.leaving():
                self._turn(kept, ended(kept.life, how, self._clock.now(), self._rules))
                _tell(name, kept.life, self._clock.now())
            while not kept.leaving() and (due_s := self._until(kept.life.due_ms)) > 0:
                await kept.stirred(due_s)
        log.info("process.stopped", process=name)
        del self._kept[name]
        self.changed.set()

    async def _live(self, name: str, kept: "_Kept") -> str:
        """Start a process, be with it to its end or until it is not wanted any more; give how it ended."""
        try:
            pid = await kept.program.start()
        except OperatorNeeded as error:
            return f"did not start: {error}"
        self._turn(kept, born(kept.life, pid, self._clock.now()))
        log.info("process.started", process=name, pid=pid)
        how = None
        while not kept.leaving() and (how := kept.program.how_it_ended()) is None:
            left_s = self._until(hung_ms(kept.life, self._rules))
            if left_s <= 0:
                how = f"showed no sign of life for {self._silence_s(kept.life):g} s"
                break
            await self._watch(kept, min(left_s, LOOK_S))
        await kept.program.stop()
        return how or "was stopped"

    async def _watch(self, kept: "_Kept", at_most_s: float) -> None:
        """Wait until something happens. If we were held up ourselves, that is not the process's silence."""
        began_ms = self._clock.now()
        await kept.stirred(at_most_s)
        late_ms = self._clock.now() - began_ms - int(at_most_s * 1000)
        if late_ms > LATE_MS:
            kept.life = excused(kept.life, late_ms)

    def _turn(self, kept: "_Kept", life: Life) -> None:
        if (life.state, life.pid) != (kept.life.state, kept.life.pid):
            self.changed.set()
        kept.life = life

    def _until(self, ms: int) -> float:
        return (ms - self._clock.now()) / 1000.0

    def _silence_s(self, life: Life) -> float:
        return round((self._clock.now() - (life.heard_ms or life.started_ms)) / 1000.0, 1)


class _Kept:
    """One process and the task that keeps it."""

    def __init__(self, program: Program, now_ms: int) -> None:
        self.program = program
        self.life = Life(due_ms=now_ms)
        self.stir = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self._leaves = False

    def leave(self) -> None:
        """Have the process stopped."""
        self._leaves = True
        self.stir.set()

    def leaving(self) -> bool:
        """Tell whether it is to be stopped, or is already."""
        return self._leaves

    async def stirred(self, at_most_s: float) -> None:
        """Wait until something happens to the process, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self.stir.wait()
        self.stir.clear()


def _tell(name: str, life: Life, now_ms: int) -> None:
    if life.state is State.FAILED:
        detail = (
            f"It {life.detail}, for the {life.crashes}th time in a row; it is tried again in "
            f"{(life.due_ms - now_ms) // 1000} s. See `krausen logs {name}`; after mending it: krausen start."
        )
        log.error("process.held", process=name, detail=detail)
    else:
        log.warning("process.ended", process=name, detail=f"It {life.detail} and is started again.")
