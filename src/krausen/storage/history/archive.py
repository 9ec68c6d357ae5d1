"""What is sealed: days of series in chunks, and their roll-ups, in tables of the file."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby

import apsw
import structlog

from krausen.storage.history import chunks, rollups
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import Columns, Times, firsts, merged
from krausen.storage.history.log import Records, written
from krausen.storage.history.packing import Damaged
from krausen.storage.history.rollups import LEVELS, Level, Rollup

log = structlog.get_logger()

EVER = -(2**62), 2**62
HALF = 2**31
"""Added to the numbers of days and blocks, for they may be negative and keys sort them."""

GATHERED = 8
"""So many days of a series are gathered until they are summed up; each series has a day of its own for it."""

_SUMMARY = "SELECT n, first, last, v, q FROM series WHERE id = ?"
_SUM_UP = "UPDATE series SET n = ?, first = ?, last = ?, v = ?, q = ? WHERE id = ?"
_MARK = "INSERT OR REPLACE INTO unrolled VALUES (?)"
_MARKED = "SELECT id FROM unrolled WHERE id BETWEEN ? AND ? ORDER BY id"
_UNMARK = "DELETE FROM unrolled WHERE id BETWEEN ? AND ?"
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
        """Give the readings of a series that are at some instants, which rise, day by day."""
        days = instants // DAY_MS
        first = firsts(days)
        ends = [*first[1:].tolist(), len(instants)]
        parts = zip(days[first].tolist(), first.tolist(), ends, strict=True)
        wanted = {chunk_id(series, day): instants[start:end] for day, start, end in parts}
        rows = self._db.executemany("SELECT id, b FROM chunk WHERE id = ?", [(id,) for id in wanted])
        for id, blob in list(rows):
            try:
                yield chunks.decoded_at(blob, wanted[id])
            except Damaged:
                self._put_aside(series, id, blob)

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

    def unrolled(self, series: int, start: int, end: int) -> list[int]:
        """Name the days of a series with instants start <= t < end whose roll-ups are not as they should."""
        return [day_of_chunk(id) for (id,) in self._db.execute(_MARKED, _span(series, start, end))]

    def rolled(self, series: int, day: int, level: Level) -> Rollup:
        """Give the steps of a sealed day from its readings."""
        id = chunk_id(series, day)
        for (blob,) in list(self._db.execute("SELECT b FROM chunk WHERE id = ?", (id,))):
            try:
                return _rolled(blob, level.step_ms)
            except Damaged:
                self._put_aside(series, id, blob)
        return rollups.EMPTY

    def seal(self, series: int, newer: Mapping[int, Columns]) -> None:
        """Put readings to what there is of their days, where they count more.

        The days are summed up with others, later; until then they are among the `unrolled`.
        """
        whole: dict[int, Columns] = {}
        new = 0
        for day, readings in newer.items():
            there = list(self.days(series, day * DAY_MS, (day + 1) * DAY_MS))
            whole[day] = merged([*there, readings])
            new += len(whole[day]) - sum(map(len, there))
            row = (chunk_id(series, day), len(whole[day]), chunks.encoded(whole[day]))
            self._db.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", row)
            self._db.execute(_MARK, row[:1])
        if any((series + day) % GATHERED == 0 for day in whole):
            self._roll_up(series, whole)
        self._sum_up(series, new, whole.values())

    def newest_row(self) -> int:
        """Give the number of the log's last row, 0 while there is none."""
        return int(next(iter(self._db.execute("SELECT ifnull(max(seq), 0) FROM log")))[0])

    def mark(self, series: int, days: Iterable[int], through: int) -> None:
        """Note that days of a series are sealed as the log has them up to a row."""
        rows = [(chunk_id(series, day), through) for day in days]
        self._db.executemany("INSERT OR REPLACE INTO sealed VALUES (?, ?)", rows)

    def drop_log(self, through: int, rest: Records) -> None:
        """Drop the log up to a row, all of which is sealed but for some records that are written anew."""
        self._db.execute("DELETE FROM log WHERE seq <= ?", (through,))
        self._db.execute("DELETE FROM sealed")
        if len(rest):
            # Under the number of the last that was dropped, so that it stays older than all that came since.
            self._db.execute("INSERT INTO log VALUES (?, ?)", (through, written(rest)))

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
            self._put_aside(series, id, blob)
            return None

    def _put_aside(self, series: int, id: int, blob: bytes) -> None:
        start = day_of_chunk(id) * DAY_MS
        if not self._db.readonly("main"):
            self.quarantine("chunk", (series, start, start + DAY_MS), blob)
            self._db.execute("DELETE FROM chunk WHERE id = ?", (id,))
            self._db.execute("DELETE FROM unrolled WHERE id = ?", (id,))

    def _block(self, series: int, level: Level, id: int, blob: bytes) -> Rollup:
        try:
            return _decoded(blob)
        except Damaged:
            start = ((id & 0xFFFFFFFF) - HALF) * level.block_ms
            whole = list(self.days(series, start, start + level.block_ms))
            return rollups.joined([rollups.rolled(day, level.step_ms) for day in whole])

    def _roll_up(self, series: int, known: Mapping[int, Columns]) -> None:
        """Sum up anew the days that are marked; some of them are known."""
        days = {day: known[day] for day in known}
        for day in self.unrolled(series, *EVER):
            for readings in () if day in days else self.days(series, day * DAY_MS, (day + 1) * DAY_MS):
                days[day] = readings
        for level in LEVELS:
            self._roll(series, level, days)
        self._db.execute(_UNMARK, _span(series, *EVER))

    def _roll(self, series: int, level: Level, days: Mapping[int, Columns]) -> None:
        block_days = level.block_ms // DAY_MS
        for block, some in groupby(sorted(days), lambda day: day // block_days):
            mine = list(some)
            kept = self.rollup(series, level, block * level.block, (block + 1) * level.block)
            others = kept.without(mine, level)
            rolled = rollups.rolled(merged([days[day] for day in mine]), level.step_ms)
            row = (_block_id(series, level, block), rollups.encoded(rollups.joined([others, rolled])))
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


@lru_cache(maxsize=512)
def _rolled(blob: bytes, step_ms: int) -> Rollup:
    """Sum up a day; charts are drawn again and again."""
    return rollups.rolled(chunks.decoded(blob), step_ms)


@lru_cache(maxsize=64)
def _decoded(blob: bytes) -> Rollup:
    """Give the steps of a block; of some thirty kilobytes each, the last that were drawn."""
    return rollups.decoded(blob)


def _span(series: int, start: int, end: int) -> tuple[int, int]:
    days = _within(chunks.day_of(start)), _within(chunks.day_of(end - 1))
    return chunk_id(series, days[0]), chunk_id(series, days[1])


def _within(number: int) -> int:
    """Keep a number of a day or block where keys of another series cannot be reached."""
    return max(-HALF, min(HALF - 1, number))


def _block_id(series: int, level: Level, block: int) -> int:
    return series << 33 | level.number << 32 | block + HALF
