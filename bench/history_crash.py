"""Let the history be killed at random instants, thousands of times: bench/history_crash.py [KILLS] [SEED].

One process stores batches from several tasks at once and tells each one that is acknowledged; it is killed
without warning. Another opens the file and compares: all that was acknowledged is there, once; what was
under way is there whole or not at all. Each is a child that is forked, so that nothing has to be loaded anew.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from msgspec import Struct

from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Point
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.examination import examined
from krausen.storage.history.sealing import Pace
from krausen.storage.history.sqlite import SqliteHistory

KILLS = 2000
TASKS = 4
LIVES = 40
"""So many deaths one file goes through before a new one begins."""
MOST = 40
LONGEST_S = 0.004
"""A life lasts until so many batches at most are acknowledged, and so long beyond."""
PACE = Pace(many=400, worth=60, step=100, step_days=3, pages=20)
"""Sealing and copying are nearly always under way."""
_WHOLE = (-(2**62), 2**62)

Said = dict[tuple[SeriesName, int], tuple[float, Quality]]


class Lost(Exception):
    """What was acknowledged is not there, or not as it was acknowledged."""


class Task(Struct):
    """One of those who store: its seed, the batches that are acknowledged, and what they say."""

    number: int
    seed: int
    done: int
    said: Said

    def batch(self, n: int) -> list[Reading]:
        """Give its batch of a number: new readings, and now and then late and corrected ones."""
        chance = Random(f"{self.seed} {self.number} {n}")
        names = [SeriesName(f"agent-{self.number}", f"node-{node}", "temperature") for node in range(3)]
        age = chance.choice([0, 0, 0, 0, 1, 40]) * DAY_MS
        start = 1_760_000_000_000 + n * DAY_MS // 40 - chance.randrange(age + 1)
        quality = chance.choice([Quality.GOOD, Quality.GOOD, Quality.BAD])
        return [
            Reading(chance.choice(names), start + 1000 * place, round(chance.gauss(20, 3), 2), quality)
            for place in range(chance.choice([1, 5, 80]))
        ]

    def after(self, n: int) -> Said:
        """Give what is said after one more batch."""
        return self.said | {(one.series, one.t): (one.v, one.quality) for one in self.batch(n)}

    def goes_on(self) -> None:
        """Take the next batch for stored."""
        self.said = self.after(self.done)
        self.done += 1


def kills(count: int, seed: int) -> Iterator[int]:
    """Kill so often; give after each kill how many readings are there. Raises Lost."""
    chance = Random(seed)
    for first in range(0, count, LIVES):
        with TemporaryDirectory(prefix="krausen-history-") as folder:
            path = Path(folder) / "readings.sqlite"
            tasks = [Task(number, seed + first, 0, {}) for number in range(TASKS)]
            for _ in range(min(LIVES, count - first)):
                _live_and_die(path, tasks, chance)
                _compare(path, tasks)
                yield sum(len(task.said) for task in tasks)


def _live_and_die(path: Path, tasks: list[Task], chance: Random) -> None:
    reading, writing = os.pipe()
    child = _forked(lambda: asyncio.run(_store(path, tasks, writing)))
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as told:
        opened_and_acknowledged = 1 + chance.randrange(MOST)
        heard = b"".join(told.read(1) or b"" for _ in range(opened_and_acknowledged))
        sleep(chance.uniform(0.0, LONGEST_S))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        heard += told.readall() or b""
    for number in heard[1:]:
        tasks[number].goes_on()


async def _store(path: Path, tasks: list[Task], told: int) -> None:
    history = SqliteHistory.open(path, PACE)
    os.write(told, b"!")

    async def go_on(task: Task) -> None:
        for n in range(task.done, sys.maxsize):
            await history.store(task.batch(n))
            os.write(told, bytes([task.number]))

    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(go_on(task))


def _compare(path: Path, tasks: list[Task]) -> None:
    """Compare in a child what the file says with what was stored; learn what came in unacknowledged."""
    reading, writing = os.pipe()
    child = _forked(lambda: asyncio.run(_check(path, tasks, writing)))
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        came = said.read()
    _demand(os.waitpid(child, 0)[1] == 0, "the file is not as it should be, see above")
    for number in came:
        tasks[number].goes_on()


async def _check(path: Path, tasks: list[Task], told: int) -> None:
    with closing(SqliteHistory.open(path, PACE)) as history:
        there: dict[str, Said] = {}
        for series in await history.series():
            points: list[Point] = await history.points(series.id, *_WHOLE, limit=10**9)
            newest = points[-1] if points else None
            _demand(series.count == len(points), f"{series.name} counts {series.count}, has {len(points)}")
            _demand(series.latest == newest, f"{series.name} ends with {newest}, says {series.latest}")
            said = there.setdefault(series.name.adapter, {})
            said.update({(series.name, point.t): (point.v, point.quality) for point in points})
    for task in tasks:
        found = there.get(f"agent-{task.number}", {})
        if found != task.said:
            _demand(found == task.after(task.done), f"task {task.number}: a batch is there in parts")
            os.write(told, bytes([task.number]))
    flaws = examined(path).flaws
    _demand(not flaws, str(flaws))


def _demand(holds: bool, failure: str) -> None:  # noqa: FBT001 what it is about
    if not holds:
        raise Lost(failure)


def _forked(act: Callable[[], None]) -> int:
    """Act in a child; give its process id. It ends with 1 on a failure, which it has then told."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        act()
        status = 0
    finally:
        if status:
            sys.excepthook(*sys.exc_info())
        os._exit(status)


def main() -> None:
    """Kill as often as asked, telling how it goes on."""
    words = [int(word) for word in sys.argv[1:]]
    count, seed = words[0] if words else KILLS, words[1] if len(words) > 1 else 0
    began_s, most = monotonic(), 0
    for n, readings in enumerate(kills(count, seed), 1):
        most = max(most, readings)
        if n % 100 == 0:
            print(f"{n} kills in {monotonic() - began_s:.0f} s", file=sys.stderr)
    print(f"{count} kills; every acknowledged reading was there, once, in files of up to {most:,} readings.")


if __name__ == "__main__":
    main()
