"""The path without tasks gives the readings that the tasks give, and does so fast."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from time import perf_counter

import pytest
from msgspec.structs import replace

from krausen.agent.planning import Workshop, plan
from krausen.control.algorithms import hysteresis
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Setpoint
from krausen.physics.weather import ROOM
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel
from tests.scenarios.brewery import DAY_S, FASS, OUTPUTS, SLOW, START_MS, Brewery, Pace

ALE = replace(FASS, climate=ROOM)
Lines = dict[SeriesName, list[tuple[int, float, str]]]


def lines(readings: Iterable[Reading]) -> Lines:
    found: Lines = defaultdict(list)
    for reading in readings:
        found[reading.series].append((reading.t, reading.v, reading.quality.value))
    return found


def course(vessel: SimulatedVessel, wishes: tuple[Setpoint, ...], pace: Pace) -> Course:
    workshop = Workshop(
        {"hysteresis": hysteresis.ALGORITHM}, {vessel.series(role): vessel.times(role) for role in OUTPUTS}
    )
    rhythm = Rhythm(every_s=int(pace.every_s), gravity_s=int(pace.gravity_s), tick_s=int(pace.tick_s))
    made = plan(workshop, vessel.vessel())
    return Course(vessel=vessel, plan=made, started_ms=START_MS, wishes=wishes, rhythm=rhythm)


@pytest.mark.parametrize("pace", [Pace(), SLOW], ids=["5 s and 1 s", "60 s and 30 s"])
async def test_a_day_of_tasks_and_a_day_without_them_give_the_same_readings(pace: Pace) -> None:
    brewery = Brewery(ALE, pace=pace)
    began = perf_counter()
    async with brewery.opened():
        await asyncio.sleep(0.1)
        await brewery.wish("fass", 20.0)
        await asyncio.sleep(DAY_S / 2 + 100.0)
        await brewery.wish("fass", 12.0)
        await asyncio.sleep(DAY_S / 2 - 100.2)
    print("tasks", perf_counter() - began)
    wishes = await brewery.stores.catalog.wishes("fass", 0, 2**60)
    fast: list[Reading] = []
    run = FastRun(course(ALE, tuple(wishes), pace), fast.append)
    began = perf_counter()
    run.run(int(DAY_S))
    print("fast", perf_counter() - began)
    owed = await brewery.stores.outbox.oldest(10**9)
    tasks = lines([*brewery.arrived, *(owed.readings if owed else ())])
    assert lines(fast).keys() == tasks.keys()
    for series, line in lines(fast).items():
        assert tasks[series] == line, series
    assert sum(len(line) for line in tasks.values()) == len(fast)
