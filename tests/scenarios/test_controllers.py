"""A controller holds a vessel for weeks, whatever link, processes, power and other hosts do meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import pairwise
from random import Random

from structlog.testing import capture_logs

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup, Rhythm
from krausen.links.memory import MemoryLinks, ServerSide
from krausen.model.controller import Controller
from krausen.model.journal import JournalEntry
from krausen.model.profile import Profile, Step, StepKind
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import FIRMWARE, ControlState, Role, Vessel
from krausen.ports.clock import Clock
from krausen.ports.controller import Held
from krausen.ports.history import Point
from krausen.server.setpoints import Wish
from krausen.server.vessels import VesselBody
from krausen.testing.controller import ScriptedController
from tests.scenarios.brewery import ANNA, DAY_S, HOUR_S, START_MS, Server, in_memory

EVERY_S = 600.0
TICK_S = 300.0
SOON_S = 2 * EVERY_S
"""After this, in peace, the wish is held."""
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
PROFILE = Profile(
    id="lager",
    name="Lager",
    steps=(
        Step(kind=StepKind.HOLD, temperature=12.0, hours=24.0),
        Step(kind=StepKind.RAMP, temperature=4.0, hours=96.0),
        Step(kind=StepKind.HOLD, temperature=4.0, hours=24.0),
    ),
)


def lager_c(passed_ms: int) -> float:
    """Give the setpoint of the profile, °C, so long after its start."""
    hours = passed_ms / 3_600_000
    return max(4.0, min(12.0, 12.0 - (hours - 24.0) / 96.0 * 8.0))


class Plant:
    """What a firmware heats and cools; `told` has every value that it gave, by time and metric."""

    def __init__(self, clock: Clock) -> None:
        self.controller = ScriptedController(self._measure, EVERY_S)
        self.told: dict[tuple[int, str], float] = {}
        self._clock = clock
        self._beer_c, self._last_s = 20.0, asyncio.get_running_loop().time()
        self._state = ControlState.OFF

    def _measure(self, now_s: float) -> Mapping[str, float]:
        per_h = {ControlState.HEATING: 2.0, ControlState.COOLING: -3.0}.get(self._state, 0.1)
        self._beer_c += per_h * (now_s - self._last_s) / HOUR_S
        self._last_s = now_s
        held = self.controller.held
        off_c = 0.0 if held.value is None else held.value - self._beer_c
        self._state = ControlState.IDLE if abs(off_c) < 0.5 else ControlState.HEATING
        self._state = ControlState.COOLING if off_c < -0.5 else self._state
        values = {"beer": round(self._beer_c, 2), "chamber": round(self._beer_c + off_c, 2)}
        self.told |= {(self._clock.now() // 10 * 10, metric): value for metric, value in values.items()}
        return values


class Garage:
    """A controller, its agent and a server; each of them can go and come back."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.clock = Clock(START_MS - 1000 * loop.time(), loop.time)
        self.plant = Plant(self.clock)
        self.stores = in_memory()
        self.links = MemoryLinks(self._answer)
        self.server = self._server()
        self._tasks = asyncio.TaskGroup()
        self._agent: asyncio.Task[None]
        self._live: asyncio.Task[None]

    @property
    def controller(self) -> ScriptedController:
        """The controller."""
        return self.plant.controller

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Garage"]:
        """Run server and agent, which was told of its controller and of the tank on it."""
        entry = JournalEntry(at=self.clock.now(), by="anna", what="vessel", id="tank", action="created")
        off = Setpoint(revision=1, mode=Mode.OFF, by="Anna", at=self.clock.now())
        await self.stores.catalog.add_controller(
            Controller(name="garage", driver="scripted_controller"), entry
        )
        await self.stores.catalog.add_vessel(TANK, off, entry)
        async with self._tasks:
            await self.start_server()
            self.start_agent()
            yield self
            await self.stop_agent()
            await self.stop_server()

    def start_agent(self) -> None:
        """Start an agent that knows what its stores know."""
        around = Surroundings(
            self.clock,
            self.links.dial,
            self.stores.outbox,
            self.stores.notebook,
            {},
            drivers=lambda: {"scripted_controller": self.controller.driver},
        )
        setup = AgentSetup(name="garage", rhythm=Rhythm(tick_s=TICK_S, flush_s=TICK_S))
        self._agent = self._tasks.create_task(Agent(setup, around).run())

    async def stop_agent(self) -> None:
        """Stop the agent."""
        assert not self._agent.done()
        self._agent.cancel()
        await asyncio.wait([self._agent])

    async def start_server(self) -> None:
        """Start a server that knows what its stores know."""
        self.server = self._server()
        await self.server.roster.load()
        self._live = self._tasks.create_task(self.server.live.run())
        self.links.mend()

    async def stop_server(self) -> None:
        """Stop the server."""
        self.links.cut()
        self._live.cancel()
        await asyncio.wait([self._live])

    async def wish(self, wish: Wish) -> None:
        """Ask for something."""
        await self.server.setpoints.request("tank", wish, ANNA)

    async def body(self) -> VesselBody:
        """Give the tank as everybody outside sees it."""
        return await self.server.roster.body(await self.stores.catalog.vessel("tank"))

    async def points(self, metric: str, adapter: str = "garage", node: str = "garage") -> list[Point]:
        """Give what history has of a series."""
        for record in await self.stores.history.series():
            if record.name == SeriesName(adapter, node, metric):
                return await self.stores.history.points(record.id, 0, 2**62, 10**9)
        return []

    async def _answer(self, side: ServerSide) -> None:
        await self.server.dispatch.serve(side)

    def _server(self) -> Server:
        return Server(self.clock, self.stores, {}, "e")


