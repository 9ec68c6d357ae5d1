"""Alarms of a whole brewery: what fails is told once, what is well never, and restarts change nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import anyio
from anyio.abc import TaskGroup
from msgspec import json
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.alarms import rules
from krausen.alarms.rule import Rule
from krausen.model.vessel import Role
from krausen.plugins import discover
from krausen.server.alarms import Alarms, Ledger, Watch, in_force
from krausen.testing.devices import ScriptedRelay
from tests.scenarios.brewery import ANNA, DAY_S, HOUR_S, SLOW, Brewery, Pace, in_memory
from tests.unit.server.alarms.quick import QuickHistory

RULES = discover(rules, "RULE", Rule)


class Bell:
    """Keeps the alarms of a brewery going, from one server start to the next, and hears what is told."""

    def __init__(self, brewery: Brewery, tasks: TaskGroup) -> None:
        self.brewery = brewery
        self.told: list[Any] = []
        self._ids = count(1)
        self._tasks = tasks
        self._scope = anyio.CancelScope()
        self.alarms = self._alarms()

    def start(self) -> None:
        """Have the rules of the present server asked."""
        self.alarms, self._scope = self._alarms(), anyio.CancelScope()
        self._tasks.start_soon(self._ring, self._scope)

    def stop(self) -> None:
        """Let go of the server."""
        self._scope.cancel()

    async def restart_after(self, seconds: float) -> None:
        """Stop the server for so long."""
        self.stop()
        await self.brewery.stop_server()
        await asyncio.sleep(seconds)
        await self.brewery.start_server()
        self.start()

    @property
    def events(self) -> list[str]:
        """What was told: the events with the rules."""
        return [f"{one['event']} {one['alarm']['rule']}" for one in self.told]

    @property
    def stands(self) -> list[str]:
        """What stands: rules and states."""
        return [f"{alarm.rule} {alarm.state}" for alarm in self.alarms.standing()]

    async def _ring(self, scope: anyio.CancelScope) -> None:
        listener = self.brewery.server.live.listen()
        listener.subscribe(["alarms"])
        with scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self.alarms.run)
                while True:
                    self.told.append(json.decode(await listener.next())["message"])

    def _alarms(self) -> Alarms:
        server, stores = self.brewery.server, self.brewery.stores
        watch = Watch(stores.catalog, stores.history, server.roster, server.live)
        ledger = Ledger(stores.catalog, server.live)
        return Alarms(
            in_force(RULES), watch, ledger, self.brewery.clock, lambda: f"a{next(self._ids)}", every_s=60.0
        )


@asynccontextmanager
async def watched(pace: Pace = SLOW) -> AsyncIterator[Bell]:
    """Open a brewery of one vessel, with a bell."""
    brewery = Brewery(pace=pace, stores=replace(in_memory(), history=QuickHistory()))
    with capture_logs():
        async with brewery.opened(), anyio.create_task_group() as tasks:
            bell = Bell(brewery, tasks)
            bell.start()
            yield bell
            bell.stop()


async def until_off(relay: ScriptedRelay) -> None:
    """Wait until a relay is off."""
    for _ in range(1000):
        if not relay.on:
            return
        await asyncio.sleep(30.0)


async def test_a_freezer_that_fails_is_told_once_acknowledged_and_cleared_when_it_is_mended() -> None:
    async with watched() as bell:
        brewery = bell.brewery
        cooler = brewery.gear["fass"].relays[Role.COOL]
        await brewery.wish("fass", 14.0)
        await asyncio.sleep(20 * HOUR_S)
        await until_off(cooler)
        assert bell.events == []
        cooler.stuck = True
        await asyncio.sleep(2 * DAY_S)
        assert bell.events == ["raised out_of_band"]
        assert bell.told[0]["alarm"]["title"].startswith("Fass is 1.")
        await bell.alarms.acknowledge("a1", ANNA, "calling the shop")
        cooler.heal()
        await asyncio.sleep(DAY_S)
        assert bell.stands == []
    assert bell.events == ["raised out_of_band", "acknowledged out_of_band", "cleared out_of_band"]


async def test_a_freezer_that_never_cools_is_told_when_the_change_has_had_its_time() -> None:
    async with watched() as bell:
        brewery = bell.brewery
        brewery.gear["fass"].relays[Role.COOL].stuck = True
        await brewery.wish("fass", 14.0)
        await asyncio.sleep(10 * HOUR_S)
        assert bell.events == []
        await asyncio.sleep(DAY_S)
        assert bell.events == ["raised not_reached_in_time"]
        await brewery.wish("fass", None)
        await asyncio.sleep(HOUR_S)
    assert bell.events == ["raised not_reached_in_time", "cleared not_reached_in_time"]


async def test_a_probe_that_dies_is_told_across_restarts_of_the_server() -> None:
    async with watched(Pace(every_s=10.0, tick_s=10.0, flush_s=10.0)) as bell:
        brewery = bell.brewery
        probe = brewery.gear["fass"].probes[Role.BEER]
        await brewery.wish("fass", 18.5)
        await asyncio.sleep(HOUR_S)
        probe.lost = True
        await asyncio.sleep(HOUR_S / 2)
        assert bell.events == ["raised silent_series"]
        for _ in range(2):
            await bell.restart_after(HOUR_S)
            await asyncio.sleep(HOUR_S / 2)
            assert bell.stands == ["silent_series unacknowledged"]
        probe.heal()
        await bell.restart_after(HOUR_S)
        await asyncio.sleep(HOUR_S / 2)
        assert bell.stands == ["silent_series returned"]
    assert bell.events == ["raised silent_series", "cleared silent_series"]
    assert len(await brewery.stores.catalog.standing_alarms()) == 1


async def test_a_server_that_was_away_and_an_agent_that_tells_of_the_past_are_no_alarm() -> None:
    async with watched() as bell:
        brewery = bell.brewery
        await brewery.wish("fass", 18.5)
        await asyncio.sleep(HOUR_S)
        for away_s in (600.0, 5 * HOUR_S):
            await bell.restart_after(away_s)
            await asyncio.sleep(HOUR_S)
        await brewery.stop_agent()
        await asyncio.sleep(HOUR_S)
        assert bell.stands == ["agent_away unacknowledged"]
        brewery.start_agent()
        await asyncio.sleep(HOUR_S)
    assert bell.events == ["raised agent_away", "cleared agent_away"]
