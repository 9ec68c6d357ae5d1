"""Buckets as corrections leave them: no bucket may show what was corrected away."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from krausen.brewing.completeness import Span
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.reading import Quality
from krausen.ports.history import Buckets, History, Point
from krausen.server.corrections import corrected

PAGE = 20_000

_Column = tuple[float, float, float, int]
"""Least, mean and greatest value of a bucket, and how many there are."""


class Rebucketing:
    """Corrects the buckets of a series, `width_ms` wide and counted from the start of a span.

    A bucket that lies within all masks and shifts that touch it is dropped or moved as it is. The others are
    gathered again from their readings, a page at a time.
    """

    def __init__(
        self, history: History, series: str, span: Span, width_ms: int, stack: Sequence[Correction]
    ) -> None:
        self._history = history
        self._series = series
        self._span = span
        self._width_ms = width_ms
        self._stack = stack

    async def of(self, buckets: Buckets) -> Buckets:
        """Give the corrected buckets."""
        values = zip(buckets.min, buckets.mean, buckets.max, buckets.n, strict=True)
        columns = dict(zip(map(self._number, buckets.t), values, strict=True))
        again: list[int] = []
        for number in self._touched():
            touching = self._touching(number)
            if any(self._is_partly(one, number) for one in touching):
                columns.pop(number, None)
                again.append(number)
            elif number in columns:
                moved = _moved(columns.pop(number), touching)
                columns |= {} if moved is None else {number: moved}
        for first, last in _runs(again):
            columns |= await self._gathered(first, last)
        return self._buckets(columns)

    def _number(self, t: int) -> int:
        return (t - self._span.start) // self._width_ms

    def _start(self, number: int) -> int:
        return self._span.start + number * self._width_ms

    def _end(self, number: int) -> int:
        return min(self._start(number + 1), self._span.end)

    def _touched(self) -> list[int]:
        found: set[int] = set()
        for one in self._stack:
            first = self._number(max(one.start, self._span.start))
            found.update(range(first, self._number(min(one.end, self._span.end) - 1) + 1))
        return sorted(found)

    def _touching(self, number: int) -> list[Correction]:
        start, end = self._start(number), self._end(number)
        return [one for one in self._stack if one.start < end and one.end > start]

    def _is_partly(self, one: Correction, number: int) -> bool:
        """Tell whether what a correction does to a bucket cannot be told from the bucket alone."""
        whole = one.start <= self._start(number) and one.end >= self._end(number)
        return not whole or one.kind is CorrectionKind.REPLACE

    async def _gathered(self, first: int, last: int) -> dict[int, _Column]:
        found: dict[int, _Column] = {}
        start, end = self._start(first), self._end(last)
        while start < end:
            page = await self._history.points(self._series, start, end, PAGE)
            for point in corrected(page, self._stack):
                if point.quality is not Quality.BAD:
                    number = self._number(point.t)
                    found[number] = _with(found.get(number), point)
            start = end if len(page) < PAGE else page[-1].t + 1
        return {number: (low, total / n, high, n) for number, (low, total, high, n) in found.items()}

    def _buckets(self, columns: dict[int, _Column]) -> Buckets:
        found = Buckets([], [], [], [], [])
        for number in sorted(columns):
            low, mean, high, n = columns[number]
            found.t.append(self._start(number))
            found.min.append(low)
            found.mean.append(mean)
            found.max.append(high)
            found.n.append(n)
        return found


def _moved(column: _Column, touching: Sequence[Correction]) -> _Column | None:
    low, mean, high, n = column
    for one in touching:
        if one.kind is CorrectionKind.MASK or one.value is None:
            return None
        low, mean, high = low + one.value, mean + one.value, high + one.value
    return low, mean, high, n


def _with(column: _Column | None, point: Point) -> _Column:
    """Give a column, with the sum in the place of its mean, and a reading in it."""
    if column is None:
        return point.v, point.v, point.v, 1
    low, total, high, n = column
    return min(low, point.v), total + point.v, max(high, point.v), n + 1


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of neighbours."""
    for _, run in groupby(enumerate(numbers), lambda placed: placed[1] - placed[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
