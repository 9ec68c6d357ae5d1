"""Which values of a column can be true."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec import Struct

from krausen.importing.oddities import SENTINELS, stuck
from krausen.importing.tape import CODES, OPEN, Blocks, Values
from krausen.model.quantities import BOUNDS
from krausen.model.reading import Quality
from krausen.model.series import SeriesSpec

_GOOD, _BAD = CODES[Quality.GOOD], CODES[Quality.BAD]
_UNJUDGED = bytes([OPEN])
_FITTING = bytes([_GOOD])


class Judgement(Struct, frozen=True):
    """A column in order of time, with a quality for each value that had none; made anew at each passage."""

    column: Blocks
    lowest: float
    highest: float
    silent: Sequence[range]

    def __len__(self) -> int:
        return len(self.column)

    def blocks(self) -> Iterator[Values]:
        """Yield the readings, judged."""
        start = 0
        for block in self.column.blocks():
            yield Values(block.t, block.v, self._qualities(block, start))
            start += len(block)

    def count_bad(self) -> int:
        """Count the values that cannot be true."""
        return sum(block.q.count(_BAD) for block in self.blocks())

    def _qualities(self, block: Values, start: int) -> bytearray:
        judged = block.q.replace(_UNJUDGED, _FITTING)
        for place in self._strange(block, start) if _UNJUDGED in block.q else ():
            if block.q[place] == OPEN:
                judged[place] = _BAD
        return judged

    def _strange(self, block: Values, start: int) -> Iterator[int]:
        """Yield the places in a block of what cannot have been measured."""
        end = start + len(block)
        for run in self.silent[bisect_left(self.silent, start + 1, key=attrgetter("stop")) :]:
            if run.start >= end:
                break
            yield from (place - start for place in run if start <= place < end)
        lowest, highest = self.lowest, self.highest
        is_fine = lowest <= min(block.v) and max(block.v) <= highest and SENTINELS.isdisjoint(block.v)
        for place, value in () if is_fine else enumerate(block.v):
            if not lowest <= value <= highest or value in SENTINELS:
                yield place


def judgement(column: Blocks, spec: SeriesSpec) -> Judgement:
    """Judge a column in order of time: what is out of the bounds of its quantity, or stands for no answer."""
    bounds = BOUNDS[spec.quantity]
    silent = stuck(spec.metric, spec.quantity, column)
    return Judgement(column, bounds.lowest, bounds.highest, silent)
