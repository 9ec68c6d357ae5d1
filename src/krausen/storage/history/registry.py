"""The series of a history: their names, units and numbers, and what there is of each."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from krausen.model.series import SeriesName
from krausen.ports.history import QUALITIES, Point, SeriesRecord, id_of
from krausen.storage.history.columns import Columns, Times
from krausen.storage.history.log import AGAIN, QUALITY, Records

CODES = {quality: code for code, quality in enumerate(QUALITIES)}

NEVER = -(2**63)
"""The instant of the newest reading of a series that has none."""

SUMMARY = np.dtype([("n", "<i8"), ("first", "<i8"), ("last", "<i8"), ("v", "<f8"), ("q", "u1")])
"""How many readings a series has, from when to when, and the newest."""

_NOTHING = np.array((0, 2**63 - 1, NEVER, 0.0, 0), SUMMARY)


class Known(Struct, frozen=True):
    """A series by number: its name and its unit."""

    number: int
    name: SeriesName
    unit: str


class Registry:
    """Written in the file's thread, read from any."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[SeriesName, int] = {}
        self._known: dict[int, Known] = {}
        self._ids: dict[str, Known] = {}
        self._in_order: list[int] = []
        self._summaries = np.full(16, _NOTHING, SUMMARY)
        self._is_known = np.zeros(17, bool)

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
        known = records["series"] < len(self._summaries)
        found: Times = self._summaries["last"][np.where(known, records["series"], 0)]
        return np.where(known, found, NEVER)

    def summary(self, number: int, summary: "Sequence[int | float]") -> None:
        """Set what there is of a series: count, first, last, value and code of quality."""
        with self._lock:
            self._summaries[number] = tuple(summary)

    def add(self, records: Records) -> None:
        """Count records that are by series and time, no instant of a series twice."""
        if not len(records):
            return
        first = np.flatnonzero(np.append(True, records["series"][1:] != records["series"][:-1]))
        last = np.append(first[1:], len(records)) - 1
        numbers = records["series"][first]
        with self._lock:
            there = self._summaries[numbers]
            there["n"] += np.add.reduceat((records["code"] & AGAIN) == 0, first, dtype=np.int64)
            there["first"] = np.minimum(there["first"], records["t"][first])
            newer = records["t"][last] >= there["last"]
            there["last"] = np.where(newer, records["t"][last], there["last"])
            there["v"] = np.where(newer, records["v"][last], there["v"])
            there["q"] = np.where(newer, records["code"][last] & QUALITY, there["q"])
            self._summaries[numbers] = there

    def records(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""
        with self._lock:
            if len(self._in_order) != len(self._numbers):
                self._in_order = [self._numbers[name] for name in sorted(self._numbers)]
            numbers = self._in_order
            rows = self._summaries[numbers].tolist()
            known = [self._known[number] for number in numbers]
        return [_record(one, row) for one, row in zip(known, rows, strict=True)]

    def newest(self) -> int | None:
        """Give the instant of the newest reading of all, or None."""
        newest = int(self._summaries["last"].max())
        return None if newest == NEVER else newest

    def _grow(self, number: int) -> None:
        if number >= len(self._summaries):
            more = np.full(max(number + 1, 2 * len(self._summaries)), _NOTHING, SUMMARY)
            more[: len(self._summaries)] = self._summaries
            # One place more than there are numbers, for those that are beyond all.
            is_known = np.zeros(len(more) + 1, bool)
            is_known[: len(self._summaries)] = self._is_known[:-1]
            self._summaries, self._is_known = more, is_known


def points(columns: Columns) -> list[Point]:
    """Give columns as points."""
    rows = zip(columns.t.tolist(), columns.v.tolist(), columns.q.tolist(), strict=True)
    return [Point(t, v, QUALITIES[q]) for t, v, q in rows]


def _record(known: Known, row: tuple[int, int, int, float, int]) -> SeriesRecord:
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
