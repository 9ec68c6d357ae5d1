"""Examines a history file whole: whether each piece is as it was written, and all of them tell the same.

Reads beside a server that goes on writing, in one transaction, and changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import apsw
import numpy as np
from msgspec import Struct

from krausen.errors import OperatorNeeded
from krausen.storage.connection import reading_only
from krausen.storage.history import chunks, rollups
from krausen.storage.history.archive import EVER, HALF, Archive, day_of_chunk
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import Columns
from krausen.storage.history.layout import LAYOUT
from krausen.storage.history.log import read
from krausen.storage.history.packing import Damaged
from krausen.storage.history.rollups import LEVELS, Level, Rollup

CLOSE = 1e-9
"""Totals may be added up in another order, which changes their last digits."""

_DAYS = "SELECT id, n, b FROM chunk ORDER BY id"
_ROLLED = "SELECT b FROM rollup WHERE id BETWEEN ? AND ? ORDER BY id"
_SUMMARIES = "SELECT id, n, first, last FROM series"
_NAMES = "SELECT id, adapter || '/' || node || '/' || metric FROM series"
_PUT_ASIDE = "SELECT what, series, start, end FROM damaged ORDER BY number"

Progress = Callable[[int, int], None]
Summary = tuple[int, int, int]
"""How many readings a series has, and the instants of the first and the last."""

_NOTHING: Summary = (0, 0, 0)


class Flaw(Struct, frozen=True, kw_only=True):
    """What is wrong with a piece: of which series, and with the readings from when to when (UTC ms)."""

    detail: str
    series: str | None = None
    start: int | None = None
    end: int | None = None


class Examination(Struct, frozen=True, kw_only=True):
    """What was read of a file, and what is wrong with it."""

    series: int
    days: int
    sealed: int
    """Readings in sealed days."""
    waiting: int
    """Readings in the log, among them such as are sealed already."""
    flaws: list[Flaw]


def examined(path: Path, tell: Progress | None = None) -> Examination:
    """Examine a file; `tell` hears how many days of how many are done. Raises OperatorNeeded."""
    with reading_only(path) as connection:
        layout = connection.pragma("user_version")
        if layout != LAYOUT:
            raise OperatorNeeded(
                f"{path} has layout {layout}, this version examines {LAYOUT}: start the server once."
            )
        connection.execute("BEGIN")
        return _Examiner(connection, tell).examination()


class _Examiner:
    def __init__(self, connection: apsw.Connection, tell: Progress | None) -> None:
        self._db = connection
        self._tell = tell
        self._names = dict(connection.execute(_NAMES))
        self._flaws: list[Flaw] = []
        self._done = 0
        self._sealed = 0

    def examination(self) -> Examination:
        of = int(next(iter(self._db.execute("SELECT count(*) FROM chunk")))[0])
        summaries = {number: (n, first, last) for number, n, first, last in self._db.execute(_SUMMARIES)}
        found: dict[int, Summary] = {}
        for series, rows in groupby(self._db.execute(_DAYS), lambda row: row[0] >> 32):
            found[series] = self._check_series(series, self._days(series, rows, of))
        self._check_summaries(summaries, found)
        waiting = self._waiting()
        self._flaws += [self._aside(*row) for row in self._db.execute(_PUT_ASIDE)]
        return Examination(
            series=len(self._names), days=of, sealed=self._sealed, waiting=waiting, flaws=self._flaws
        )

    def _days(self, series: int, rows: Iterable[tuple[int, int, bytes]], of: int) -> Iterator[Columns]:
        for id, n, blob in rows:
            self._done += 1
            if self._tell is not None:
                self._tell(self._done, of)
            start = day_of_chunk(id) * DAY_MS
            try:
                day = chunks.decoded(blob)
            except Damaged:
                self._flaw("A day cannot be read: it is damaged.", series, start, start + DAY_MS)
                continue
            self._sealed += len(day)
            if len(day) != n or not _is_in_order(day, start):
                self._flaw("A day does not hold the readings that it should.", series, start, start + DAY_MS)
            yield day

    def _check_series(self, series: int, days: Iterable[Columns]) -> Summary:
        """Compare the sums of a series with its days, and give what there is of it."""
        n, first, last = _NOTHING
        made: dict[Level, list[Rollup]] = {level: [] for level in LEVELS}
        unrolled = Archive(self._db).unrolled(series, *EVER)
        for day in days:
            if len(day):
                first, last = int(day.t[0]) if not n else first, int(day.t[-1])
                n += len(day)
            for level, rolled in made.items():
                rolled.append(rollups.rolled(day, level.step_ms))
        for level, rolled in made.items():
            there = rollups.joined(list(self._rolled(series, level)))
            if not _is_same(*(one.without(unrolled, level) for one in (rollups.joined(rolled), there))):
                hours = level.step_ms // rollups.HOUR_MS
                self._flaw(f"The sums over {hours} h are not those of the readings.", series)
        return n, first, last

    def _rolled(self, series: int, level: Level) -> Iterator[Rollup]:
        low = series << 33 | level.number << 32
        for (blob,) in self._db.execute(_ROLLED, (low, low + 2 * HALF - 1)):
            try:
                yield rollups.decoded(blob)
            except Damaged:
                self._flaw("Sums of hours cannot be read; they are made anew from the readings.", series)

    def _check_summaries(self, said: Mapping[int, Summary], found: Mapping[int, Summary]) -> None:
        for series in sorted(found.keys() - said.keys()):
            self._flaw("There are readings of a series that has no name.", series)
        for series, summary in said.items():
            if summary[0] and summary != found.get(series):
                self._flaw("The number of readings, or their first or last, is not what was noted.", series)

    def _waiting(self) -> int:
        waiting = 0
        for seq, blob in self._db.execute("SELECT seq, b FROM log ORDER BY seq"):
            try:
                records = read(blob)
            except Damaged:
                self._flaw(f"Entry {seq} of the log cannot be read: it is damaged.")
                continue
            waiting += len(records)
            for series in np.setdiff1d(records.series, list(self._names)).tolist():
                self._flaw("The log has readings of a series that has no name.", series)
        return waiting

    def _aside(self, what: str, series: int | None, start: int | None, end: int | None) -> Flaw:
        piece = "A day" if what == "chunk" else "An entry of the log"
        name = None if series is None else self._named(series)
        return Flaw(detail=f"{piece} was damaged and put aside.", series=name, start=start, end=end)

    def _flaw(
        self, detail: str, series: int | None = None, start: int | None = None, end: int | None = None
    ) -> None:
        name = None if series is None else self._named(series)
        self._flaws.append(Flaw(detail=detail, series=name, start=start, end=end))

    def _named(self, series: int) -> str:
        name: str | None = self._names.get(series)
        return name if name is not None else f"number {series}"


def _is_in_order(day: Columns, start: int) -> bool:
    within = len(day) > 0 and day.t[0] >= start and day.t[-1] < start + DAY_MS
    return bool(within and (np.diff(day.t) > 0).all())


def _is_same(one: Rollup, other: Rollup) -> bool:
    return (
        np.array_equal(one.step, other.step)
        and np.array_equal(one.n, other.n)
        and np.array_equal(one.low, other.low)
        and np.array_equal(one.high, other.high)
        and bool(np.allclose(one.total, other.total, rtol=CLOSE, equal_nan=True))
    )
