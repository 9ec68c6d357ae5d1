"""Accept each reading once: store, then announce. What is on a chart is on disk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.storing import keeps
from krausen.ports.history import Bulk, History, Point, Stored
from krausen.server.bulks import stretches
from krausen.server.live import Live

_Kept = dict[tuple[SeriesName, bool], Reading]
"""The last one that was kept of a series: the newest of all, and (True) the newest that came late."""


class Watcher(Protocol):
    """Hears of readings that are on disk, before whoever brought them hears that they are."""

    @property
    def wants_every(self) -> bool:
        """Whether it wants to hear at all."""

    async def came(self, stretches: Mapping[str, tuple[int, int]]) -> None:
        """Hear, of series by id, the first and the last instant (UTC ms) of what came."""


class Ingest:
    """Where every reading enters, whoever sent it."""

    def __init__(self, history: History, live: Live) -> None:
        self._history = history
        self._live = live
        self._rules: dict[SeriesName, StoreRule] = {}
        self._chosen: dict[SeriesName, StoreRule] = {}
        self._kept: _Kept = {}
        self._watcher: Watcher | None = None
        self.taken = 0
        """How many readings were taken since the server's start."""
        self.refused: Counter[str] = Counter()
        """How many readings of an `agent` and rows of a `request` were refused since then."""
        self.declared = 0
        """How often it was declared what is to be kept of series."""

    async def declare(self, series: Sequence[tuple[SeriesName, str, StoreRule]]) -> None:
        """Register series with their units and what is to be kept of them."""
        await self._history.declare([(name, unit) for name, unit, _ in series])
        self._rules.update({name: rule for name, _, rule in series})
        self.declared += 1

    def choose(self, series: SeriesName, rule: StoreRule | None) -> None:
        """Follow a rule in place of the one that is declared for a series; None is the declared one again."""
        if rule is None:
            self._chosen.pop(series, None)
        else:
            self._chosen[series] = rule
        self.declared += 1

    def rule_of(self, series: SeriesName) -> tuple[StoreRule, bool]:
        """Give what is kept of a series, and whether somebody chose so."""
        chosen = self._chosen.get(series)
        return (self._rules.get(series, WHOLE), False) if chosen is None else (chosen, True)

    def keeps_all_of(self, series: SeriesName) -> bool:
        """Tell whether every reading of a series is stored."""
        return self.rule_of(series)[0] == WHOLE

    def watch(self, watcher: Watcher) -> None:
        """Have somebody hear of all that is stored; what they raise is heard by whoever brought it."""
        self._watcher = watcher

    async def take(self, readings: Sequence[Reading]) -> Stored:
        """Store what is to be kept, all or nothing, then announce everything. Raises StorageAway."""
        kept, last = self._selected(readings)
        stored = await self._history.store(kept) if kept else Stored()
        if kept and self._watcher is not None and self._watcher.wants_every:
            await self._watcher.came(await self._stretches(kept))
        self._kept.update(last)
        self.taken += len(readings)
        await self._announce(readings)
        return stored

    async def take_bulk(self, bulk: Bulk) -> Stored:
        """Store all, or on an error nothing, then announce it; for series that are kept whole."""
        stored = await self._history.store_bulk(bulk)
        if self._watcher is not None and self._watcher.wants_every:
            await self._watcher.came(stretches(bulk))
        self.taken += len(bulk)
        self._live.bulk(bulk)
        return stored

    def _selected(self, readings: Sequence[Reading]) -> "tuple[list[Reading], _Kept]":
        kept: list[Reading] = []
        last: _Kept = {}
        for reading in readings:
            series = reading.series
            rule, _ = self.rule_of(series)
            if rule == WHOLE:
                kept.append(reading)
                continue
            newest = last.get((series, False)) or self._kept.get((series, False))
            # A backlog that comes between what is newer is thinned by itself.
            late = newest is not None and reading.t < newest.t
            before = last.get((series, late)) or self._kept.get((series, late))
            if keeps(rule, before, reading):
                kept.append(reading)
                if before is None or reading.t >= before.t:
                    last[series, late] = reading
        return kept, last

    async def _stretches(self, readings: Sequence[Reading]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for reading in readings:
            id = await self._history.id_of(reading.series)
            if id is not None:
                first, last = found.get(id, (reading.t, reading.t))
                found[id] = min(first, reading.t), max(last, reading.t)
        return found

    async def _announce(self, readings: Sequence[Reading]) -> None:
        points: list[tuple[str, Point]] = []
        for reading in readings:
            series = await self._history.id_of(reading.series)
            if series is not None:
                points.append((series, Point(reading.t, reading.v, reading.quality)))
        self._live.readings(points)
