"""Probes and relays that do what a test tells them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from krausen.errors import DeviceLost
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.sensor import Sample, SensorDriver


class NoSettings(Struct, frozen=True):
    """A device with nothing to set."""


class ScriptedProbe:
    """A temperature probe that gives `value` every `every_s`; None loses it, `hang` makes it silent for ever."""

    def __init__(self, value: float | None = 20.0, every_s: float = 1.0) -> None:
        self.value = value
        self.every_s = every_s
        self.hang = False
        self.crash: Exception | None = None
        self.opened = 0
        self.driver = SensorDriver(
            name="scripted_probe",
            title="Scripted probe",
            series=(SeriesSpec("temperature", Quantity.TEMPERATURE, 0.0625),),
            settings=NoSettings,
            samples=self._samples,
            every_s=lambda _: self.every_s,
        )

    async def _samples(self, _: NoSettings) -> AsyncIterator[Sample]:
        self.opened += 1
        while True:
            if self.crash is not None:
                raise self.crash
            if self.hang:
                await asyncio.Event().wait()
            if self.value is None:
                raise DeviceLost("The probe does not answer.")
            yield Sample("temperature", self.value)
            await asyncio.sleep(self.every_s)


class ScriptedRelay:
    """A relay that remembers every switch as (loop time, on); set `lost` and it stops answering."""

    def __init__(self) -> None:
        self.on = False
        self.lost = False
        self.stuck: bool | None = None
        self.switches: list[tuple[float, bool]] = []
        self.driver = ActuatorDriver(
            name="scripted_relay", title="Scripted relay", settings=NoSettings, open=self._open
        )

    async def apply(self, *, on: bool) -> None:
        """Switch, unless lost."""
        self._check()
        if on != self.on:
            self.switches.append((asyncio.get_running_loop().time(), on))
        self.on = on

    async def observe(self) -> bool:
        """Tell the state, or the one it is stuck in."""
        self._check()
        return self.on if self.stuck is None else self.stuck

    @asynccontextmanager
    async def _open(self, _: NoSettings) -> AsyncIterator["ScriptedRelay"]:
        try:
            yield self
        finally:
            self.on = False

    def _check(self) -> None:
        if self.lost:
            raise DeviceLost("The relay does not answer.")
