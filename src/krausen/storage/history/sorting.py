"""Tells new readings from corrections and repeats, before they are written down."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np
from msgspec import Struct

from krausen.errors import Invalid
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Bulk, Stored
from krausen.storage.history.columns import BAD, Columns, firsts, merged
from krausen.storage.history.head import Head, as_columns
from krausen.storage.history.log import AGAIN, NONE, Records, in_order, joined, records
from krausen.storage.history.reading import Reader
from krausen.storage.history.registry import CODES, Registry

FARTHEST = 2**57
"""No instant is further from 1970 than this, in milliseconds."""


class Batch(Struct, frozen=True, eq=False):
    """Readings that are stored together: records whose series is a place among names, or a number.

    Without names it is a number.
    """

    names: tuple[SeriesName, ...]
    records: Records

    @classmethod
    def of(cls, readings: Sequence[Reading]) -> "Batch":
        """Make a batch. Raises Invalid for a value that is no number and an instant beyond all bounds."""
        places: dict[SeriesName, int] = {}
        rows = [
            (places.setdefault(one.series, len(places)), one.t, one.v, CODES[one.quality]) for one in readings
        ]
        if not all(isfinite(v) and -FARTHEST < t < FARTHEST for _, t, v, _ in rows):
            _refuse(readings)
        return cls(tuple(places), records(*zip(*rows, strict=True)) if rows else NONE)

    @classmethod
    def of_bulk(cls, bulk: Bulk, registry: Registry) -> "Batch":
        """Make a batch. Raises Invalid as `of` does, and for a number that no series has."""
        found = records(bulk.series, bulk.t, bulk.v, np.frombuffer(bulk.q, np.uint8))
        if len(bulk) and (
            not np.isfinite(found.v).all()
            or not -FARTHEST < found.t.min() <= found.t.max() < FARTHEST
            or found.code.max() > BAD
            or not registry.knows(found.series)
        ):
            raise Invalid("Here is a value that is no number, an instant beyond all bounds or no series.")
        return cls((), found)


class Sorter:
    """Works in the file's thread."""

    def __init__(self, reader: Reader, registry: Registry) -> None:
        self._reader = reader
        self._registry = registry

    def sorted(
        self, batches: Sequence[Batch], numbers: Mapping[SeriesName, int]
    ) -> tuple[Records, list[Stored]]:
        """Give what is to be written of batches that come one after another, and what becomes of each."""
        numbered = [_numbered(batch, numbers) for batch in batches]
        everything = in_order(joined(numbered))
        if len(everything) == sum(map(len, numbered)) and self._are_newer(everything):
            return everything, [Stored(new=len(one)) for one in numbered]
        before = Head()
        stored = []
        for one in numbered:
            changes, became = self._changes(one, before)
            before.add(changes)
            stored.append(became)
        return before.ordered(), stored

    def _are_newer(self, records: Records) -> bool:
        return bool((records.t > self._registry.last(records)).all())

    def _changes(self, records: Records, before: Head) -> tuple[Records, Stored]:
        wanted = in_order(records)
        there = np.zeros(len(wanted), bool)
        same = np.zeros(len(wanted), bool)
        for series in wanted.series[firsts(wanted.series)].tolist():
            place = wanted.of(series)
            mine = as_columns(wanted.at(place))
            there[place], same[place] = _compared(mine, self._there(series, mine, before))
        code = np.where(there, wanted.code | AGAIN, wanted.code)
        changes = Records(wanted.series, wanted.t, wanted.v, code).at(~same)
        new = len(wanted) - int(there.sum())
        return changes, Stored(new, len(changes) - new, len(records) - len(changes))

    def _there(self, series: int, mine: Columns, before: Head) -> Columns:
        earlier = before.within(series, int(mine.t[0]), int(mine.t[-1]) + 1)
        return merged([self._reader.at(series, mine.t), earlier])


def _compared(
    mine: Columns, there: Columns
) -> "tuple[np.typing.NDArray[np.bool_], np.typing.NDArray[np.bool_]]":
    """Tell of each reading whether its instant has one, and whether that is the same."""
    if not len(there):
        nothing = np.zeros(len(mine), bool)
        return nothing, nothing
    place = np.minimum(np.searchsorted(there.t, mine.t), len(there) - 1)
    found = there.t[place] == mine.t
    return found, found & (there.v[place] == mine.v) & (there.q[place] == mine.q)


def _numbered(batch: Batch, numbers: Mapping[SeriesName, int]) -> Records:
    if not batch.names:
        return batch.records
    mine = batch.records
    series = np.array([numbers[name] for name in batch.names], np.uint32)[mine.series]
    return Records(series, mine.t, mine.v, mine.code)


def _refuse(readings: Sequence[Reading]) -> None:
    for one in readings:
        if not isfinite(one.v):
            raise Invalid(f"{one.series} has the value {one.v}, which is no number.")
        if not -FARTHEST < one.t < FARTHEST:
            raise Invalid(f"{one.series} has the instant {one.t}, which is beyond all bounds.")
