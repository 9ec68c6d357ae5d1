"""An agent that is restarted, damaged or not alone."""

import asyncio
from itertools import pairwise

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup
from krausen.agent.uplink import LinkState
from krausen.control.algorithm import Inputs
from krausen.control.algorithms import hysteresis
from krausen.model.level import Demand
from krausen.model.vessel import Role
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from tests.scenarios.brewery import FASS, HOUR_S, KEG, SLOW, Brewery, Pace, in_memory

PACE = Pace(every_s=5.0, tick_s=5.0, flush_s=5.0)


async def test_an_agent_that_restarts_without_a_server_goes_on_where_it_was() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            gear = brewery.gear["fass"]
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(HOUR_S)
            await brewery.stop_server()
            stopped_s = asyncio.get_running_loop().time() - brewery.began_s
            await brewery.stop_agent()
            assert gear.on == set()
            brewery.start_agent()
            await asyncio.sleep(HOUR_S)
            assert gear.on == {Role.HEAT}
            off, on = brewery.switches("fass")[Role.HEAT][1:3]
            assert off == (stopped_s, False)
            assert on[0] - off[0] >= gear.vessel.times(Role.HEAT).min_off_s
            await brewery.start_server()
            await asyncio.sleep(120.0)
            body = await brewery.body()
            assert (body.accepted.state, body.accepted.value) == ("accepted", 25.0)
    assert brewery.broken((stopped_s, stopped_s)) == []


async def test_restarts_lose_no_reading_that_was_taken() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            await brewery.wish("fass", 25.0)
            for n in range(20):
                await asyncio.sleep(100.0 + n)
                await brewery.stop_agent()
                brewery.start_agent()
            await asyncio.sleep(60.0)
            times = [point.t for point in await brewery.series(Role.CHAMBER)]
    seconds = (times[-1] - times[0]) // 1000
    assert seconds > 2000
    assert len(times) == seconds // 5 + 1


@pytest.mark.parametrize("document", [b"", b"\x00" * 100, b"[", b'[{"vessel": 3}]', b"\xff\xfe"])
async def test_with_a_damaged_notebook_vessels_stay_off_until_the_server_is_back(document: bytes) -> None:
    stores = in_memory()
    with capture_logs() as logs:
        async with Brewery(pace=PACE, stores=stores).opened() as brewery:
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(HOUR_S)
            await brewery.stop_server()
            await brewery.stop_agent()
            assert isinstance(stores.notebook, MemoryNotebook)
            stores.notebook.document = document
            brewery.gear["fass"].relays[Role.HEAT].on = True
            brewery.start_agent()
            await asyncio.sleep(HOUR_S)
            assert brewery.gear["fass"].on == set()
            await brewery.start_server()
            await asyncio.sleep(HOUR_S)
            assert brewery.gear["fass"].on == {Role.HEAT}
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["desired.damaged"]


async def test_an_algorithm_that_fails_takes_down_its_vessel_alone_until_it_works_again() -> None:
    broken = False

    def step(
        settings: hysteresis.Settings, state: hysteresis.State, inputs: Inputs
    ) -> tuple[hysteresis.State, Demand]:
        if broken and inputs.setpoint_c == 25.0:
            raise ZeroDivisionError
        return hysteresis.step(settings, state, inputs)

    moody = {"hysteresis": replace(hysteresis.ALGORITHM, step=step)}
    with capture_logs() as logs:
        async with Brewery(FASS, KEG, pace=PACE, algorithms=moody).opened() as brewery:
            fass, keg = brewery.gear["fass"], brewery.gear["keg"]
            await brewery.wish("fass", 25.0)
            await brewery.wish("keg", 26.0)
            await asyncio.sleep(HOUR_S)
            assert (fass.on, keg.on) == ({Role.HEAT}, {Role.HEAT})
            broken = True
            failed_s = asyncio.get_running_loop().time() - brewery.began_s
            await asyncio.sleep(HOUR_S)
            assert (fass.on, keg.on) == (set(), {Role.HEAT})
            body = await brewery.body()
            assert "failed" in " ".join(body.demanded.why)
            assert (body.observed.heat, body.observed.stale) == (False, False)
            broken = False
            await asyncio.sleep(HOUR_S)
            assert (fass.on, keg.on) == ({Role.HEAT}, {Role.HEAT})
            assert "failed" not in " ".join((await brewery.body()).demanded.why)
    assert [line["vessel"] for line in logs if line["event"] == "vessel.failed"] == ["fass"]
    assert brewery.broken((failed_s, failed_s + 10.0)) == []


async def test_a_second_agent_of_the_same_name_is_turned_away_and_neither_stops() -> None:
    with capture_logs() as logs:
        async with Brewery(pace=SLOW).opened() as brewery:
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(600.0)
            around = Surroundings(brewery.clock, brewery.links.dial, MemoryOutbox(), MemoryNotebook(), {})
            second = Agent(AgentSetup(name="cellar"), around)
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(second.run())
                await asyncio.sleep(HOUR_S)
                assert second.uplink.state is LinkState.OFFLINE
                assert brewery.agent.uplink.state is LinkState.CURRENT
                task.cancel()
            assert brewery.gear["fass"].on == {Role.HEAT}
    lost = [line["detail"] for line in logs if line["event"] == "link.lost"]
    assert len(lost) == 1
    assert "give one of them another name" in lost[0]


async def test_server_agent_and_both_are_restarted_in_turn_and_nothing_is_lost() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            gear, pauses = brewery.gear["fass"], []
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(HOUR_S)
            for server, agent in [(True, False), (False, True), (True, True)] * 3:
                if server:
                    await brewery.stop_server()
                if agent:
                    pauses.append(asyncio.get_running_loop().time() - brewery.began_s)
                    await brewery.stop_agent()
                    assert gear.on == set()
                await asyncio.sleep(120.0)
                if agent:
                    brewery.start_agent()
                await asyncio.sleep(HOUR_S / 2)
                if server:
                    await brewery.start_server()
                await asyncio.sleep(HOUR_S / 2)
                assert brewery.agent.uplink.state is LinkState.CURRENT
                body = await brewery.body()
                assert (body.accepted.state, body.accepted.value) == ("accepted", 25.0)
            times = [point.t for point in await brewery.series(Role.CHAMBER)]
            beer = [point.v for point in await brewery.series(Role.BEER)]
    holes = [later - earlier for earlier, later in pairwise(times) if later - earlier != 5000]
    assert len(holes) == len(pauses) == 6
    assert all(120_000 <= hole <= 130_000 for hole in holes)
    assert beer[-1] > 24.0
    assert brewery.broken(*((s, s) for s in pauses)) == []
