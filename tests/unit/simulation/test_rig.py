import asyncio
from typing import Any

import pytest

from krausen.model.quantities import Quantity
from krausen.model.vessel import Role
from krausen.physics.silences import Silence
from krausen.physics.weather import steady
from krausen.ports.clock import Clock
from krausen.ports.sensor import Sample, SensorDriver
from krausen.simulation.loop import jumping
from krausen.simulation.rig import Every, NoSettings, Rig
from krausen.simulation.vessel import SimulatedVessel

START_MS = 1_700_000_000_000
FASS = SimulatedVessel(id="fass", name="Fass", chamber="freezer20", agent="pi", climate=steady(18.0))


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def made(started_ms: int = START_MS) -> Rig:
    clock = Clock(START_MS, asyncio.get_running_loop().time)
    return Rig(FASS.fresh(), clock, started_ms, FASS.seed)


async def taken(driver: SensorDriver, count: int, every_s: float = 5.0) -> list[tuple[float, Sample]]:
    found = []
    async for sample in driver.samples(Every(every_s=every_s)):
        found.append((asyncio.get_running_loop().time(), sample))
        if len(found) == count:
            return found
    raise AssertionError


async def test_a_probe_is_read_on_the_grid_of_its_interval() -> None:
    rig = made()
    await asyncio.sleep(12.0)
    assert [at_s for at_s, _ in await taken(rig.probe(Role.BEER), 3)] == [15.0, 20.0, 25.0]


async def test_a_driver_says_what_it_gives_and_how_often() -> None:
    rig = made()
    probe, hydrometer = rig.probe(Role.CHAMBER), rig.hydrometer()
    assert [(s.metric, s.quantity, s.unit) for s in probe.series] == [
        ("temperature", Quantity.TEMPERATURE, "°C")
    ]
    assert [(s.metric, s.unit) for s in hydrometer.series] == [("gravity", "SG")]
    assert probe.every_s(Every(every_s=7.0)) == 7.0


async def test_readings_are_those_of_the_chamber_at_that_moment() -> None:
    rig, twin = made(), FASS.fresh()
    values = [sample.value for _, sample in await taken(rig.probe(Role.CHAMBER), 4, every_s=60.0)]
    due = []
    for at_s in (0, 60, 120, 180):
        twin.advance(at_s, heat=False, cool=False)
        due.append(twin.read(Role.CHAMBER))
    assert values == due


async def test_a_rig_that_began_long_ago_goes_on_from_where_it_is() -> None:
    rig = made(START_MS - 3_600_000)
    assert rig.now_s() == 3600.0
    ((at_s, _),) = await taken(rig.probe(Role.BEER), 1)
    assert at_s == 0.0
    assert rig.chamber.at_s == 3600


async def test_a_reader_that_is_late_does_not_catch_up_on_what_it_missed() -> None:
    rig, times = made(), []
    async for _ in rig.probe(Role.BEER).samples(Every(every_s=5.0)):
        times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(32.0 if len(times) == 2 else 0.0)
        if len(times) == 5:
            break
    assert times == [0.0, 5.0, 37.0, 40.0, 45.0]


async def test_a_relay_switches_its_output_and_is_seen_to_do_so() -> None:
    rig = made()
    async with rig.relay(Role.COOL).open(NoSettings()) as relay:
        assert await relay.observe() is False
        await relay.apply(on=True)
        assert (await relay.observe(), rig.is_on(Role.COOL), rig.is_on(Role.HEAT)) == (True, True, False)
        await asyncio.sleep(1800.0)
        rig.advance(rig.now_s())
        assert rig.chamber.state.air_c < 15.0


async def test_leaving_a_relay_switches_it_off_however_it_is_left() -> None:
    rig = made()

    async def fail() -> None:
        async with rig.relay(Role.HEAT).open(NoSettings()) as relay:
            await relay.apply(on=True)
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        await fail()
    assert rig.is_on(Role.HEAT) is False


async def test_an_output_counts_from_the_moment_it_is_switched() -> None:
    rig, twin = made(), FASS.fresh()
    await asyncio.sleep(100.0)
    rig.switch(Role.HEAT, on=True)
    await asyncio.sleep(200.0)
    rig.advance(rig.now_s())
    twin.advance(100, heat=False, cool=False)
    twin.advance(300, heat=True, cool=False)
    assert rig.chamber.snapshot() == twin.snapshot()


async def test_time_does_not_run_back_in_a_rig() -> None:
    rig = made()
    rig.advance(100.0)
    rig.advance(50.0)
    assert rig.chamber.at_s == 100


async def test_a_hydrometer_is_coarse_and_noisy_but_true_on_average() -> None:
    rig = made()
    values = [rig.gravity(float(at_s)) for at_s in range(0, 40_000, 100)]
    assert all(abs(value / 0.0001 - round(value / 0.0001)) < 1e-6 for value in values)
    assert len(set(values)) > 5
    assert sum(values) / len(values) == pytest.approx(rig.chamber.gravity, abs=0.0001)


async def test_a_probe_that_is_silent_gives_nothing_while_the_others_do() -> None:
    clock = Clock(START_MS, asyncio.get_running_loop().time)
    silence = Silence(every_s=600, shortest_s=60, longest_s=120)
    rig = Rig(FASS.fresh(), clock, START_MS, FASS.seed, {Role.BEER: silence, Role.GRAVITY: silence})
    chamber = [at_s for at_s, _ in await taken(rig.probe(Role.CHAMBER), 120)]
    assert chamber == [5.0 * count for count in range(120)]
    for role, driver in ((Role.BEER, rig.probe(Role.BEER)), (Role.GRAVITY, rig.hydrometer())):
        began_s = rig.now_s()
        times = [at_s for at_s, _ in await taken(driver, 200)]
        due = [began_s + 5.0 * count for count in range(int((times[-1] - began_s) / 5) + 1)]
        assert times == [at_s for at_s in due if not rig.is_silent(role, at_s)]
        assert len(times) < len(due)
    assert not rig.is_silent(Role.CHAMBER, 300.0)
