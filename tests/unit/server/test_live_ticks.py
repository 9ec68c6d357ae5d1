"""When what is announced leaves."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from krausen.ports.history import Point
from krausen.server.live import CROWD, CROWD_TICKS, TICK_S, Listener, Live
from krausen.simulation.loop import jumping
from krausen.testing.clock import HandClock
from tests.unit.server.ticking import ticking


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def hearing(live: Live) -> Listener:
    listener = live.listen()
    listener.subscribe(["data"])
    return listener


async def test_a_lone_reading_does_not_wait() -> None:
    live = Live(HandClock(), "e")
    listener = hearing(live)
    async with ticking(live):
        await asyncio.sleep(10.0)
        live.readings([("s1", Point(1, 1.0))])
        before_s = asyncio.get_running_loop().time()
        await listener.next()
        assert asyncio.get_running_loop().time() == before_s


async def test_frames_are_no_closer_than_a_tick() -> None:
    live = Live(HandClock(), "e")
    listener, times = hearing(live), []
    async with ticking(live), asyncio.TaskGroup() as tasks:

        async def chatter() -> None:
            for t in range(200):
                live.readings([("s1", Point(t, 1.0))])
                await asyncio.sleep(0.01)

        tasks.create_task(chatter())
        for _ in range(9):
            await listener.next()
            times.append(asyncio.get_running_loop().time())
    assert [round(b - a, 6) for a, b in pairwise(times)] == [TICK_S] * 8


@pytest.mark.parametrize(("in_a_tick", "ticks"), [(CROWD // 2, 1), (2 * CROWD, CROWD_TICKS)])
async def test_frames_are_further_apart_only_while_a_crowd_comes(in_a_tick: int, ticks: int) -> None:
    live = Live(HandClock(), "e")
    listener, times = hearing(live), []
    async with ticking(live), asyncio.TaskGroup() as tasks:

        async def come(first: int, count: int) -> None:
            for start in range(first, first + count * 10 * in_a_tick, in_a_tick):
                live.readings([("s1", Point(t, 1.0)) for t in range(start, start + in_a_tick)])
                await asyncio.sleep(TICK_S)

        live.readings([("s1", Point(t, 1.0)) for t in range(5 * CROWD)])
        tasks.create_task(come(5 * CROWD, 5))
        for _ in range(7):
            await listener.next()
            times.append(asyncio.get_running_loop().time())
    apart = [round((b - a) / TICK_S) for a, b in pairwise(times)]
    assert apart[0] == CROWD_TICKS
    assert set(apart[2:]) == {ticks}
