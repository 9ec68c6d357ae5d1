import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent import handover as module
from krausen.agent.handover import ANSWER_S, Owing
from krausen.agent.uplink import LinkState, Uplink
from krausen.model.level import Demand, Levels
from krausen.ports.link import AgentEnd
from krausen.wire.messages import (
    Desired,
    ReadingsStored,
    SeriesDeclared,
    SetpointApplied,
    SetpointRejected,
    Turned,
    VesselReport,
    Welcome,
)
from tests.unit.agent.line import IDENTITY, Line
from tests.unit.agent.orders import order


def report(beer: float) -> VesselReport:
    return VesselReport(vessel="fass", at=1, demand=Demand(), levels=Levels(), beer=beer, chamber=None)


async def settle() -> None:
    await asyncio.sleep(0.001)


async def test_a_link_goes_step_by_step_from_offline_to_current_and_back() -> None:
    line = Line()
    await line.owe(0, 3)
    async with line.running() as uplink:
        seen = [uplink.state]
        link = await line.called()
        await settle()
        seen.append(uplink.state)
        await link.server.send(Welcome("test"))
        await settle()
        seen.append(uplink.state)
        assert await link.server.receive() == SeriesDeclared(IDENTITY.series)
        assert await line.batch(link) == [0, 1, 2]
        await settle()
        seen.append(uplink.state)
        link.cut()
        await settle()
        seen.append(uplink.state)
    assert seen == ["offline", "connected", "recognised", "current", "offline"]


async def test_the_waits_between_calls_are_spread() -> None:
    line = Line()
    line.switchboard.away = True
    owing = Owing(line.outbox, line.owing)
    line.uplink = Uplink(
        IDENTITY, line.switchboard.dial, owing, line.desired, spread=lambda wait_s: wait_s / 2
    )
    async with line.running():
        await asyncio.sleep(15.4)
        assert line.switchboard.dialled == 5
        await asyncio.sleep(0.2)
        assert line.switchboard.dialled == 6


async def test_a_server_that_does_not_store_in_time_is_dialled_again() -> None:
    line = Line()
    await line.owe(0, 1)
    async with line.running():
        link = await line.greeted()
        await line.batch(link, stored=False)
        before_s = asyncio.get_running_loop().time()
        link = await line.greeted()
        assert ANSWER_S <= asyncio.get_running_loop().time() - before_s <= ANSWER_S + 2
        assert await line.batch(link) == [0]


async def test_a_server_that_does_not_greet_is_dialled_again_ever_more_seldom() -> None:
    line = Line()
    times: list[float] = []
    with capture_logs() as logs:
        async with line.running():
            for _ in range(9):
                await line.called()
                times.append(asyncio.get_running_loop().time())
    waits_s = [later - earlier - ANSWER_S for earlier, later in pairwise(times)]
    assert waits_s == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])
    assert [line["event"] for line in logs] == ["link.lost"]


async def test_nobody_answering_is_said_once_and_the_return_once() -> None:
    line = Line()
    line.switchboard.away = True
    with capture_logs() as logs:
        async with line.running():
            await asyncio.sleep(3600)
            assert 60 <= line.switchboard.dialled <= 70
            assert [(line["event"], line["detail"]) for line in logs] == [("link.lost", "Nobody answers.")]
            line.switchboard.away = False
            await line.greeted()
            await settle()
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == ["link.lost", "link.works"]


async def test_being_turned_away_is_said_in_the_servers_words_and_tried_again_seldom() -> None:
    line = Line()
    with capture_logs() as logs:
        async with line.running():
            for _ in range(8):
                link = await line.called()
                await link.server.send(Turned("Give it another name."))
            await settle()
    assert asyncio.get_running_loop().time() > 100
    assert [line["event"] for line in logs] == ["link.lost"]
    assert "Give it another name." in logs[0]["detail"]


async def test_a_server_that_says_anything_before_welcome_is_dialled_again() -> None:
    line = Line()
    async with line.running() as uplink:
        link = await line.called()
        await link.server.send(ReadingsStored(5))
        await line.greeted()
        await settle()
        assert uplink.state is LinkState.CURRENT


async def test_a_server_that_takes_nothing_is_not_dialled_every_second_for_ever() -> None:
    line = Line()
    await line.owe(0, 1)
    with capture_logs() as logs:
        async with line.running():
            for _ in range(12):
                link = await line.greeted()
                await line.batch(link, stored=False)
                link.cut()
            assert asyncio.get_running_loop().time() > 240
            link = await line.greeted()
            assert await line.batch(link) == [0]
            await settle()
            before_s = asyncio.get_running_loop().time()
            link.cut()
            await line.greeted()
            assert asyncio.get_running_loop().time() - before_s <= 1.1
    said = [line["event"] for line in logs if line["log_level"] != "debug"]
    assert said[:3] == ["link.lost", "link.works", "link.lost"]


