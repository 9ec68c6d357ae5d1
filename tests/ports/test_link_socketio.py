"""The suite of everything that joins an agent to a server, across a network: by WebSocket and by polling."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krausen.errors import LinkLost
from krausen.links.socketio import agent as agents_end
from krausen.links.socketio.agent import AgentSide
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.ports.link import ServerEnd
from krausen.wire.messages import FromAgent, FromServer, Hello, ReadingsStored, ReadingsTaken, Turned, Welcome
from tests.ports.hall import Hall, opened
from tests.ports.test_link import DOWN, UP, lost

HELLO = Hello(agent="pi", wire=1, version="0")

pytestmark = pytest.mark.usefixtures("transport")


@pytest.fixture(params=agents_end.TRANSPORTS)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let agents dial in one way alone."""
    way = str(request.param)
    monkeypatch.setattr(agents_end, "TRANSPORTS", (way,))
    monkeypatch.setattr(agents_end, "FAREWELL_S", 0.2)
    return way


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[AgentSide, ServerEnd, Hall]]:
    async with opened() as hall, hall.dial().dial() as agent:
        yield agent, await hall.ends.get(), hall


@pytest.fixture(scope="module")
async def hall() -> AsyncIterator[Hall]:
    async with opened() as made:
        yield made


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(up=st.lists(UP, max_size=5), down=st.lists(DOWN, max_size=5))
async def test_messages_arrive_as_they_were_sent_in_order_both_ways(
    hall: Hall, up: list[FromAgent], down: list[FromServer]
) -> None:
    async with hall.dial().dial() as agent:
        server = await hall.ends.get()
        for message in up:
            await agent.send(message)
        for answer in down:
            await server.send(answer)
        assert [await server.receive() for _ in up] == up
        assert [await agent.receive() for _ in down] == down


async def test_several_who_send_at_once_do_not_mix_their_messages_up() -> None:
    async with joined() as (agent, server, _):

        async def send(first: int) -> None:
            for n in range(first, first + 50):
                await agent.send(ReadingsTaken(n, (Reading(SeriesName("pi", str(n), "t"), n, n / 3),)))

        async with asyncio.TaskGroup() as tasks:
            for first in range(0, 200, 50):
                tasks.create_task(send(first))
            heard = [await server.receive() for _ in range(200)]
        taken = {message.through: message for message in heard if isinstance(message, ReadingsTaken)}
        assert sorted(taken) == list(range(200))
        assert all(message.readings[0].t == n for n, message in taken.items())


async def test_the_server_learns_that_an_agent_has_left() -> None:
    async with opened() as hall:
        async with hall.dial().dial() as agent:
            server = await hall.ends.get()
            await agent.send(HELLO)
            assert await server.receive() == HELLO
        assert await lost(server.receive())
        assert await lost(server.send(Welcome("0")))


async def test_an_agent_learns_that_the_conversation_is_over_and_hears_the_last_word() -> None:
    async def short(end: ServerEnd, _: str) -> None:
        await end.send(Turned("Not today."))

    async with opened(short) as hall, hall.dial().dial() as agent:
        assert await agent.receive() == Turned("Not today.")
        assert await lost(agent.receive())
        assert await lost(agent.send(HELLO))


async def test_several_agents_have_a_link_each() -> None:
    async with opened() as hall, hall.dial().dial() as one, hall.dial().dial() as two:
        first, second = await hall.ends.get(), await hall.ends.get()
        await two.send(HELLO)
        await first.send(Welcome("first"))
        assert await second.receive() == HELLO
        assert await one.receive() == Welcome("first")


async def test_nobody_answers_where_there_is_no_server() -> None:
    async with opened() as hall:
        gone = hall.dial()
    with pytest.raises(LinkLost, match=r"^No server answers at http://127"):
        async with gone.dial():
            pytest.fail("It was answered.")


async def test_who_shows_a_wrong_token_is_told_so_in_words() -> None:
    async with opened() as hall:
        with pytest.raises(LinkLost, match=r"^The server turned us away: This token is not valid\.$"):
            async with hall.dial("bad").dial():
                pytest.fail("It was let in.")


async def test_a_frame_of_the_largest_size_goes_through_and_a_larger_one_is_not_sent() -> None:
    def taken(bytes_: int) -> ReadingsTaken:
        return ReadingsTaken(1, (Reading(SeriesName("p" * bytes_, "", ""), 1, 2.0),))

    async with joined() as (agent, server, _):
        fits = taken(256 * 1024 - 100)
        await agent.send(fits)
        await agent.send(fits)
        assert await server.receive() == fits
        assert await server.receive() == fits
        with pytest.raises(LinkLost, match="does not fit"):
            await agent.send(taken(256 * 1024))
        await server.send(ReadingsStored(1))
        assert await agent.receive() == ReadingsStored(1)
