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
from krausen.supervision.heartbeat import without_heartbeat
from krausen.supervision.installation import KEEPER, RETRY, Installation
from krausen.supervision.report import ProcessReport, written
from krausen.supervision.restarts import State
from krausen.supervision.service import unit_for
from krausen.supervision.succession import ask_to_leave
from krausen.supervision.tail import logged, newest, past_the_log

LOOK_S = 0.05
PATIENCE_S = 60.0
SAID = 50
LEAVING_S = 30.0
"""How long a process manager may take to stop everything; whatever resists is killed after ten seconds."""


async def bring_up(installation: Installation, port: int) -> None:
    """Have everything run: start the process manager, or have the one that runs try again what is held.

    Returns when every process is up. Raises OperatorNeeded when one cannot be kept running, or the process
    manager cannot be started, and TryAgain when it takes more than a minute.
    """
    keeper = installation.keeper()
    tries = 0 if keeper is None else _told_to_retry(installation, keeper.pid)
    with TemporaryFile() as errors:
        started = None if keeper else _started(installation, port, errors)
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while loop.time() < until:
            if _is_up(installation, tries):
                return
            if started is not None and started.poll() is not None and not installation.is_kept():
                raise OperatorNeeded(_last_words(installation, errors))
            await asyncio.sleep(LOOK_S)
    waiting = ", ".join(p.name for p in installation.processes() if p.state is not State.ACTIVE)
    raise TryAgain(f"Not up after {PATIENCE_S:g} s: {waiting}. See krausen status and krausen logs.")


async def take_down(installation: Installation) -> bool:
    """Stop the process manager and all processes, also those whose process manager was killed.

    Gives whether anything ran. Raises TryAgain when something will not end.
    """
    ran = installation.is_kept()
    ended = await ask_to_leave(installation.lock(KEEPER), patience_s=LEAVING_S)
    for name in installation.held():
        ran = True
        ended = await installation.ask_to_leave(name) and ended
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
    loop = asyncio.get_running_loop()
    until = loop.time() + LEAVING_S
    while installation.is_kept():
        if loop.time() > until:
            raise TryAgain(f"The process manager, process {keeper.pid}, does not end. Use: krausen stop.")
        await asyncio.sleep(LOOK_S)


def _told_to_retry(installation: Installation, keeper: int) -> int:
    """Have the process manager try again what is held; give how often it was told so."""
    report = written(installation.report)
    if report is None or report.circusd.pid != keeper:
        return 0  # it has only just begun
    with suppress(ProcessLookupError):  # it ends just now, and will not come up
        os.kill(keeper, RETRY)
    return report.tries + 1


def _started(installation: Installation, port: int, errors: IO[bytes]) -> "subprocess.Popen[bytes] | None":
    """Start the process manager, or have systemd do it where that has a unit for it."""
    found = unit_for(installation.data)
    if found is not None:
        systemd, name = found
        systemd.start(name)
        return None
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


def _is_up(installation: Installation, tries: int) -> bool:
    """Tell whether all is up, by the report of a process manager that has heeded our last word.

    Raises OperatorNeeded when something cannot be kept running.
    """
    keeper, report = installation.keeper(), written(installation.report)
    if keeper is None or report is None or report.circusd.pid != keeper.pid or report.tries < tries:
        return False
    for process in report.processes:
        if process.state is State.FAILED:
            raise OperatorNeeded(_why(installation, process))
    return all(process.state is State.ACTIVE for process in report.processes)


def _why(installation: Installation, failed: ProcessReport) -> str:
    """Tell of a process that has failed, with the reason as the logs have it."""
    reason = _went_past_the_log(installation, failed.name)
    told = f" The log ends with: {reason}" if reason else ""
    return f"{failed.name} has failed: {failed.detail.rstrip('.')}.{told} See krausen logs {failed.name}."


def _last_words(installation: Installation, errors: IO[bytes]) -> str:
    """Tell why the process manager ended, by what it said before it had a log, or past its log."""
    errors.seek(0)
    lines = errors.read().decode(errors="replace").rstrip().split("\n")
    words = lines[-1] or _went_past_the_log(installation, KEEPER)
    return words.removeprefix("krausen: ") or "It ended without a word."


def _went_past_the_log(installation: Installation, name: str) -> str:
    """Give the last line that a process wrote past its log, as its last words do.

    Before it has a log of its own, that goes to the log of the process manager, behind the line of its start.
    """
    files = logged(installation.log)
    own = newest({name: files.get(name, [])}, SAID)
    kept = [] if name == KEEPER else newest({KEEPER: files.get(KEEPER, [])}, SAID)
    said = [*(entry for entry in kept if f"process={name}" in entry.text.split()), *own]
    return next(filter(None, map(past_the_log, reversed(said))), "")
