"""Reads sealed days and the head as one history."""

import numpy as np

from krausen.ports.history import Buckets
from krausen.storage.history import rollups
from krausen.storage.history.archive import Archive
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import EMPTY, Columns, Times, firsts, merged
from krausen.storage.history.head import Head
from krausen.storage.history.rollups import HOUR_MS, LEVELS, Level, Rollup, regrouped, rolled

STRETCH_DAYS = 16
"""Days that are read at a time, at most, where only the first readings are wanted."""
SHORT_MS = 4 * DAY_MS
"""Ranges up to this long are read whole; roll-ups would save nothing."""


class Reader:
    """Reads in the file's thread."""

    def __init__(self, archive: Archive, head: Head) -> None:
        self._archive = archive
        self._head = head

    def within(self, series: int, start: int, end: int) -> Columns:
        """Give the readings of a series with start <= t < end."""
        newer = self._head.within(series, start, end)
        return merged([*self._archive.days(series, start, end), newer]).between(start, end)

    def at(self, series: int, instants: Times) -> Columns:
        """Give readings of a series among which are all there are at some instants, which rise."""
        newer = self._head.within(series, int(instants[0]), int(instants[-1]) + 1)
        return merged([*self._archive.having(series, instants), newer])

    def first(self, series: int, span: tuple[int, int], limit: int, with_bad: bool) -> Columns:  # noqa: FBT001
        """Give the first readings of a span, at most `limit`."""
        start, end = span
        newer = self._head.within(series, start, end).t // DAY_MS
        in_order = sorted({*self._archive.numbers(series, start, end), *newer[firsts(newer)].tolist()})
        found, n, place, days = [EMPTY], 0, 0, 1
        while n < limit and place < len(in_order):
            stretch = in_order[place : place + days]
            place, days = place + days, min(2 * days, STRETCH_DAYS)
            low, high = max(start, stretch[0] * DAY_MS), min(end, (stretch[-1] + 1) * DAY_MS)
            part = self.within(series, low, high)
            found.append(part if with_bad else part.sound())
            n += len(found[-1])
        return merged(found).at(slice(0, limit))

    def count(self, series: int, start: int, end: int) -> int:
        """Count the readings with start <= t < end that are not bad."""
        low, high = -(-start // HOUR_MS) * HOUR_MS, end // HOUR_MS * HOUR_MS
        if high - low <= SHORT_MS:
            return len(self.within(series, start, end).sound())
        edges = len(self.within(series, start, low).sound()) + len(self.within(series, high, end).sound())
        return edges + sum(int(part.n.sum()) for part in self._rolled(series, low, high, LEVELS[0]))

    def buckets(self, series: int, span: tuple[int, int], width_ms: int) -> Buckets:
        """Gather what is not bad in a span in buckets of `width_ms`, counted from its start."""
        start, end = span
        level = _level(start, width_ms) if end - start > SHORT_MS else None
        if level is None:
            return rollups.buckets(
                [rolled(self.within(series, start, end), width_ms, start)], start, width_ms
            )
        whole = end // level.step_ms * level.step_ms
        first, per_bucket = start // level.step_ms, width_ms // level.step_ms
        fine = rollups.joined(self._rolled(series, start, whole, level))
        parts = [regrouped(fine, (fine.step - first) // per_bucket)]
        if whole < end:
            parts.append(rolled(self.within(series, whole, end), width_ms, start))
        return rollups.buckets(parts, start, width_ms)

    def _rolled(self, series: int, start: int, end: int, level: Level) -> list[Rollup]:
        """Give the steps of a range of whole ones; from readings for days in the head, or not summed up."""
        kept = self._archive.rollup(series, level, start // level.step_ms, end // level.step_ms)
        newer = self._head.within(series, start, end).t // DAY_MS
        dirty = newer[firsts(newer)]
        unrolled = sorted(set(self._archive.unrolled(series, start, end)).difference(dirty.tolist()))
        if not len(dirty) and not unrolled:
            return [kept]
        parts = [kept.without(sorted([*dirty.tolist(), *unrolled]), level)]
        low, high = start // level.step_ms, end // level.step_ms
        parts += [self._archive.rolled(series, day, level).between(low, high) for day in unrolled]
        for run in np.split(dirty, np.flatnonzero(np.diff(dirty) > 1) + 1) if len(dirty) else ():
            first, last = max(start, int(run[0]) * DAY_MS), min(end, int(run[-1] + 1) * DAY_MS)
            parts.append(rolled(self.within(series, first, last), level.step_ms))
        return parts


def _level(start: int, width_ms: int) -> Level | None:
    """Give the coarsest level of which buckets are made whole."""
    fitting = [level for level in LEVELS if start % level.step_ms == 0 and width_ms % level.step_ms == 0]
    return fitting[-1] if fitting else None
