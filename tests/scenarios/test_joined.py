"""Two Krausens joined: what one pushes, the other takes in by its door, and both know the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import NoReturn

import httpx2
from msgspec.structs import replace

from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.target import Target, TargetState
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.clock import Clock
from krausen.ports.target import Broker, Place, Post, Reply
from krausen.push.targets.generic import TARGET
from krausen.server.controllers.parts import Outfit, controller_parts
from krausen.server.dispatch import Dispatch
from krausen.server.ingest import Ingest
from krausen.server.live import Live
from krausen.server.pushing import Pushing
from krausen.server.pushing.gathering import Gatherer, Sources
from krausen.server.pushing.runner import Tools
from krausen.server.roster import Roster
from krausen.server.setpoints import Setpoints
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.history import MemoryHistory
from krausen.testing.hosting import MemoryHosting
from tests.unit.server.web.brewery import Brewery, brewery_at, furnish

START = 1_790_000_000_000
BEER, ROOM = SeriesName("pi", "beer", "temperature"), SeriesName("pi", "room", "temperature")
GRAVITY, BATTERY = SeriesName("tilt", "red", "gravity"), SeriesName("tilt", "red", "battery")
ADMIN = Caller(id="u1", login="anna", name="Anna", role=UserRole.ADMIN)


class Road:
    """Carries what is posted to the web application of another brewery."""

    def __init__(self, other: Brewery) -> None:
        self._other = other

    async def request(self, post: Post) -> Reply:
        """Ask the other brewery."""
        transport = httpx2.ASGITransport(app=self._other.app)
        async with httpx2.AsyncClient(transport=transport) as client:
            answer = await client.request(
                post.method, post.url, content=post.body, headers=dict(post.headers)
            )
        return Reply(status=answer.status_code, body=answer.content, headers=dict(answer.headers))

    async def write(self, place: Place, piece: bytes) -> NoReturn:
        """Go nowhere else."""
        raise AssertionError(place, piece)

    def line(self, broker: Broker) -> NoReturn:
        """Go nowhere else."""
        raise AssertionError(broker)


class Sending:
    """A brewery with a vessel, whose beer and hydrometer are read, and its push targets."""

    def __init__(self, clock: Clock, road: Road) -> None:
        self.clock = clock
        self.catalog, self.history = MemoryCatalog(), MemoryHistory()
        live = Live(clock, "e")
        self._ingest = Ingest(self.history, live)
        roster = Roster(self.catalog, self.history, live, clock)
        parts = controller_parts(self.catalog, roster, live, clock, Outfit(hosting=MemoryHosting()))
        dispatch = Dispatch(self.catalog, self._ingest, roster, clock, parts.desk)
        setpoints = Setpoints(self.catalog, dispatch, roster, live, clock)
        sources = Sources(self.catalog, self.history, live, clock, parts.errands)
        tools = Tools(
            catalog=self.catalog,
            history=self.history,
            gatherer=Gatherer(sources),
            courier=road,
            clock=clock,
            chance=Random(1),
        )
        self.pushing = Pushing({TARGET.name: TARGET}, tools, setpoints, live)

    async def arrange(self) -> Target:
        """Have a vessel, and a target that tells the other brewery of it every minute."""
        roles = {Role.BEER: BEER, Role.AMBIENT: ROOM, Role.GRAVITY: GRAVITY}
        vessel = Vessel(id="ale", name="Ale fridge", agent="pi", limits=Limits(0.0, 26.0), roles=roles)
        wish = Setpoint(revision=1, mode=Mode.BEER, value=18.5, by="Anna", at=START)
        entry = JournalEntry(at=START, by="anna", what="vessel", id="ale", action="created")
        await self.catalog.add_vessel(vessel, wish, entry)
        await self.read(18.0, 1.050)
        wanted = Target(
            id="",
            name="Club",
            kind="generic",
            every_s=60.0,
            settings={"url": "http://club.example/target/", "api_key": "sesame", "temp_format": "F"},
        )
        return await self.pushing.add(wanted, ADMIN)

    async def read(self, beer: float, gravity: float) -> None:
        """Have everything read."""
        now = self.clock.now()
        told = {BEER: beer, ROOM: 0.0, GRAVITY: gravity, BATTERY: 3.9}
        await self._ingest.take([Reading(series, now, value) for series, value in told.items()])

    async def state_of(self, target: Target) -> tuple[TargetState, str]:
        """Tell how a target fares, and with which words it failed last."""
        found = (await self.pushing.one(target.id)).target
        return found.state, found.last_error


@asynccontextmanager
async def two_breweries() -> AsyncIterator[tuple[Sending, Brewery]]:
    """Have two breweries; the one pushes as long as this lasts, the other's door is open for it."""
    loop = asyncio.get_running_loop()
    clock = Clock(START - loop.time() * 1000.0, loop.time)
    with brewery_at(clock) as other:
        await furnish(other)
        await let_in(other, "sesame")
        sending = Sending(clock, Road(other))
        task = loop.create_task(sending.pushing.run())
        try:
            yield sending, other
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def let_in(other: Brewery, key: str) -> None:
    """Have the door of the other brewery open for a sender with a key."""
    body = {"enabled": True, "settings": {"senders": [{"name": "garage", "key": key}]}}
    async with other.caller(UserRole.ADMIN) as client:
        answer = await client.patch("/api/v1/doors/fermentrack", json=body)
    assert answer.status_code == 200, answer.text


