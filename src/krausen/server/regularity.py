"""How regularly series report: how often, and when they were silent."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median_high

from msgspec import Struct

from krausen.brewing.completeness import Span, gaps
from krausen.errors import NotFound
from krausen.ports.history import History, SeriesRecord
from krausen.server.charts import SAMPLE, newest, usual_gap_s

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MOST_EXACT = 20_000
"""Readings of one series that are looked at one by one."""
MOST_EXACT_OF_MANY = 5_000
"""The same where many series are asked for at once."""
GRAIN_MS = 10_000
"""How exactly silences are told of a series that has more readings; every gap is three times as long."""


class Regularity(Struct, frozen=True, kw_only=True):
    """How regularly a series reported over a span, without what is bad.

    `every_ms` is the usual time between readings and `longest_ms` the silence above which it is a gap, None
    while too little is known; `rate_per_h` is over the whole span. Gaps are in order of time.
    """

    readings: int
    every_ms: int | None
    rate_per_h: float
    longest_ms: int | None
    gaps: Sequence[Span]

    @property
    def longest_gap_ms(self) -> int | None:
        """How long the longest gap is, None without any."""
        return max((gap.length_ms for gap in self.gaps), default=None)


def usual_step_ms(times: Sequence[int]) -> int | None:
    """Give the median time between readings, whose times rise; None for fewer than two."""
    return median_high(later - earlier for earlier, later in pairwise(times)) if len(times) > 1 else None


def rate_per_h(readings: int, span: Span) -> float:
    """Give how many readings an hour of a span had, 0 where it is of no length."""
    return readings * HOUR_MS / span.length_ms if span.length_ms else 0.0


def lived(span: Span, record: SeriesRecord, now: int) -> Span:
    """Give the part of a span from the first reading of a series until now; of no length if there is none."""
    end = min(span.end, now)
    start = end if record.first is None else max(span.start, record.first)
    return Span(min(start, end), end)


def silent_s(record: SeriesRecord, now: int) -> float | None:
    """Give for how many seconds a series has been silent, None if it never spoke."""
    return None if record.last is None else max(0, now - record.last) / 1000


class Regularities:
    """Reads from history how regularly series report, with a bounded amount of work for each."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def record(self, series: str) -> SeriesRecord:
        """Give a series by its id. Raises NotFound."""
        for record in await self._history.series():
            if record.id == series:
                return record
        raise NotFound(f"There is no series {series}.")

    async def of_adapter(self, adapter: str) -> list[SeriesRecord]:
        """Give the series of an adapter, ordered by name."""
        return [record for record in await self._history.series() if record.name.adapter == adapter]

    async def over(self, record: SeriesRecord, span: Span, now: int, most: int = MOST_EXACT) -> Regularity:
        """Tell of a span, as far as the series lived in it.

        Of more than `most` readings the silences are told to within ten seconds.
        """
        within = lived(span, record, now)
        points = await self._history.points(record.id, within.start, within.end, most + 1, with_bad=False)
        times, readings = [point.t for point in points], len(points)
        gap_s = usual_gap_s(times[:SAMPLE]) or usual_gap_s(await newest(self._history, record))
        every_ms = usual_step_ms(times)
        if readings > most:
            readings = await self._history.count(record.id, within.start, within.end)
            times = (await self._history.buckets(record.id, within.start, within.end, GRAIN_MS)).t
        longest_ms = None if gap_s is None else int(1000 * gap_s)
        return Regularity(
            readings=readings,
            every_ms=every_ms,
            rate_per_h=rate_per_h(readings, Span(span.start, max(span.start, min(span.end, now)))),
            longest_ms=longest_ms,
            gaps=[] if longest_ms is None else list(gaps(times, [within], longest_ms)),
        )

    async def hourly(self, record: SeriesRecord, now: int) -> float:
        """Give how many readings a series had in the hour before now."""
        return float(await self._history.count(record.id, now - HOUR_MS, now))
