"""What it costs to keep processes running, and how soon they are back, with stand-ins for server and agents.

An agent that is killed in its first minute is started again after a pause, here of 50 ms (half a second by
default); a later one at once.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil

from krausen.supervision.installation import KEEPER, Installation
from krausen.supervision.succession import holder

STAND_IN = Path(__file__).parents[1] / "tests" / "scenarios" / "processes" / "stand_in.py"
AGENTS = ("freezer", "fridge", "glycol", "cellar")
MEMORY_MB = 35
RUNS = 5
IDLE_S = 20.0
PATIENCE_S = 60.0


class Brewery:
    """A data folder with some agents, driven by commands."""

    def __init__(self, data: Path) -> None:
        self._installation = Installation(data)
        self._environment = {**os.environ, "KRAUSEN_DATA": str(data)}
        for name in AGENTS:
            (data / "agents" / name).mkdir(parents=True)
            (data / "agents" / name / "token").write_text("krs_x")

    def krausen(self, word: str) -> float:
        """Give a command, and the seconds that it took."""
        before = time.perf_counter()
        subprocess.run(
            [sys.executable, str(STAND_IN), word],
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - before

    def pid(self, role: str) -> int | None:
        """Give the process that holds a role."""
        found = holder(self._installation.lock(role))
        return found.pid if found else None

    def present(self, role: str) -> int:
        """Give the process that holds a role, which somebody does."""
        pid = self.pid(role)
        if pid is None:
            raise LookupError(role)
        return pid

    def killed_s(self, role: str) -> float:
        """Kill the holder of a role; give the seconds until another process is in his place."""
        former = self.present(role)
        before = time.perf_counter()
        kill(former)
        while (present := self.pid(role)) is None or present == former:
            if time.perf_counter() > before + PATIENCE_S:
                raise TimeoutError(role)
            time.sleep(0.001)
        return time.perf_counter() - before

    def refused_s(self) -> float:
        """Give the seconds that an agent takes that ends as soon as it has begun: nobody can save those."""
        (self._installation.data / "dev-x.does").write_text("refuse")
        before = time.perf_counter()
        subprocess.run(
            [sys.executable, str(STAND_IN), "agent", "x", "--data", str(self._installation.data)],
            check=False,
            stderr=subprocess.DEVNULL,
        )
        return time.perf_counter() - before

    def handover_s(self, role: str) -> float:
        """Restart everything; give the seconds that a role had no holder."""
        former = self.present(role)
        command = [sys.executable, str(STAND_IN), "restart"]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL) as restart:
            while self.pid(role) == former:
                time.sleep(0.0005)
            before = time.perf_counter()
            while self.pid(role) in {None, former}:
                time.sleep(0.0005)
            gap_s = time.perf_counter() - before
            restart.wait()
        return gap_s


def kill(pid: int) -> None:
    """Kill as kill -9 does."""
    os.kill(pid, signal.SIGKILL)


def rows(brewery: Brewery) -> list[tuple[str, str, str]]:
    """Measure everything: what, how much, and what was promised."""
    started_s = brewery.krausen("start")
    keeper = psutil.Process(brewery.present(KEEPER))
    used_s = sum(keeper.cpu_times()[:2])
    time.sleep(IDLE_S)
    idle = (sum(keeper.cpu_times()[:2]) - used_s) / IDLE_S * 100
    memory_mb = keeper.memory_full_info().pss / 1e6
    killed_s = median(brewery.killed_s(f"dev-{name}") for name in AGENTS)
    refused_s = median(brewery.refused_s() for _ in range(RUNS))
    handover_s = median(brewery.handover_s("dev-glycol") for _ in range(RUNS))
    agent = brewery.pid("dev-freezer")
    kill(brewery.present(KEEPER))
    lost_s = brewery.krausen("startifstopped")
    taken_over = brewery.pid("dev-freezer") != agent
    stopped_s = brewery.krausen("stop")
    return [
        ("memory (PSS) of process manager with spawner", f"{memory_mb:.1f} MB", f"≤ {MEMORY_MB} MB"),
        ("processor time of it at rest, share of one core", f"{idle:.2f} %", ""),
        (f"start until {len(AGENTS)} agents and a server are up", f"{started_s:.2f} s", ""),
        ("the same after kill -9 of the process manager", f"{lost_s:.2f} s", ""),
        ("killed agent (kill -9) until its next process has its lock", f"{killed_s:.2f} s", ""),
        ("of that, an agent that begins and does nothing", f"{refused_s:.2f} s", ""),
        ("agent without process while it is handed over", f"{handover_s * 1000:.0f} ms", "< 1 s"),
        ("handed over after kill -9 of the process manager", str(taken_over), "True"),
        ("stop", f"{stopped_s:.2f} s", ""),
    ]


def main() -> None:
    """Print the figures as a table."""
    with TemporaryDirectory(prefix="krausen-bench-") as folder:
        brewery = Brewery(Path(folder))
        try:
            measured = rows(brewery)
        finally:
            brewery.krausen("stop")
    print("| what | measured | promise |\n|---|--:|--:|")
    for row in measured:
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
