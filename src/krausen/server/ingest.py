"""Accept each reading once: store, then announce. What is on a chart is on disk."""

from collections import Counter
from collections.abc import Sequence

from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.storing import keeps
from krausen.ports.history import History, Point, Stored
from krausen.server.live import Live

_Kept = dict[tuple[SeriesName, bool], Reading]
"""The last one that was kept of a series: the newest of all, and (True) the newest that came late."""


class Ingest:
    """Where every reading enters, whoever sent it."""

    def __init__(self, history: History, live: Live) -> None:
        self._history = history
        self._live = live
        self._rules: dict[SeriesName, StoreRule] = {}
        self._kept: _Kept = {}
        self.taken = 0
        """How many readings were taken since the server's start."""
        self.refused: Counter[str] = Counter()
        """How many readings of an `agent` and rows of a `request` were refused since then."""

    async def declare(self, series: Sequence[tuple[SeriesName, str, StoreRule]]) -> None:
        """Register series with their units and what is to be kept of them."""
        await self._history.declare([(name, unit) for name, unit, _ in series])
        self._rules.update({name: rule for name, _, rule in series})

    async def take(self, readings: Sequence[Reading]) -> Stored:
        """Store what is to be kept, all or nothing, then announce everything. Raises StorageAway."""
        kept, last = self._selected(readings)
        stored = await self._history.store(kept) if kept else Stored()
        self._kept.update(last)
        self.taken += len(readings)
        await self._announce(readings)
        return stored

    def _selected(self, readings: Sequence[Reading]) -> "tuple[list[Reading], _Kept]":
        kept: list[Reading] = []
        last: _Kept = {}
        for reading in readings:
            series = reading.series
            newest = last.get((series, False)) or self._kept.get((series, False))
            # A backlog that comes between what is newer is thinned by itself.
            late = newest is not None and reading.t < newest.t
            before = last.get((series, late)) or self._kept.get((series, late))
            if keeps(self._rules.get(series, WHOLE), before, reading):
                kept.append(reading)
                if before is None or reading.t >= before.t:
                    last[series, late] = reading
        return kept, last

    async def _announce(self, readings: Sequence[Reading]) -> None:
        points: list[tuple[str, Point]] = []
        for reading in readings:
            series = await self._history.id_of(reading.series)
            if series is not None:
                points.append((series, Point(reading.t, reading.v, reading.quality)))
        self._live.readings(points)
