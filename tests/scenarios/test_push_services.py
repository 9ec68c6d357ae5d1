"""Brewing services for hours of simulated time: none of their rules is broken, and everything arrives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from msgspec import Struct, convert
from msgspec.structs import replace

from krausen.model.journal import JournalEntry
from krausen.model.setpoint import Mode
from krausen.model.target import Selection, Target
from krausen.plugins import discover
from krausen.ports.clock import Clock
from krausen.ports.target import Post, PushTarget, Reply, SensorNow, VesselNow
from krausen.push import targets
from krausen.server.algorithms import schema_of
from krausen.server.pushing.gathering import Gatherer, Scene
from krausen.server.pushing.runner import Runner, Tools
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.history import MemoryHistory
from krausen.testing.services import (
    PAGE,
    BrewersFriend,
    Brewfather,
    BrewStatus,
    Grainfather,
    LittleBock,
    Service,
    Taplist,
    ThingSpeak,
    TiltScript,
    answering,
)
from krausen.testing.target import AWAY, SILENT, FakeCourier

START = 1_790_000_000_000
HOUR_S = 3600.0
TARGETS = discover(targets, "TARGET", PushTarget)


class Pushed(Struct, frozen=True):
    """A target, its settings, and the service that they lead to."""

    kind: str
    settings: dict[str, Any]
    service: Service


def every() -> list[Pushed]:
    """Give each service, fresh, with a target that pushes to it."""
    grain = "https://community.grainfather.com/iot/x/"
    script = TiltScript("AKfy")
    tap, status = Taplist("https://taplist.example/w"), BrewStatus("https://brewstatus.example/b")
    return [
        Pushed("brewers_friend", {"key": "k"}, BrewersFriend("k")),
        Pushed("brewfather", {"stream_id": "i"}, Brewfather("i")),
        *(
            Pushed("grainfather", {"url": grain + form}, Grainfather("x", form))
            for form in ("ispindel", "tilt", "custom")
        ),
        Pushed("little_bock", {"url": "http://www.littlebock.fr/api/log/ispindle/a/b"}, LittleBock("a/b")),
        Pushed("taplist", {"url": tap.address}, tap),
        Pushed("thingspeak", {"key": "k"}, ThingSpeak("k")),
        Pushed("google_sheets", {"url": script.address}, script),
        Pushed("brewstatus", {"url": status.address, "zone": "Europe/Berlin"}, status),
    ]


EVERY = [f"{one.kind} {n}" for n, one in enumerate(every())]
every_service = pytest.mark.parametrize("n", range(len(EVERY)), ids=EVERY)


class Fermenting(Gatherer):
    """A vessel with a hydrometer whose gravity falls, point by point, and one without a vessel."""

    def __init__(self, clock: Clock, *, lone: bool) -> None:
        self._clock = clock
        self._has_lone = lone

    async def scene(self, _: Selection) -> Scene:
        """Give how it stands."""
        now = self._clock.now()
        gravity = 1.050 - 0.0005 * (now - START) / (HOUR_S * 1000.0)
        vessel = VesselNow(id="f", number=1, name="Fass", at=now, mode=Mode.BEER, beer=18.0, gravity=gravity)
        red = SensorNow(
            id="r",
            number=1,
            name="Red",
            kind="tilt",
            at=now,
            gravity=gravity,
            temperature=18.5,
            vessel=vessel,
        )
        blue = replace(red, id="b", number=2, name="Blue", vessel=None)
        return Scene(now, (vessel,), (red, blue) if self._has_lone else (red,), {})


class Bench:
    """One target with its service, and a host that may be stopped and started."""

    def __init__(self, pushed: Pushed, *, every_s: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.clock = Clock(START - loop.time() * 1000.0, loop.time)
        self.kind, self.service = TARGETS[pushed.kind], pushed.service
        self.settings = convert(pushed.settings, self.kind.settings)
        self.catalog = MemoryCatalog()
        self.trouble: Reply | None = None
        self.failures: list[str] = []
        self._answer = answering(self.service, self.clock.now)
        self.target = Target(
            id="t",
            name="T",
            kind=pushed.kind,
            every_s=self.kind.least_s if every_s is None else every_s,
            settings=pushed.settings,
        )
        self.tools = Tools(
            catalog=self.catalog,
            history=MemoryHistory(),
            gatherer=Fermenting(self.clock, lone=self.kind.by_device),
            courier=FakeCourier(self._reply),
            clock=self.clock,
            chance=Random(1),
        )

    def _reply(self, post: Post) -> Reply:
        if self.trouble is SILENT:
            self._answer(post)
        return self._answer(post) if self.trouble is None else self.trouble

    async def arrange(self) -> None:
        """Have the target in the catalog."""
        entry = JournalEntry(at=START, by="anna", what="target", id="t", action="created")
        await self.catalog.add_target(self.target, entry)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Have a host run, and kill it in the end."""
        runner = Runner(self.tools, self.target, self.kind, self.settings, schema_of(self.kind.settings))
        kept = (await self.catalog.progress()).get("t")
        runner.begin(kept or {}, await self.catalog.deliveries("t", 100))
        task = asyncio.get_running_loop().create_task(runner.run(0, lambda: None, self._refused))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _refused(self, why: str) -> None:
        self.failures.append(why)

    def pauses_s(self) -> list[float]:
        """Give how long the first device was not told of, between each two reports."""
        names = ("name", "Color")
        first = self.service.taken[0][1]
        key = next((first[name] for name in names if name in first), None)
        at = [t for t, body in self.service.taken if key is None or key in body.values()]
        return [(b - a) / 1000.0 for a, b in pairwise(at)]


