"""What keeping readings costs: disk, wear of a card, memory, and the start: bench/keeping.py [MILLIONS].

The history alone, without the server around it, each step in a process of its own. What a day writes is
counted by the kernel (`write_bytes` of /proc/self/io), the journal and its checkpoints included.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

import psutil
from msgspec import Struct

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.storage.history.sqlite import SqliteHistory

T = TypeVar("T")

SERIES = 500
MINUTE_MS = 60_000
START = 1_750_000_000_000
AT_ONCE = 10
"""Minutes of all series that are stored in one call."""
CARD_SERIES = 40
CARD_S = 3600
"""Seconds of the day that are really run; an hour is like another."""
CARD_GB = 32
CYCLES = 1000
"""So often each cell of a plain card (TLC) can be written; good ones bear three times that."""
AMPLIFICATION = 10
"""So many bytes does a card write for one that it is given, where those come in small pieces."""
MB = 2**20


class Kept(Struct, frozen=True):
    """What a process saw of a file: seconds, and memory in use and at most (MB)."""

    seconds: float
    memory_mb: float
    most_mb: float


def main() -> None:
    """Print the figures as a table."""
    millions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print("| what | measured |\n|---|--:|")
    with TemporaryDirectory(prefix="krausen-keeping-") as folder:
        written = apart(wear, Path(folder) / "card.sqlite")
        a_day = written * 86_400 / CARD_S
        years = CARD_GB * 1e9 * CYCLES / (a_day * AMPLIFICATION * 365)
        show(f"written in a day, {CARD_SERIES} series at one reading a second", f"{a_day / 1e6:,.0f} MB")
        show(
            f"life of a {CARD_GB} GB card ({CYCLES} cycles, {AMPLIFICATION} bytes for one)",
            f"{years:.0f} years",
        )
        for count in dict.fromkeys((1, millions)):
            path = Path(folder) / f"{count}.sqlite"
            filled, opened = apart(fill, path, count), apart(reopen, path)
            show(
                f"{count} M readings of {SERIES} series: stored at", f"{count * 1e6 / filled.seconds:,.0f}/s"
            )
            show("… on disk", f"{path.stat().st_size / count / 1e6:.2f} bytes a reading")
            show("… memory while storing, at most (USS)", f"{filled.most_mb:.0f} MB")
            show("… opened in", f"{opened.seconds * 1000:.0f} ms")
            show("… memory once opened and a year was drawn (USS)", f"{opened.memory_mb:.0f} MB")


def apart(call: Callable[..., T], *arguments: object) -> T:
    """Call in a fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(call, *arguments).result()


def wear(path: Path) -> int:
    """Store a second of all series at a time, each in its own commit; give the bytes written."""
    return asyncio.run(_wear(path))


async def _wear(path: Path) -> int:
    chance, before = Random(1), psutil.Process().io_counters().write_bytes
    values = [20.0] * CARD_SERIES
    with closing(SqliteHistory.open(path)) as history:
        for second in range(CARD_S):
            values = [round(value + chance.choice((-0.01, 0.0, 0.01)), 2) for value in values]
            readings = [Reading(_name(n), START + second * 1000, value) for n, value in enumerate(values)]
            await history.store(readings)
        await history.settle()
    return psutil.Process().io_counters().write_bytes - before


def fill(path: Path, millions: int) -> Kept:
    """Store so many readings, minute by minute."""
    return asyncio.run(_fill(path, millions))


async def _fill(path: Path, millions: int) -> Kept:
    process, most, spent = psutil.Process(), 0, 0.0
    with closing(SqliteHistory.open(path)) as history:
        for readings in _minutes(millions * 1_000_000 // SERIES):
            before = time.perf_counter()
            await history.store(readings)
            spent += time.perf_counter() - before
            if readings[0].t // MINUTE_MS % 1000 < AT_ONCE:
                most = max(most, process.memory_full_info().uss)
        await history.settle()
        now = process.memory_full_info().uss
    return Kept(spent, now / MB, max(most, now) / MB)


def _minutes(count: int) -> Iterator[list[Reading]]:
    chance, names = Random(1), [_name(n) for n in range(SERIES)]
    values = [20.0] * SERIES
    for first in range(0, count, AT_ONCE):
        readings = []
        for minute in range(first, min(first + AT_ONCE, count)):
            steps = chance.choices((-0.01, 0.0, 0.01), k=SERIES)
            values = [round(value + step, 2) for value, step in zip(values, steps, strict=True)]
            t = START + minute * MINUTE_MS
            readings += [Reading(name, t, value) for name, value in zip(names, values, strict=True)]
        yield readings


def reopen(path: Path) -> Kept:
    """Open a file, and draw a year of one series."""
    return asyncio.run(_reopen(path))


async def _reopen(path: Path) -> Kept:
    before = time.perf_counter()
    with closing(SqliteHistory.open(path)) as history:
        (first, *_) = await history.series()
        seconds = time.perf_counter() - before
        await history.buckets(first.id, START, START + 365 * 86_400_000, 6 * 3_600_000)
        memory = psutil.Process().memory_full_info().uss / MB
    return Kept(seconds, memory, memory)


def _name(number: int) -> SeriesName:
    return SeriesName("agent", f"probe-{number}", "temperature")


def show(what: str, measured: str) -> None:
    """Print a line of the table."""
    print(f"| {what} | {measured} |", flush=True)


if __name__ == "__main__":
    main()
