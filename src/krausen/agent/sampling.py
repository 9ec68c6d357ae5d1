"""Stamp, calibrate and judge what devices say; keep the newest for control and all of it for the server."""

import asyncio
from math import isfinite

import structlog
from msgspec import Struct

from krausen.agent.setup import ProbeSetup
from krausen.control.fallback import Seen
from krausen.control.plausibility import NOTHING_YET, Memory, Plausible, judge, plausible
from krausen.errors import Defect, StorageAway
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


class _Track(Struct):
    belief: Plausible
    memory: Memory = NOTHING_YET
    last_t: int = 0
    number: bool = True


class Sampling:
    """Where every sample of an agent goes through. `owing` is set whenever the outbox has got something."""

    def __init__(self, agent: str, clock: Clock, outbox: Outbox) -> None:
        self._agent = agent
        self._clock = clock
        self._outbox = outbox
        self._tracks: dict[SeriesName, _Track] = {}
        self._newest: dict[SeriesName, Seen] = {}
        self._fresh: list[Reading] = []
        self._taken = asyncio.Event()
        self.owing = asyncio.Event()
        self.given_up = 0

    def take(self, probe: ProbeSetup, sample: Sample) -> None:
        """Take a sample of a probe; it is judged as it came, for a sentinel is one before calibration."""
        series = SeriesName(self._agent, probe.id, sample.metric)
        track = self._tracks.get(series) or self._tracks.setdefault(series, _Track(_belief(probe, sample)))
        value = probe.calibrations.get(sample.metric, Calibration()).true(sample.value)
        if not _is_number(track, series, value):
            return
        t = self._stamp(track)
        track.memory, quality = judge(track.belief, track.memory, t / 1000.0, sample.value)
        if quality is Quality.GOOD:
            self._newest[series] = Seen(value, t / 1000.0)
        self._add(Reading(series, t, value, quality))

    def note(self, series: SeriesName, value: float) -> None:
        """Take a value that the agent itself produced."""
        track = self._tracks.setdefault(series, _Track(Plausible(quantity=Quantity.ANY)))
        if _is_number(track, series, value):
            self._add(Reading(series, self._stamp(track), value))

    def newest(self, series: SeriesName | None) -> Seen | None:
        """Give the last good value of a series with its time in seconds, or None."""
        return None if series is None else self._newest.get(series)

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
        batch, self._fresh = self._fresh, []
        try:
            await self._outbox.keep(batch)
        except BaseException:
            # Cancelled, some of it may be there already: the same reading twice harms nobody.
            held = batch + self._fresh
            self.given_up += max(0, len(held) - HELD_AT_MOST)
            self._fresh = held[-HELD_AT_MOST:]
            raise
        if not self._fresh:
            self._taken.clear()
        self.owing.set()

    def _add(self, reading: Reading) -> None:
        self._fresh.append(reading)
        self._taken.set()

    def _stamp(self, track: _Track) -> int:
        track.last_t = max(self._clock.now(), track.last_t + 1)
        return track.last_t


def _belief(probe: ProbeSetup, sample: Sample) -> Plausible:
    for spec in probe.driver.series:
        if spec.metric == sample.metric:
            return plausible(spec.quantity)
    raise Defect(f"Driver {probe.driver.name} gave a {sample.metric}, which it does not declare.")


def _is_number(track: _Track, series: SeriesName, value: float) -> bool:
    """Tell whether a value can be kept; the first of several that cannot is said."""
    number = isfinite(value)
    if track.number and not number:
        log.warning("series.no_number", series=str(series), detail=f"It gave {value} where a number is due.")
    track.number = number
    return number
