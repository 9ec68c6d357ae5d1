"""Devices that leave traces, as extensions of a distribution of their own: what agents are tested with.

The numbers of a counter grow for as long as the machine is up, whatever process reads it, so history keeps
them all. A ledger relay writes down each switch, with a clock that all processes of a machine share.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import pi, sin
from pathlib import Path

from msgspec import Struct, json

from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.sensor import Sample, SensorDriver

ENTRY_POINTS = f"""
[krausen.drivers.sensors]
counter = {__name__}:COUNTER
wave = {__name__}:WAVE

[krausen.drivers.actuators]
ledger = {__name__}:LEDGER
"""


class Every(Struct, frozen=True, kw_only=True):
    """How often it is read."""

    every_s: float = 0.02


class Wave(Struct, frozen=True, kw_only=True):
    """A temperature that swings about 20 °C."""

    every_s: float = 0.1
    period_s: float = 6.0


class Ledger(Struct, frozen=True, kw_only=True):
    """Where each switch is written down."""

    path: str


class Entry(Struct, frozen=True):
    """A line of a ledger: at a second since the machine's start, a process switched."""

    at_s: float
    pid: int
    on: bool


def entries(path: Path) -> list[Entry]:
    """Read a ledger."""
    text = path.read_text() if path.exists() else ""
    return [json.decode(line, type=Entry) for line in text.splitlines()]


async def _count(settings: Every) -> AsyncIterator[Sample]:
    while True:
        await asyncio.sleep(settings.every_s)
        yield Sample("count", asyncio.get_running_loop().time())


async def _swing(settings: Wave) -> AsyncIterator[Sample]:
    while True:
        await asyncio.sleep(settings.every_s)
        at_s = asyncio.get_running_loop().time()
        yield Sample("temperature", 20.0 + sin(2 * pi * at_s / settings.period_s))


class _LedgerRelay:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._on = False

    async def apply(self, *, on: bool) -> None:
        if on is not self._on:
            self._on = on
            line = json.encode(Entry(asyncio.get_running_loop().time(), os.getpid(), on)) + b"\n"
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, line)
            os.close(handle)

    async def observe(self) -> bool:
        return self._on


@asynccontextmanager
async def _opened(settings: Ledger) -> AsyncIterator[_LedgerRelay]:
    relay = _LedgerRelay(Path(settings.path))
    try:
        yield relay
    finally:
        await relay.apply(on=False)


COUNTER = SensorDriver(
    name="counter",
    title="Counter",
    series=(SeriesSpec("count", Quantity.ANY),),
    settings=Every,
    samples=_count,
    every_s=lambda settings: settings.every_s,
)
WAVE = SensorDriver(
    name="wave",
    title="Swinging temperature",
    series=(SeriesSpec("temperature", Quantity.TEMPERATURE),),
    settings=Wave,
    samples=_swing,
    every_s=lambda settings: settings.every_s,
)
LEDGER = ActuatorDriver(name="ledger", title="Relay with a ledger", settings=Ledger, open=_opened)
