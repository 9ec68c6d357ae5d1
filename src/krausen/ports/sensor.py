"""Sensor drivers: an asynchronous iterator of samples."""

from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from krausen.model.series import SeriesSpec


class Proven(StrEnum):
    """How far a driver has been tried."""

    SIMULATED = "simulated"
    RECORDED = "recorded"
    BENCH = "bench"
    SEASON = "season"


class Sample(Struct, frozen=True):
    """One raw value as the device gave it, in the canonical unit of its metric."""

    metric: str
    value: float


class SensorDriver(Struct, frozen=True, kw_only=True):
    """The code that knows one kind of probe.

    `samples(settings)` yields samples until it is cancelled. It raises DeviceLost when the device is
    gone; the host waits, opens it again and says so once. `every_s(settings)` is how often a sample is
    expected.
    """

    name: str
    title: str
    series: tuple[SeriesSpec, ...]
    settings: type[Struct]
    samples: Callable[[Any], AsyncIterator[Sample]]
    every_s: Callable[[Any], float]
    proven: Proven = Proven.SIMULATED