async def known(other: Brewery) -> dict[str, float]:
    """Give what the other brewery knows of its neighbour."""
    latest = (await other.read("/series/latest"))["items"]
    return {f"{one['node']} {one['metric']}": one["v"] for one in latest if one["adapter"] == "fermentrack"}


async def test_what_one_pushes_the_other_knows() -> None:
    async with two_breweries() as (sending, other):
        target = await sending.arrange()
        await asyncio.sleep(90.0)
        await sending.read(18.75, 1.048)
        await asyncio.sleep(90.0)
        assert await sending.state_of(target) == (TargetState.ACTIVE, "")
        found = await known(other)
        assert found == {
            "garage/brewpi-1 beer": 18.75,
            "garage/brewpi-1 room": 0.0,
            "garage/brewpi-1 beer_setpoint": 18.5,
            "garage/brewpi-1 gravity": 1.048,
            "garage/brewpi-1 mode": 2.0,
            "garage/sensor-1 gravity": 1.048,
            "garage/sensor-1 battery": 3.9,
        }
        nodes = (await other.read("/adapters/fermentrack/nodes"))["items"]
        assert [(one["title"], one["kind"]) for one in nodes] == [("Ale fridge", "brewpi"), ("red", "tilt")]


async def test_a_gravity_that_is_told_again_is_one_reading() -> None:
    async with two_breweries() as (sending, other):
        await sending.arrange()
        for gravity in (1.050, 1.049, 1.048):
            await asyncio.sleep(1200.0)
            await sending.read(18.0, gravity)
        await asyncio.sleep(1200.0)
        (series,) = (
            one
            for one in await other.history.series()
            if (one.name.node, one.name.metric) == ("garage/sensor-1", "gravity")
        )
        points = await other.history.points(series.id, 0, 2**60, 1000)
        assert [(point.t - START, point.v) for point in points] == [
            (0, 1.050),
            (1_200_000, 1.050),
            (2_400_000, 1.049),
            (3_600_000, 1.048),
        ]


async def test_a_key_that_is_not_known_any_more_stops_it_in_words_and_the_right_one_mends_it() -> None:
    async with two_breweries() as (sending, other):
        target = await sending.arrange()
        await asyncio.sleep(90.0)
        await let_in(other, "another")
        await asyncio.sleep(3600.0)
        state, words = await sending.state_of(target)
        assert state is TargetState.FAILING
        assert "api_key is not known here" in words
        await let_in(other, "sesame")
        await sending.read(19.0, 1.040)
        assert (await known(other))["garage/brewpi-1 beer"] == 18.0
        failing = (await sending.pushing.one(target.id)).target
        await sending.pushing.change(replace(failing, state=TargetState.ACTIVE), ADMIN)
        await asyncio.sleep(90.0)
        assert (await known(other))["garage/brewpi-1 beer"] == 19.0
        assert await sending.state_of(target) == (TargetState.ACTIVE, "")
