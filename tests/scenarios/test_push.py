"""Pushes to outside services, over days of simulated time: on time, all of it, and nothing twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from random import Random
from statistics import quantiles
from typing import Any, NoReturn

from msgspec import json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.target import Selection, Target, TargetState
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.clock import Clock
from krausen.ports.target import Post, Reply
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
from krausen.testing.target import AWAY, COUNTING, EVERY, HANGING, LATEST, SILENT, FakeCourier

START = 1_790_000_000_000
DAY_S = 86_400.0
BEER = SeriesName("pi", "beer", "temperature")
ADMIN = Caller(id="u1", login="anna", name="Anna", role=UserRole.ADMIN)
FINE = Reply(status=200)
Answer = Callable[[Post], Reply]


class Brewery:
    """A vessel, a server's parts in memory, and services that are known by their hosts."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.clock = Clock(START - loop.time() * 1000.0, loop.time)
        self.catalog, self.history = MemoryCatalog(), MemoryHistory()
        self.services: dict[str, Answer] = {}
        self.courier = FakeCourier(self._answer)
        self.came: dict[str, list[tuple[float, dict[str, Any]]]] = {}
        self.pushing = self._joined()

    async def arrange(self) -> None:
        """Have a vessel whose beer has been read."""
        vessel = Vessel(id="fass", name="Fass", agent="pi", limits=Limits(0.0, 26.0), roles={Role.BEER: BEER})
        wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0, by="Anna", at=self.clock.now())
        entry = JournalEntry(at=self.clock.now(), by="anna", what="vessel", id="fass", action="created")
        await self.catalog.add_vessel(vessel, wish, entry)
        await self.read(18.0)

    async def read(self, value: float, t: int | None = None) -> None:
        """Have the beer read."""
        await self.ingest.take([Reading(BEER, self.clock.now() if t is None else t, value)])

    async def target(self, kind: str, every_s: float = 60.0, answer: Answer = lambda _: FINE) -> Target:
        """Set up a target of a kind at a service of its own."""
        name = f"{kind} {len(self.services)}"
        host = f"https://{len(self.services)}.example/"
        self.services[host] = answer
        wanted = Target(
            id="",
            name=name,
            kind=kind,
            every_s=every_s,
            what=Selection(),
            settings={"url": host, "key": "opensesame"},
        )
        return await self.pushing.add(wanted, ADMIN)

    def times(self, target: Target) -> list[float]:
        """Give when a service was called, seconds since the start."""
        return [at_s for at_s, _ in self.came.get(str(target.settings["url"]), [])]

    def readings(self, target: Target) -> list[tuple[int, float]]:
        """Give the readings that a service was told and took, in the order in which it was told."""
        bodies = [body for _, body in self.came.get(str(target.settings["url"]), []) if body["taken"]]
        return [(one["t"], one["v"]) for body in bodies for one in body["values"]]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Have a server run, and kill it in the end."""
        self.pushing = self._joined()
        await self.pushing.load()
        task = asyncio.get_running_loop().create_task(self.pushing.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _joined(self) -> Pushing:
        live = Live(self.clock, "e")
        self.ingest = Ingest(self.history, live)
        roster = Roster(self.catalog, self.history, live, self.clock)
        parts = controller_parts(self.catalog, roster, live, self.clock, Outfit(hosting=MemoryHosting()))
        dispatch = Dispatch(self.catalog, self.ingest, roster, self.clock, parts.desk)
        setpoints = Setpoints(self.catalog, dispatch, roster, live, self.clock)
        sources = Sources(self.catalog, self.history, live, self.clock, parts.errands)
        tools = Tools(
            catalog=self.catalog,
            history=self.history,
            gatherer=Gatherer(sources),
            courier=self.courier,
            clock=self.clock,
            chance=Random(1),
        )
        kinds = {kind.name: kind for kind in (LATEST, EVERY, COUNTING)}
        pushing = Pushing(kinds, tools, setpoints, live)
        self.ingest.watch(pushing)
        return pushing

    def _answer(self, post: Post) -> Reply:
        reply = self.services[post.url](post)
        body: dict[str, Any] = json.decode(post.body)
        body["taken"] = reply is SILENT or reply.status == 200
        self.came.setdefault(post.url, []).append(((self.clock.now() - START) / 1000.0, body))
        return reply


async def sleep_until(brewery: Brewery, at_s: float) -> None:
    await asyncio.sleep(at_s - (brewery.clock.now() - START) / 1000.0)


async def test_200_targets_are_on_time_for_days_however_one_hangs() -> None:
    brewery = Brewery()
    await brewery.arrange()
    answers: Mapping[int, Answer] = {3: lambda _: HANGING, 7: lambda _: Reply(status=500)}
    async with brewery.serving():
        targets = []
        for n in range(200):
            every_s, answer = 14_400.0 + n % 3 * 3_600.0, answers.get(n, lambda _: FINE)
            targets.append(await brewery.target("latest", every_s, answer))
            await asyncio.sleep(0.13)
        await sleep_until(brewery, 3 * DAY_S)
    late_s: list[float] = []
    for n, target in enumerate(targets):
        if n in answers:
            continue
        times = brewery.times(target)
        assert len(times) >= 3 * DAY_S / target.every_s - 1
        late_s += [abs((at_s - times[0]) % -target.every_s) for at_s in times]
    assert max(late_s) <= 1.0
    assert quantiles(late_s, n=100)[98] <= 0.1


async def test_a_target_of_a_minute_is_served_every_minute() -> None:
    brewery = Brewery()
    await brewery.arrange()
    async with brewery.serving():
        target = await brewery.target("latest", 60.0)
        await sleep_until(brewery, 3600.0)
    times = brewery.times(target)
    assert len(times) == 60
    assert all(abs(later - former - 60.0) < 0.1 for former, later in pairwise(times))


async def test_what_a_device_may_send_is_counted_over_restarts_and_lost_answers() -> None:
    brewery = Brewery()
    await brewery.arrange()
    chance = Random(5)
    async with brewery.serving():
        target = await brewery.target("counting", 900.0, lambda _: chance.choice([FINE, SILENT, AWAY, FINE]))
        await sleep_until(brewery, 2_000.0)
    for n in range(1, 30):
        async with brewery.serving():
            await sleep_until(brewery, 2_000.0 + n * 1_300.0)
    taken = [at_s for at_s, body in brewery.came[str(target.settings["url"])] if body["taken"]]
    gaps = [later - former for former, later in pairwise(taken)]
    assert len(taken) > 20
    assert min(gaps) >= 899.0


async def test_every_reading_arrives_through_an_outage_and_restarts_and_late_ones_as_well() -> None:
    brewery = Brewery()
    await brewery.arrange()
    async with brewery.serving():
        target = await brewery.target("every", 30.0)
        for n in range(200):
            await asyncio.sleep(60.0)
            brewery.courier.is_away = 50 < n < 120
            await brewery.read(18.0 + n / 10)
            if n == 30:
                await brewery.read(3.0, brewery.clock.now() - 600_000)
    async with brewery.serving():
        await brewery.read(5.0, START + 61_000)
        await asyncio.sleep(3_600.0)
    (series,) = await brewery.history.series()
    stored = await brewery.history.points(series.id, 0, 2**60, 10**6)
    told = dict(brewery.readings(target))
    assert told == {point.t: point.v for point in stored if point.t >= min(told)}
    # One that came while a batch was under way may be told again, which is harmless there.
    assert len(brewery.readings(target)) <= len(told) + 1
    assert (await brewery.pushing.one(target.id)).facts.queue == 0


async def test_what_is_read_while_a_new_target_is_paused_is_owed_over_restarts_too() -> None:
    brewery = Brewery()
    await brewery.arrange()
    async with brewery.serving():
        target = await brewery.target("every", 30.0, lambda _: AWAY)
        await asyncio.sleep(1.0)
        target = (await brewery.pushing.one(target.id)).target
        await brewery.pushing.change(replace(target, state=TargetState.PAUSED), ADMIN)
        await asyncio.sleep(60.0)
        await brewery.read(19.0)
    async with brewery.serving():
        brewery.services[str(target.settings["url"])] = lambda _: FINE
        target = (await brewery.pushing.one(target.id)).target
        await brewery.pushing.change(replace(target, state=TargetState.ACTIVE), ADMIN)
        await asyncio.sleep(60.0)
    assert 19.0 in [value for _, value in brewery.readings(target)]


async def test_a_wrong_key_stops_it_until_somebody_has_mended_it_and_no_secret_is_shown() -> None:
    brewery = Brewery()
    await brewery.arrange()
    async with brewery.serving():
        target = await brewery.target(
            "latest", 60.0, lambda _: Reply(status=401, body=b"opensesame is wrong")
        )
        await sleep_until(brewery, 7200.0)
        assert len(brewery.times(target)) == 1
        failing = (await brewery.pushing.one(target.id)).target
        assert failing.state is TargetState.FAILING
        assert "••• is wrong" in failing.last_error
        (delivery,) = await brewery.pushing.deliveries(target.id, 10)
        assert "opensesame" not in repr(delivery)
        brewery.services[str(target.settings["url"])] = lambda _: FINE
        mended = Target(
            **{
                **{name: getattr(failing, name) for name in Target.__struct_fields__},
                "state": TargetState.ACTIVE,
            }
        )
        await brewery.pushing.change(mended, ADMIN)
        await asyncio.sleep(3600.0)
    assert len(brewery.times(target)) >= 60
    assert (await brewery.pushing.one(target.id)).target.last_error == ""


async def test_a_service_that_asks_to_be_left_alone_is() -> None:
    brewery = Brewery()
    await brewery.arrange()
    busy = Reply(status=429, body=b"slow down", headers={"retry-after": "1800"})
    async with brewery.serving():
        target = await brewery.target("latest", 60.0, lambda _: busy)
        await sleep_until(brewery, 5400.0)
        assert (await brewery.pushing.one(target.id)).facts.retry_at is not None
    times = brewery.times(target)
    assert len(times) <= 4
    assert all(later - former >= 1800.0 for former, later in pairwise(times))


async def test_a_program_that_stumbles_takes_no_other_along_and_is_taken_up_again() -> None:
    brewery = Brewery()
    await brewery.arrange()
    begun: list[int] = []

    async def stumble(*_: object) -> NoReturn:
        begun.append(brewery.clock.now())
        raise ZeroDivisionError

    brewery.pushing.kinds["clumsy"] = replace(LATEST, name="clumsy", attend=stumble)
    brewery.pushing.schemas["clumsy"] = {}
    pushing = brewery.pushing
    task = asyncio.get_running_loop().create_task(pushing.run())
    await asyncio.sleep(0)
    await brewery.target("clumsy", 60.0)
    target = await brewery.target("latest", 60.0)
    with capture_logs() as said:
        await asyncio.sleep(600.0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert len(begun) in range(9, 12)
    assert [one["event"] for one in said] == ["push.stumbled"] * len(begun)
    assert len(brewery.times(target)) == 10


async def test_a_test_says_what_went_and_came_and_changes_nothing() -> None:
    brewery = Brewery()
    await brewery.arrange()
    async with brewery.serving():
        target = await brewery.target("latest", 3600.0, lambda _: Reply(status=200, body=b"thanks"))
        await asyncio.sleep(10.0)
        delivery = await brewery.pushing.test(target.id)
        assert (delivery.ok, delivery.test, delivery.status) == (True, True, 200)
        assert "Fass" in delivery.request
        assert "thanks" in delivery.response
        assert (await brewery.pushing.one(target.id)).facts.ok == 1
