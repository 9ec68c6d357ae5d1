import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.devices import LONGEST_WAIT_S, RECHECK_S, SWITCH_S, Switch, Take, watch
from krausen.agent.setup import ProbeSetup, RelaySetup
from krausen.errors import DeviceLost
from krausen.ports.sensor import Sample, SensorDriver
from krausen.testing.devices import NoSettings, ScriptedProbe, ScriptedRelay

Log = list[tuple[float, float]]
CRASHES = [
    DeviceLost("The cable is off."),
    ValueError("odd"),
    OSError(5, "input/output error"),
    ExceptionGroup("several", [ValueError("one"), KeyError("two")]),
    StopAsyncIteration(),
    TimeoutError(),
    asyncio.CancelledError(),
]


@asynccontextmanager
async def watching(driver: SensorDriver, take: Take | None = None) -> AsyncIterator[Log]:
    """Watch a probe; give (loop time, value) of every sample."""
    log: Log = []

    def note(_: ProbeSetup, sample: Sample) -> None:
        log.append((asyncio.get_running_loop().time(), sample.value))

    setup = ProbeSetup(id="p1", driver=driver, settings=NoSettings())
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(setup, take or note))
        yield log
        assert not task.done()
        task.cancel()


def switch_of(relay: ScriptedRelay) -> Switch:
    return Switch(RelaySetup(id="r1", driver=relay.driver, settings=NoSettings()))


def said(logs: list[MutableMapping[str, Any]]) -> list[str]:
    return [line["event"] for line in logs if line["log_level"] != "debug"]


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_samples_are_taken_as_they_come() -> None:
    async with watching(ScriptedProbe(18.5, every_s=5.0).driver) as log:
        await asyncio.sleep(11)
    assert log == [(0.0, 18.5), (5.0, 18.5), (10.0, 18.5)]


@pytest.mark.parametrize("crash", CRASHES, ids=repr)
async def test_whatever_a_probe_raises_it_is_opened_again_and_that_is_said_once(crash: BaseException) -> None:
    probe = ScriptedProbe(every_s=5.0)
    with capture_logs() as logs:
        async with watching(probe.driver) as log:
            await asyncio.sleep(6)
            probe.crash = crash
            await asyncio.sleep(1000)
            assert said(logs) == ["probe.lost"]
            probe.crash = None
            await asyncio.sleep(2 * LONGEST_WAIT_S)
    assert said(logs) == ["probe.lost", "probe.back"]
    assert log[-1][0] > 1000


async def test_opening_again_waits_longer_each_time_up_to_a_minute() -> None:
    probe = ScriptedProbe()
    probe.lost = True
    async with watching(probe.driver):
        await asyncio.sleep(200)
    assert probe.openings == [0, 1, 3, 7, 15, 31, 63, 123, 183]


async def test_a_while_of_samples_makes_the_wait_short_again() -> None:
    probe = ScriptedProbe()
    probe.lost = True
    async with watching(probe.driver):
        await asyncio.sleep(100)
        probe.lost = False
        await asyncio.sleep(150)
        probe.lost = True
        before = len(probe.openings)
        await asyncio.sleep(10)
    assert len(probe.openings) - before == 3


@pytest.mark.parametrize(
    ("every_s", "patience_s"), [(0.5, 11.5), (1.0, 13.0), (60.0, 190.0), (900.0, 2710.0)]
)
async def test_a_silent_probe_is_given_up_after_three_intervals_and_ten_seconds(
    every_s: float, patience_s: float
) -> None:
    probe = ScriptedProbe(every_s=every_s)
    probe.hang = True
    with capture_logs() as logs:
        async with watching(probe.driver):
            await asyncio.sleep(patience_s + 1.5)
    assert probe.openings == [0.0, patience_s + 1.0]
    assert [line["detail"] for line in logs] == [f"Silent for {patience_s:.0f} s."]


async def test_a_driver_that_ends_by_itself_counts_as_lost() -> None:
    async def one(_: NoSettings) -> AsyncIterator[Sample]:
        yield Sample("temperature", 20.0)

    with capture_logs() as logs:
        async with watching(replace(ScriptedProbe().driver, samples=one)) as log:
            await asyncio.sleep(0.5)
    assert [value for _, value in log] == [20.0]
    assert said(logs) == ["probe.lost"]


async def test_samples_that_cannot_be_taken_are_a_loss_said_once_and_no_return() -> None:
    def refuse(_: ProbeSetup, sample: Sample) -> None:
        raise ValueError(sample.metric)

    probe = ScriptedProbe()
    with capture_logs() as logs:
        async with watching(probe.driver, refuse):
            await asyncio.sleep(1000)
    assert said(logs) == ["probe.lost"]
    assert len(probe.openings) < 30


