import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen import __version__
from krausen.errors import LinkLost
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports.history import Point
from krausen.server.dispatch import HELLO_S
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import (
    Declared,
    Desired,
    FromAgent,
    FromServer,
    ReadingsStored,
    ReadingsTaken,
    SeriesDeclared,
    Turned,
    VesselOrder,
    Welcome,
)
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.desk import BEER, FASS, reading
from tests.unit.server.office import asked, hello, office, settle


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


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


@pytest.mark.parametrize(
    "unsound",
    [reading(2, float("nan")), reading(2, float("inf")), reading(-1), reading(2**63)],
    ids=["no number", "infinite", "before time", "after time"],
)
async def test_what_is_not_sound_is_refused_and_does_not_hold_up_the_rest(unsound: Reading) -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.greeted() as link:
            taken = ReadingsTaken(3, (reading(1), unsound, reading(3)))
            assert await asked(link, taken) == ReadingsStored(3)
    assert [point.t for point in await there.kept(BEER)] == [1, 3]
    assert "agent.not_sound" in [line["event"] for line in logs]


async def test_series_are_declared_with_their_units_but_not_those_of_others() -> None:
    there = await office()
    alien = SeriesName("other", "beer", "temperature")
    async with there.greeted() as link:
        declared = (Declared(BEER, "°C", WHOLE), Declared(alien, "°C", WHOLE))
        await link.agent.send(SeriesDeclared(declared))
        await settle()
    assert [(record.name, record.unit) for record in await there.history.series()] == [(BEER, "°C")]


# ——— what is said of agents ———


async def test_an_agent_that_comes_and_goes_is_said_to_be_lost_once_a_minute_with_how_often() -> None:
    there = await office()
    with capture_logs() as logs:
        for after_ms in (0, 20_000, 20_000, 20_000):
            there.clock.now_ms += after_ms
            async with there.greeted():
                pass
        async with there.greeted("other"):
            pass
    lost = [line for line in logs if line["event"] == "agent.lost" and line["log_level"] == "warning"]
    assert [(line["agent"], line["times"]) for line in lost] == [("pi", 1), ("pi", 3), ("other", 1)]


async def test_readings_that_an_agent_gave_up_are_said_once_and_counted() -> None:
    there = await office()
    with capture_logs() as logs:
        async with there.greeted() as link:
            await asked(link, ReadingsTaken(1, (), given_up=40))
            await asked(link, ReadingsTaken(2, ()))
            await asked(link, ReadingsTaken(3, (), given_up=40))
            await asked(link, ReadingsTaken(4, (), given_up=50))
            await settle()
        (body,) = [one for one in there.roster.agents() if one.agent == "pi"]
    said = [line for line in logs if line["event"] == "agent.gave_up"]
    assert ["40 readings" in said[0]["detail"], "10 readings" in said[1]["detail"]] == [True, True]
    assert len(said) == 2
    assert body.given_up == 50
