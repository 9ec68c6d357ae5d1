"""Memory (PSS) and idle processor time of the demo brewery, empty and with fourteen days of history."""

import os
import time
from pathlib import Path

from bench.brewery import Brewery, running

SETTLE_S = 20.0
WATCH_S = 30.0


def pss_mb(pid: int) -> float:
    """Give the proportional set size of a process, MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def idle_share(brewery: Brewery) -> float:
    """Give the share of one core that a brewery uses while nobody looks."""
    pid, start_s = brewery.process.pid, time.perf_counter()
    before = _cpu_s(pid)
    time.sleep(WATCH_S)
    return (_cpu_s(pid) - before) / (time.perf_counter() - start_s)


def main() -> None:
    """Print a row for each number of past days."""
    print("| past days | PSS, server and agent in one process | idle CPU, four vessels |")
    print("|--:|--:|--:|")
    for days in (0, 14):
        with running("--days", str(days)) as brewery:
            brewery.wait_filled()
            time.sleep(SETTLE_S)
            idle = idle_share(brewery)
            print(f"| {days} | {pss_mb(brewery.process.pid):.0f} MB | {idle:.1%} of a core |", flush=True)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