@pytest.mark.parametrize("taken", [True, False], ids=["while it waits", "after a sample"])
async def test_a_probe_that_does_not_let_go_is_left_behind(*, taken: bool) -> None:
    def take(_: ProbeSetup, sample: Sample) -> None:
        if not taken:
            raise ValueError(sample.metric)

    probe = ScriptedProbe()
    probe.cling = True
    with capture_logs() as logs:
        async with watching(probe.driver, take):
            await asyncio.sleep(2.5)
            probe.lost = True
            await asyncio.sleep(60)
            assert len(probe.openings) > 1
    assert now_s() < 120
    assert said(logs) == ["probe.lost"]


async def test_a_relay_is_told_and_seen() -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    assert await switch.set(on=True) is True
    await asyncio.sleep(3)
    assert await switch.set(on=False) is False
    assert relay.switches == [(0.0, True), (3.0, False)]
    assert len(relay.openings) == 1


async def test_a_relay_that_obeys_is_left_alone_for_a_while_and_then_told_again() -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    for _ in range(30):
        await switch.set(on=True)
        await asyncio.sleep(1.0)
    assert relay.asked == 30 / RECHECK_S


async def test_a_relay_that_does_not_obey_is_told_every_time() -> None:
    relay = ScriptedRelay()
    relay.stuck = True
    switch = switch_of(relay)
    assert [await switch.set(on=True) for _ in range(3)] == [False, False, False]
    assert relay.asked == 3
    relay.stuck = False
    assert await switch.set(on=True) is True


@pytest.mark.parametrize("crash", CRASHES, ids=repr)
async def test_whatever_a_relay_raises_it_counts_as_not_answering_and_that_is_said_once(
    crash: BaseException,
) -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    with capture_logs() as logs:
        await switch.set(on=True)
        relay.crash = crash
        await asyncio.sleep(RECHECK_S)
        for _ in range(30):
            await asyncio.sleep(1.0)
            assert await switch.set(on=True) is None
        relay.crash = None
        await asyncio.sleep(RECHECK_S)
        assert await switch.set(on=False) is False
    assert said(logs) == ["relay.lost", "relay.back"]
    assert logs[0]["device"] == "r1"
    assert relay.switches[-1][1] is False


async def test_a_probe_that_gives_one_sample_and_dies_again_and_again_is_lost_once() -> None:
    async def one(_: NoSettings) -> AsyncIterator[Sample]:
        yield Sample("temperature", 20.0)
        raise DeviceLost("Gone again.")

    with capture_logs() as logs:
        async with watching(replace(ScriptedProbe().driver, samples=one)) as log:
            await asyncio.sleep(600)
    assert said(logs) == ["probe.lost"]
    assert 10 <= len(log) <= 20


async def test_a_lost_relay_is_not_asked_every_second_but_soon_enough() -> None:
    relay = ScriptedRelay()
    relay.lost = True
    switch = switch_of(relay)
    with capture_logs():
        for _ in range(60):
            await switch.set(on=True)
            await asyncio.sleep(1.0)
    assert relay.openings == [0, 1, 3, 7, 15, 25, 35, 45, 55]


async def test_a_hanging_relay_is_given_up_in_time() -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    await switch.set(on=True)
    relay.hang = True
    before_s = now_s()
    assert await switch.set(on=False) is None
    assert now_s() - before_s <= 2 * SWITCH_S


async def test_a_relay_that_is_let_go_of_is_off() -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    await switch.set(on=True)
    await switch.close()
    assert relay.on is False
    await switch.close()


async def test_a_relay_that_was_let_go_of_is_opened_again_when_it_is_told() -> None:
    relay = ScriptedRelay()
    switch = switch_of(relay)
    await switch.set(on=True)
    await switch.close()
    assert await switch.set(on=True) is True
    assert relay.on


async def test_the_agent_may_stop_while_a_relay_hangs() -> None:
    relay = ScriptedRelay()
    relay.hang = True
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(switch_of(relay).set(on=True))
        await asyncio.sleep(1.0)
        task.cancel()
    assert task.cancelled()


async def test_a_driver_that_takes_being_stopped_for_a_loss_does_not_go_on_for_ever() -> None:
    async def stubborn(_: NoSettings) -> AsyncIterator[Sample]:
        try:
            await asyncio.sleep(5.0)
        except BaseException as error:
            raise DeviceLost("Something happened.") from error
        yield Sample("temperature", 20.0)

    setup = ProbeSetup(
        id="p1", driver=replace(ScriptedProbe().driver, samples=stubborn), settings=NoSettings()
    )
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(setup, lambda _, __: None))
        await asyncio.sleep(1.0)
        task.cancel()
        await asyncio.wait([task], timeout=1000)
        assert task.cancelled()
        task.cancel()
