import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from krausen import __version__
from krausen.agent import uplink as module
from krausen.agent.desired import DesiredState
from krausen.agent.uplink import ANSWER_S, Identity, LinkState, Owing, Uplink
from krausen.model.level import Demand, Levels
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName
from krausen.ports.link import AgentEnd
from krausen.testing.clock import HandClock
from krausen.testing.link import FakeLink, Switchboard
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from krausen.wire.messages import (
    LARGEST_FRAME,
    Declared,
    Desired,
    Hello,
    ReadingsStored,
    ReadingsTaken,
    SeriesDeclared,
    SetpointApplied,
    SetpointRejected,
    Turned,
    VesselReport,
    Welcome,
    encode,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.agent.orders import BEER, WORKSHOP, order

IDENTITY = Identity("pi", (Declared(BEER, "°C", WHOLE),))


class Desk:
    """An uplink with everything around it in our hands."""

    def __init__(self) -> None:
        self.switchboard = Switchboard()
        self.outbox = MemoryOutbox()
        self.notebook = MemoryNotebook()
        self.owing = asyncio.Event()
        self.desired = DesiredState(self.notebook, HandClock(7), WORKSHOP)
        self.uplink = Uplink(IDENTITY, self.switchboard.dial, Owing(self.outbox, self.owing), self.desired)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Uplink]:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.uplink.run())
            yield self.uplink
            assert not task.done()
            task.cancel()

    async def owe(self, start: int, stop: int) -> None:
        await self.outbox.keep([Reading(BEER, t, 20.0) for t in range(start, stop)])
        self.owing.set()

    async def called(self) -> FakeLink:
        """Take the next call, and its hello."""
        link = await self.switchboard.calls.get()
        assert await link.server.receive() == Hello(agent="pi", wire=WIRE_VERSION, version=__version__)
        return link

    async def greeted(self) -> FakeLink:
        """Take the next call, and greet."""
        link = await self.called()
        await link.server.send(Welcome("test"))
        assert await link.server.receive() == SeriesDeclared(IDENTITY.series)
        return link

    async def batch(self, link: FakeLink, *, stored: bool = True) -> list[int]:
        """Take the next readings and give their times."""
        taken = await link.server.receive()
        assert isinstance(taken, ReadingsTaken)
        if stored:
            await link.server.send(ReadingsStored(taken.through))
        return [reading.t for reading in taken.readings]


def report(beer: float) -> VesselReport:
    return VesselReport(vessel="fass", at=1, demand=Demand(), levels=Levels(), beer=beer, chamber=None)


async def settle() -> None:
    await asyncio.sleep(0.001)


async def test_a_link_goes_step_by_step_from_offline_to_current_and_back() -> None:
    desk = Desk()
    await desk.owe(0, 3)
    async with desk.running() as uplink:
        seen = [uplink.state]
        link = await desk.called()
        await settle()
        seen.append(uplink.state)
        await link.server.send(Welcome("test"))
        await settle()
        seen.append(uplink.state)
        assert await link.server.receive() == SeriesDeclared(IDENTITY.series)
        assert await desk.batch(link) == [0, 1, 2]
        await settle()
        seen.append(uplink.state)
        link.cut()
        await settle()
        seen.append(uplink.state)
    assert seen == ["offline", "connected", "recognised", "current", "offline"]


async def test_readings_are_forgotten_when_they_are_stored_and_not_before() -> None:
    desk = Desk()
    await desk.owe(0, 3)
    async with desk.running():
        link = await desk.greeted()
        assert await desk.batch(link, stored=False) == [0, 1, 2]
        assert await desk.outbox.waiting() == 3
        link.cut()
        link = await desk.greeted()
        assert await desk.batch(link) == [0, 1, 2]
        await settle()
        assert await desk.outbox.waiting() == 0


async def test_what_is_owed_goes_in_order_a_few_batches_ahead_of_what_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    desk = Desk()
    await desk.owe(0, 75)
    async with desk.running() as uplink:
        link = await desk.greeted()
        for start in range(0, 10 * module.AHEAD, 10):
            assert await desk.batch(link, stored=False) == list(range(start, start + 10))
        await asyncio.sleep(5)
        assert link.server.waiting() == 0
        await link.server.send(ReadingsStored(10))
        assert await desk.batch(link, stored=False) == list(range(40, 50))
        await settle()
        assert link.server.waiting() == 0
        assert uplink.state is LinkState.RECOGNISED
        await link.server.send(ReadingsStored(50))
        assert await desk.batch(link) == list(range(50, 60))
        assert await desk.batch(link) == list(range(60, 70))
        assert await desk.batch(link) == list(range(70, 75))
        await settle()
        assert await desk.outbox.waiting() == 0
        await desk.owe(75, 76)
        assert await desk.batch(link) == [75]


