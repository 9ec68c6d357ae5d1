"""Probes and relays that do what a test tells them, faults above all."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import DeviceLost
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.sensor import Sample, SensorDriver


class NoSettings(Struct, frozen=True):
    """A device with nothing to set."""


class Fault:
    """What may be wrong with a device: it is `lost`, it hangs and never answers, or it raises `crash`.

    One that is `stubborn` hangs and lets nobody stop it, until it is healed.
    """

    lost: bool
    hang: bool
    stubborn: bool
    crash: BaseException | None

    def __init__(self) -> None:
        self.heal()

    def heal(self) -> None:
        """Put it right."""
        self.lost = False
        self.hang = False
        self.stubborn = False
        self.crash = None

    async def strike(self) -> None:
        """Do what a device with this fault does."""
        if self.crash is not None:
            raise self.crash
        if self.hang:
            await asyncio.Event().wait()
        while self.stubborn:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(1.0)
        if self.lost:
            raise DeviceLost("It does not answer.")


class ScriptedProbe(Fault):
    """A temperature probe that gives `value` every `every_s`, and remembers when it was opened, in loop time.

    With `cling` it stays when it is asked to go.
    """

    def __init__(self, value: float = 20.0, every_s: float = 1.0) -> None:
        super().__init__()
        self.value = value
        self.every_s = every_s
        self.metric = "temperature"
        self.cling = False
        self.openings: list[float] = []
        self.driver = SensorDriver(
            name="scripted_probe",
            title="Scripted probe",
            series=(SeriesSpec("temperature", Quantity.TEMPERATURE, 0.0625),),
            settings=NoSettings,
            samples=self._samples,
            every_s=lambda _: self.every_s,
        )

    async def _samples(self, _: NoSettings) -> AsyncIterator[Sample]:
        self.openings.append(asyncio.get_running_loop().time())
        try:
            while True:
                await self.strike()
                yield Sample(self.metric, self.value)
                await asyncio.sleep(self.every_s)
        finally:
            if self.cling:
                await asyncio.Event().wait()


class FaultyProbe(Fault):
    """Any other probe with a fault, or with a `lie` that is told instead of its value."""

    lie: Callable[[float], float] | None

    def __init__(self, driver: SensorDriver) -> None:
        super().__init__()
        self._inner = driver
        self.driver = replace(driver, samples=self._samples)

    def heal(self) -> None:
        """Put it right."""
        super().heal()
        self.lie = None

    async def _samples(self, settings: Any) -> AsyncIterator[Sample]:
        samples = self._inner.samples(settings)
        try:
            async for sample in samples:
                await self.strike()
                yield sample if self.lie is None else Sample(sample.metric, self.lie(sample.value))
        finally:
            if isinstance(samples, AsyncGenerator):
                await samples.aclose()


class ScriptedRelay(Fault):
    """A relay that remembers when it was opened and every switch as (loop time, on); `wire` is told of each.

    With a fault it stays as it is, even when it is let go of; so it does when `stuck`, but that it admits.
    """

    stuck: bool

    def __init__(self, *, on: bool = False, wire: Callable[[bool], None] = lambda _: None) -> None:
        super().__init__()
        self.on = on
        self.asked = 0
        self.openings: list[float] = []
        self.switches: list[tuple[float, bool]] = []
        self._wire = wire
        self.driver = ActuatorDriver(
            name="scripted_relay", title="Scripted relay", settings=NoSettings, open=self._open
        )

    def heal(self) -> None:
        """Put it right."""
        super().heal()
        self.stuck = False

    async def apply(self, *, on: bool) -> None:
        """Switch."""
        await self.strike()
        self.asked += 1
        if on != self.on and not self.stuck:
            self.on = on
            self.switches.append((asyncio.get_running_loop().time(), on))
            self._wire(on)

    async def observe(self) -> bool:
        """Tell the state."""
        await self.strike()
        return self.on

    @asynccontextmanager
    async def _open(self, _: NoSettings) -> AsyncIterator["ScriptedRelay"]:
        self.openings.append(asyncio.get_running_loop().time())
        await self.strike()
        try:
            yield self
        finally:
            await self.apply(on=False)
