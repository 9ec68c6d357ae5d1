"""Ranges at a wanted resolution."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from krausen.brewing.completeness import Span
from krausen.errors import NotFound
from krausen.model.correction import Correction
from krausen.model.reading import Quality
from krausen.ports.history import Buckets, History, Point, SeriesRecord
from krausen.server.corrections import Corrections, corrected
from krausen.server.rebucketing import Rebucketing

SAMPLE = 500
LEAST_GAP_S = 30.0
LONGEST = 100_000
HOUR_MS = 3_600_000
THIRD_MS = 8 * HOUR_MS


class Curve(Struct, frozen=True):
    """A series over a range: raw points, or buckets when there are more points than fit.

    Points further apart than `gap_s` are not to be joined; None while there are too few to tell.
    """

    series: str
    gap_s: float | None
    points: list[Point] | None
    buckets: Buckets | None


class Charts:
    """Draws on history, as it was stored or as corrections leave it."""

    def __init__(self, history: History, corrections: Corrections) -> None:
        self._history = history
        self._corrections = corrections

    async def curve(
        self, series: str, span: Span, width: int, *, with_bad: bool = False, as_stored: bool = False
    ) -> Curve:
        """Give a series over a span in at most `width` columns. Raises NotFound."""
        if await self._history.name_of(series) is None:
            raise NotFound(f"There is no series {series}.")
        start, end = span.start, span.end
        stack = [] if as_stored else await self._corrections.of(series, start, end)
        width_ms, spans = _columns(span, width)
        parts = [await self._history.buckets(series, part.start, part.end, width_ms) for part in spans]
        if sum(sum(part.n) for part in parts) <= width:
            raw = await self._history.points(series, start, end, LONGEST, with_bad=with_bad or bool(stack))
            points = [p for p in corrected(raw, stack) if with_bad or p.quality is not Quality.BAD]
            if len(points) <= width or with_bad:
                sound = [point.t for point in raw if point.quality is not Quality.BAD]
                return Curve(series, usual_gap_s(sound[:SAMPLE]), points, None)
        columns = _joined(
            [await self._recounted(series, *one, width_ms, stack) for one in zip(spans, parts, strict=True)]
        )
        return Curve(series, await self._gap_s(series, span, width_ms, columns.t), None, columns)

    async def _recounted(
        self, series: str, span: Span, buckets: Buckets, width_ms: int, stack: Sequence[Correction]
    ) -> Buckets:
        touching = [one for one in stack if one.start < span.end and one.end > span.start]
        if touching:
            buckets = await Rebucketing(self._history, series, span, width_ms, touching).of(buckets)
        return buckets

    async def _gap_s(self, series: str, span: Span, width_ms: int, filled: Sequence[int]) -> float | None:
        """Give what is a gap between columns: from far, by those that are filled; else by the readings."""
        if width_ms >= HOUR_MS:
            usual_s = usual_gap_s(filled[:SAMPLE])
            return usual_s if usual_s is None or usual_s > 3 * width_ms / 1000 else 2 * width_ms / 1000
        sample = await self._history.points(series, span.start, span.end, SAMPLE, with_bad=False)
        usual_s = usual_gap_s([point.t for point in sample])
        return None if usual_s is None else max(usual_s, 2 * width_ms / 1000)


def _columns(span: Span, width: int) -> tuple[int, list[Span]]:
    """Give the width of columns, and the parts of a span in which they are counted from its start.

    Columns that are an hour or wider are made of whole hours of the day, those beyond four hours of thirds of
    days, for these history has summed up; what is left of the first of them becomes a column of its own.
    """
    width_ms = max(1, -((span.start - span.end) // width))
    if width_ms < HOUR_MS or width < 2:
        return width_ms, [span]
    step_ms = THIRD_MS if width_ms > THIRD_MS // 2 else HOUR_MS
    whole_ms = -(-(span.end - span.start) // (width - 1) // step_ms) * step_ms
    first = -(-span.start // step_ms) * step_ms
    begun = [Span(span.start, first)] if first > span.start else []
    return whole_ms, [*begun, Span(first, span.end)]


def _joined(parts: Sequence[Buckets]) -> Buckets:
    found = Buckets([], [], [], [], [])
    for part in parts:
        found.t.extend(part.t)
        found.min.extend(part.min)
        found.mean.extend(part.mean)
        found.max.extend(part.max)
        found.n.extend(part.n)
    return found


async def newest(history: History, record: SeriesRecord) -> list[int]:
    """Give instants from the end of a series, which tell how often it speaks. Raises StorageAway."""
    if record.first is None or record.last is None or record.count < 2:
        return []
    back_ms = SAMPLE * (record.last - record.first) // (record.count - 1)
    start = max(record.first, record.last - back_ms)
    points = await history.points(record.id, start, record.last + 1, SAMPLE, with_bad=False)
    return [point.t for point in points]


def usual_gap_s(instants: Sequence[int]) -> float | None:
    """Give three times the interval that nine in ten of these instants keep, at least 30 s."""
    steps = sorted(later - earlier for earlier, later in pairwise(instants))
    if not steps:
        return None
    return max(LEAST_GAP_S, 3 * steps[-(-len(steps) * 9 // 10) - 1] / 1000)
