import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog.testing

from krausen.ports.clock import Clock
from krausen.supervision.report import Report, written
from krausen.supervision.restarts import Life, State
from krausen.supervision.statistics import Statistics, Usage, measured

KEEPER, SERVER, AGENT = 10, 11, 12


class Cellar:
    """Processes whose lives a test sets, and what they have taken of the processor."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.trouble = ""
        self.processes = {
            "server": Life(state=State.ACTIVE, pid=SERVER, starts=1),
            "dev-a": Life(state=State.ACTIVE, pid=AGENT, starts=3, started_ms=5000),
        }
        self.cpu_s = {KEEPER: 0.0, SERVER: 0.0, AGENT: 0.0}
        self.measures = 0

    def lives(self) -> Mapping[str, Life]:
        return self.processes

    def turn(self, name: str, life: Life) -> None:
        self.processes[name] = life
        self.changed.set()

    def measure(self, pid: int) -> Usage | None:
        self.measures += 1
        return Usage(self.cpu_s[pid], pid * 1_000_000) if pid in self.cpu_s else None


@asynccontextmanager
async def reporting(cellar: Cellar, path: Path) -> AsyncIterator[None]:
    clock = Clock(0.0, asyncio.get_running_loop().time)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(Statistics(cellar, cellar, clock, cellar.measure).run(path, KEEPER))
        await asyncio.sleep(0.01)
        yield
        task.cancel()


def seen(path: Path) -> Report:
    report = written(path)
    assert report is not None
    return report


@pytest.mark.anyio
async def test_the_report_lists_server_spawner_statistics_and_agents(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    async with reporting(Cellar(), path):
        names = [process.name for process in seen(path).processes]
    assert names == ["server", "spawner", "stats", "dev-a"]


@pytest.mark.anyio
async def test_what_the_process_manager_takes_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    async with reporting(Cellar(), path):
        spawner, stats = seen(path).processes[1:3]
        circusd = seen(path).circusd
    assert spawner.memory_mb == circusd.memory_mb
    assert spawner.pid == stats.pid == circusd.pid
    assert stats.memory_mb is None


@pytest.mark.anyio
async def test_a_process_is_told_with_start_restarts_memory_and_processor(tmp_path: Path) -> None:
    cellar, path = Cellar(), tmp_path / "stats.json"
    async with reporting(cellar, path):
        cellar.cpu_s[AGENT] = 2.5
        await asyncio.sleep(11)
        agent = seen(path).processes[-1]
    assert agent.since == "1970-01-01T00:00:05.000Z"
    assert (agent.restarts, agent.memory_mb, agent.cpu_percent) == (2, 12, 25)


@pytest.mark.anyio
async def test_a_turn_in_a_life_is_told_at_once_and_without_measuring(tmp_path: Path) -> None:
    cellar, path = Cellar(), tmp_path / "stats.json"
    async with reporting(cellar, path):
        measures = cellar.measures
        cellar.turn("dev-a", Life(state=State.FAILED, detail="ended with status 1"))
        await asyncio.sleep(0.01)
        agent = seen(path).processes[-1]
        assert cellar.measures == measures
    assert (agent.state, agent.detail, agent.since) == (State.FAILED, "ended with status 1", None)


@pytest.mark.anyio
async def test_what_comes_up_is_measured_at_once(tmp_path: Path) -> None:
    cellar, path = Cellar(), tmp_path / "stats.json"
    async with reporting(cellar, path):
        cellar.cpu_s[99] = 1.0
        cellar.turn("dev-a", Life(state=State.STARTING, pid=99))
        await asyncio.sleep(0.01)
        assert seen(path).processes[-1].memory_mb is None
        cellar.turn("dev-a", Life(state=State.ACTIVE, pid=99))
        await asyncio.sleep(0.01)
        assert seen(path).processes[-1].memory_mb == 99


@pytest.mark.anyio
async def test_nothing_new_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    async with reporting(Cellar(), path):
        await asyncio.sleep(25)
        path.unlink()
        await asyncio.sleep(3600)
        assert not path.exists()


@pytest.mark.anyio
async def test_a_spawner_in_trouble_has_failed(tmp_path: Path) -> None:
    cellar, path = Cellar(), tmp_path / "stats.json"
    cellar.trouble = "The list cannot be read."
    async with reporting(cellar, path):
        spawner = seen(path).processes[1]
    assert (spawner.state, spawner.detail) == (State.FAILED, "The list cannot be read.")


@pytest.mark.anyio
async def test_a_report_that_cannot_be_written_is_told_once_and_written_later(tmp_path: Path) -> None:
    path = tmp_path / "run" / "stats.json"
    with structlog.testing.capture_logs() as told:
        async with reporting(Cellar(), path):
            await asyncio.sleep(60)
            path.parent.mkdir()
            await asyncio.sleep(20)
            assert seen(path).processes
    assert [line["event"] for line in told] == ["report.not_written", "report.written_again"]


def test_this_process_can_be_measured_and_one_that_is_gone_cannot() -> None:
    own = measured(os.getpid())
    assert own is not None
    assert own.cpu_s > 0
    assert own.memory > 5_000_000
    assert measured(2**22 + 1) is None
