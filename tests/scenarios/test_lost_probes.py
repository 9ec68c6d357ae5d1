"""A lost probe: a time of grace, then the other probe, then nothing runs."""

import asyncio

from structlog.testing import capture_logs

from krausen.control.regulation import GRACE_S
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role
from tests.scenarios.brewery import HOUR_S, Brewery, Pace

PACE = Pace(every_s=5.0, tick_s=5.0, flush_s=5.0)


async def why(brewery: Brewery) -> str:
    return " ".join((await brewery.body()).demanded.why)


async def test_beer_lost_then_chamber_lost_then_both_back() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            gear = brewery.gear["fass"]
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(HOUR_S)
            assert gear.on == {Role.HEAT}

            gear.probes[Role.BEER].lost = True
            await asyncio.sleep(GRACE_S - 20.0)
            assert "silent" not in await why(brewery)
            assert (await brewery.body()).observed.beer is not None
            assert gear.on == {Role.HEAT}

            await asyncio.sleep(40.0)
            assert "Beer probe silent; control uses the chamber probe." in await why(brewery)
            assert (await brewery.body()).observed.beer is None
            assert (await brewery.body()).observed.chamber is not None

            gear.probes[Role.CHAMBER].hang = True
            await asyncio.sleep(GRACE_S + 10.0)
            assert "no other left" in await why(brewery)
            assert gear.on == set()
            body = await brewery.body()
            assert (body.demanded.heat, body.demanded.cool) == (0.0, 0.0)
            assert (body.observed.beer, body.observed.chamber, body.observed.stale) == (None, None, False)

            gear.probes[Role.BEER].heal()
            gear.probes[Role.CHAMBER].heal()
            await asyncio.sleep(400.0)
            assert "silent" not in await why(brewery)
            assert gear.on == {Role.HEAT}
    assert brewery.broken() == []


async def test_in_chamber_mode_the_beer_takes_over() -> None:
    with capture_logs():
        async with Brewery(pace=PACE).opened() as brewery:
            await brewery.wish("fass", 25.0, Mode.CHAMBER)
            await asyncio.sleep(HOUR_S)
            brewery.gear["fass"].probes[Role.CHAMBER].lost = True
            await asyncio.sleep(GRACE_S + 10.0)
            assert "Chamber probe silent; control uses the beer probe." in await why(brewery)


async def test_a_probe_that_was_never_there_starts_nothing() -> None:
    with capture_logs():
        brewery = Brewery(pace=PACE)
        for role in (Role.BEER, Role.CHAMBER):
            brewery.gear["fass"].probes[role].lost = True
        async with brewery.opened():
            await brewery.wish("fass", 25.0)
            await asyncio.sleep(2 * HOUR_S)
            assert "no other left" in await why(brewery)
    assert all(switches == [] for switches in brewery.switches("fass").values())


async def test_a_short_silence_is_not_noticed_by_the_outputs() -> None:
    async def switches(*, silence_s: float) -> object:
        with capture_logs():
            async with Brewery(pace=PACE).opened() as brewery:
                await brewery.wish("fass", 25.0)
                await asyncio.sleep(HOUR_S)
                brewery.gear["fass"].probes[Role.BEER].lost = silence_s > 0
                await asyncio.sleep(silence_s)
                brewery.gear["fass"].probes[Role.BEER].heal()
                await asyncio.sleep(HOUR_S - silence_s)
                return brewery.switches("fass")[Role.HEAT][:1], set(brewery.gear["fass"].on)

    assert await switches(silence_s=GRACE_S / 2) == await switches(silence_s=0.0)
