import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen import __version__
from krausen.errors import LinkLost
from krausen.model.level import Demand, Levels
from krausen.model.series import WHOLE, SeriesName
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports.history import Point
from krausen.server.dispatch import HELLO_S
from krausen.server.setpoints import Wish
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import (
    Declared,
    Desired,
    FromAgent,
    FromServer,
    Hello,
    ReadingsStored,
    ReadingsTaken,
    SeriesDeclared,
    SetpointApplied,
    SetpointRejected,
    Turned,
    VesselOrder,
    VesselReport,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.desk import ANNA, BEER, FASS, KEG, Desk, reading

REPORT = VesselReport(vessel="fass", at=1, demand=Demand(), levels=Levels(), beer=17.5, chamber=None)
LAGER = Wish(mode=Mode.BEER, value=12.0)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def hello(agent: str = "pi", wire: int = WIRE_VERSION) -> Hello:
    return Hello(agent=agent, wire=wire, version="0")


class Office(Desk):
    """A server core that answers links."""

    @asynccontextmanager
    async def linked(self) -> AsyncIterator[FakeLink]:
        """Open a link that is served."""
        link = FakeLink()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._serve(link))
            yield link
            link.cut()

    @asynccontextmanager
    async def greeted(self, agent: str = "pi") -> AsyncIterator[FakeLink]:
        """Open a link, greet, and take the first orders."""
        async with self.linked() as link:
            await link.agent.send(hello(agent))
            assert await link.agent.receive() == Welcome(__version__)
            assert isinstance(await link.agent.receive(), Desired)
            yield link

    def state(self, agent: str = "pi") -> str:
        return next((body.state for body in self.roster.agents() if body.agent == agent), "never seen")

    async def _serve(self, link: FakeLink) -> None:
        await self.dispatch.serve(link.server)
        link.cut()


async def office() -> Office:
    made = Office()
    await made.arrange(FASS, KEG)
    return made


async def asked(link: FakeLink, message: FromAgent) -> FromServer:
    await link.agent.send(message)
    return await link.agent.receive()


async def settle() -> None:
    await asyncio.sleep(0.001)


# ——— greeting ———


async def test_an_agent_is_welcomed_and_told_what_is_wanted_of_it_and_of_nobody_else() -> None:
    there = await office()
    async with there.linked() as link:
        assert await asked(link, hello()) == Welcome(__version__)
        orders = await link.agent.receive()
        assert isinstance(orders, Desired)
        record = await there.catalog.vessel("fass")
        assert orders.vessels == (VesselOrder(FASS, record.requested),)
        assert there.state() == "recognised"
    assert there.state() == "offline"


async def test_an_agent_without_a_vessel_is_welcome_too() -> None:
    there = await office()
    async with there.linked() as link:
        await asked(link, hello("new"))
        assert await link.agent.receive() == Desired(())


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (SeriesDeclared(()), "says hello first"),
        (hello(wire=WIRE_VERSION + 1), "update the older"),
        (hello(wire=0), "update the older"),
        (hello(VESSEL_ADAPTER), "another name"),
        (hello(""), "another name"),
        (hello("a\nb"), "another name"),
        (hello("x" * 200), "another name"),
    ],
    ids=["no hello", "later wire", "older wire", "name of the vessels", "no name", "unprintable", "too long"],
)
async def test_who_cannot_be_worked_with_is_turned_away_with_a_reason(first: FromAgent, reason: str) -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.linked() as link:
            answer = await asked(link, first)
            assert isinstance(answer, Turned)
            assert reason in answer.detail
            with pytest.raises(LinkLost):
                await link.agent.receive()
    assert [line["event"] for line in logs] == ["agent.turned_away"]
    assert there.roster.agents() == []


async def test_a_second_agent_of_the_same_name_is_turned_away_and_the_first_goes_on() -> None:
    there = await office()
    async with there.greeted() as link:
        async with there.linked() as second:
            answer = await asked(second, hello())
            assert isinstance(answer, Turned)
            assert "already here" in answer.detail
        assert there.state() == "recognised"
        assert await asked(link, ReadingsTaken(1, (reading(1),))) == ReadingsStored(1)
    async with there.greeted():
        assert there.state() == "recognised"