async def test_a_batch_says_how_many_readings_are_owed_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    desk = Desk()
    await desk.owe(0, 25)
    async with desk.running():
        link = await desk.greeted()
        left = []
        for _ in range(3):
            taken = await link.server.receive()
            assert isinstance(taken, ReadingsTaken)
            left.append(taken.left)
        assert left == [15, 5, 0]


async def test_everything_that_was_not_stored_when_a_link_broke_goes_again_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    desk = Desk()
    await desk.owe(0, 30)
    async with desk.running():
        link = await desk.greeted()
        for _ in range(3):
            await desk.batch(link, stored=False)
        await link.server.send(ReadingsStored(10))
        await settle()
        link.cut()
        link = await desk.greeted()
        assert await desk.batch(link) == list(range(10, 20))
        assert await desk.batch(link) == list(range(20, 30))


async def test_a_batch_of_long_names_is_split_until_it_fits_into_a_frame() -> None:
    desk = Desk()
    name = SeriesName("a" * 128, "ß" * 128, "m" * 128)
    await desk.outbox.keep([Reading(name, t, 20.0) for t in range(1000)])
    async with desk.running():
        link = await desk.greeted()
        seen: list[int] = []
        while len(seen) < 1000:
            taken = await link.server.receive()
            assert isinstance(taken, ReadingsTaken)
            assert len(encode(taken)) <= LARGEST_FRAME
            seen += [reading.t for reading in taken.readings]
            await link.server.send(ReadingsStored(taken.through))
        assert seen == list(range(1000))


async def test_what_was_never_sent_is_not_forgotten_whatever_the_server_says() -> None:
    desk = Desk()
    await desk.owe(0, 3)
    async with desk.running():
        link = await desk.greeted()
        await desk.batch(link, stored=False)
        await desk.owe(3, 5)
        await link.server.send(ReadingsStored(5))
        link = await desk.greeted()
        assert await desk.batch(link) == [0, 1, 2, 3, 4]


async def test_the_waits_between_calls_are_spread() -> None:
    desk = Desk()
    desk.switchboard.away = True
    owing = Owing(desk.outbox, desk.owing)
    desk.uplink = Uplink(
        IDENTITY, desk.switchboard.dial, owing, desk.desired, spread=lambda wait_s: wait_s / 2
    )
    async with desk.running():
        await asyncio.sleep(15.4)
        assert desk.switchboard.dialled == 5
        await asyncio.sleep(0.2)
        assert desk.switchboard.dialled == 6


async def test_a_server_that_does_not_store_in_time_is_dialled_again() -> None:
    desk = Desk()
    await desk.owe(0, 1)
    async with desk.running():
        link = await desk.greeted()
        await desk.batch(link, stored=False)
        before_s = asyncio.get_running_loop().time()
        link = await desk.greeted()
        assert ANSWER_S <= asyncio.get_running_loop().time() - before_s <= ANSWER_S + 2
        assert await desk.batch(link) == [0]


async def test_a_server_that_does_not_greet_is_dialled_again_ever_more_seldom() -> None:
    desk = Desk()
    times: list[float] = []
    with capture_logs() as logs:
        async with desk.running():
            for _ in range(9):
                await desk.called()
                times.append(asyncio.get_running_loop().time())
    waits_s = [later - earlier - ANSWER_S for earlier, later in pairwise(times)]
    assert waits_s == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])
    assert [line["event"] for line in logs] == ["link.lost"]


async def test_nobody_answering_is_said_once_and_the_return_once() -> None:
    desk = Desk()
    desk.switchboard.away = True
    with capture_logs() as logs:
        async with desk.running():
            await asyncio.sleep(3600)
            assert 60 <= desk.switchboard.dialled <= 70
            assert [(line["event"], line["detail"]) for line in logs] == [("link.lost", "Nobody answers.")]
            desk.switchboard.away = False
            await desk.greeted()
            await settle()
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == ["link.lost", "link.works"]


async def test_being_turned_away_is_said_in_the_servers_words_and_tried_again_seldom() -> None:
    desk = Desk()
    with capture_logs() as logs:
        async with desk.running():
            for _ in range(8):
                link = await desk.called()
                await link.server.send(Turned("Give it another name."))
            await settle()
    assert asyncio.get_running_loop().time() > 100
    assert [line["event"] for line in logs] == ["link.lost"]
    assert "Give it another name." in logs[0]["detail"]


