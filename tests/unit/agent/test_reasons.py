"""What is noted of a vessel reaches the server in order and at least once, and never holds anything up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.reasons import AWAY_S, ENDED, HELD_AT_MOST, Reasons, unnoted
from krausen.agent.reasons_handover import BATCH, ReasonsHandOver
from krausen.control.why import LONGEST, MOST_TEXTS
from krausen.errors import LinkLost
from krausen.model.level import Demand, Levels
from krausen.model.reason import Occasion, Reason
from krausen.model.setpoint import Mode, Setpoint
from krausen.ports.clock import Clock
from krausen.ports.diary import Unsent
from krausen.testing.diary import MemoryDiary
from krausen.testing.link import FakeLink
from krausen.wire.messages import LARGEST_FRAME, Desired, FromAgent, ReasonsStored, ReasonsTold, encode

pytestmark = pytest.mark.anyio

START_MS = 1_700_000_000_000
WISH = Setpoint(revision=2, mode=Mode.BEER, value=19.0)


class There:
    """An agent's reasons, a diary, and a server in our hands."""

    def __init__(self, limit: int = 10_000) -> None:
        self.clock = Clock(START_MS, asyncio.get_running_loop().time)
        self.diary = MemoryDiary(limit)
        self.timely = asyncio.Event()
        self.timely.set()
        self.start()

    def start(self) -> None:
        """Begin anew with the same diary."""
        self.reasons = Reasons(self.clock, self.diary)
        self.handover = ReasonsHandOver(self.reasons, self.timely)

    async def note(self, *revisions: int, vessel: str = "fass") -> None:
        """Note so many changes, a minute apart."""
        for revision in revisions:
            self.reasons.note(
                vessel, replace(WISH, revision=revision), Demand(why=(f"{revision}",)), Levels()
            )
            await asyncio.sleep(60.0)

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        """Have what is noted kept meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.reasons.keep(1.0))
            yield
            task.cancel()

    @asynccontextmanager
    async def telling(self) -> AsyncIterator[FakeLink]:
        """Have it told meanwhile over a new link, to a server that asks for it."""
        link = FakeLink()
        self.handover.forget()
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.handover.run(link.agent))
            self.handover.heard(Desired((), reasons=True))
            yield link
            task.cancel()


def told(message: FromAgent) -> ReasonsTold:
    assert isinstance(message, ReasonsTold)
    return message


def numbers(message: ReasonsTold) -> list[str]:
    return [reason.texts[0] for reason in message.reasons]


async def test_what_is_noted_is_told_until_it_is_acknowledged() -> None:
    there = There()
    async with there.keeping():
        await there.note(1, 2)
        async with there.telling() as link:
            first = told(await link.server.receive())
            assert (first.vessel, numbers(first)) == ("fass", ["1", "2"])
            await there.note(3)
            assert link.server.waiting() == 0
        async with there.telling() as link:
            again = told(await link.server.receive())
            assert again.reasons[:2] == first.reasons
            there.handover.heard(ReasonsStored("fass", again.through))
            await there.note(4)
            assert numbers(told(await link.server.receive())) == ["4"]
    assert await there.diary.waiting() == 1


async def test_a_server_that_does_not_ask_is_told_nothing() -> None:
    there = There()
    async with there.keeping():
        await there.note(1)
        async with there.telling() as link:
            there.handover.heard(Desired(()))
            await asyncio.sleep(100.0)
            assert link.server.waiting() == 0


async def test_vessels_are_told_one_by_one_and_in_parts_that_fit_a_frame() -> None:
    there = There()
    async with there.keeping():
        await there.note(*range(BATCH + 10))
        await there.note(1, vessel="keg")
        sizes = []
        async with there.telling() as link:
            for _ in range(3):
                message = told(await link.server.receive())
                sizes.append((message.vessel, len(message.reasons)))
                there.handover.heard(ReasonsStored(message.vessel, message.through))
    assert sizes == [("fass", BATCH), ("fass", 10), ("keg", 1)]


def test_the_longest_reasons_of_a_message_fit_a_frame() -> None:
    longest = Reason(2**60, 0.1, 0.1, ("°" * LONGEST,) * MOST_TEXTS, Levels(True, True), Occasion.CHANGE)
    message = ReasonsTold(vessel="v" * 64, reasons=(longest,) * BATCH, through=2**60, given_up=2**60)
    assert len(encode(message)) < LARGEST_FRAME


async def test_an_acknowledgement_of_what_was_not_sent_ends_the_link() -> None:
    there = There()
    with pytest.raises(LinkLost, match="not sent"):
        there.handover.heard(ReasonsStored("fass", 1))


async def test_a_restart_goes_on_where_the_diary_stands_and_says_that_it_began() -> None:
    there = There()
    async with there.keeping():
        await there.note(1)
    await there.reasons.end(["fass", "never seen"])
    there.start()
    async with there.keeping():
        await there.note(1)
        async with there.telling() as link:
            message = told(await link.server.receive())
    occasions = [reason.occasion for reason in message.reasons]
    assert occasions == [Occasion.BEGIN, Occasion.END, Occasion.BEGIN]
    assert message.reasons[1].texts == (ENDED,)


async def test_a_disk_that_refuses_is_said_once_and_nothing_is_lost() -> None:
    there = There()
    with capture_logs() as logs:
        async with there.keeping(), there.telling() as link:
            there.diary.away = "diary.sqlite cannot be written now: disk full."
            await there.note(1, 2, 3)
            there.diary.away = ""
            await asyncio.sleep(2 * AWAY_S)
            first = told(await link.server.receive())
            there.diary.away = "diary.sqlite cannot be written now: disk full."
            there.handover.heard(ReasonsStored("fass", first.through))
            await asyncio.sleep(AWAY_S / 2)
            there.diary.away = ""
            again = told(await link.server.receive())
    assert numbers(first) == ["1", "2", "3"]
    assert again == first
    assert [line["event"] for line in logs] == ["reasons.away", "reasons.away"]


async def test_while_the_disk_refuses_the_oldest_are_given_up_and_counted() -> None:
    there = There()
    there.diary.away = "disk full"
    await there.note(*range(HELD_AT_MOST + 5))
    await there.reasons.flush()
    assert there.reasons.given_up == 5


async def test_a_full_diary_is_said_once_and_the_server_hears_how_many_were_given_up() -> None:
    there = There(limit=10)
    with capture_logs() as logs:
        async with there.keeping():
            await there.note(*range(15))
            async with there.telling() as link:
                message = told(await link.server.receive())
                assert (numbers(message)[0], message.given_up) == ("5", 5)
                there.handover.heard(ReasonsStored("fass", message.through))
                await there.note(99)
                assert told(await link.server.receive()).given_up == 0
            async with there.telling() as link:
                assert told(await link.server.receive()).given_up == 5
    assert [line["event"] for line in logs] == ["reasons.full"]


async def test_nothing_is_told_before_its_times_can_be_believed_and_then_they_are_right() -> None:
    there = There()
    there.timely.clear()
    async with there.keeping(), there.telling() as link:
        await there.note(1, 2)
        there.reasons.note("fass", replace(WISH, revision=3), Demand(), Levels())
        assert link.server.waiting() == 0
        there.reasons.moved(3_600_000)
        there.timely.set()
        message = told(await link.server.receive())
        there.handover.heard(ReasonsStored("fass", message.through))
        rest = () if len(message.reasons) == 3 else told(await link.server.receive()).reasons
    times = [reason.at - START_MS for reason in (*message.reasons, *rest)]
    began = times[0]
    assert began >= 3_600_000
    assert [time - began for time in times] == [0, 60_000, 120_000]


async def test_without_a_diary_nothing_is_noted() -> None:
    there = There()
    reasons = Reasons(there.clock, None)
    reasons.note("fass", WISH, Demand(), Levels())
    await reasons.end(["fass"])
    assert await reasons.oldest(10) is None
    await reasons.stored(Unsent("fass", 1, ()))
    unnoted("fass", WISH, Demand(), Levels())
    assert reasons.given_up == 0
