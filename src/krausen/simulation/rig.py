"""A simulated chamber behind the device ports: an agent cannot tell it from a real one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated

from msgspec import Meta, Struct

from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.model.vessel import Role
from krausen.physics import chance
from krausen.physics.chamber import Chamber
from krausen.physics.probes import STEP_C
from krausen.physics.silences import Silence, Silences
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.clock import Clock
from krausen.ports.sensor import Sample, SensorDriver

TEMPERATURE = SeriesSpec("temperature", Quantity.TEMPERATURE, STEP_C)
GRAVITY = SeriesSpec("gravity", Quantity.GRAVITY, 0.0005)
GRAVITY_NOISE = 0.0004
GRAVITY_STEP = 0.0001

_NEVER: Mapping[Role, Silence] = {}


class Every(Struct, frozen=True, kw_only=True):
    """How often a simulated probe is read."""

    every_s: Annotated[float, Meta(title="Seconds between readings", ge=0.1)] = 5.0


class NoSettings(Struct, frozen=True):
    """A simulated relay has nothing to set."""


class Rig:
    """A chamber in time. `started_ms` is the instant, UTC milliseconds, at which its second 0 was.

    The probes in the roles of `silences` give nothing while such a silence holds.
    """

    def __init__(
        self,
        chamber: Chamber,
        clock: Clock,
        started_ms: int,
        seed: int = 0,
        silences: Mapping[Role, Silence] = _NEVER,
    ) -> None:
        self.chamber = chamber
        self._clock = clock
        self._started_ms = started_ms
        self._seed = chance.branch(seed, "hydrometer")
        self._silences = {
            role: Silences(silence, chance.branch(seed, f"silence {role.value}"))
            for role, silence in silences.items()
        }
        self._on = {Role.HEAT: False, Role.COOL: False}

    def probe(self, role: Role) -> SensorDriver:
        """Give the probe for beer, chamber or ambient."""

        def samples(settings: Every) -> AsyncIterator[Sample]:
            return self._samples(
                role, settings.every_s, lambda at_s: Sample("temperature", self._read(role, at_s))
            )

        return SensorDriver(
            name="simulated_probe",
            title=f"Simulated {role.value} probe",
            series=(TEMPERATURE,),
            settings=Every,
            samples=samples,
            every_s=_every,
        )

    def hydrometer(self) -> SensorDriver:
        """Give a floating hydrometer."""

        def samples(settings: Every) -> AsyncIterator[Sample]:
            return self._samples(
                Role.GRAVITY, settings.every_s, lambda at_s: Sample("gravity", self.gravity(at_s))
            )

        return SensorDriver(
            name="simulated_hydrometer",
            title="Simulated hydrometer",
            series=(GRAVITY,),
            settings=Every,
            samples=samples,
            every_s=_every,
        )

    def relay(self, role: Role) -> ActuatorDriver:
        """Give the relay of the heater or the cooler."""

        @asynccontextmanager
        async def opened(_: NoSettings) -> AsyncIterator[_SimulatedRelay]:
            relay = _SimulatedRelay(self, role)
            try:
                yield relay
            finally:
                await relay.apply(on=False)

        return ActuatorDriver(
            name="simulated_relay", title=f"Simulated {role.value} relay", settings=NoSettings, open=opened
        )

    def switch(self, role: Role, *, on: bool) -> None:
        """Switch heater or cooler from now on."""
        self.advance(self.now_s())
        self._on[role] = on

    def is_on(self, role: Role) -> bool:
        """Tell whether heater or cooler is on."""
        return self._on[role]

    def is_silent(self, role: Role, at_s: float) -> bool:
        """Tell whether the probe in a role gives nothing at second `at_s`."""
        silences = self._silences.get(role)
        return silences is not None and silences.hold(at_s)

    def advance(self, to_s: float) -> None:
        """Let the chamber live until its second `to_s`; what has passed already stays."""
        if to_s > self.chamber.at_s:
            self.chamber.advance(to_s, heat=self._on[Role.HEAT], cool=self._on[Role.COOL])

    def gravity(self, at_s: float) -> float:
        """Give what the hydrometer reports, SG."""
        self.advance(at_s)
        noisy = self.chamber.gravity + GRAVITY_NOISE * chance.normal(self._seed, self.chamber.at_s)
        return round(noisy / GRAVITY_STEP) * GRAVITY_STEP

    def now_s(self) -> float:
        """Give the chamber's present second."""
        return (self._clock.now() - self._started_ms) / 1000.0

    def _read(self, role: Role, at_s: float) -> float:
        self.advance(at_s)
        return self.chamber.read(role)

    async def _samples(
        self, role: Role, every_s: float, take: Callable[[float], Sample]
    ) -> AsyncIterator[Sample]:
        due_s = -(-self.now_s() // every_s) * every_s
        while True:
            await asyncio.sleep(due_s - self.now_s())
            if not self.is_silent(role, due_s):
                yield take(due_s)
            due_s = max(due_s + every_s, self.now_s() // every_s * every_s)


class WatchedRig(Rig):
    """A chamber that somebody else lets live; here one only looks at it."""

    def advance(self, to_s: float) -> None:
        """Leave it to the other."""


class _SimulatedRelay:
    def __init__(self, rig: Rig, role: Role) -> None:
        self._rig = rig
        self._role = role

    async def apply(self, *, on: bool) -> None:
        """Switch."""
        self._rig.switch(self._role, on=on)

    async def observe(self) -> bool:
        """Tell the state."""
        return self._rig.is_on(self._role)


def _every(settings: Every) -> float:
    return settings.every_s
