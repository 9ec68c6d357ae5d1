"""What a whole installation costs, and how soon its processes are up and back: bench/processes.py [AGENTS].

Server, agents and process manager are the real ones. Each agent reads two probes that are always the same, so
that what is measured is ours. A process that is killed in its first minute is started again after half a
second; a later one at once.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from krausen.supervision.installation import KEEPER, Installation
from krausen.supervision.restarts import State
from krausen.supervision.succession import holder
from krausen.supervision.wanted import AGENT, SERVER

DEVICES = "".join(
    f'[[probe]]\nid = "{probe}"\ndriver = "constant"\nsettings.every_s = 5\n\n'
    for probe in ("beer", "chamber")
)
PROMISED_MB = {SERVER: 105, AGENT: 45, KEEPER: 35}
WHOLE_MB = 185
RUNS = 5
SETTLE_S = 20.0
IDLE_S = 30.0
PATIENCE_S = 120.0

Row = tuple[str, str, str]


class Brewery:
    """A data folder with some agents, driven by commands."""

    def __init__(self, data: Path, agents: int) -> None:
        self.installation = Installation(data)
        self.agents = [f"{AGENT}pi-{number}" for number in range(agents)]
        self._environment = {**os.environ, "KRAUSEN_DATA": str(data), "KRAUSEN_PORT": str(_free_port())}
        for name in self.agents:
            folder = data / "agents" / name.removeprefix(AGENT)
            folder.mkdir(parents=True)
            (folder / "devices.toml").write_text(DEVICES)

    def krausen(self, word: str) -> float:
        """Give a command, and the seconds that it took."""
        before = time.perf_counter()
        subprocess.run(self._command(word), env=self._environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - before

    def pid(self, role: str) -> int | None:
        """Give the process that holds a role."""
        found = holder(self.installation.lock(role))
        return found.pid if found else None

    def present(self, role: str) -> psutil.Process:
        """Give the process that holds a role, which somebody does."""
        pid = self.pid(role)
        if pid is None:
            raise LookupError(role)
        return psutil.Process(pid)

    def is_up(self) -> bool:
        """Tell whether all that is wanted is active."""
        states = {process.name: process.state for process in self.installation.processes()}
        return {SERVER, *self.agents} <= states.keys() and set(states.values()) == {State.ACTIVE}

    def killed_s(self, role: str) -> float:
        """Kill the holder of a role; give the seconds until another process shows that it is up."""
        former = self.present(role)
        former.send_signal(signal.SIGKILL)
        return seconds_until(lambda: self.pid(role) not in {None, former.pid} and self.is_up())

    def handover_s(self, role: str) -> float:
        """Restart everything; give the seconds that a role had no holder."""
        former = self.pid(role)
        command = self._command("restart")
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL) as restart:
            seconds_until(lambda: self.pid(role) != former)
            gap_s = seconds_until(lambda: self.pid(role) not in {None, former})
            restart.wait()
        return gap_s

    def _command(self, word: str) -> list[str]:
        return [sys.executable, "-m", "krausen", word]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def seconds_until(condition: Callable[[], bool]) -> float:
    """Wait until something is so, and give how long that took."""
    before = time.perf_counter()
    while not condition():
        if time.perf_counter() > before + PATIENCE_S:
            raise TimeoutError
        time.sleep(0.0005)
    return time.perf_counter() - before


def costs(brewery: Brewery) -> list[Row]:
    """Measure memory and processor time of each process at rest."""
    roles = [SERVER, *brewery.agents, KEEPER]
    processes = [brewery.present(role) for role in roles]
    used_s = [sum(process.cpu_times()[:2]) for process in processes]
    time.sleep(IDLE_S)
    rows, whole_mb = [], 0.0
    for role, process, before_s in zip(roles, processes, used_s, strict=True):
        share = (sum(process.cpu_times()[:2]) - before_s) / IDLE_S
        memory_mb = process.memory_full_info().pss / 2**20
        whole_mb += memory_mb
        kind = AGENT if role.startswith(AGENT) else role
        rows.append((f"{role}: memory (PSS)", f"{memory_mb:.1f} MB", f"≤ {PROMISED_MB[kind]} MB"))
        rows.append((f"{role}: at rest, share of one core", f"{share:.2%}", ""))
    promised = f"≤ {WHOLE_MB} MB" if len(brewery.agents) == 1 else ""
    return [*rows, ("all of it: memory (PSS)", f"{whole_mb:.1f} MB", promised)]


def failures(brewery: Brewery) -> list[Row]:
    """Kill each process in turn, and measure how soon all is up again."""
    agent = brewery.agents[0]
    rows = [
        (
            f"{role}: kill -9 until all is active",
            f"{median(brewery.killed_s(role) for _ in range(3)):.2f} s",
            "",
        )
        for role in (SERVER, agent)
    ]
    handover_s = median(brewery.handover_s(agent) for _ in range(RUNS))
    rows.append((f"{agent}: without process when handed over", f"{handover_s * 1000:.1f} ms", "< 1 s"))
    before = brewery.pid(agent)
    brewery.present(KEEPER).send_signal(signal.SIGKILL)
    rows.append((f"{KEEPER}: kill -9, startifstopped", f"{brewery.krausen('startifstopped'):.2f} s", ""))
    rows.append(("agent handed over after that", str(brewery.pid(agent) != before), "True"))
    return rows


def main() -> None:
    """Print the figures as a table."""
    agents = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with TemporaryDirectory(prefix="krausen-bench-") as folder:
        brewery = Brewery(Path(folder), agents)
        print("| what | measured | promise |\n|---|--:|--:|")
        try:
            first_s = brewery.krausen("start") + seconds_until(brewery.is_up)
            brewery.krausen("stop")
            show([("first start until all is active", f"{first_s:.2f} s", "")])
            show([("start until all is active", f"{brewery.krausen('start'):.2f} s", "")])
            time.sleep(SETTLE_S)
            show(costs(brewery))
            show(failures(brewery))
        finally:
            show([("stop", f"{brewery.krausen('stop'):.2f} s", "")])


def show(rows: list[Row]) -> None:
    """Print rows of the table."""
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
