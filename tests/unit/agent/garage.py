"""An agent that speaks with a scripted controller, and nobody, or a test, as its server."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup
from krausen.errors import Defect
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import FIRMWARE, Role, Vessel
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver
from krausen.ports.discovery import Discovery
from krausen.testing.controller import ScriptedController
from krausen.testing.link import FakeLink, Switchboard
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from krausen.wire.messages import (
    ControllerOrder,
    Desired,
    FromAgent,
    ReadingsStored,
    ReadingsTaken,
    VesselOrder,
    Welcome,
)

M = TypeVar("M")
GARAGE = ControllerOrder(name="garage", driver="scripted_controller")
TANK = Vessel(
    id="tank",
    name="Tank",
    agent="garage",
    algorithm=FIRMWARE,
    roles={
        role: SeriesName("garage", "garage", role.value)
        for role in (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)
    },
)
NEW = Setpoint(revision=1, mode=Mode.OFF)


def off(revision: int = 2) -> VesselOrder:
    """Want the tank off, as a person decided."""
    return VesselOrder(TANK, Setpoint(revision=revision, mode=Mode.OFF))


def at(value_c: float, revision: int = 2, mode: Mode = Mode.BEER) -> VesselOrder:
    """Want the tank at a temperature."""
    return VesselOrder(TANK, Setpoint(revision=revision, mode=mode, value=value_c))


class Garage:
    """A controller, and the agent that speaks with it; `talk` is what its server has heard."""

    def __init__(self, controller: ScriptedController | None = None, *discoveries: Discovery) -> None:
        self.controller = controller or ScriptedController(every_s=5.0)
        self.outbox = MemoryOutbox()
        self.notebook = MemoryNotebook()
        self.switchboard = Switchboard()
        self.switchboard.away = True
        self.clock = Clock(1_700_000_000_000, asyncio.get_running_loop().time)
        self.bad_drivers = False
        self.talk: deque[FromAgent] = deque()
        self._discoveries = discoveries

    def made(self) -> Agent:
        """Make a fresh agent."""
        around = Surroundings(
            self.clock,
            self.switchboard.dial,
            self.outbox,
            self.notebook,
            {},
            drivers=self.drivers,
            discoveries=self._discoveries,
        )
        return Agent(AgentSetup(name="garage"), around)

    def drivers(self) -> Mapping[str, ControllerDriver]:
        """Give the drivers there are."""
        if self.bad_drivers:
            raise Defect("One of them cannot be loaded.")
        return {"scripted_controller": self.controller.driver}

    @asynccontextmanager
    async def running(self, *orders: VesselOrder) -> AsyncIterator[Agent]:
        """Run a fresh agent on the same stores; if there are orders, it has the controller with them."""
        agent = self.made()
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(agent.run())
            await asyncio.sleep(0)
            if orders:
                await agent.desired.want(orders, (GARAGE,))
            yield agent
            assert not task.done()
            task.cancel()

    @asynccontextmanager
    async def heard(self, *desired: Desired) -> AsyncIterator[FakeLink]:
        """Serve the next call until the end: send what is desired, store readings, keep what is said."""
        self.switchboard.away = False
        link = await self.switchboard.calls.get()
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self._listen(link))
            await link.server.send(Welcome("test"))
            for one in desired:
                await link.server.send(one)
            yield link
            task.cancel()
        link.cut()

    def said(self, kind: type[M]) -> list[M]:
        """Give what was said of a kind, and forget it."""
        found: list[M] = [one for one in self.talk if isinstance(one, kind)]
        self.talk = deque(one for one in self.talk if not isinstance(one, kind))
        return found

    async def readings(self, metric: str, node: str = "garage") -> list[Reading]:
        """Give what the outbox has of a metric."""
        owed = await self.outbox.oldest(10_000_000)
        found = () if owed is None else owed.readings
        return [one for one in found if (one.series.node, one.series.metric) == (node, metric)]

    async def _listen(self, link: FakeLink) -> None:
        while True:
            message = await link.server.receive()
            self.talk.append(message)
            if isinstance(message, ReadingsTaken):
                await link.server.send(ReadingsStored(message.through))
