"""Has jobs run in child processes, several at a time, and gives what they finish in the order of the jobs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from krausen.simulation import runs
from krausen.simulation.child import Child
from krausen.simulation.runs import Finished, Job, Progress, decode

Hear = Callable[[int, float], None]


async def run_all(jobs: Sequence[Job], count: int, hear: Hear) -> list[Finished]:
    """Run all jobs, at most `count` at a time.

    `hear` gets the number of a job, from 0, and how much of it is done, 0 to 1. Whatever this ends for, no
    child is left. Raises Defect when one ends too early.
    """
    finished: dict[int, Finished] = {}
    waiting = iter(enumerate(jobs))

    async def work() -> None:
        async with _child() as child:
            for number, job in waiting:
                finished[number] = await _answered(child, job, partial(hear, number))

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(count, len(jobs))):
                tasks.create_task(work())
    except ExceptionGroup as group:
        # The first that failed tells why; the others only ended with it.
        raise group.exceptions[0] from group
    return [finished[number] for number in range(len(jobs))]


@asynccontextmanager
async def _child() -> AsyncIterator[Child]:
    child = await Child.started(runs.__name__)
    try:
        yield child
    finally:
        await child.end()


async def _answered(child: Child, job: Job, hear: Callable[[float], None]) -> Finished:
    child.tell(job)
    while True:
        match decode(await child.hear()):
            case Progress(done):
                hear(done)
            case Finished() as finished:
                return finished
