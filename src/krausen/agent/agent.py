"""An agent: its devices, its loops and its link, each going on whatever the others do."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import NoReturn

import structlog
from msgspec import Struct

from krausen.agent.controllers import Controllers
from krausen.agent.controlling import Bench, VesselLoop
from krausen.agent.desired import DesiredState
from krausen.agent.devices import SWITCH_S, Switch, watch
from krausen.agent.discovering import Discovering
from krausen.agent.errands import Errands
from krausen.agent.handover import Owing
from krausen.agent.learned import LearnedBook
from krausen.agent.lines import Lines
from krausen.agent.planning import Workshop, allowed
from krausen.agent.preflight import Preflights
from krausen.agent.reasons import Reasons
from krausen.agent.reasons_handover import ReasonsHandOver
from krausen.agent.safety import Watchdog
from krausen.agent.sampling import Sampling
from krausen.agent.setup import SWITCH_METRIC, AgentSetup
from krausen.agent.speaking import Console
from krausen.agent.uplink import Identity, Spread, Uplink, exactly
from krausen.control.algorithm import Algorithm
from krausen.errors import StorageAway
from krausen.model.agent import RELAY, kind_of
from krausen.model.series import WHOLE, SeriesName
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver
from krausen.ports.diary import Diary
from krausen.ports.discovery import Discovery
from krausen.ports.link import Dial
from krausen.ports.notebook import Notebook
from krausen.ports.outbox import Outbox
from krausen.wire.messages import Declared

log = structlog.get_logger()


def no_drivers() -> dict[str, ControllerDriver]:
    """Know no kind of controller."""
    return {}


class Surroundings(Struct, frozen=True):
    """What an agent is given: time, a way to the server, and what is kept beside the hardware.

    `run` is a text that no other run of an agent has; `spread` puts chance into the waits between calls.
    Where the time is not `known` at first, nothing is handed over until the sampling hears that it is.
    `drivers` gives those of controllers, by name, and is asked only where a controller is ordered;
    `discoveries` are ways to find one, gone while none is. `logged` has the lines the server may ask for.
    Why vessels are heated or cooled is told only where there is a `diary` to keep it in meanwhile. What is
    learned of them is kept in a notebook of its own, `learned`; without one it lasts as long as the agent.
    """

    clock: Clock
    dial: Dial
    outbox: Outbox
    notebook: Notebook
    algorithms: dict[str, Algorithm]
    run: str = ""
    spread: Spread = exactly
    known: bool = True
    drivers: Callable[[], Mapping[str, ControllerDriver]] = no_drivers
    discoveries: tuple[Discovery, ...] = ()
    logged: Lines | None = None
    diary: Diary | None = None
    learned: Notebook | None = None


class Agent:
    """Reads, holds and reports until it is cancelled; then it lets go of its outputs, which go off."""

    def __init__(self, setup: AgentSetup, surroundings: Surroundings) -> None:
        self._setup = setup
        self._clock = surroundings.clock
        outputs = {SeriesName(setup.name, relay.id, SWITCH_METRIC): relay for relay in setup.relays}
        workshop = Workshop(
            surroundings.algorithms,
            {name: relay.times for name, relay in outputs.items()},
            {name: relay.limits for name, relay in outputs.items()},
            setup.limits,
        )
        self._switches = {name: Switch(relay) for name, relay in outputs.items()}
        self.watchdog = Watchdog(setup.rhythm.tick_s)
        clock, outbox = surroundings.clock, surroundings.outbox
        self.sampling = Sampling(setup.name, clock, outbox, known=surroundings.known)
        self.desired = DesiredState(surroundings.notebook, surroundings.clock, workshop)
        sampling = self.sampling
        owing = Owing(outbox, sampling.owing, sampling.timely, lambda: sampling.given_up)
        identity = Identity(setup.name, _series(setup), surroundings.run, surroundings.clock.now)
        self.uplink = Uplink(identity, surroundings.dial, owing, self.desired, surroundings.spread)
        self.uplink.telling.logged = surroundings.logged
        self.reasons = Reasons(clock, surroundings.diary)
        self.sampling.also = self.reasons.moved
        self.uplink.add(ReasonsHandOver(self.reasons, self.sampling.timely))
        self.learned = self.uplink.add(LearnedBook(surroundings.learned, clock, self.sampling.timely))
        self.preflights = self.uplink.add(Preflights(partial(allowed, workshop)))
        self._bench = Bench(
            clock=surroundings.clock,
            sampling=self.sampling,
            desired=self.desired,
            workshop=workshop,
            switches=self._switches,
            report=self.uplink.report,
            tick_s=setup.rhythm.tick_s,
            watchdog=self.watchdog,
            note=self.reasons.note,
            preflights=self.preflights,
            learned=self.learned,
        )
        console = Console(
            agent=setup.name,
            clock=clock,
            sampling=self.sampling,
            desired=self.desired,
            telling=self.uplink.telling,
            drivers=surroundings.drivers,
            tick_s=setup.rhythm.tick_s,
            note=self.reasons.note,
        )
        self.controllers = Controllers(console)
        self._errands = Errands(clock, self.controllers.session, self.uplink.telling.line)
        self.uplink.errands = self._errands.take
        self._discovering = Discovering(surroundings.discoveries, self.desired, self.uplink.telling.found)

    async def run(self) -> None:
        """Run until cancelled."""
        await self.desired.load()
        await self.learned.load()
        self.preflights.restarted(map(self.desired.order, self.desired.vessels()), self._clock.now())
        try:
            async with asyncio.TaskGroup() as tasks:
                for probe in self._setup.probes:
                    tasks.create_task(watch(probe, self.sampling.take))
                tasks.create_task(self.sampling.keep(self._setup.rhythm.flush_s))
                tasks.create_task(self.reasons.keep(self._setup.rhythm.flush_s))
                tasks.create_task(self.learned.keep())
                tasks.create_task(self.uplink.run())
                tasks.create_task(self._hold())
                tasks.create_task(self.controllers.run())
                tasks.create_task(self._errands.run())
                tasks.create_task(self._discovering.run())
        finally:
            await self._keep_last()

    async def _hold(self) -> NoReturn:
        """Hold vessels; the outputs wait for nobody else when it ends."""
        loops: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as tasks:
            try:
                await self._each_switch(_off)
                tasks.create_task(self.watchdog.run())
                await self._hold_all(tasks, loops)
            finally:
                await self._let_go(loops.values())

    async def _let_go(self, loops: Collection[asyncio.Task[None]]) -> None:
        """End the loops, then the outputs; a loop that cannot be stopped must not keep the others' on."""
        for loop in loops:
            loop.cancel()
        if loops:
            await asyncio.wait(loops, timeout=SWITCH_S)
        await self._each_switch(Switch.retire)

    async def _each_switch(self, do: Callable[[Switch], Awaitable[None]]) -> None:
        await asyncio.gather(*(do(switch) for switch in self._switches.values()))

    async def _hold_all(self, tasks: asyncio.TaskGroup, loops: dict[str, asyncio.Task[None]]) -> NoReturn:
        while True:
            await self.desired.changed.wait()
            self.desired.changed.clear()
            for vessel in self.desired.vessels():
                if vessel not in loops or loops[vessel].done():
                    loops[vessel] = tasks.create_task(VesselLoop(self._bench, vessel).run())
                    # A vessel may be wanted again by the time its loop has let go of it.
                    loops[vessel].add_done_callback(lambda _: self.desired.changed.set())

    async def _keep_last(self) -> None:
        try:
            await self.sampling.flush()
        except StorageAway as error:
            log.error("outbox.away", detail=f"The last readings are lost. {error}")
        await self.reasons.end(self.desired.vessels())
        await self.learned.flush()


async def _off(switch: Switch) -> None:
    await switch.set(on=False)


def _series(setup: AgentSetup) -> tuple[Declared, ...]:
    probes = [
        Declared(
            SeriesName(setup.name, probe.id, spec.metric),
            spec.unit,
            spec.store,
            probe.driver.name,
            kind_of([one.quantity for one in probe.driver.series]),
        )
        for probe in setup.probes
        for spec in probe.driver.series
    ]
    relays = [
        Declared(SeriesName(setup.name, relay.id, SWITCH_METRIC), "", WHOLE, relay.driver.name, RELAY)
        for relay in setup.relays
    ]
    return (*probes, *relays)
