"""A brewery of stand-ins in a temporary folder, driven by the commands of `krausen` as a user gives them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from krausen.supervision.installation import Installation
from krausen.supervision.report import ProcessReport
from krausen.supervision.succession import holder

STAND_IN = Path(__file__).with_name("stand_in.py")
PATIENCE_S = 60.0


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on a loop of real time: processes know no other."""
    return "asyncio"


class Brewery:
    """One data folder and the commands for it."""

    def __init__(self, data: Path, path: str) -> None:
        self.data = data
        self.installation = Installation(data)
        self._path = path
        data.mkdir(parents=True)

    def krausen(self, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Give a command, and how it ended."""
        return subprocess.run(
            [sys.executable, str(STAND_IN), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            stdin=subprocess.DEVNULL,
            env=self._environment(environment),
        )

    def open(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        """Give a command that goes on."""
        return subprocess.Popen(
            [sys.executable, str(STAND_IN), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment(environment),
            start_new_session=True,
        )

    def agent(self, name: str, does: str = "live") -> None:
        """Have an agent, and say what its stand-in does."""
        folder = self.data / "agents" / name
        folder.mkdir(parents=True, exist_ok=True)
        self.does(f"dev-{name}", does)
        (folder / "token").write_text("krs_x")

    def does(self, name: str, behaviour: str) -> None:
        """Say what a stand-in does from its next start on."""
        (self.data / f"{name}.does").write_text(behaviour)

    def states(self) -> dict[str, str]:
        """Give the state of each process."""
        return {process.name: str(process.state) for process in self.installation.processes()}

    def process(self, name: str) -> ProcessReport:
        """Give all that is known of a process."""
        return next(process for process in self.installation.processes() if process.name == name)

    def pid(self, role: str) -> int | None:
        """Give the process that holds a role."""
        found = holder(self.installation.lock(role))
        return found.pid if found else None

    def kill(self, role: str) -> int:
        """Kill whoever holds a role, as kill -9 does."""
        pid = self.pid(role)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    def shell(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as cron does, which knows neither our path nor our data folder."""
        environment = {"PATH": os.defpath, "HOME": str(self.data.parent)}
        return subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, check=False, env=environment
        )

    def gap_s(self, name: str) -> float:
        """Tell how long an agent was without a process when it was handed over last."""
        left = _times(self.log(f"{name}-stdout.log"), "leaves")[-1]
        taken = _times(self.log(f"{name}-stderr.log"), "holds")[-1]
        return (taken - left).total_seconds()

    def log(self, file: str) -> str:
        """Give a log."""
        return (self.data / "log" / file).read_text()

    def end(self) -> None:
        """Kill what is left."""
        for role in ("circusd", "server", *(path.stem for path in self.data.glob("dev-*.lock"))):
            pid = self.pid(role)
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        own = {"KRAUSEN_DATA": str(self.data), "PATH": self._path, "HOME": str(self.data.parent)}
        coverage = {name: text for name, text in os.environ.items() if name.startswith("COV")}
        return {**coverage, **own, **more}


@pytest.fixture
def breweries(tmp_path: Path) -> Iterator[Callable[[str], Brewery]]:
    """Make breweries by name; what still runs at the end is killed."""
    made: list[Brewery] = []

    def make(name: str) -> Brewery:
        made.append(Brewery(tmp_path / name, f"{tmp_path}/bin:{os.environ['PATH']}"))
        return made[-1]

    yield make
    for brewery in made:
        brewery.end()


@pytest.fixture
def brewery(breweries: Callable[[str], Brewery]) -> Brewery:
    """One brewery."""
    return breweries("brewery")


def _times(log: str, event: str) -> list[datetime]:
    return [
        datetime.fromisoformat(line.split()[0]) for line in log.splitlines() if f"] {event} " in f"{line} "
    ]


def eventually(what: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so; fail when it takes too long."""

    async def wait() -> None:
        async with asyncio.timeout(patience_s):
            while True:
                if what():
                    return
                await asyncio.sleep(0.02)

    asyncio.run(wait())
