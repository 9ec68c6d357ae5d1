"""What is sealed: days of series in chunks, and their roll-ups, in tables of the file."""

from collections.abc import Iterable, Iterator, Mapping

import apsw
import numpy as np
import structlog

from krausen.storage.history import chunks, rollups
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import Columns, Times, firsts, merged
from krausen.storage.history.packing import Damaged
from krausen.storage.history.rollups import LEVELS, Level, Rollup

log = structlog.get_logger()

HALF = 2**31
"""Added to the numbers of days and blocks, for they may be negative and keys sort them."""

_SUMMARY = "SELECT n, first, last, v, q FROM series WHERE id = ?"
_SUM_UP = "UPDATE series SET n = ?, first = ?, last = ?, v = ?, q = ? WHERE id = ?"
_QUARANTINE = "INSERT INTO damaged (what, series, start, end, b) VALUES (?, ?, ?, ?, ?)"


class Archive:
    """Reads and writes within the thread, and for writing within a transaction, of its connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def days(self, series: int, start: int, end: int) -> Iterator[Columns]:
        """Give the days of a series that have instants with start <= t < end, in order.

        A day that is damaged is put aside, said, and left out.
        """
        low, high = _span(series, start, end)
        rows = self._db.execute("SELECT id, b FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id", (low, high))
        for id, blob in list(rows):
            day = self._day(series, id, blob)
            if day is not None:
                yield day

    def having(self, series: int, instants: Times) -> Iterator[Columns]:
        """Give the days of a series that have any of some instants, which rise."""
        days = instants // DAY_MS
        first = firsts(days)
        for day, wanted in zip(days[first].tolist(), np.split(instants, first[1:]), strict=True):
            id = chunk_id(series, day)
            for (blob,) in list(self._db.execute("SELECT b FROM chunk WHERE id = ?", (id,))):
                found = self._day(series, id, blob) if _may_have(blob, wanted) else None
                if found is not None:
                    yield found

    def numbers(self, series: int, start: int, end: int) -> list[int]:
        """Name the days of a series that have a chunk and instants with start <= t < end, in order."""
        low, high = _span(series, start, end)
        rows = self._db.execute("SELECT id FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id", (low, high))
        return [day_of_chunk(id) for (id,) in rows]

    def rollup(self, series: int, level: Level, start: int, end: int) -> Rollup:
        """Give the steps of a series with start <= number < end."""
        low = _block_id(series, level, _within(start // level.block))
        high = _block_id(series, level, _within((end - 1) // level.block))
        rows = self._db.execute("SELECT id, b FROM rollup WHERE id BETWEEN ? AND ? ORDER BY id", (low, high))
        return rollups.joined(
            [self._block(series, level, id, blob).between(start, end) for id, blob in list(rows)]
        )

    def seal(self, series: int, newer: Mapping[int, Columns]) -> None:
        """Put readings to what there is of their days, where they count more, and sum up anew."""
        whole: dict[int, Columns] = {}
        new = 0
        for day, readings in newer.items():
            there = list(self.days(series, day * DAY_MS, (day + 1) * DAY_MS))
            whole[day] = merged([*there, readings])
            new += len(whole[day]) - sum(map(len, there))
            row = (chunk_id(series, day), len(whole[day]), chunks.encoded(whole[day]))
            self._db.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", row)
        for level in LEVELS:
            self._roll(series, level, whole)
        self._sum_up(series, new, whole.values())

    def damages(self) -> list[tuple[str, int | None, int | None, int | None]]:
        """List what was found damaged and put aside: what it is, number of the series, start and end."""
        rows = self._db.execute("SELECT what, series, start, end FROM damaged ORDER BY number")
        return [(what, series, start, end) for what, series, start, end in rows]

    def quarantine(self, what: str, span: tuple[int | None, int | None, int | None], blob: bytes) -> None:
        """Put aside what is damaged, and say so. A disk that cannot be written leaves it where it is."""
        series, start, end = span
        log.error(
            "history.damaged",
            what=what,
            series=series,
            start=start,
            end=end,
            detail="A piece of the history is damaged and was put aside; the rest is as before.",
        )
        self._db.execute(_QUARANTINE, (what, series, start, end, blob))

    def _day(self, series: int, id: int, blob: bytes) -> Columns | None:
        try:
            return chunks.decoded(blob)
        except Damaged:
            start = day_of_chunk(id) * DAY_MS
            if not self._db.readonly("main"):
                self.quarantine("chunk", (series, start, start + DAY_MS), blob)
                self._db.execute("DELETE FROM chunk WHERE id = ?", (id,))
            return None

    def _block(self, series: int, level: Level, id: int, blob: bytes) -> Rollup:
        try:
            return rollups.decoded(blob)
        except Damaged:
            start = ((id & 0xFFFFFFFF) - HALF) * level.block_ms
            whole = list(self.days(series, start, start + level.block_ms))
            return rollups.joined([rollups.rolled(day, level.step_ms) for day in whole])

    def _roll(self, series: int, level: Level, days: Mapping[int, Columns]) -> None:
        block_days = level.block_ms // DAY_MS
        steps = DAY_MS // level.step_ms
        for block in sorted({day // block_days for day in days}):
            mine = {day: readings for day, readings in days.items() if day // block_days == block}
            kept = self.rollup(series, level, block * level.block, (block + 1) * level.block)
            for day in mine:
                first, last = kept.step.searchsorted((day * steps, (day + 1) * steps))
                kept = rollups.joined([kept.at(slice(0, int(first))), kept.at(slice(int(last), None))])
            rolled = rollups.joined([kept, *(rollups.rolled(one, level.step_ms) for one in mine.values())])
            row = (_block_id(series, level, block), rollups.encoded(rolled))
            self._db.execute("INSERT OR REPLACE INTO rollup VALUES (?, ?)", row)

    def _sum_up(self, series: int, new: int, days: Iterable[Columns]) -> None:
        n, first, last, v, q = next(iter(self._db.execute(_SUMMARY, (series,))))
        for day in days:
            t, newest = int(day.t[0]), int(day.t[-1])
            first = t if first is None else min(first, t)
            if last is None or newest >= last:
                last, v, q = newest, float(day.v[-1]), int(day.q[-1])
        self._db.execute(_SUM_UP, (n + new, first, last, v, q, series))


def chunk_id(series: int, day: int) -> int:
    """Give the key of the chunk of a series and a day."""
    return series << 32 | day + HALF


def day_of_chunk(id: int) -> int:
    """Give the day of a chunk's key."""
    return (id & 0xFFFFFFFF) - HALF


def _may_have(blob: bytes, wanted: Times) -> bool:
    """Tell whether a chunk has any of some instants; one that is damaged may."""
    try:
        there = chunks.instants(blob)
    except Damaged:
        return True
    place = np.minimum(there.searchsorted(wanted), len(there) - 1)
    return bool((there[place] == wanted).any())


def _span(series: int, start: int, end: int) -> tuple[int, int]:
    days = _within(chunks.day_of(start)), _within(chunks.day_of(end - 1))
    return chunk_id(series, days[0]), chunk_id(series, days[1])


def _within(number: int) -> int:
    """Keep a number of a day or block where keys of another series cannot be reached."""
    return max(-HALF, min(HALF - 1, number))


def _block_id(series: int, level: Level, block: int) -> int:
    return series << 33 | level.number << 32 | block + HALF
