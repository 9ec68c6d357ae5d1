"""Accept each reading once: store, then announce. What is on a chart is on disk."""

from collections.abc import Sequence

from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.storing import keeps
from krausen.ports.history import History, Point, Stored
from krausen.server.live import Live


class Ingest:
    """Where every reading enters, whoever sent it."""

    def __init__(self, history: History, live: Live) -> None:
        self._history = history
        self._live = live
        self._rules: dict[SeriesName, StoreRule] = {}
        self._kept: dict[SeriesName, Reading] = {}

    async def declare(self, series: Sequence[tuple[SeriesName, str, StoreRule]]) -> None:
        """Register series with their units and what is to be kept of them."""
        await self._history.declare([(name, unit) for name, unit, _ in series])
        self._rules.update({name: rule for name, _, rule in series})

    async def take(self, readings: Sequence[Reading]) -> Stored:
        """Store what is to be kept, all or nothing, then announce everything. Raises StorageAway."""
        kept, last = self._selected(readings)
        stored = await self._history.store(kept) if kept else Stored()
        self._kept.update(last)
        await self._announce(readings)
        return stored

    def _selected(self, readings: Sequence[Reading]) -> tuple[list[Reading], dict[SeriesName, Reading]]:
        kept: list[Reading] = []
        last: dict[SeriesName, Reading] = {}
        for reading in readings:
            before = last.get(reading.series) or self._kept.get(reading.series)
            if keeps(self._rules.get(reading.series, WHOLE), before, reading):
                kept.append(reading)
                if before is None or reading.t >= before.t:
                    last[reading.series] = reading
        return kept, last

    async def _announce(self, readings: Sequence[Reading]) -> None:
        points: list[tuple[str, Point]] = []
        for reading in readings:
            series = await self._history.id_of(reading.series)
            if series is not None:
                points.append((series, Point(reading.t, reading.v, reading.quality)))
        self._live.readings(points)
