"""A whole brewery in one process: simulated vessels, their agent, a link, and a server core on its stores."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from msgspec import Struct, field
from msgspec.structs import replace

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup, ProbeSetup, RelaySetup, Rhythm
from krausen.cli.clock import follow
from krausen.control.algorithm import Algorithm
from krausen.control.algorithms import hysteresis
from krausen.links.memory import MemoryLinks, ServerSide
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.weather import steady
from krausen.ports.clock import Clock
from krausen.ports.diary import Diary
from krausen.ports.history import History, Point, Stored
from krausen.ports.notebook import Notebook
from krausen.ports.outbox import Outbox
from krausen.ports.sensor import SensorDriver
from krausen.server.controllers.parts import Outfit, controller_parts
from krausen.server.dispatch import Dispatch
from krausen.server.ingest import Ingest
from krausen.server.learned import Learning
from krausen.server.live import Live
from krausen.server.reasons import Reasons
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints, Wish
from krausen.server.vessels import VesselBody
from krausen.simulation.rig import Every, Rig
from krausen.simulation.vessel import SimulatedVessel
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.devices import FaultyProbe, NoSettings, ScriptedRelay
from krausen.testing.diary import MemoryDiary
from krausen.testing.history import MemoryHistory
from krausen.testing.hosting import MemoryHosting
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from tests.scenarios.interlocks import broken

START_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z, second 0 of every chamber."""
HOUR_S = 3600.0
DAY_S = 86_400.0
OUTPUTS = (Role.HEAT, Role.COOL)
ANNA = Caller(id="u1", login="anna", name="Anna", role=UserRole.BREWER)
FASS = SimulatedVessel(
    id="fass", name="Fass", chamber="freezer20", agent="cellar", climate=steady(18.0), beer_c=19.0
)
KEG = replace(FASS, id="keg", name="Keg", chamber="fridge20", seed=2)


class Pace(Struct, frozen=True, kw_only=True):
    """Seconds between readings of temperature, of gravity, between ticks and between flushes."""

    every_s: float = 5.0
    gravity_s: float = 900.0
    tick_s: float = 1.0
    flush_s: float = 1.0


EVERY_SECOND = Pace()
SLOW = Pace(every_s=60.0, tick_s=30.0, flush_s=30.0)


class Stores(Struct, frozen=True, kw_only=True):
    """What outlives agent and server."""

    catalog: MemoryCatalog
    history: History
    outbox: Outbox
    notebook: Notebook
    diary: Diary = field(default_factory=MemoryDiary)
    learned: Notebook = field(default_factory=MemoryNotebook)


def in_memory() -> Stores:
    """Make stores that are as good as new."""
    return Stores(
        catalog=MemoryCatalog(), history=MemoryHistory(), outbox=MemoryOutbox(), notebook=MemoryNotebook()
    )


class WholeIngest(Ingest):
    """An ingest that thins nothing, and remembers in which order readings first came."""

    def __init__(self, history: History, live: Live, arrived: dict[Reading, None]) -> None:
        super().__init__(history, live)
        self._arrived = arrived

    async def declare(self, series: Sequence[tuple[SeriesName, str, StoreRule]]) -> None:
        """Register series with their units; all of them are kept whole."""
        await super().declare([(name, unit, WHOLE) for name, unit, _ in series])

    async def take(self, readings: Sequence[Reading]) -> Stored:
        """Store, and note what came."""
        stored = await super().take(readings)
        self._arrived.update(dict.fromkeys(readings))
        return stored


class System:
    """What the agent's machine believes the time to be: wrong by `wrong_ms`, and known or not."""

    def __init__(self, clock: Clock, wrong_ms: int = 0, *, known: bool = True) -> None:
        self._clock = clock
        self.wrong_ms = wrong_ms
        self.known = known

    def now_ms(self) -> float:
        """Give UTC now as the machine has it, milliseconds."""
        return float(self._clock.now() + self.wrong_ms)

    def slept_s(self) -> float:
        """It never sleeps."""
        return 0.0

    def is_known(self) -> bool:
        """Tell whether anybody has set it."""
        return self.known


