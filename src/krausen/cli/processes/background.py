"""Brings an installation up in the background, and down again."""

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO

from krausen.cli.processes.program import program
from krausen.errors import OperatorNeeded, TryAgain
from krausen.supervision.daemon import RETRY
from krausen.supervision.heartbeat import without_heartbeat
from krausen.supervision.installation import KEEPER, Installation
from krausen.supervision.report import Report, written
from krausen.supervision.restarts import State
from krausen.supervision.succession import ask_to_leave

LOOK_S = 0.05
PATIENCE_S = 60.0
LEAVING_S = 30.0
"""How long a process manager may take to stop everything: a process that resists is killed after ten seconds."""


async def bring_up(installation: Installation, port: int) -> None:
    """Have everything run: start the process manager, or have the one that runs try again what is held.

    Returns when every process is up. Raises OperatorNeeded when one cannot be kept running, or the process
    manager cannot be started, and TryAgain when it takes more than a minute.
    """
    tries = _tell_to_retry(installation)
    with TemporaryFile() as errors:
        started = None if tries else _started(installation, port, errors)
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while loop.time() < until:
            if _is_up(_present(installation, tries)):
                return
            if started is not None and started.poll() is not None and not installation.is_kept():
                raise OperatorNeeded(_last_words(errors))
            await asyncio.sleep(LOOK_S)
    waiting = ", ".join(p.name for p in installation.processes() if p.state is not State.ACTIVE)
    raise TryAgain(f"Not everything is up after {PATIENCE_S:g} s: {waiting}. See krausen status, krausen logs.")


async def take_down(installation: Installation) -> bool:
    """Stop the process manager and all processes, also those whose process manager was killed.

    Gives whether anything ran. Raises TryAgain when something will not end.
    """
    ran = installation.is_kept()
    ended = await ask_to_leave(installation.lock(KEEPER), KEEPER, patience_s=LEAVING_S)
    for name in installation.held():
        ran = True
        ended = await ask_to_leave(installation.lock(name), name) and ended
    if not ended:
        raise TryAgain("Not everything could be stopped; see krausen status.")
    return ran


async def make_way(installation: Installation, number: signal.Signals) -> None:
    """Send the process manager a signal that ends it, and wait until it has ended. Nothing when none runs."""
    keeper = installation.keeper()
    if keeper is None:
        return
    with suppress(ProcessLookupError):  # it ends by itself just now
        os.kill(keeper.pid, number)
    async with asyncio.timeout(LEAVING_S):
        while installation.is_kept():
            await asyncio.sleep(LOOK_S)


def _tell_to_retry(installation: Installation) -> int:
    """Have the process manager that runs try again what is held; give how often it was told so, 0 if none runs."""
    keeper = installation.keeper()
    if keeper is None:
        return 0
    report = written(installation.report)
    with suppress(ProcessLookupError):  # then it ends, and that is seen at once
        os.kill(keeper.pid, RETRY)
    return report.tries + 1 if report is not None and report.circusd.pid == keeper.pid else 1


def _started(installation: Installation, port: int, errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    command = [*program(), "up", "--background", "--data", str(installation.data), "--port", str(port)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=errors,
        stderr=errors,
        cwd="/",
        env=without_heartbeat(os.environ),
        start_new_session=True,
    )


def _present(installation: Installation, tries: int) -> Report | None:
    """Give the report of the process manager that runs, once it has heeded the last word of ours."""
    keeper = installation.keeper()
    report = written(installation.report)
    fits = keeper is not None and report is not None and report.circusd.pid == keeper.pid
    return report if fits and report is not None and report.tries >= tries else None


def _is_up(report: Report | None) -> bool:
    """Tell whether all is up. Raises OperatorNeeded when something cannot be kept running."""
    if report is None:
        return False
    for process in report.processes:
        if process.state is State.FAILED:
            raise OperatorNeeded(
                f"{process.name} cannot be kept running: it {process.detail}. See krausen logs {process.name}."
            )
    return all(process.state is State.ACTIVE for process in report.processes)


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").split("\n")
    words = next((line for line in reversed(lines) if line.strip()), "It ended without a word.")
    return words.removeprefix("krausen: ")
