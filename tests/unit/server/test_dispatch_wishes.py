from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.errors import LinkLost
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.server.setpoints import Wish
from krausen.simulation.loop import jumping
from krausen.wire.messages import (
    Desired,
    FromAgent,
    ReadingsStored,
    ReadingsTaken,
    SetpointApplied,
    SetpointRejected,
    VesselOrder,
    VesselReport,
)
from tests.unit.server.desk import ANNA, FASS
from tests.unit.server.office import asked, hello, office, settle

REPORT = VesselReport(vessel="fass", at=1, demand=Demand(), levels=Levels(), beer=17.5, chamber=None)
LAGER = Wish(mode=Mode.BEER, value=12.0)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


async def test_a_wish_reaches_its_agent_at_once_and_its_answer_the_catalog() -> None:
    there = await office()
    async with there.greeted() as link:
        record = await there.setpoints.request("fass", LAGER, ANNA)
        assert await link.agent.receive() == Desired((VesselOrder(FASS, record.requested),))
        await link.agent.send(SetpointApplied("fass", 2, 1_000_700))
        await settle()
        record = await there.catalog.vessel("fass")
        assert (record.answer.state, record.answer.at) == (AnswerState.ACCEPTED, 1_000_700)
        assert record.answer.setpoint == record.requested


async def test_a_refusal_leaves_the_former_wish_in_force_with_the_reason() -> None:
    there = await office()
    async with there.greeted() as link:
        await there.setpoints.request("fass", LAGER, ANNA)
        await link.agent.send(SetpointRejected("fass", 2, "No output pi/heater/on.", 1_000_700))
        await settle()
    record = await there.catalog.vessel("fass")
    assert (record.answer.state, record.answer.detail) == (AnswerState.REJECTED, "No output pi/heater/on.")
    assert (record.answer.setpoint.value, record.requested.value) == (18.0, 12.0)


async def test_only_the_newest_of_many_wishes_is_sent() -> None:
    there = await office()
    async with there.greeted() as link:
        for value in range(5, 25):
            await there.setpoints.request("fass", Wish(mode=Mode.BEER, value=float(value)), ANNA)
        await settle()
        last = None
        while link.agent.waiting():
            last = await link.agent.receive()
        assert isinstance(last, Desired)
        assert last.vessels[0].setpoint.value == 24.0


async def test_a_wish_made_while_the_agent_was_away_is_told_when_it_is_back() -> None:
    there = await office()
    async with there.greeted():
        pass
    await there.setpoints.request("fass", LAGER, ANNA)
    async with there.linked() as link:
        await asked(link, hello())
        orders = await link.agent.receive()
        assert isinstance(orders, Desired)
        assert orders.vessels[0].setpoint.value == 12.0


async def test_an_answer_to_an_older_wish_changes_nothing() -> None:
    there = await office()
    async with there.greeted() as link:
        await there.setpoints.request("fass", LAGER, ANNA)
        await link.agent.send(SetpointApplied("fass", 1, 1_000_700))
        await settle()
    assert (await there.catalog.vessel("fass")).answer.state is AnswerState.WAITING


async def test_the_same_answer_again_does_not_move_the_moment_it_was_accepted() -> None:
    there = await office()
    async with there.greeted() as link:
        await there.setpoints.request("fass", LAGER, ANNA)
        for at in (1_000_700, 2_000_000):
            await link.agent.send(SetpointApplied("fass", 2, at))
        await settle()
        heard = there.hear("data")
        await link.agent.send(SetpointApplied("fass", 2, 3_000_000))
        await settle()
        there.live.say("data", "end")
        assert '"end"' in await heard.next()
    assert (await there.catalog.vessel("fass")).answer.at == 1_000_700


async def test_a_wish_that_was_refused_may_be_accepted_later() -> None:
    there = await office()
    async with there.greeted() as link:
        await there.setpoints.request("fass", LAGER, ANNA)
        await link.agent.send(SetpointRejected("fass", 2, "The disk is full.", 1_000_700))
        await link.agent.send(SetpointApplied("fass", 2, 1_000_900))
        await settle()
    record = await there.catalog.vessel("fass")
    assert (record.answer.state, record.answer.setpoint.value) == (AnswerState.ACCEPTED, 12.0)


@pytest.mark.parametrize(
    "message",
    [
        SetpointApplied("keg", 1, 9),
        SetpointRejected("keg", 1, "Mine.", 9),
        SetpointApplied("ghost", 1, 9),
        replace(REPORT, vessel="keg"),
        replace(REPORT, vessel="ghost"),
    ],
    ids=["applied", "rejected", "applied for none", "report", "report of none"],
)
async def test_what_is_said_of_a_vessel_of_others_is_not_heard(message: FromAgent) -> None:
    there = await office()
    async with there.greeted() as link:
        before = await there.catalog.vessel("keg")
        heard = there.hear("data")
        await link.agent.send(message)
        assert await asked(link, ReadingsTaken(1, ())) == ReadingsStored(1)
        assert await there.catalog.vessel("keg") == before
        there.live.say("data", "end")
        assert '"end"' in await heard.next()


async def test_reports_show_in_the_vessel() -> None:
    there = await office()
    async with there.greeted() as link:
        await link.agent.send(REPORT)
        await settle()
    body = await there.roster.body(await there.catalog.vessel("fass"))
    assert body.observed.beer == 17.5


async def test_a_catalog_that_refuses_ends_the_conversation_and_it_can_begin_anew() -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.greeted() as link:
            there.catalog.away = "catalog.sqlite cannot be read now."
            await link.agent.send(SetpointApplied("fass", 1, 9))
            there.dispatch.changed("pi")
            with pytest.raises(LinkLost):
                await link.agent.receive()
    assert [line["event"] for line in logs] == ["agent.not_taken"]
    there.catalog.away = ""
    async with there.greeted():
        assert there.state() == "recognised"


async def test_a_change_for_an_agent_that_is_away_is_no_error() -> None:
    (await office()).dispatch.changed("nobody")


async def test_the_first_wish_of_a_vessel_counts_as_accepted() -> None:
    there = await office()
    record = await there.catalog.vessel("fass")
    assert record.answer.setpoint == Setpoint(revision=1, mode=Mode.BEER, value=18.0, by="Anna", at=1_000_000)
