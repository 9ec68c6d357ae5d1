import asyncio
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from krausen.agent.devices import SWITCH_S
from krausen.agent.safety import LATE_S, Watchdog
from krausen.control.interlocks import Times
from krausen.ports.clock import Clock
from tests.unit.agent.cellar import KEG, Cellar
from tests.unit.agent.orders import order

QUICK = Times(min_on_s=0.0, min_off_s=0.0)


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_a_loop_that_comes_round_is_well_and_so_is_one_that_has_ended() -> None:
    watchdog = Watchdog(1.0)
    watchdog.round("fass", ())
    watchdog.round("keg", ())
    await asyncio.sleep(LATE_S)
    watchdog.round("fass", ())
    assert watchdog.is_well()
    await asyncio.sleep(2.0)
    assert not watchdog.is_well()
    watchdog.end("keg")
    assert watchdog.is_well()


async def test_an_agent_without_vessels_is_well_for_ever() -> None:
    cellar = Cellar()
    async with cellar.running() as agent:
        await asyncio.sleep(1000.0)
        assert agent.watchdog.is_well()


async def test_a_loop_that_hangs_loses_its_outputs_and_the_process_its_health() -> None:
    cellar = Cellar(times=QUICK)
    with capture_logs() as logs:
        async with cellar.running(order(25.0), order(25.0, vessel=KEG)) as agent:
            await asyncio.sleep(100.0)
            assert cellar.on() == {"heater", "kegheater"}
            cellar.relays["cooler"].stubborn = True
            await asyncio.sleep(LATE_S - 10.0)
            assert agent.watchdog.is_well()
            await asyncio.sleep(25.0)
            assert not agent.watchdog.is_well()
            assert cellar.on() == {"kegheater"}
            await asyncio.sleep(1000.0)
            assert not agent.watchdog.is_well()
            assert cellar.on() == {"kegheater"}
            cellar.relays["cooler"].heal()
            await asyncio.sleep(LATE_S + 30.0)
            assert agent.watchdog.is_well()
            assert cellar.on() == {"heater", "kegheater"}
    said = [(line["event"], line["vessel"]) for line in logs if line["event"].startswith("vessel.")]
    assert said == [("vessel.hangs", "fass"), ("vessel.comes_round", "fass")]


async def test_stopping_while_a_loop_hangs_switches_everything_else_off_soon() -> None:
    cellar = Cellar(times=QUICK)
    with capture_logs():
        async with cellar.running(order(25.0), order(25.0, vessel=KEG)):
            await asyncio.sleep(100.0)
            cellar.relays["cooler"].stubborn = True
            await asyncio.sleep(20.0)
            stopped_s = now_s()
            asyncio.get_running_loop().call_later(100.0, cellar.relays["cooler"].heal)
    assert now_s() - stopped_s >= 100.0
    for heater in ("heater", "kegheater"):
        at_s, on = cellar.relays[heater].switches[-1]
        assert (on, at_s - stopped_s <= SWITCH_S + 1.0) == (False, True)
    assert cellar.on() == set()


async def test_a_crash_of_the_whole_agent_leaves_every_output_off() -> None:
    cellar, on, crashed = Cellar(times=QUICK), set[str](), False

    def time() -> float:
        if crashed:
            raise ZeroDivisionError
        return asyncio.get_running_loop().time()

    def crash() -> None:
        nonlocal crashed
        crashed = True

    cellar.clock = Clock(0, time)
    agent = cellar.made()
    await agent.desired.want((order(25.0), order(15.0, vessel=KEG)))
    asyncio.get_running_loop().call_later(9.0, lambda: on.update(cellar.on()))
    asyncio.get_running_loop().call_later(10.0, crash)
    with capture_logs(), pytest.raises(ExceptionGroup):
        await agent.run()
    assert on == {"heater", "kegcooler"}
    assert cellar.on() == set()


async def test_after_its_longest_time_an_output_rests() -> None:
    cellar = Cellar(times=Times(min_on_s=0.0, min_off_s=60.0, longest_on_s=600.0, rest_s=300.0))
    async with cellar.running(order(25.0)):
        await asyncio.sleep(2400.0)
    runs = [at_s for at_s, _ in cellar.relays["heater"].switches]
    lengths = [later - earlier for earlier, later in pairwise(runs)]
    assert lengths[:3] == [600.0, 300.0, 600.0]