async def upset(garage: Garage, chance: Random) -> bool:
    """Have something happen for a while; tell whether nobody can read the controller meanwhile."""
    while_s = chance.choice((20.0, 900.0, 8 * HOUR_S))
    controller = garage.controller
    trouble = chance.choice(("link", "lost", "hang", "reboot", "host", "agent", "server", "cut"))
    match trouble:
        case "link":
            garage.links.cut()
            await asyncio.sleep(while_s)
            garage.links.mend()
        case "lost" | "hang" as fault:
            setattr(controller, fault, True)
            await asyncio.sleep(while_s)
            controller.heal()
        case "reboot":
            controller.reboot()
        case "host":
            controller.change(Held(Mode.CHAMBER, 30.0))
        case "agent":
            await garage.stop_agent()
            await asyncio.sleep(while_s)
            controller.change(Held(Mode.OFF))
            garage.start_agent()
        case "server":
            await garage.stop_server()
            await asyncio.sleep(while_s)
            await garage.start_server()
        case _:
            controller.cut()
    return trouble not in {"link", "server", "host"}


async def test_over_three_weeks_of_trouble_the_wish_is_restored_and_no_reading_is_invented_or_lost() -> None:
    chance = Random(7)
    troubles: list[tuple[int, int]] = []
    with capture_logs() as logs:
        async with Garage().opened() as garage:
            await garage.wish(Wish(mode=Mode.BEER, value=18.0, reason="test"))
            await asyncio.sleep(SOON_S)
            for _ in range(30):
                began = garage.clock.now()
                is_unread = await upset(garage, chance)
                # One that hangs is given up after three intervals, then it is opened anew within two minutes.
                await asyncio.sleep(3 * EVERY_S + SOON_S + 120.0)
                if is_unread:
                    troubles.append((began, garage.clock.now()))
                assert garage.controller.held == Held(Mode.BEER, 18.0)
                await asyncio.sleep(chance.uniform(0.0, 24 * HOUR_S))
            for metric in ("beer", "chamber"):
                points = await garage.points(metric)
                assert {(p.t, metric): p.v for p in points}.items() <= garage.plant.told.items()
                gaps = [(a.t, b.t) for a, b in pairwise(points) if b.t - a.t > 1.5 * EVERY_S * 1000]
                assert all(any(a <= end and b >= begin for begin, end in troubles) for a, b in gaps)
            assert garage.clock.now() - START_MS > 14 * DAY_S * 1000
    assert not [line for line in logs if line["log_level"] == "error"]


async def test_a_profile_is_held_for_days_without_the_server_and_over_a_restart() -> None:
    async with Garage().opened() as garage:
        entry = JournalEntry(at=garage.clock.now(), by="anna", what="profile", id="lager", action="created")
        await garage.stores.catalog.add_profile(PROFILE, entry)
        await garage.wish(Wish(mode=Mode.BEER, value=12.0, reason="test"))
        await asyncio.sleep(SOON_S)
        began = garage.clock.now()
        await garage.wish(Wish(mode=Mode.PROFILE, profile="lager", reason="test"))
        await asyncio.sleep(DAY_S)
        await garage.stop_server()
        await asyncio.sleep(DAY_S)
        await garage.stop_agent()
        garage.controller.reboot()
        garage.start_agent()
        await asyncio.sleep(4 * DAY_S)
        await garage.start_server()
        await asyncio.sleep(HOUR_S)
        told = await garage.points("setpoint_beer", "krausen", "tank")
        seen = await garage.points("beer_setpoint")
        assert garage.controller.held == Held(Mode.PROFILE, 4.0)
    assert max(abs(point.v - lager_c(point.t - began)) for point in told) <= 0.0051
    # What was seen may be as old as a round and a tick, in which the ramp goes on.
    assert max(abs(point.v - lager_c(point.t - began)) for point in seen) <= 0.04
    assert (told[-1].t - told[0].t) / 1000 > 6 * DAY_S


async def test_a_controller_that_held_something_goes_on_until_a_person_decides_and_then_obeys() -> None:
    async with Garage().opened() as garage:
        garage.controller.change(Held(Mode.BEER, 9.0))
        await asyncio.sleep(DAY_S)
        assert (garage.controller.holds, garage.controller.held) == ([], Held(Mode.BEER, 9.0))
        await garage.wish(Wish(mode=Mode.CHAMBER, value=11.0, reason="test"))
        await asyncio.sleep(SOON_S)
        assert garage.controller.held == Held(Mode.CHAMBER, 11.0)
        body = await garage.body()
    assert body.accepted.value == 11.0
    assert body.observed.cool is not None