async def test_a_server_that_says_anything_before_welcome_is_dialled_again() -> None:
    desk = Desk()
    async with desk.running() as uplink:
        link = await desk.called()
        await link.server.send(ReadingsStored(5))
        await desk.greeted()
        await settle()
        assert uplink.state is LinkState.CURRENT


async def test_a_server_that_takes_nothing_is_not_dialled_every_second_for_ever() -> None:
    desk = Desk()
    await desk.owe(0, 1)
    with capture_logs() as logs:
        async with desk.running():
            for _ in range(12):
                link = await desk.greeted()
                await desk.batch(link, stored=False)
                link.cut()
            assert asyncio.get_running_loop().time() > 240
            link = await desk.greeted()
            assert await desk.batch(link) == [0]
            await settle()
            before_s = asyncio.get_running_loop().time()
            link.cut()
            await desk.greeted()
            assert asyncio.get_running_loop().time() - before_s <= 1.1
    said = [line["event"] for line in logs if line["log_level"] != "debug"]
    assert said[:3] == ["link.lost", "link.works", "link.lost"]


@pytest.mark.parametrize("where", ["oldest", "forget"])
async def test_an_outbox_that_refuses_is_not_the_end_and_nothing_is_lost(where: str) -> None:
    desk = Desk()
    await desk.owe(0, 3)
    with capture_logs() as logs:
        async with desk.running():
            for _ in range(10):
                if where == "oldest":
                    desk.outbox.away = "The disk is full."
                    await desk.greeted()
                else:
                    link = await desk.greeted()
                    await desk.batch(link, stored=False)
                    desk.outbox.away = "The disk is full."
                    await link.server.send(ReadingsStored(3))
                await settle()
                desk.outbox.away = ""
            assert asyncio.get_running_loop().time() > 100
            link = await desk.greeted()
            assert await desk.batch(link) == [0, 1, 2]
            await settle()
            assert await desk.outbox.waiting() == 0
    lost = [line for line in logs if line["event"] == "link.lost"]
    assert [line["detail"] for line in lost] == ["The disk is full."]


@pytest.mark.parametrize("error", [OSError(101, "Network is unreachable"), ValueError("odd")], ids=repr)
async def test_whatever_a_link_raises_it_is_dialled_again(error: Exception) -> None:
    desk = Desk()
    broken = True

    @asynccontextmanager
    async def dial() -> AsyncIterator[AgentEnd]:
        if broken:
            raise error
        async with desk.switchboard.dial() as link:
            yield link

    desk.uplink = Uplink(IDENTITY, dial, Owing(desk.outbox, desk.owing), desk.desired)
    with capture_logs() as logs:
        async with desk.running():
            await asyncio.sleep(1000)
            broken = False
            await desk.greeted()
            await settle()
    assert [line["event"] for line in logs if line["log_level"] != "debug"] == ["link.lost", "link.works"]


async def test_what_the_server_wants_is_taken_and_answered() -> None:
    desk = Desk()
    async with desk.running():
        link = await desk.greeted()
        await link.server.send(Desired((order(18.0, 3),)))
        assert await link.server.receive() == SetpointApplied("fass", 3, 7)
        assert desk.desired.order("fass") == order(18.0, 3)


async def test_a_full_notebook_is_answered_and_the_link_stays() -> None:
    desk = Desk()
    desk.notebook.away = "The disk is full."
    async with desk.running() as uplink:
        link = await desk.greeted()
        await link.server.send(Desired((order(18.0, 3),)))
        answer = await link.server.receive()
        assert isinstance(answer, SetpointRejected)
        assert uplink.state is LinkState.CURRENT


async def test_only_the_newest_report_of_a_vessel_is_sent() -> None:
    desk = Desk()
    async with desk.running() as uplink:
        for beer in range(100):
            uplink.report(report(float(beer)))
        link = await desk.greeted()
        assert await link.server.receive() == report(99.0)
        uplink.report(report(1.0))
        assert await link.server.receive() == report(1.0)
        assert link.server.waiting() == 0


async def test_a_second_welcome_changes_nothing() -> None:
    desk = Desk()
    async with desk.running() as uplink:
        link = await desk.greeted()
        await link.server.send(Welcome("again"))
        await settle()
        assert uplink.state is LinkState.CURRENT
        assert desk.switchboard.dialled == 1


@pytest.mark.parametrize("turns", range(8))
async def test_stopping_in_the_moment_the_link_is_lost_stops(turns: int) -> None:
    desk = Desk()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(desk.uplink.run())
        link = await desk.greeted()
        await settle()
        link.cut()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=1000)
        assert task.cancelled()
        task.cancel()