@pytest.mark.parametrize("where", ["oldest", "forget"])
async def test_an_outbox_that_refuses_is_not_the_end_and_nothing_is_lost(where: str) -> None:
    line = Line()
    await line.owe(0, 3)
    with capture_logs() as logs:
        async with line.running():
            for _ in range(10):
                if where == "oldest":
                    line.outbox.away = "The disk is full."
                    await line.greeted()
                else:
                    link = await line.greeted()
                    await line.batch(link, stored=False)
                    line.outbox.away = "The disk is full."
                    await link.server.send(ReadingsStored(3))
                await settle()
                line.outbox.away = ""
            assert asyncio.get_running_loop().time() > 100
            link = await line.greeted()
            assert await line.batch(link) == [0, 1, 2]
            await settle()
            assert await line.outbox.waiting() == 0
    lost = [line for line in logs if line["event"] == "link.lost"]
    assert [line["detail"] for line in lost] == ["The disk is full."]


@pytest.mark.parametrize("error", [OSError(101, "Network is unreachable"), ValueError("odd")], ids=repr)
async def test_whatever_a_link_raises_it_is_dialled_again(error: Exception) -> None:
    line = Line()
    broken = True

    @asynccontextmanager
    async def dial() -> AsyncIterator[AgentEnd]:
        if broken:
            raise error
        async with line.switchboard.dial() as link:
            yield link

    line.uplink = Uplink(IDENTITY, dial, Owing(line.outbox, line.owing), line.desired)
    with capture_logs() as logs:
        async with line.running():
            await asyncio.sleep(1000)
            broken = False
            await line.greeted()
            await settle()
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == ["link.lost", "link.works"]


async def test_what_the_server_wants_is_taken_and_answered() -> None:
    line = Line()
    async with line.running():
        link = await line.greeted()
        await link.server.send(Desired((order(18.0, 3),)))
        assert await link.server.receive() == SetpointApplied("fass", 3, 7)
        assert line.desired.order("fass") == order(18.0, 3)


async def test_a_full_notebook_is_answered_and_the_link_stays() -> None:
    line = Line()
    line.notebook.away = "The disk is full."
    async with line.running() as uplink:
        link = await line.greeted()
        await link.server.send(Desired((order(18.0, 3),)))
        answer = await link.server.receive()
        assert isinstance(answer, SetpointRejected)
        assert uplink.state is LinkState.CURRENT


async def test_only_the_newest_report_of_a_vessel_is_sent() -> None:
    line = Line()
    async with line.running() as uplink:
        for beer in range(100):
            uplink.report(report(float(beer)))
        link = await line.greeted()
        assert await link.server.receive() == report(99.0)
        uplink.report(report(1.0))
        assert await link.server.receive() == report(1.0)
        assert link.server.waiting() == 0


async def test_how_a_vessel_is_gets_through_while_a_backlog_waits_to_be_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 1000)
    async with line.running() as uplink:
        link = await line.greeted()
        for _ in range(module.AHEAD):
            await line.batch(link, stored=False)
        uplink.report(report(18.0))
        assert await link.server.receive() == report(18.0)


async def test_a_vessel_that_is_as_it_was_is_told_again_only_now_and_then() -> None:
    line = Line()
    async with line.running() as uplink:
        link = await line.greeted()
        for at in range(0, 21_000, 1000):
            uplink.report(replace(report(18.0), at=at))
            await settle()
        told = [await link.server.receive() for _ in range(link.server.waiting())]
        assert told == [replace(report(18.0), at=at) for at in (0, 5000, 10_000, 15_000, 20_000)]
        uplink.report(replace(report(18.5), at=20_001))
        assert await link.server.receive() == replace(report(18.5), at=20_001)
        link.cut()
        link = await line.greeted()
        uplink.report(replace(report(18.5), at=20_002))
        assert await link.server.receive() == replace(report(18.5), at=20_002)


async def test_a_second_welcome_changes_nothing() -> None:
    line = Line()
    async with line.running() as uplink:
        link = await line.greeted()
        await link.server.send(Welcome("again"))
        await settle()
        assert uplink.state is LinkState.CURRENT
        assert line.switchboard.dialled == 1


@pytest.mark.parametrize("turns", range(8))
async def test_stopping_in_the_moment_the_link_is_lost_stops(turns: int) -> None:
    line = Line()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(line.uplink.run())
        link = await line.greeted()
        await settle()
        link.cut()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=1000)
        assert task.cancelled()
        task.cancel()