class Server:
    """The core of a server, from one start to the next."""

    def __init__(self, clock: Clock, stores: Stores, arrived: dict[Reading, None], epoch: str) -> None:
        catalog, history = stores.catalog, stores.history
        self.live = Live(clock, epoch)
        self.roster = Roster(catalog, history, self.live, clock)
        self.ingest = WholeIngest(history, self.live, arrived)
        outfit = Outfit(hosting=MemoryHosting(), drivers={})
        controllers = controller_parts(catalog, self.roster, self.live, clock, outfit)
        self.dispatch = Dispatch(catalog, self.ingest, self.roster, clock, controllers.desk)
        self.reasons = self.dispatch.add(Reasons(catalog, self.roster, clock))
        self.learning = self.dispatch.add(Learning(catalog, self.live, clock))
        self.setpoints = Setpoints(catalog, self.dispatch, self.roster, self.live, clock)


class Gear:
    """The rig of one vessel, with a fault to be switched on in each of its devices."""

    def __init__(self, vessel: SimulatedVessel, clock: Clock, pace: Pace) -> None:
        self.vessel = vessel
        self.rig = Rig(vessel.fresh(), clock, START_MS, vessel.seed, vessel.silences)
        self.probes = {role: FaultyProbe(self._probe(role)) for role in vessel.roles if role not in OUTPUTS}
        self.relays = {role: self._relay(role) for role in vessel.roles if role in OUTPUTS}
        self._pace = pace

    @property
    def probe_setups(self) -> list[ProbeSetup]:
        """The probes as an agent owns them."""
        return [
            ProbeSetup(id=self.vessel.device(role), driver=probe.driver, settings=self._every(role))
            for role, probe in self.probes.items()
        ]

    @property
    def relay_setups(self) -> list[RelaySetup]:
        """The relays as an agent owns them."""
        settings, vessel = NoSettings(), self.vessel
        return [
            RelaySetup(
                id=vessel.device(role), driver=relay.driver, settings=settings, times=vessel.times(role)
            )
            for role, relay in self.relays.items()
        ]

    @property
    def on(self) -> set[Role]:
        """The outputs that are on."""
        return {role for role, relay in self.relays.items() if relay.on}

    def _probe(self, role: Role) -> SensorDriver:
        return self.rig.hydrometer() if role is Role.GRAVITY else self.rig.probe(role)

    def _relay(self, role: Role) -> ScriptedRelay:
        return ScriptedRelay(wire=lambda on: self.rig.switch(role, on=on))

    def _every(self, role: Role) -> Every:
        return Every(every_s=self._pace.gravity_s if role is Role.GRAVITY else self._pace.every_s)


