"""What is in the log and not yet in chunks, in memory, found by series and time."""

import numpy as np
from msgspec import Struct

from krausen.storage.history.columns import EMPTY, Columns, Mask, Times, columns, merged
from krausen.storage.history.log import NONE, QUALITY, Records, in_order

MOST_RECENT = 50_000
"""Records that wait unsorted until they are put among the others."""


class _Layer(Struct, frozen=True, eq=False):
    """Records in order, with two of their fields once more, side by side in memory, for quick search."""

    records: Records
    series: Times
    t: Times

    def within(self, series: int, start: int, end: int) -> Columns:
        """Give the readings of a series with start <= t < end."""
        low, high = self.series.searchsorted((series, series + 1))
        first, last = low + self.t[low:high].searchsorted((start, end))
        return as_columns(self.records[first:last])


class Head:
    """Three layers, each newer than the one before: what is being sealed, others in order, and the newest."""

    def __init__(self) -> None:
        self._sealing = _NOTHING
        self._ordered = _NOTHING
        self._recent: list[Records] = []
        self._waiting = 0

    def __len__(self) -> int:
        return len(self._ordered.records) + self._waiting

    @property
    def sealing(self) -> Records:
        """What is being sealed, by series and time."""
        return self._sealing.records

    def add(self, records: Records) -> None:
        """Take records that are newer than all there are."""
        if not len(records):
            return
        self._recent.append(records)
        self._waiting += len(records)

    @property
    def is_untidy(self) -> bool:
        """Tell whether so much waits unsorted that it is worth while to put it among the others."""
        return self._waiting > max(MOST_RECENT, len(self._ordered.records))

    def ordered(self) -> Records:
        """Give everything that is not being sealed, by series and time."""
        if self._recent:
            self._ordered = _layer(in_order(np.concatenate([self._ordered.records, *self._recent])))
            self._recent, self._waiting = [], 0
        return self._ordered.records

    def begin(self, chosen: Mask) -> None:
        """Let those of `ordered` be sealed that are chosen; the rest goes on."""
        everything = self.ordered()
        self._sealing, self._ordered = _layer(everything[chosen]), _layer(everything[~chosen])

    def end(self) -> None:
        """Forget what was being sealed."""
        self._sealing = _NOTHING

    def give_up(self, left: Records) -> None:
        """Take back what was to be sealed and is not."""
        self._ordered = _layer(in_order(np.concatenate([left, self._ordered.records])))
        self._sealing = _NOTHING

    def within(self, series: int, start: int, end: int) -> Columns:
        """Give the readings of a series with start <= t < end."""
        parts = [self._sealing.within(series, start, end), self._ordered.within(series, start, end)]
        if self._recent:
            if len(self._recent) > 1:
                self._recent = [np.concatenate(self._recent)]
            newest = self._recent[0]
            mine = in_order(newest[newest["series"] == series])
            parts.append(as_columns(mine).between(start, end))
        return merged(parts)


def as_columns(records: Records) -> Columns:
    """Give records of one series, in order of time, as columns."""
    if not len(records):
        return EMPTY
    return columns(
        np.ascontiguousarray(records["t"]),
        np.ascontiguousarray(records["v"]),
        np.ascontiguousarray(records["code"]) & QUALITY,
    )


def _layer(records: Records) -> _Layer:
    return _Layer(records, records["series"].astype(np.int64), np.ascontiguousarray(records["t"]))


_NOTHING = _layer(NONE)
