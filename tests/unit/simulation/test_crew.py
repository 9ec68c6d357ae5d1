import asyncio
from collections.abc import Sequence

import psutil
import pytest
from msgspec.structs import replace

from krausen.errors import Defect
from krausen.simulation.crew import run_all
from krausen.simulation.runs import Finished, Job
from krausen.simulation.scenario import Scenario

SHORT = Scenario(
    letter="x",
    name="short",
    title="a day of water",
    beer_c=20.5,
    setpoint_c=20.0,
    room_c=21.0,
    days=1,
    hold_h=12.0,
)
JOB = Job(chamber="fridge20", scenario=SHORT, algorithm="hysteresis")
LONG = replace(JOB, scenario=replace(SHORT, days=10_000))


class Ear:
    """Remembers what it hears, and may do something at once."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, float]] = []
        self.first = asyncio.Event()

    def __call__(self, number: int, share: float) -> None:
        self.heard.append((number, share))
        self.first.set()


async def ran(jobs: Sequence[Job], count: int) -> tuple[list[Finished], Ear]:
    ear = Ear()
    return await run_all(jobs, count, ear), ear


def children() -> list[psutil.Process]:
    """Give the children that simulate."""
    return [one for one in psutil.Process().children() if "krausen.simulation.runs" in one.cmdline()]


async def test_what_is_finished_comes_in_the_order_of_the_jobs() -> None:
    jobs = [replace(JOB, seed=seed) for seed in (3, 1, 2)]
    done, ear = await ran(jobs, 2)
    assert [one.report.seed for one in done] == [3, 1, 2]
    for number in range(3):
        shares = [share for heard, share in ear.heard if heard == number]
        assert shares == [0.25, 0.5, 0.75, 1.0]
    assert children() == []


async def test_no_more_children_are_started_than_there_are_jobs() -> None:
    ear = Ear()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run_all([LONG], 8, ear))
        await ear.first.wait()
        assert len(children()) == 1
        running.cancel()


async def test_when_it_is_cancelled_no_child_is_left() -> None:
    ear = Ear()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run_all([LONG, LONG], 2, ear))
        await ear.first.wait()
        running.cancel()
    assert running.cancelled()
    assert children() == []


async def test_a_child_that_dies_is_told_and_the_others_end() -> None:
    ear = Ear()
    with pytest.RaisesGroup(pytest.RaisesExc(Defect, match="ended too early")):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(run_all([LONG, LONG], 2, ear))
            await ear.first.wait()
            children()[0].kill()
    assert children() == []


async def test_nothing_to_run_is_nothing_finished() -> None:
    done, ear = await ran([], 2)
    assert (done, ear.heard) == ([], [])
