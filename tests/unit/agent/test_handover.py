"""What is owed, on its way to the server."""

import asyncio

import pytest

from krausen.agent import handover as module
from krausen.agent.handover import Owing
from krausen.agent.uplink import LinkState, Uplink
from krausen.model.level import Demand, Levels
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.testing.link import FakeLink
from krausen.wire.messages import LARGEST_FRAME, ReadingsStored, ReadingsTaken, VesselReport, encode
from tests.unit.agent.line import IDENTITY, Line


def report(beer: float) -> VesselReport:
    return VesselReport(vessel="fass", at=1, demand=Demand(), levels=Levels(), beer=beer, chamber=None)


async def settle() -> None:
    await asyncio.sleep(0.001)


async def test_readings_are_forgotten_when_they_are_stored_and_not_before() -> None:
    line = Line()
    await line.owe(0, 3)
    async with line.running():
        link = await line.greeted()
        assert await line.batch(link, stored=False) == [0, 1, 2]
        assert await line.outbox.waiting() == 3
        link.cut()
        link = await line.greeted()
        assert await line.batch(link) == [0, 1, 2]
        await settle()
        assert await line.outbox.waiting() == 0


async def test_what_is_owed_goes_in_order_a_few_batches_ahead_of_what_is_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 75)
    async with line.running() as uplink:
        link = await line.greeted()
        for start in range(0, 10 * module.AHEAD, 10):
            assert await line.batch(link, stored=False) == list(range(start, start + 10))
        await asyncio.sleep(5)
        assert link.server.waiting() == 0
        await link.server.send(ReadingsStored(10))
        assert await line.batch(link, stored=False) == list(range(40, 50))
        await settle()
        assert link.server.waiting() == 0
        assert uplink.state is LinkState.RECOGNISED
        await link.server.send(ReadingsStored(50))
        assert await line.batch(link) == list(range(50, 60))
        assert await line.batch(link) == list(range(60, 70))
        assert await line.batch(link) == list(range(70, 75))
        await settle()
        assert await line.outbox.waiting() == 0
        await line.owe(75, 76)
        assert await line.batch(link) == [75]


async def test_a_batch_says_how_many_readings_are_owed_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 25)
    async with line.running():
        link = await line.greeted()
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
    line = Line()
    await line.owe(0, 30)
    async with line.running():
        link = await line.greeted()
        for _ in range(3):
            await line.batch(link, stored=False)
        await link.server.send(ReadingsStored(10))
        await settle()
        link.cut()
        link = await line.greeted()
        assert await line.batch(link) == list(range(10, 20))
        assert await line.batch(link) == list(range(20, 30))


async def test_what_is_new_goes_before_what_has_waited_and_both_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 100)
    async with line.running() as uplink:
        link = await line.greeted()
        came: list[list[int]] = []
        for new in range(100, 106):
            came.append(await line.batch(link))
            await line.owe(new, new + 1)
            await settle()
        while sum(map(len, came)) < 106:
            came.append(await line.batch(link))
        await settle()
        assert uplink.state is LinkState.CURRENT
        assert await line.outbox.waiting() == 0
    times = [t for batch in came for t in batch]
    assert [t for t in times if t < 100] == list(range(100))
    assert [t for t in times if t >= 100] == list(range(100, 106))
    ahead = [times.index(new) - new % 100 - 10 * (new % 100 + 1) for new in range(100, 106)]
    assert max(ahead) <= 10 * module.AHEAD


async def test_what_was_taken_after_a_break_is_neither_lost_nor_sent_twice_while_older_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 200)
    stored: list[int] = []
    async with line.running():
        for new in (200, 203, 206):
            link = await line.greeted()
            await settle()
            await line.owe(new, new + 3)
            for _ in range(module.AHEAD + 1):
                stored += await line.batch(link)
                await settle()
            assert stored[-3:] == list(range(new, new + 3))
            assert await line.outbox.waiting() == new + 3 - len(stored)
            link.cut()
        link = await line.greeted()
        while await line.outbox.waiting():
            stored += await line.batch(link)
            await settle()
    assert sorted(stored) == list(range(209))
    assert stored != sorted(stored)


async def test_the_queue_is_told_truly_while_there_are_two_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    line = Line()
    await line.owe(0, 5)
    await line.outbox.forget(5)
    await line.owe(5, 65)
    async with line.running():
        link = await line.greeted()
        await settle()
        await line.owe(65, 68)
        left = []
        for _ in range(7):
            taken = await link.server.receive()
            assert isinstance(taken, ReadingsTaken)
            left.append((len(taken.readings), taken.left))
            await link.server.send(ReadingsStored(taken.through))
            await settle()
    assert left == [(10, 50), (10, 40), (10, 30), (10, 20), (3, 20), (10, 10), (10, 0)]


async def test_nothing_is_handed_over_while_nobody_knows_the_time() -> None:
    line = Line()
    timely = asyncio.Event()
    line.uplink = Uplink(
        IDENTITY, line.switchboard.dial, Owing(line.outbox, line.owing, timely), line.desired
    )
    await line.owe(0, 3)
    async with line.running() as uplink:
        link = await line.greeted()
        await asyncio.sleep(1000.0)
        assert link.server.waiting() == 0
        uplink.report(report(18.0))
        assert await link.server.receive() == report(18.0)
        timely.set()
        assert await line.batch(link) == [0, 1, 2]


async def test_a_batch_of_long_names_is_split_until_it_fits_into_a_frame() -> None:
    line = Line()
    name = SeriesName("a" * 128, "ß" * 128, "m" * 128)
    await line.outbox.keep([Reading(name, t, 20.0) for t in range(1000)])
    async with line.running():
        link = await line.greeted()
        seen: list[int] = []
        while len(seen) < 1000:
            taken = await link.server.receive()
            assert isinstance(taken, ReadingsTaken)
            assert len(encode(taken)) <= LARGEST_FRAME
            seen += [reading.t for reading in taken.readings]
            await link.server.send(ReadingsStored(taken.through))
        assert seen == list(range(1000))


async def test_what_was_never_sent_is_not_forgotten_whatever_the_server_says() -> None:
    line = Line()
    await line.owe(0, 3)
    async with line.running():
        link = await line.greeted()
        await line.batch(link, stored=False)
        await line.owe(3, 5)
        await link.server.send(ReadingsStored(5))
        link = await line.greeted()
        assert await line.batch(link) == [0, 1, 2, 3, 4]


# ——— what had to be dropped ———


async def test_what_was_dropped_is_told_once_each_time_it_grows_and_again_over_a_new_link() -> None:
    line, dropped = Line(), [7]
    owing = Owing(line.outbox, line.owing, given_up=lambda: dropped[0])
    line.uplink = Uplink(IDENTITY, line.switchboard.dial, owing, line.desired)

    async def told(link: FakeLink, n: int) -> int:
        await line.owe(n, n + 1)
        taken = await link.server.receive()
        assert isinstance(taken, ReadingsTaken)
        await link.server.send(ReadingsStored(taken.through))
        await settle()
        return taken.given_up

    async with line.running():
        link = await line.greeted()
        counts = [await told(link, 0), await told(link, 1)]
        dropped[0] = 9
        counts += [await told(link, 2), await told(link, 3)]
        link.cut()
        link = await line.greeted()
        counts += [await told(link, 4), await told(link, 5)]
    assert counts == [7, 0, 9, 0, 9, 0]
