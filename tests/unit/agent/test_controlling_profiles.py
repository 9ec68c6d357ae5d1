"""Profiles are followed tick by tick, whoever else is there."""

import asyncio

from krausen.model.profile import Pause, Profile, Run, Step, StepKind
from krausen.model.setpoint import Mode, Setpoint
from krausen.ports.clock import Clock
from krausen.profiles.course import setpoint_c, timeline
from krausen.wire.messages import VesselOrder
from tests.unit.agent.cellar import Cellar
from tests.unit.agent.orders import FASS, order

START = 1_700_000_000_000
STEPS = (
    Step(kind=StepKind.HOLD, temperature=18.0, hours=1.0),
    Step(kind=StepKind.RAMP, temperature=21.0, hours=1.0),
    Step(kind=StepKind.STEP, temperature=20.0),
)
RUN = Run(profile=Profile(id="ale", name="Ale", steps=STEPS), start=START)


def following(run: Run = RUN, revision: int = 1, at: int = START) -> VesselOrder:
    return VesselOrder(FASS, Setpoint(revision=revision, mode=Mode.PROFILE, profile="ale", run=run, at=at))


async def told(cellar: Cellar, metric: str) -> dict[int, float]:
    return {reading.t: reading.v for reading in await cellar.readings("fass", metric)}


async def test_the_setpoint_of_every_tick_is_that_of_the_course() -> None:
    cellar = Cellar(tick_s=10.0)
    async with cellar.running(following()):
        await asyncio.sleep(3 * 3600.0)
    course, found = timeline(RUN), await told(cellar, "setpoint_beer")
    assert found == {t: setpoint_c(course, t) for t in found}
    assert {v for _, v in sorted(found.items())} >= {18.0, 19.5, 20.0, 20.99}
    assert (
        max(later - earlier for earlier, later in zip(sorted(found), sorted(found)[1:], strict=False))
        <= 60_000
    )
    assert set((await told(cellar, "mode")).values()) == {3.0}


async def test_the_beer_is_held_at_it() -> None:
    cellar = Cellar(tick_s=10.0)
    async with cellar.running(following()):
        await asyncio.sleep(3600.0)
        assert cellar.on() == {"cooler"}
        await asyncio.sleep(3600.0)
        assert cellar.on() == {"heater"}


async def test_it_goes_on_after_a_restart_as_if_there_had_been_none() -> None:
    cellar = Cellar(tick_s=10.0)
    async with cellar.running(following()):
        await asyncio.sleep(600.0)
    await asyncio.sleep(4800.0)
    async with cellar.running():
        await asyncio.sleep(60.0)
    found = await told(cellar, "setpoint_beer")
    assert max(found) > START + 5_400_000
    assert found == {t: setpoint_c(timeline(RUN), t) for t in found}


async def test_the_course_goes_by_the_time_of_day_also_when_that_is_set() -> None:
    cellar = Cellar(tick_s=10.0)
    cellar.clock = Clock(START - 7_200_000, asyncio.get_running_loop().time)
    async with cellar.running(following(at=0)):
        await asyncio.sleep(300.0)
        cellar.clock.follow(START + 5_400_000)
        await asyncio.sleep(300.0)
        cellar.clock.follow(START + 4_500_000)
        await asyncio.sleep(300.0)
    values = list(dict.fromkeys((await told(cellar, "setpoint_beer")).values()))
    assert (values[0], values[1]) == (18.0, 19.5)
    assert 18.75 in values[values.index(19.74) :]


async def test_a_clock_that_nobody_set_keeps_the_course_where_it_was_when_it_was_wished_for() -> None:
    cellar = Cellar(tick_s=10.0)
    cellar.clock = Clock(0, asyncio.get_running_loop().time)
    async with cellar.running(following(at=START + 5_400_000)):
        await asyncio.sleep(600.0)
    assert set((await told(cellar, "setpoint_beer")).values()) == {19.5}


async def test_another_wish_is_followed_at_once() -> None:
    cellar = Cellar(tick_s=10.0)
    async with cellar.running(following()) as agent:
        await asyncio.sleep(600.0)
        still = Run(profile=RUN.profile, start=START - 4_500_000, pauses=(Pause(START),))
        await agent.desired.want((following(still, 2),))
        await asyncio.sleep(7200.0)
        await agent.desired.want((order(17.0, 3),))
        await asyncio.sleep(60.0)
    found = sorted((await told(cellar, "setpoint_beer")).items())
    assert sorted({v for _, v in found}) == [17.0, 18.0, 18.75]
    assert [v for _, v in found] == sorted((v for _, v in found), key=[18.0, 18.75, 17.0].index)
