"""An agent with scripted devices and nobody to talk to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from msgspec.structs import replace

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup, ProbeSetup, RelaySetup, Rhythm
from krausen.control.algorithm import Algorithm
from krausen.control.algorithms import hysteresis
from krausen.control.interlocks import Times
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.clock import Clock
from krausen.testing.devices import NoSettings, ScriptedProbe, ScriptedRelay
from krausen.testing.link import Switchboard
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from krausen.wire.messages import VesselOrder
from tests.unit.agent.orders import FASS, TIMES

KEG = replace(
    FASS,
    id="keg",
    name="Keg",
    roles={
        Role.BEER: SeriesName("pi", "kegbeer", "temperature"),
        Role.HEAT: SeriesName("pi", "kegheater", "on"),
        Role.COOL: SeriesName("pi", "kegcooler", "on"),
    },
)


class Cellar:
    """Probes and relays of two vessels by device id, and the agent that has them."""

    def __init__(
        self,
        algorithms: Mapping[str, Algorithm] | None = None,
        times: Times = TIMES,
        tick_s: float = 1.0,
        flush_s: float = 1.0,
    ) -> None:
        self.probes = {id: ScriptedProbe(20.0) for id in ("beer", "chamber", "kegbeer")}
        self.relays = {id: ScriptedRelay() for id in ("heater", "cooler", "kegheater", "kegcooler")}
        self.outbox = MemoryOutbox()
        self.notebook = MemoryNotebook()
        self.learned = MemoryNotebook()
        self.switchboard = Switchboard()
        self.switchboard.away = True
        self.algorithms = dict(algorithms or {"hysteresis": hysteresis.ALGORITHM})
        self.clock: Clock | None = None
        self._times = times
        self._rhythm = Rhythm(tick_s=tick_s, flush_s=flush_s)
        self.agent = self.made()

    @property
    def setup(self) -> AgentSetup:
        """What the agent owns."""
        none = NoSettings()
        return AgentSetup(
            name="pi",
            probes=tuple(ProbeSetup(id=id, driver=p.driver, settings=none) for id, p in self.probes.items()),
            relays=tuple(
                RelaySetup(id=id, driver=relay.driver, settings=none, times=self._times)
                for id, relay in self.relays.items()
            ),
            rhythm=self._rhythm,
        )

    @asynccontextmanager
    async def running(self, *orders: VesselOrder) -> AsyncIterator[Agent]:
        """Run a fresh agent on these devices, outbox and notebook; it wants `orders` if there are any."""
        self.agent = self.made()
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.agent.run())
            await asyncio.sleep(0)
            if orders:
                await self.agent.desired.want(orders)
            yield self.agent
            assert not task.done()
            task.cancel()

    def on(self) -> set[str]:
        """Name the relays that are on."""
        return {id for id, relay in self.relays.items() if relay.on}

    async def readings(self, node: str, metric: str) -> list[Reading]:
        """Give what the outbox has of a node and metric."""
        owed = await self.outbox.oldest(10_000_000)
        found = () if owed is None else owed.readings
        return [
            reading for reading in found if (reading.series.node, reading.series.metric) == (node, metric)
        ]

    def made(self) -> Agent:
        """Make a fresh agent."""
        clock = self.clock or Clock(1_700_000_000_000, asyncio.get_running_loop().time)
        around = Surroundings(
            clock,
            self.switchboard.dial,
            self.outbox,
            self.notebook,
            self.algorithms,
            learned=self.learned,
        )
        return Agent(self.setup, around)
