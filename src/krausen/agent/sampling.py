"""Stamp, calibrate and judge what devices say; keep the newest for control and all of it for the server."""

import asyncio
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Protocol

import structlog
from msgspec import Struct
from msgspec.structs import replace

from krausen.control.fallback import Seen
from krausen.control.plausibility import NOTHING_YET, Memory, Plausible, judge
from krausen.control.regulation import GRACE_S
from krausen.errors import StorageAway
from krausen.model.calibration import Calibration
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.clock import Clock
from krausen.ports.outbox import Outbox
from krausen.ports.sensor import Sample

log = structlog.get_logger()

HELD_AT_MOST = 100_000
"""Readings held in memory while the disk refuses; the oldest are given up and counted."""
AWAY_S = 10.0
"""Seconds until the disk is tried again after it has refused."""
STEP_MS = 10
"""Times are multiples of this plus how often the clock was set back, so that a time is never used twice."""


class Source(Protocol):
    """What gives samples: its id, its calibrations by metric, and what is believed of a metric.

    `belief` raises Defect for a metric that is not to be expected.
    """

    @property
    def id(self) -> str:
        """The node of its series."""

    @property
    def calibrations(self) -> Mapping[str, Calibration]:
        """What makes a true value of a raw one."""

    def belief(self, metric: str) -> Plausible:
        """Give what is believed of a metric."""


def nobody_else(by_ms: int) -> None:
    """Tell nobody else that times are to be moved."""


class _Track(Struct):
    belief: Plausible
    memory: Memory = NOTHING_YET
    last_t: int = -STEP_MS
    number: bool = True


class Sampling:
    """Where every sample of an agent goes through. `owing` is set whenever the outbox has got something.

    What control gets is timed by the steady clock, which nobody sets. `timely` is set while the times in the
    outbox can be believed: from the start unless not `known`, and not while a wrong clock is made up for.
    `also` is told when what was stamped until now was stamped wrong.
    """

    also: Callable[[int], None] = staticmethod(nobody_else)

    def __init__(self, agent: str, clock: Clock, outbox: Outbox, *, known: bool = True) -> None:
        self._agent = agent
        self._clock = clock
        self._outbox = outbox
        self._tracks: dict[SeriesName, _Track] = {}
        self._newest: dict[SeriesName, Seen] = {}
        self._fresh: list[Reading] = []
        self._moved_ms = 0
        self._unmoved_ms = 0
        self._set_back = 0
        self._taken = asyncio.Event()
        self._is_full = False
        self._is_known = known
        self.timely = asyncio.Event()
        self.owing = asyncio.Event()
        self.given_up = 0
        self._see_timely()

    def take(self, source: Source, sample: Sample) -> None:
        """Take a sample of a source; it is judged as it came, for a sentinel is one before calibration."""
        series = SeriesName(self._agent, source.id, sample.metric)
        track = self._tracks.get(series)
        if track is None:
            track = self._tracks[series] = _Track(source.belief(sample.metric))
        value = source.calibrations.get(sample.metric, Calibration()).true(sample.value)
        if not _is_number(track, series, value):
            return
        at_s = self._clock.steady() / 1000.0
        track.memory, quality = judge(track.belief, track.memory, at_s, sample.value)
        if quality is Quality.GOOD:
            self._newest[series] = Seen(value, at_s)
        self._add(Reading(series, self._stamp(track), value, quality))

    def note(self, series: SeriesName, value: float) -> None:
        """Take a value that the agent itself produced."""
        track = self._tracks.setdefault(series, _Track(Plausible(quantity=Quantity.ANY)))
        if _is_number(track, series, value):
            self._add(Reading(series, self._stamp(track), value))

    def newest(self, series: SeriesName | None) -> Seen | None:
        """Give the last good value of a series with its steady time in seconds, or None."""
        return None if series is None else self._newest.get(series)

    def present(self, series: SeriesName | None) -> float | None:
        """Give the last good value of a series, unless it is too old to be shown as the present one."""
        seen = self.newest(series)
        if seen is None or self._clock.steady() / 1000.0 - seen.at_s > GRACE_S:
            return None
        return seen.c

    def moved(self, by_ms: int) -> None:
        """Take it that the clock was wrong until now, by so much: what nobody was told yet is stamped right.

        `by_ms` is how far the clock has jumped, as `Clock.follow` gives it.
        """
        self._moved_ms += by_ms
        self._unmoved_ms += by_ms
        self._set_back += by_ms < 0
        self._fresh = _at_other_times(self._fresh, by_ms)
        for track in self._tracks.values():
            track.last_t += by_ms
        self.timely.clear()
        self._taken.set()
        self.also(by_ms)

    def known(self) -> None:
        """Take it that from now on the clock is right."""
        self._is_known = True
        self._see_timely()

    async def keep(self, flush_s: float) -> None:
        """Bring what was taken into the outbox, for ever, at most `flush_s` seconds after it was taken."""
        kept = True
        while True:
            await self._taken.wait()
            await asyncio.sleep(flush_s if kept else max(flush_s, AWAY_S))
            try:
                await self.flush()
            except StorageAway as error:
                if kept:
                    log.error("outbox.away", detail=str(error))
                kept = False
            else:
                if not kept:
                    log.info("outbox.back", given_up=self.given_up)
                kept = True

    async def flush(self) -> None:
        """Bring what was taken into the outbox. Raises StorageAway; then it is held in memory."""
        while self._unmoved_ms:
            await self._move()
        self._see_timely()
        batch, self._fresh, moved_ms = self._fresh, [], self._moved_ms
        try:
            gone = await self._outbox.keep(batch)
        except BaseException:
            # Cancelled, some of it may be there already: the same reading twice harms nobody.
            held = _at_other_times(batch, self._moved_ms - moved_ms) + self._fresh
            self.given_up += max(0, len(held) - HELD_AT_MOST)
            self._fresh = held[-HELD_AT_MOST:]
            raise
        if batch:
            self._say_full(gone)
        if not self._fresh:
            self._taken.clear()
        self.owing.set()

    async def _move(self) -> None:
        by_ms, self._unmoved_ms = self._unmoved_ms, 0
        try:
            await self._outbox.move(by_ms)
        except BaseException:
            self._unmoved_ms += by_ms
            raise

    def _see_timely(self) -> None:
        if self._is_known and not self._unmoved_ms:
            self.timely.set()

    def _say_full(self, gone: int) -> None:
        """Count what the outbox has given up; the first of it is said, and when it has room again."""
        self.given_up += gone
        if gone and not self._is_full:
            log.error("outbox.full", detail="It holds as much as it may; its oldest readings are given up.")
        elif self._is_full and not gone:
            log.info("outbox.has_room", given_up=self.given_up)
        self._is_full = bool(gone)

    def _add(self, reading: Reading) -> None:
        self._fresh.append(reading)
        self._taken.set()

    def _stamp(self, track: _Track) -> int:
        now = self._clock.now()
        track.last_t = max(now - (now - self._set_back) % STEP_MS, track.last_t + STEP_MS)
        return track.last_t


def _at_other_times(readings: list[Reading], by_ms: int) -> list[Reading]:
    return [replace(reading, t=reading.t + by_ms) for reading in readings] if by_ms else readings


def _is_number(track: _Track, series: SeriesName, value: float) -> bool:
    """Tell whether a value can be kept; the first of several that cannot is said."""
    number = isfinite(value)
    if track.number and not number:
        log.warning("series.no_number", series=str(series), detail=f"It gave {value} where a number is due.")
    track.number = number
    return number