class Brewery:
    """Everything, joined. Open it with `opened`; agent and server can be stopped and started meanwhile."""

    def __init__(
        self,
        *vessels: SimulatedVessel,
        pace: Pace = EVERY_SECOND,
        stores: Stores | None = None,
        algorithms: Mapping[str, Algorithm] | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.began_s = loop.time()
        self.clock = Clock(START_MS - 1000 * self.began_s, loop.time)
        self.system = System(self.clock)
        self.stores = stores or in_memory()
        self.gear = {vessel.id: Gear(vessel, self.clock, pace) for vessel in vessels or (FASS,)}
        self.arrived: dict[Reading, None] = {}
        self.links = MemoryLinks(self._answer)
        self._pace = pace
        self._algorithms = {"hysteresis": hysteresis.ALGORITHM} | dict(algorithms or {})
        self._tasks = asyncio.TaskGroup()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._starts = 0
        self._follows = False
        self.agent_clock = self.clock
        self.agent = self._agent()
        self.server = self._server()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Brewery"]:
        """Run server and agent, whose vessels are off at first."""
        for gear in self.gear.values():
            await self._arrange(gear.vessel)
        async with self._tasks:
            await self.start_server()
            self.start_agent()
            yield self
            await self.stop_agent()
            await self.stop_server()

    def believe(self, wrong_ms: int, *, known: bool) -> None:
        """Have the agent that starts next go by a clock of its machine's, which it then follows."""
        self.system.wrong_ms, self.system.known = wrong_ms, known
        self._follows = True

    def start_agent(self) -> None:
        """Start an agent that knows what its stores know."""
        if self._follows:
            now_s = asyncio.get_running_loop().time()
            self.agent_clock = Clock(self.system.now_ms() - now_s * 1000, asyncio.get_running_loop().time)
        self.agent = self._agent()
        self._running["agent"] = self._tasks.create_task(self.agent.run())
        if self._follows:
            following = follow(self.agent_clock, self.agent.sampling, self.system)
            self._running["following"] = self._tasks.create_task(following)

    async def stop_agent(self) -> None:
        """Stop the agent in good order."""
        if self._follows:
            await self._stop("following")
        await self._stop("agent")

    async def start_server(self) -> None:
        """Start a server that knows what its stores know."""
        self.server = self._server()
        await self.server.roster.load()
        self._running["live"] = self._tasks.create_task(self.server.live.run())
        self.links.mend()

    async def stop_server(self) -> None:
        """Stop the server; nobody answers until it is started."""
        self.links.cut()
        await self._stop("live")

    def switches(self, vessel: str) -> dict[Role, list[tuple[float, bool]]]:
        """Give what the outputs of a vessel did, in seconds since the brewery was made."""
        relays = self.gear[vessel].relays
        return {role: [(s - self.began_s, on) for s, on in relays[role].switches] for role in relays}

    def broken(self, *excused: tuple[float, float]) -> list[str]:
        """Say which interlocks were broken in any vessel; see `interlocks.broken`."""
        return [
            f"{id}: {fault}"
            for id, gear in self.gear.items()
            for fault in broken(
                self.switches(id), {role: gear.vessel.times(role) for role in gear.relays}, excused
            )
        ]

    async def wish(self, vessel: str, value_c: float | None, mode: Mode = Mode.BEER) -> None:
        """Ask for a temperature, or with None for nothing."""
        mode = Mode.OFF if value_c is None else mode
        await self.server.setpoints.request(vessel, Wish(mode=mode, value=value_c, reason="test"), ANNA)

    async def body(self, vessel: str = "fass") -> VesselBody:
        """Give a vessel as everybody outside sees it."""
        return await self.server.roster.body(await self.stores.catalog.vessel(vessel))

    async def history(self) -> dict[SeriesName, list[Point]]:
        """Give everything that history has."""
        history = self.stores.history
        return {
            record.name: await history.points(record.id, 0, 2**62, 10**9)
            for record in await history.series()
            if record.count
        }

    async def series(self, role: Role, vessel: str = "fass") -> list[Point]:
        """Give what history has of the series in a role."""
        return (await self.history()).get(self.gear[vessel].vessel.series(role), [])

    async def _arrange(self, vessel: SimulatedVessel) -> None:
        off = Setpoint(revision=1, mode=Mode.OFF, by="Anna", at=self.clock.now())
        entry = JournalEntry(at=self.clock.now(), by="anna", what="vessel", id=vessel.id, action="created")
        await self.stores.catalog.add_vessel(vessel.vessel(), off, entry)

    async def _answer(self, side: ServerSide) -> None:
        await self.server.dispatch.serve(side)

    async def _stop(self, name: str) -> None:
        task = self._running.pop(name)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])

    def _agent(self) -> Agent:
        setup = AgentSetup(
            name="cellar",
            probes=tuple(setup for gear in self.gear.values() for setup in gear.probe_setups),
            relays=tuple(setup for gear in self.gear.values() for setup in gear.relay_setups),
            rhythm=Rhythm(tick_s=self._pace.tick_s, flush_s=self._pace.flush_s),
        )
        stores = self.stores
        around = Surroundings(
            self.agent_clock,
            self.links.dial,
            stores.outbox,
            stores.notebook,
            dict(self._algorithms),
            known=not self._follows,
            diary=stores.diary,
            learned=stores.learned,
        )
        return Agent(setup, around)

    def _server(self) -> Server:
        self._starts += 1
        return Server(self.clock, self.stores, self.arrived, f"e{self._starts}")
