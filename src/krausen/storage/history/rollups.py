"""Steps of equal length with the count, least, greatest and total of what is not bad in them.

Long ranges are drawn from these. They are exact wherever a bucket is made of whole steps.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from krausen.ports.history import Buckets
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.columns import Columns, Mask, Places, Times, Values, among, firsts
from krausen.storage.history.packing import Damaged, Whole, packed, unpacked, values_part, whole_part

HOUR_MS = 3_600_000


class Level(Struct, frozen=True):
    """Steps of `step_ms`, kept in blocks of `block` steps."""

    number: int
    step_ms: int
    block: int

    @property
    def block_ms(self) -> int:
        """The length of a block."""
        return self.step_ms * self.block


LEVELS = (Level(0, HOUR_MS, 768), Level(1, 8 * HOUR_MS, 768))
"""From fine to coarse; whole blocks of all of them are whole days."""


class Rollup(Struct, frozen=True, eq=False):
    """The steps that are not empty: their numbers since 1970 (rising), count, least, greatest, total."""

    step: Times
    n: Whole
    low: Values
    high: Values
    total: Values

    def __len__(self) -> int:
        return len(self.step)

    def at(self, places: "slice | Mask") -> "Rollup":
        """Give the steps at some places."""
        return Rollup(
            self.step[places], self.n[places], self.low[places], self.high[places], self.total[places]
        )

    def between(self, start: int, end: int) -> "Rollup":
        """Give the steps with start <= number < end."""
        low, high = np.searchsorted(self.step, (start, end))
        return self.at(slice(int(low), int(high)))

    def without(self, days: Sequence[int], level: Level) -> "Rollup":
        """Give the steps, of a level, that are not of some days, which rise."""
        if not days:
            return self
        return self.at(~among(self.step * level.step_ms // DAY_MS, np.array(days, np.int64)))


_NO_NUMBERS = np.zeros(0, np.int64)
_NO_VALUES = np.zeros(0, np.float64)
EMPTY = Rollup(_NO_NUMBERS, _NO_NUMBERS, _NO_VALUES, _NO_VALUES, _NO_VALUES)


def rolled(readings: Columns, step_ms: int, start: int = 0) -> Rollup:
    """Gather readings in steps that are counted from `start`."""
    sound = readings.sound()
    if not len(sound):
        return EMPTY
    step = (sound.t - start) // step_ms
    first = firsts(step)
    n = np.append(first[1:], len(step)) - first
    return Rollup(step[first], n, *_summed(sound.v, sound.v, sound.v, first))


def regrouped(rollup: Rollup, step: Times) -> Rollup:
    """Gather steps in larger ones; `step` says for each to which it belongs, and does not fall."""
    if not len(rollup):
        return EMPTY
    first = firsts(step)
    n = np.add.reduceat(rollup.n, first)
    return Rollup(step[first], n, *_summed(rollup.low, rollup.high, rollup.total, first))


def joined(parts: Sequence[Rollup]) -> Rollup:
    """Give several in one, by number; parts of the same step stand beside each other."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return EMPTY
    if len(filled) == 1:
        return filled[0]
    whole = Rollup(
        np.concatenate([part.step for part in filled]),
        np.concatenate([part.n for part in filled]),
        np.concatenate([part.low for part in filled]),
        np.concatenate([part.high for part in filled]),
        np.concatenate([part.total for part in filled]),
    )
    if (whole.step[1:] >= whole.step[:-1]).all():
        return whole
    order = np.argsort(whole.step, kind="stable")
    return Rollup(whole.step[order], whole.n[order], whole.low[order], whole.high[order], whole.total[order])


def buckets(parts: Sequence[Rollup], start: int, width_ms: int) -> Buckets:
    """Give steps, numbered from `start` in widths, as buckets."""
    whole = joined(parts)
    found = regrouped(whole, whole.step)
    return Buckets(
        (start + found.step * width_ms).tolist(),
        found.low.tolist(),
        (found.total / found.n).tolist(),
        found.high.tolist(),
        found.n.tolist(),
    )


def encoded(rollup: Rollup) -> bytes:
    """Give the bytes of steps."""
    return packed(
        [
            whole_part(rollup.step),
            whole_part(rollup.n),
            values_part(rollup.low),
            values_part(rollup.high),
            values_part(rollup.total),
        ]
    )


def decoded(blob: bytes) -> Rollup:
    """Give the steps behind some bytes. Raises Damaged."""
    sections = unpacked(blob)
    if len(sections) != 1:
        raise Damaged
    parts = sections[0]
    found = Rollup(parts.whole(), parts.whole(), parts.values(), parts.values(), parts.values())
    if len({len(found.step), len(found.n), len(found.low), len(found.high), len(found.total)}) > 1:
        raise Damaged
    return found


def _summed(low: Values, high: Values, total: Values, first: Places) -> tuple[Values, Values, Values]:
    with np.errstate(over="ignore"):  # what is not finite then is as true as it gets
        summed = np.add.reduceat(total, first)
    return np.minimum.reduceat(low, first), np.maximum.reduceat(high, first), summed
