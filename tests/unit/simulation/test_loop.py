import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from math import inf, nan
from typing import Any, TypeVar

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Defect
from krausen.ports.clock import Clock
from krausen.simulation import loop as loops
from krausen.simulation.loop import JumpingLoop, PacedLoop, jumping

T = TypeVar("T")
WEEK_S = 7 * 86400.0


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run in a jumping loop."""
    with asyncio.Runner(loop_factory=jumping) as runner:
        return runner.run(main)


def now_s() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture
def _brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a loop with nothing to do give up soon."""
    monkeypatch.setattr(loops, "THREADS_AT_MOST_S", 0.01)


def test_weeks_pass_in_no_time_second_after_second() -> None:
    async def main() -> int:
        ticks = 0
        while now_s() < WEEK_S / 7:
            await asyncio.sleep(10.0)
            ticks += 1
        await asyncio.sleep(51 * WEEK_S)
        return ticks

    assert run(main()) == 8640


@given(st.lists(st.floats(0.0, 1e6), max_size=30))
def test_all_wake_up_in_order_and_on_time(delays_s: list[float]) -> None:
    woken: list[tuple[float, float]] = []

    async def sleeper(delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        woken.append((delay_s, now_s()))

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            for delay_s in delays_s:
                tasks.create_task(sleeper(delay_s))

    run(main())
    assert [due_s for due_s, _ in woken] == sorted(delays_s)
    assert all(at_s == pytest.approx(due_s, abs=1e-6) for due_s, at_s in woken)


@given(st.integers(1, 20), st.floats(1e-3, 1e5))
def test_time_never_runs_backwards_and_sleeps_add_up(steps: int, step_s: float) -> None:
    async def main() -> float:
        for _ in range(steps):
            before_s = now_s()
            await asyncio.sleep(step_s)
            assert now_s() >= before_s + step_s - 1e-6
        return now_s()

    assert run(main()) == pytest.approx(steps * step_s, rel=1e-6, abs=1e-6)


def test_nothing_that_can_run_costs_time() -> None:
    async def main() -> float:
        for _ in range(1000):
            await asyncio.sleep(0)
        return now_s()

    assert run(main()) == 0.0


def test_a_wall_clock_follows_the_loop() -> None:
    async def main() -> tuple[int, int]:
        clock = Clock(1_700_000_000_000, asyncio.get_running_loop().time)
        before = clock.now()
        await asyncio.sleep(1.5)
        return before, clock.now()

    assert run(main()) == (1_700_000_000_000, 1_700_000_001_500)


def test_a_timeout_is_one_of_simulated_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3600.0):
                await asyncio.Event().wait()
        return now_s()

    assert run(main()) == 3600.0


def test_what_is_quicker_than_its_timeout_is_not_interrupted() -> None:
    async def main() -> str:
        async with asyncio.timeout(3600.0):
            await asyncio.sleep(3599.0)
            return "done"

    assert run(main()) == "done"


def test_time_stands_still_while_a_thread_works_for_the_loop() -> None:
    gate = threading.Event()
    in_thread: list[str] = []

    def work(word: str) -> str:
        in_thread.append(threading.current_thread().name)
        gate.wait(5.0)
        return word

    async def main() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as threads, closing(_Timer(0.05, gate.set)):
            async with asyncio.timeout(1.0):
                return await loop.run_in_executor(threads, work, "done"), now_s()

    assert run(main()) == ("done", 0.0)
    assert in_thread != [threading.current_thread().name]


def test_time_goes_on_after_a_thread_failed_for_the_loop() -> None:
    def fail() -> None:
        raise KeyError("nothing")

    async def main() -> float:
        with pytest.raises(KeyError):
            await asyncio.get_running_loop().run_in_executor(None, fail)
        await asyncio.sleep(60.0)
        return now_s()

    assert run(main()) == 60.0


def test_time_goes_on_after_an_executor_refused() -> None:
    async def main() -> float:
        threads = ThreadPoolExecutor(1)
        threads.shutdown()
        with pytest.raises(RuntimeError, match="shutdown"):
            await asyncio.get_running_loop().run_in_executor(threads, int)
        await asyncio.sleep(60.0)
        return now_s()

    assert run(main()) == 60.0


def test_threads_are_waited_for_at_the_end_though_time_could_jump() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        gate = threading.Event()
        work = loop.run_in_executor(None, gate.wait, 5.0)
        work.cancel()
        await asyncio.sleep(0)
        with closing(_Timer(0.05, gate.set)):
            async with asyncio.timeout(300.0):
                await loop.shutdown_default_executor()
        assert now_s() == 0.0

    run(main())


