"""Programs under the watchers of circus, with real processes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from krausen.errors import OperatorNeeded
from krausen.supervision.programs import WatchedProgram
from krausen.supervision.wanted import Wanted

SLEEPS = "from threading import Event; Event().wait()"
RESISTS = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"
ODD = ("two words", "$(circus.name)", "it's", "%", "")


@asynccontextmanager
async def program(*command: str, grace_ms: int = 5000) -> AsyncIterator[WatchedProgram]:
    made = WatchedProgram(Wanted("dev-a", command), {"PATH": os.defpath, "WORT": "sweet"}, grace_ms)
    yield made
    await made.stop()


def python(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


async def end_of(watched: WatchedProgram) -> str:
    async with asyncio.timeout(60):
        while True:
            how = watched.how_it_ended()
            if how is not None:
                return how
            await asyncio.sleep(0.01)


@pytest.mark.anyio
async def test_a_program_runs_until_it_is_stopped() -> None:
    async with program(*python(SLEEPS)) as sleeper:
        pid = await sleeper.start()
        assert sleeper.how_it_ended() is None
        assert os.getsid(pid) == pid
        assert psutil.Process(pid).cwd() == "/"
    assert not psutil.pid_exists(pid)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("raise SystemExit(3)", "ended with status 3"),
        ("pass", "ended with status 0"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL"),
        ("import os; os.kill(os.getpid(), 40)", "was ended by signal 40"),
    ],
)
async def test_its_end_is_told_and_it_can_be_started_again(text: str, how: str) -> None:
    async with program(*python(text)) as brief:
        first = await brief.start()
        assert await end_of(brief) == how
        await brief.stop()
        assert await brief.start() != first
        assert await end_of(brief) == how


@pytest.mark.anyio
async def test_one_that_resists_is_killed() -> None:
    async with program(*python(RESISTS), grace_ms=300) as stubborn:
        pid = await stubborn.start()
        process = psutil.Process(pid)
    assert not process.is_running()


@pytest.mark.anyio
async def test_a_program_that_is_not_there_is_told() -> None:
    async with program("/nowhere/krausen") as missing:
        with pytest.raises(OperatorNeeded, match="/nowhere/krausen cannot be started"):
            await missing.start()


@pytest.mark.anyio
async def test_it_gets_its_words_and_its_environment_as_they_are() -> None:
    check = f"import os, sys; sys.exit(sys.argv[1:] != {list(ODD)!r} or os.environ['WORT'] != 'sweet')"
    async with program(*python(check), *ODD) as exact:
        await exact.start()
        assert await end_of(exact) == "ended with status 0"
