"""The series of a history: their names, units and numbers, and what there is of each."""

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from krausen.model.series import SeriesName
from krausen.ports.history import QUALITIES, Point, SeriesRecord, id_of
from krausen.storage.history.columns import Codes, Columns, Times, Values, firsts
from krausen.storage.history.log import AGAIN, QUALITY, Records

CODES = {quality: code for code, quality in enumerate(QUALITIES)}

NEVER = -(2**63)
"""The instant of the newest reading of a series that has none."""


_Row = tuple[int, int, int, float, int]
"""Count, first, last, value and code of quality of a series."""


class Known(Struct, frozen=True):
    """A series by number: its name and its unit."""

    number: int
    name: SeriesName
    unit: str


class _Summaries(Struct, frozen=True, eq=False):
    """By number of series: how many readings it has, from when to when, and the newest."""

    n: Times
    first: Times
    last: Times
    v: Values
    q: Codes

    def rows(self, numbers: Sequence[int]) -> "Iterator[_Row]":
        places = np.array(numbers, np.intp)
        columns = (self.n, self.first, self.last, self.v, self.q)
        return zip(*(column[places].tolist() for column in columns), strict=True)


class Registry:
    """Written in the file's thread, read from any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[SeriesName, int] = {}
        self._known: dict[int, Known] = {}
        self._ids: dict[str, Known] = {}
        self._in_order: list[int] = []
        self._said: dict[int, tuple[Known, _Row, SeriesRecord]] = {}
        self._summaries = _nothing(16)
        self._is_known = np.zeros(17, bool)
        self._newest = NEVER

    def learn(self, series: Iterable[Known]) -> None:
        """Take series, new ones and such whose unit is new."""
        with self._lock:
            for known in series:
                self._grow(known.number)
                self._known[known.number] = self._ids[id_of(known.number)] = known
                self._numbers[known.name] = known.number
                self._is_known[known.number] = True

    def number(self, name: SeriesName) -> int | None:
        """Give the number of a series, or None."""
        return self._numbers.get(name)

    def knows(self, numbers: "NDArray[np.uint32]") -> bool:
        """Tell whether each of some numbers is that of a series."""
        return not len(numbers) or bool(self._is_known[np.minimum(numbers, len(self._is_known) - 1)].all())

    def named(self, name: SeriesName) -> Known | None:
        """Give the series with a name, or None."""
        number = self._numbers.get(name)
        return None if number is None else self._known[number]

    def with_id(self, id: str) -> Known | None:
        """Give the series with an id, or None."""
        return self._ids.get(id)

    def last(self, records: Records) -> Times:
        """Give for each record the instant of its series' newest reading."""
        last = self._summaries.last
        if not len(records) or int(records.series.max()) < len(last):
            return last.take(records.series)
        known = records.series < len(last)
        return np.where(known, last[np.where(known, records.series, 0)], NEVER)

    def summary(self, number: int, summary: "Sequence[int | float]") -> None:
        """Set what there is of a series: count, first, last, value and code of quality."""
        there = self._summaries
        with self._lock:
            there.n[number], there.first[number], there.last[number] = summary[:3]
            there.v[number], there.q[number] = summary[3:]
            self._newest = max(self._newest, int(summary[2]))

    def add(self, records: Records) -> None:
        """Count records that are by series and time, no instant of a series twice."""
        if not len(records):
            return
        first = firsts(records.series)
        last = np.append(first[1:], len(records)) - 1
        numbers = records.series[first]
        fresh = (records.code & AGAIN) == 0
        n = last - first + 1 if fresh.all() else np.add.reduceat(fresh, first, dtype=np.int64)
        there = self._summaries
        with self._lock:
            there.n[numbers] += n
            there.first[numbers] = np.minimum(there.first[numbers], records.t[first])
            is_newer = records.t[last] >= there.last[numbers]
            numbers, last = numbers[is_newer], last[is_newer]
            there.last[numbers] = records.t[last]
            there.v[numbers] = records.v[last]
            there.q[numbers] = records.code[last] & QUALITY
            if len(last):
                self._newest = max(self._newest, int(records.t[last].max()))

    def records(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""
        with self._lock:
            if len(self._in_order) != len(self._numbers):
                self._in_order = [self._numbers[name] for name in sorted(self._numbers)]
            numbers = self._in_order
            rows = self._summaries.rows(numbers)
            return [self._record(number, row) for number, row in zip(numbers, rows, strict=True)]

    def newest(self) -> int | None:
        """Give the instant of the newest reading of all, or None."""
        return None if self._newest == NEVER else self._newest

    def _record(self, number: int, row: "_Row") -> SeriesRecord:
        """Give a series as it stands; most stand as they did when somebody asked before."""
        known, said = self._known[number], self._said.get(number)
        if said is not None and said[0] is known and said[1] == row:
            return said[2]
        made = _record(known, row)
        self._said[number] = (known, row, made)
        return made

    def _grow(self, number: int) -> None:
        there = self._summaries
        length = len(there.n)
        if number >= length:
            more = _nothing(max(number + 1, 2 * length))
            for old, new in zip(astuple(there), astuple(more), strict=True):
                new[:length] = old
            # One place more than there are numbers, for those that are beyond all.
            is_known = np.zeros(len(more.n) + 1, bool)
            is_known[:length] = self._is_known[:-1]
            self._summaries, self._is_known = more, is_known


def points(columns: Columns) -> list[Point]:
    """Give columns as points."""
    if not columns.q.any():
        return list(map(Point, columns.t.tolist(), columns.v.tolist()))
    qualities = map(QUALITIES.__getitem__, columns.q.tolist())
    return list(map(Point, columns.t.tolist(), columns.v.tolist(), qualities))


def _nothing(length: int) -> _Summaries:
    return _Summaries(
        np.zeros(length, np.int64),
        np.full(length, 2**63 - 1),
        np.full(length, NEVER),
        np.zeros(length),
        np.zeros(length, np.uint8),
    )


def _record(known: Known, row: _Row) -> SeriesRecord:
    n, first, last, v, q = row
    if not n:
        return SeriesRecord(id=id_of(known.number), name=known.name, unit=known.unit)
    return SeriesRecord(
        id=id_of(known.number),
        name=known.name,
        unit=known.unit,
        first=first,
        last=last,
        count=n,
        latest=Point(last, v, QUALITIES[q]),
    )