async def test_of_two_agents_of_one_name_that_come_at_the_same_moment_one_is_turned_away() -> None:
    there = await office()

    async def greet(link: FakeLink) -> FromServer:
        return await asked(link, hello())

    async with there.linked() as one, there.linked() as two:
        one.server.slow_s = two.server.slow_s = 0.1
        async with asyncio.TaskGroup() as tasks:
            answers = [tasks.create_task(greet(link)) for link in (one, two)]
        assert sorted(type(task.result()).__name__ for task in answers) == ["Turned", "Welcome"]


async def test_who_says_nothing_is_hung_up_on() -> None:
    there = await office()
    async with there.linked() as link:
        await asyncio.sleep(HELLO_S + 1)
        with pytest.raises(LinkLost):
            await link.agent.receive()


async def test_who_leaves_before_greeting_harms_nobody() -> None:
    there = await office()
    async with there.linked():
        pass
    assert there.roster.agents() == []


async def test_an_agent_that_says_hello_again_is_only_noted() -> None:
    there = await office()
    async with there.greeted() as link:
        await link.agent.send(hello())
        assert await asked(link, ReadingsTaken(1, (reading(1),))) == ReadingsStored(1)


# ——— readings ———


async def test_readings_are_acknowledged_once_they_are_stored() -> None:
    there = await office()
    async with there.greeted() as link:
        assert await asked(link, ReadingsTaken(7, (reading(1), reading(2)))) == ReadingsStored(7)
        assert len(await there.kept(BEER)) == 2
        await settle()
        assert there.state() == "current"


async def test_what_history_refuses_is_not_acknowledged_and_the_link_ends() -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.greeted() as link:
            there.history.away = "readings.sqlite cannot be written now: disk full."
            await link.agent.send(ReadingsTaken(7, (reading(1),)))
            with pytest.raises(LinkLost):
                await link.agent.receive()
    there.history.away = ""
    assert [(line["event"], line["detail"]) for line in logs] == [
        ("agent.not_taken", "readings.sqlite cannot be written now: disk full.")
    ]
    assert there.state() == "offline"
    async with there.greeted() as link:
        assert await asked(link, ReadingsTaken(7, (reading(1),))) == ReadingsStored(7)


@pytest.mark.parametrize("adapter", ["other", "krausen", "import", "pi2", ""])
async def test_readings_of_a_foreign_adapter_are_refused_and_the_rest_is_taken(adapter: str) -> None:
    there = await office()
    alien = SeriesName(adapter, "keg", "heat")
    with capture_logs() as logs:
        async with there.greeted() as link:
            taken = ReadingsTaken(2, (reading(1, 1.0, alien), reading(1)))
            assert await asked(link, taken) == ReadingsStored(2)
    assert await there.history.id_of(alien) is None
    assert len(await there.kept(BEER)) == 1
    assert (logs[0]["event"], logs[0]["refused"]) == ("agent.not_its_own", 1)


async def test_a_vessels_own_readings_are_taken_from_the_agent_that_holds_it() -> None:
    there = await office()
    own = SeriesName(VESSEL_ADAPTER, "fass", "heat")
    async with there.greeted() as link:
        await asked(link, ReadingsTaken(1, (reading(1, 1.0, own),)))
    assert await there.kept(own) == [Point(1, 1.0)]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
async def test_what_is_no_number_is_refused_and_does_not_hold_up_the_rest(value: float) -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.greeted() as link:
            taken = ReadingsTaken(3, (reading(1), reading(2, value), reading(3)))
            assert await asked(link, taken) == ReadingsStored(3)
    assert [point.t for point in await there.kept(BEER)] == [1, 3]
    assert "agent.no_number" in [line["event"] for line in logs]


async def test_series_are_declared_with_their_units_but_not_those_of_others() -> None:
    there = await office()
    alien = SeriesName("other", "beer", "temperature")
    async with there.greeted() as link:
        declared = (Declared(BEER, "°C", WHOLE), Declared(alien, "°C", WHOLE))
        await link.agent.send(SeriesDeclared(declared))
        await settle()
    assert [(record.name, record.unit) for record in await there.history.series()] == [(BEER, "°C")]


# ——— wishes ———


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
