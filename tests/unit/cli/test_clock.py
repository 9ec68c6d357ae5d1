"""A clock that is kept with the system's."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen.cli.clock import LOOK_S, ThisMachine, clock_of, follow
from krausen.ports.clock import Clock
from krausen.simulation.loop import jumping

NOON = 1_700_000_000_000


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Follow in simulated time."""
    return "asyncio", {"loop_factory": jumping}


class Machine:
    """A system whose clock and sleep are in our hands."""

    def __init__(self) -> None:
        self.wrong_ms = 0.0
        self.slept = 0.0
        self.known = True
        self._loop = asyncio.get_running_loop()

    def now_ms(self) -> float:
        """Give UTC now."""
        return NOON + self._loop.time() * 1000 + self.wrong_ms

    def slept_s(self) -> float:
        """Give for how long it was suspended."""
        return self.slept

    def is_known(self) -> bool:
        """Tell whether its time is known."""
        return self.known


class Heard:
    """Notes what a clock's follower tells."""

    def __init__(self) -> None:
        self.told: list[int | str] = []

    def moved(self, by_ms: int) -> None:
        """Note a jump."""
        self.told.append(by_ms)

    def known(self) -> None:
        """Note that the time is known."""
        if "known" not in self.told:
            self.told.append("known")


async def test_a_jump_is_adopted_told_and_said_once_and_only_then_is_the_time_known() -> None:
    machine, heard = Machine(), Heard()
    loop = asyncio.get_running_loop()
    machine.known = False
    clock = Clock(NOON, loop.time)

    async def live() -> None:
        await asyncio.sleep(100.5)
        machine.wrong_ms, machine.known = 7_260_000.0, True
        await asyncio.sleep(LOOK_S)
        assert heard.told == [7_260_000, "known"]
        assert clock.now() == round(machine.now_ms())
        machine.wrong_ms = 0.0
        await asyncio.sleep(100.0)
        following.cancel()

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(clock, heard, machine))
            tasks.create_task(live())
    assert heard.told == [7_260_000, "known", -7_259_999]
    assert [line["event"] for line in logs] == ["clock.jumped"] * 2
    assert "set forward by 2 h 1 min." in logs[0]["detail"]
    assert "set back by 2 h 1 min." in logs[1]["detail"]


async def test_after_a_sleep_the_clock_is_right_and_nothing_was_wrong_before_it() -> None:
    machine, heard = Machine(), Heard()
    clock = Clock(NOON, asyncio.get_running_loop().time)

    async def live() -> None:
        await asyncio.sleep(10.5)
        machine.wrong_ms, machine.slept = 3_600_000.0, 3600.0
        await asyncio.sleep(100.0)
        following.cancel()

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(clock, heard, machine))
            tasks.create_task(live())
    assert heard.told == ["known"]
    assert clock.now() == round(machine.now_ms())
    assert [(line["event"], line["log_level"]) for line in logs] == [("clock.slept", "info")]


async def test_nobody_need_be_told() -> None:
    machine = Machine()
    clock = Clock(NOON - 5000, asyncio.get_running_loop().time)

    async def live() -> None:
        await asyncio.sleep(1.0)
        following.cancel()

    with capture_logs():
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(follow(clock, None, machine))
            tasks.create_task(live())
    assert clock.now() == round(machine.now_ms())


async def test_this_machine_agrees_with_itself() -> None:
    machine = ThisMachine()
    clock = clock_of(asyncio.get_running_loop())
    assert abs(clock.now() - machine.now_ms()) < 1000
    assert machine.slept_s() >= -0.1
    assert isinstance(machine.is_known(), bool)