@every_service
async def test_for_hours_no_rule_is_broken_and_no_report_is_late(n: int) -> None:
    bench = Bench(every()[n])
    await bench.arrange()
    async with bench.serving():
        await asyncio.sleep(12 * HOUR_S + 1.0)
    assert bench.service.broken == []
    assert bench.failures == []
    assert all(one.ok for one in await bench.catalog.deliveries("t", 200))
    assert set(bench.pauses_s()) == {bench.kind.least_s}
    assert len(bench.pauses_s()) == int(12 * HOUR_S / bench.kind.least_s)


@every_service
@pytest.mark.parametrize(
    "trouble",
    [SILENT, Reply(status=200, body=PAGE), Reply(status=429)],
    ids=["silent", "page", "429"],
)
async def test_after_an_outage_and_a_restart_no_rule_is_broken(n: int, trouble: Reply) -> None:
    bench = Bench(every()[n])
    await bench.arrange()
    for outage in (None, trouble, None, trouble, None):
        bench.trouble = outage
        async with bench.serving():
            await asyncio.sleep(2 * HOUR_S + 17.0)
    assert bench.failures == []
    assert bench.service.broken == []
    last = max(t for t, _ in bench.service.taken)
    assert bench.clock.now() - last <= 2 * bench.kind.least_s * 1000.0


@every_service
@pytest.mark.parametrize("outage_s", [40.0, 5000.0])
async def test_an_outage_that_ends_at_any_time_breaks_no_rule(n: int, outage_s: float) -> None:
    bench = Bench(every()[n])
    await bench.arrange()
    async with bench.serving():
        for _ in range(4):
            await asyncio.sleep(bench.kind.least_s * 2 - 1.0)
            bench.trouble = AWAY
            await asyncio.sleep(outage_s)
            bench.trouble = None
        await asyncio.sleep(HOUR_S)
    assert bench.service.broken == []
    assert bench.failures == []


@every_service
async def test_a_key_that_is_revoked_stops_it_and_is_told(n: int) -> None:
    bench = Bench(every()[n])
    await bench.arrange()
    async with bench.serving():
        await asyncio.sleep(HOUR_S)
        bench.trouble = Reply(status=401, body=b"revoked")
        await asyncio.sleep(HOUR_S)
        assert len(bench.failures) == 1
        assert "401 revoked" in bench.failures[0]
        bench.trouble = None
        await asyncio.sleep(HOUR_S)
    assert bench.service.broken == []
    assert bench.service.taken[-1][0] <= START + 2 * HOUR_S * 1000.0


async def test_someone_else_who_uses_the_same_key_is_borne_with() -> None:
    (pushed, *_) = every()
    bench = Bench(pushed)
    await bench.arrange()
    async with bench.serving():
        await asyncio.sleep(HOUR_S)
        bench.trouble = Reply(status=429, body=b'{"message":"rate-limit"}')
        await asyncio.sleep(2 * HOUR_S)
        asked = [one for one in await bench.catalog.deliveries("t", 200) if not one.ok]
        assert 2 <= len(asked) <= 1 + 2 * HOUR_S / bench.kind.least_s
        bench.trouble = None
        await asyncio.sleep(HOUR_S)
    assert bench.service.broken == []
    assert bench.clock.now() - bench.service.taken[-1][0] <= bench.kind.least_s * 1000.0
