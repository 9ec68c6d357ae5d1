"""How soon the demo brewery is there, what it costs, and whether it keeps up with the speed it is to have."""

import time
from datetime import datetime

from bench.brewery import Brewery, running
from bench.memory import idle_share, pss_mb

SETTLE_S = 15.0
PAST_DAYS = 14
SPEEDS = (1, 60, 1000)


def opened(days: int) -> tuple[float, float, float, float]:
    """Start a demo: give seconds until it answers, has readings, has its whole past; and its PSS then."""
    start_s = time.perf_counter()
    with running("--days", str(days)) as brewery:
        brewery.wait("/api/v1/health")
        answers_s = time.perf_counter() - start_s
        brewery.wait("/api/v1/series/latest", "items")
        filled_s = time.perf_counter() - start_s
        brewery.wait_filled()
        whole_s = time.perf_counter() - start_s
        time.sleep(SETTLE_S)
        return answers_s, filled_s, whole_s, pss_mb(brewery.process.pid)


def paced(speed: int) -> tuple[float, float, float]:
    """Run a demo at a speed: give the share of a core it uses, the speed it reaches, and its PSS."""
    with running("--days", "1", "--speed", str(speed)) as brewery:
        brewery.wait_filled()
        time.sleep(SETTLE_S)
        before_s, began_s = _time_of(brewery), time.perf_counter()
        share = idle_share(brewery)
        reached = (_time_of(brewery) - before_s) / (time.perf_counter() - began_s)
        return share, reached, pss_mb(brewery.process.pid)


def main() -> None:
    """Print a row for each number of days, and one for each speed."""
    print("| past days | answers | first readings | whole past | PSS then |")
    print("|--:|--:|--:|--:|--:|")
    for days in (0, PAST_DAYS):
        answers_s, first_s, whole_s, pss = opened(days)
        print(
            f"| {days} | {answers_s:.1f} s | {first_s:.1f} s | {whole_s:.1f} s | {pss:.0f} MB |", flush=True
        )
    print()
    print("| speed | CPU, four vessels | speed reached | PSS |")
    print("|--:|--:|--:|--:|")
    for speed in SPEEDS:
        share, reached, pss = paced(speed)
        print(f"| {speed} | {share:.1%} of a core | {reached:.0f} | {pss:.0f} MB |", flush=True)


def _time_of(brewery: Brewery) -> float:
    """Give the brewery's own time, in seconds."""
    told = str(brewery.wait("/api/v1/health")["time"])
    return datetime.fromisoformat(told).timestamp()


if __name__ == "__main__":
    main()
