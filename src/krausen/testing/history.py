"""A history in memory."""

from collections.abc import Sequence
from itertools import groupby
from math import isfinite

from krausen.errors import Invalid, StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import QUALITIES, Buckets, Bulk, Point, SeriesRecord, Stored, id_of


class MemoryHistory:
    """The history port in dictionaries. Set `away` to a sentence and calls raise StorageAway with it."""

    def __init__(self) -> None:
        self.away = ""
        self._units: dict[SeriesName, str] = {}
        self._ids: dict[SeriesName, str] = {}
        self._points: dict[SeriesName, dict[int, Point]] = {}

    async def declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        """Register series with their units; a unit once declared stays."""
        self._check()
        for name, unit in units:
            self._register(name)
            self._units[name] = self._units[name] or unit

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store all. Raises Invalid for a value that is no number."""
        self._check()
        groups: dict[SeriesName, dict[int, Point]] = {}
        for reading in readings:
            if not isfinite(reading.v):
                raise Invalid(f"{reading.series} has the value {reading.v}, which is no number.")
            groups.setdefault(reading.series, {})[reading.t] = Point(reading.t, reading.v, reading.quality)
        new = corrected = 0
        for name, points in groups.items():
            self._register(name)
            there = self._points[name]
            new += sum(t not in there for t in points)
            corrected += sum(t in there and there[t] != point for t, point in points.items())
            there.update(points)
        return Stored(new, corrected, len(readings) - new - corrected)

    async def number_of(self, name: SeriesName) -> int | None:
        """Give the number of a series, or None."""
        return int(self._ids[name][1:]) if name in self._ids else None

    async def store_bulk(self, bulk: Bulk) -> Stored:
        """Store as `store` does. Raises Invalid also for a number that no series has."""
        names = {id: name for name, id in self._ids.items()}
        readings: list[Reading] = []
        for number, t, v, code in zip(bulk.series, bulk.t, bulk.v, bulk.q, strict=True):
            if id_of(number) not in names:
                raise Invalid(f"There is no series {id_of(number)}.")
            readings.append(Reading(names[id_of(number)], t, v, QUALITIES[code]))
        return await self.store(readings)

    async def series(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""
        self._check()
        return [self._info(name) for name in sorted(self._ids)]

    async def id_of(self, name: SeriesName) -> str | None:
        """Give the id of a series, or None."""
        return self._ids.get(name)

    async def name_of(self, id: str) -> SeriesName | None:
        """Give the name behind an id, or None."""
        return next((name for name, known in self._ids.items() if known == id), None)

    async def points(
        self, series: str, start: int, end: int, limit: int, *, with_bad: bool = True
    ) -> list[Point]:
        """Give at most `limit` readings with start <= t < end, oldest first."""
        points = self._between(series, start, end)
        return [p for p in points if with_bad or p.quality is not Quality.BAD][:limit]

    async def count(self, series: str, start: int, end: int) -> int:
        """Count the readings with start <= t < end that are not bad."""
        return sum(p.quality is not Quality.BAD for p in self._between(series, start, end))

    async def buckets(self, series: str, start: int, end: int, width_ms: int) -> Buckets:
        """Gather what is not bad in buckets of `width_ms`, counted from `start`."""
        found = Buckets([], [], [], [], [])
        points = [p for p in self._between(series, start, end) if p.quality is not Quality.BAD]
        for b, group in groupby(points, lambda point: (point.t - start) // width_ms):
            values = [point.v for point in group]
            found.t.append(start + b * width_ms)
            found.min.append(min(values))
            found.mean.append(sum(values) / len(values))
            found.max.append(max(values))
            found.n.append(len(values))
        return found

    def _between(self, series: str, start: int, end: int) -> list[Point]:
        self._check()
        name = next((name for name, known in self._ids.items() if known == series), None)
        points = self._points[name] if name is not None else {}
        return [points[t] for t in sorted(points) if start <= t < end]

    def _register(self, name: SeriesName) -> None:
        if name not in self._ids:
            self._ids[name] = id_of(len(self._ids) + 1)
            self._units[name] = ""
            self._points[name] = {}

    def _info(self, name: SeriesName) -> SeriesRecord:
        points = self._points[name]
        first, last = (min(points), max(points)) if points else (None, None)
        return SeriesRecord(
            id=self._ids[name],
            name=name,
            unit=self._units[name],
            first=first,
            last=last,
            count=len(points),
            latest=None if last is None else points[last],
        )

    def _check(self) -> None:
        if self.away:
            raise StorageAway(self.away)
