"""Has jobs run in child processes, several at a time, and gives what they finish in the order of the jobs."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from krausen.errors import Defect
from krausen.simulation.runs import LENGTH_BYTES, Finished, Job, Progress, decode, framed

PIPE_BYTES = 1 << 20

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
async def _child() -> AsyncIterator[Process]:
    """Give a child in a session of its own, where Ctrl-C at the terminal does not reach it but through us."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "krausen.simulation.runs",
        stdin=PIPE,
        stdout=PIPE,
        limit=PIPE_BYTES,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


async def _answered(child: Process, job: Job, hear: Callable[[float], None]) -> Finished:
    if child.stdin is None or child.stdout is None:
        raise Defect("The simulating process has no pipes.")
    child.stdin.write(framed(job))
    while True:
        match decode(await _frame(child.stdout)):
            case Progress(done):
                hear(done)
            case Finished() as finished:
                return finished


async def _frame(stream: asyncio.StreamReader) -> bytes:
    try:
        length = int.from_bytes(await stream.readexactly(LENGTH_BYTES), "big")
        return await stream.readexactly(length)
    except asyncio.IncompleteReadError as error:
        raise Defect("The simulating process ended too early; its words stand above.") from error
