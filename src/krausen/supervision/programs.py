"""A program of the operating system that is started and stopped again and again, by the watchers of circus.

No pipe joins us to a program: its files and sockets are its own, so it goes on when we are killed.
"""

import shlex
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from circus.watcher import Watcher  # type: ignore[import-untyped]  # circus has no types

from krausen.errors import OperatorNeeded
from krausen.supervision.wanted import Wanted


class Program(Protocol):
    """One program. At most one process of it runs."""

    async def start(self) -> int:
        """Start it and give its process id. Raises OperatorNeeded when there is no such program."""

    def how_it_ended(self) -> str | None:
        """Tell how its process ended, as the end of a sentence; None while it runs."""

    async def stop(self) -> None:
        """End its process, kindly at first; nothing when it does not run."""


class WatchedProgram:
    """A program under a watcher of circus that leaves it to us when to start it again.

    One that has not ended `grace_ms` after SIGTERM is killed, with all that it started.
    """

    def __init__(self, wanted: Wanted, environment: Mapping[str, str], grace_ms: int) -> None:
        self._command = wanted.command[0]
        self._watcher = Watcher(
            wanted.name,
            shlex.quote(wanted.command[0]),
            args=list(wanted.command[1:]),
            env=dict(environment),
            working_dir=Path("/").as_posix(),
            singleton=True,
            respawn=False,
            max_retry=1,
            graceful_timeout=grace_ms / 1000.0,
        )
        self._process: Any = None

    async def start(self) -> int:
        """Start it and give its process id. Raises OperatorNeeded when there is no such program."""
        await self._watcher.start()
        self._process = next(iter(self._watcher.processes.values()), None)
        if self._process is None:
            raise OperatorNeeded(f"{self._command} cannot be started; circusd.log says why.")
        return int(self._process.pid)

    def how_it_ended(self) -> str | None:
        """Tell how its process ended, as the end of a sentence; None while it runs."""
        if self._process.is_alive():
            return None
        status = int(self._process.returncode())
        return f"ended with status {status}" if status >= 0 else f"was ended by {_named(-status)}"

    async def stop(self) -> None:
        """End its process, kindly at first; nothing when it does not run."""
        await self._watcher.stop()
        if self._process is not None:
            self._process.poll()  # the watcher reaps what it has killed, unknown to the process itself


def _named(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
