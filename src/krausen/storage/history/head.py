"""What is in the log and not yet in chunks, in memory, found by series and time."""

import numpy as np

from krausen.storage.history.columns import Columns, merged
from krausen.storage.history.log import NONE, QUALITY, Records, in_order, joined

TIER = 8
"""So many parts become one, so many of these another, and so on."""
QUICK = 16_000
"""Parts of so many records together are made one where somebody reads."""


class Head:
    """Layers, each newer than the one before: what is being sealed, others in order, and the newest.

    Those that are being put in order, which takes a while and may happen in another thread, are a layer
    between.
    """

    def __init__(self) -> None:
        self._sealing = NONE
        self._ordered = NONE
        self._settling: list[Records] = []
        self._recent: list[Records] = []
        self._waiting = self._parts = 0

    def __len__(self) -> int:
        return len(self._ordered) + sum(map(len, self._settling)) + self._waiting

    @property
    def sealing(self) -> Records:
        """What is being sealed, by series and time."""
        return self._sealing

    @property
    def waiting(self) -> int:
        """How many records wait unsorted."""
        return self._waiting

    def add(self, records: Records) -> None:
        """Take records that are newer than all there are."""
        if not len(records):
            return
        self._recent.append(records)
        self._waiting += len(records)
        self._parts = parts = self._parts + 1
        while parts % TIER == 0 and len(self._recent) >= TIER:
            parts //= TIER
            self._recent[-TIER:] = [joined(self._recent[-TIER:])]

    def settle(self) -> list[Records]:
        """Give all that is not being sealed, older ones first, to be put in order and brought back."""
        self._settling += self._recent
        self._recent, self._waiting, self._parts = [], 0, 0
        return [self._ordered, *self._settling]

    def settled(self, sealing: Records, rest: Records) -> None:
        """Take in order what `settle` gave, some of it to be sealed unless there is nothing of it."""
        if len(sealing):
            self._sealing = sealing
        self._ordered, self._settling = rest, []

    def ordered(self) -> Records:
        """Give everything that is not being sealed, by series and time."""
        if self._recent or self._settling:
            self.settled(NONE, in_order(joined(self.settle())))
        return self._ordered

    def end(self) -> None:
        """Forget what was being sealed."""
        self._sealing = NONE

    def give_up(self, left: Records) -> None:
        """Take back what was to be sealed and is not."""
        self._ordered = in_order(joined([left, self._ordered]))
        self._sealing = NONE

    def within(self, series: int, start: int, end: int) -> Columns:
        """Give the readings of a series with start <= t < end."""
        parts = [_within(self._sealing, series, start, end), _within(self._ordered, series, start, end)]
        if len(self._recent) > 1 and self._waiting <= QUICK:
            self._recent, self._parts = [joined(self._recent)], 0
        for newer in (*self._settling, *self._recent):
            mine = newer.at(newer.series == np.uint32(series))
            parts.append(as_columns(in_order(mine)).between(start, end))
        return merged(parts)


def as_columns(records: Records) -> Columns:
    """Give records of one series, in order of time, as columns."""
    return Columns(records.t, records.v, records.code & np.uint8(QUALITY))


def _within(records: Records, series: int, start: int, end: int) -> Columns:
    place = records.of(series)
    first, last = place.start + records.t[place].searchsorted((start, end))
    return as_columns(records.at(slice(int(first), int(last))))
