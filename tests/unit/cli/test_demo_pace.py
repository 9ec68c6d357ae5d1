import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.cli.demo_pace import CLOSE, WINDOW_S, behind, watch_pace
from krausen.ports.clock import Clock
from krausen.server.status import Status
from krausen.simulation.loop import jumping


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


@given(wanted=st.floats(1, 1000), share=st.floats(CLOSE, 2), passed_s=st.floats(0.1, 100))
def test_a_speed_that_is_about_reached_is_reached(wanted: float, share: float, passed_s: float) -> None:
    assert behind(wanted, wanted * share * passed_s * 1.000001, passed_s) is None


@given(wanted=st.floats(2, 1000), share=st.floats(0.01, CLOSE - 0.01), passed_s=st.floats(0.1, 100))
def test_a_lag_is_told_as_the_speed_that_is_left(wanted: float, share: float, passed_s: float) -> None:
    told = behind(wanted, wanted * share * passed_s, passed_s)
    assert told is not None
    assert told == pytest.approx(max(1.0, wanted * share), rel=0.051)
    assert told <= wanted


async def test_the_status_says_the_speed_that_is_reached_until_it_is_the_wanted_one() -> None:
    loop = asyncio.get_running_loop()
    status = Status(Clock(0, loop.time), speed=100.0, demo=True)
    slowness = [4.0]
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(watch_pace(status, loop.time, lambda: loop.time() / 100.0 * slowness[0]))
        await asyncio.sleep(WINDOW_S * 100 * 1.5)
        assert (status.health().speed, status.health().wanted_speed) == (25.0, 100.0)
        slowness[0] = 1.0
        await asyncio.sleep(WINDOW_S * 100 * 2)
        assert (status.health().speed, status.health().wanted_speed) == (100.0, 100.0)
        watching.cancel()