def test_a_word_from_a_foreign_thread_wakes_a_loop_with_nothing_else_to_do() -> None:
    async def main() -> float:
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        with closing(_Timer(0.05, lambda: loop.call_soon_threadsafe(told.set))):
            await told.wait()
        return now_s()

    assert run(main()) == 0.0


def _for_ever() -> list[Callable[[], Awaitable[object]]]:
    return [lambda: asyncio.Event().wait(), anyio.sleep_forever, lambda: asyncio.sleep(inf)]


@pytest.mark.usefixtures("_brief")
@pytest.mark.parametrize("wait", _for_ever(), ids=["event", "sleep_forever", "sleep"])
def test_a_loop_that_nothing_can_wake_says_so(wait: Callable[[], Awaitable[object]]) -> None:
    async def main() -> None:
        await asyncio.sleep(5.0)
        await wait()

    with pytest.raises(Defect, match="ever wake this loop"):
        run(main())


def test_a_sleep_for_ever_can_be_cancelled() -> None:
    async def main() -> float:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(anyio.sleep_forever)
            await asyncio.sleep(2 * 86400.0)
            tasks.cancel_scope.cancel()
        return now_s()

    assert run(main()) == 2 * 86400.0


class _Timer:
    """Does something from a thread of its own a little later; closing waits for it."""

    def __init__(self, after_s: float, what: Callable[[], object]) -> None:
        self._thread = threading.Timer(after_s, what)
        self._thread.start()

    def close(self) -> None:
        """Wait for it."""
        self._thread.join()


class SystemClock:
    """A system's clock that a test moves; whoever reads it lets a hundredth of a second pass."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        self.now_s += 0.01
        return self.now_s


def run_paced(speed: float, system: SystemClock, main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=lambda: PacedLoop(speed, system_s=system)) as runner:
        return runner.run(main)


@pytest.mark.parametrize(("speed", "sleep_s"), [(1.0, 0.02), (60.0, 1.5), (1000.0, 50.0)])
def test_a_paced_sleep_takes_its_share_of_the_systems_time(speed: float, sleep_s: float) -> None:
    system = SystemClock()

    async def main() -> tuple[float, float]:
        before_s = now_s(), system.now_s
        await asyncio.sleep(sleep_s)
        return now_s() - before_s[0], system.now_s - before_s[1]

    simulated_s, real_s = run_paced(speed, system, main())
    assert simulated_s == pytest.approx(sleep_s, abs=1e-5)
    assert sleep_s / speed - 0.011 <= real_s <= sleep_s / speed + 0.05


def test_paced_time_stands_still_while_anything_can_run() -> None:
    system = SystemClock()

    async def main() -> None:
        before_s = now_s()
        system.now_s += 3600.0
        assert now_s() == before_s

    run_paced(1.0, system, main())


def test_a_paced_loop_that_fell_behind_catches_up_deadline_by_deadline() -> None:
    system = SystemClock()

    async def main() -> list[float]:
        system.now_s += 3600.0
        answered = asyncio.Event()
        asyncio.get_running_loop().call_later(5.0, answered.set)
        async with asyncio.timeout(6.0):
            await answered.wait()
        woken = [now_s()]
        for _ in range(10):
            await asyncio.sleep(60.0)
            woken.append(now_s())
        return woken

    woken = run_paced(1.0, system, main())
    assert [after - before for before, after in pairwise(woken)] == pytest.approx([60.0] * 10)


def test_a_paced_loop_without_timers_is_woken_by_threads_and_knows_the_time_then() -> None:
    system = SystemClock()

    async def main() -> float:
        loop, told = asyncio.get_running_loop(), asyncio.Event()
        system.now_s += 100.0
        with closing(_Timer(0.05, lambda: loop.call_soon_threadsafe(told.set))):
            await told.wait()
        return now_s()

    assert run_paced(10.0, system, main()) == pytest.approx(1000.0, abs=1.0)


def test_paced_time_stands_still_while_a_thread_works_for_the_loop() -> None:
    system = SystemClock()

    def work() -> str:
        system.now_s += 3600.0
        return "done"

    async def main() -> tuple[str, float]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60.0):
            return await loop.run_in_executor(None, work), now_s()

    word, at_s = run_paced(1.0, system, main())
    assert word == "done"
    assert at_s < 1.0


@pytest.mark.parametrize("speed", [0.0, 0.99, 1000.1, -5.0, inf, nan])
def test_a_speed_out_of_bounds_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="between 1 and 1000"):
        PacedLoop(speed)


def test_a_jumping_loop_is_what_the_factory_makes() -> None:
    with closing(jumping()) as loop:
        assert isinstance(loop, JumpingLoop)
        assert loop.time() == 0.0
