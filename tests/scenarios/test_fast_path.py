"""The path without tasks gives the readings that the tasks give, and does so fast."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from time import process_time

import pytest
from msgspec.structs import replace

from krausen.agent.planning import Workshop, plan
from krausen.control.algorithms import hysteresis
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.weather import ROOM
from krausen.physics.yeast import Wort
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel
from tests.scenarios.brewery import DAY_S, FASS, HOUR_S, OUTPUTS, SLOW, START_MS, Brewery, Pace

ALE = replace(FASS, climate=ROOM, wort=Wort())
Lines = dict[SeriesName, list[tuple[int, float, str]]]


def lines(readings: Iterable[Reading]) -> Lines:
    found: Lines = defaultdict(list)
    for reading in readings:
        found[reading.series].append((reading.t, reading.v, reading.quality.value))
    return found


def course(vessel: SimulatedVessel, wishes: Iterable[Setpoint], pace: Pace) -> Course:
    outputs = {vessel.series(role): vessel.times(role) for role in OUTPUTS}
    made = plan(Workshop({"hysteresis": hysteresis.ALGORITHM}, outputs), vessel.vessel())
    rhythm = Rhythm(every_s=int(pace.every_s), gravity_s=int(pace.gravity_s), tick_s=int(pace.tick_s))
    return Course(vessel=vessel, plan=made, started_ms=START_MS, wishes=tuple(wishes), rhythm=rhythm)


@pytest.mark.parametrize(
    ("pace", "length_s"),
    [
        (Pace(every_s=10.0, tick_s=10.0, flush_s=10.0), DAY_S),
        (SLOW, DAY_S),
        (Pace(), 3 * HOUR_S),
    ],
    ids=["a day, 10 s and 10 s", "a day, 60 s and 30 s", "three hours, 5 s and 1 s"],
)
async def test_tasks_and_no_tasks_give_the_same_readings(pace: Pace, length_s: float) -> None:
    brewery = Brewery(ALE, pace=pace)
    async with brewery.opened():
        await asyncio.sleep(0.1)
        await brewery.wish("fass", 20.0)
        await asyncio.sleep(length_s / 2)
        await brewery.wish("fass", 12.0)
        await asyncio.sleep(length_s / 2 - 0.2)
    owed = await brewery.stores.outbox.oldest(10**9)
    tasks = lines([*brewery.arrived, *(owed.readings if owed else ())])
    fast: list[Reading] = []
    FastRun(course(ALE, await brewery.stores.catalog.wishes("fass", 0, 2**60), pace), fast.append).run(
        int(length_s)
    )
    assert lines(fast) == tasks
    assert {v for _, v, _ in tasks[ALE.series(Role.COOL)]} == {0.0, 1.0}


def test_two_weeks_pass_in_seconds(record_property: Callable[[str, object], None]) -> None:
    wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0, at=START_MS)
    readings: list[Reading] = []
    began_s = process_time()
    FastRun(course(ALE, [wish], SLOW), readings.append).run(int(14 * DAY_S))
    record_property("simulated_s_per_s", 14 * DAY_S / (process_time() - began_s))
    beer = [reading.v for reading in readings if reading.series == ALE.series(Role.BEER)]
    assert len(beer) == 14 * 24 * 60
    assert max(abs(value - 18.0) for value in beer[24 * 60 :]) < 1.5
