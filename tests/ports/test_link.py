"""One suite for everything that joins an agent to a server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from krausen.errors import LinkLost
from krausen.links.memory import FRAMES, AgentSide, MemoryLinks, ServerSide
from krausen.model.level import Demand, Levels
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.link import AgentEnd, Dial, ServerEnd
from krausen.testing.link import Switchboard
from krausen.wire.messages import (
    Desired,
    FromAgent,
    FromServer,
    Hello,
    ReadingsStored,
    ReadingsTaken,
    Turned,
    VesselOrder,
    VesselReport,
    Welcome,
)

HELLO = Hello(agent="pi", wire=1, version="0")
TEXTS = st.text(max_size=5)
FLOATS = st.floats(allow_nan=False)
SERIES = st.builds(SeriesName, TEXTS, TEXTS, TEXTS)
UP = st.one_of(
    st.builds(Hello, agent=TEXTS, wire=st.integers(0, 9), version=TEXTS),
    st.builds(
        ReadingsTaken,
        st.integers(0, 2**53),
        st.lists(st.builds(Reading, SERIES, st.integers(0, 2**53), FLOATS, st.sampled_from(Quality))).map(
            tuple
        ),
    ),
    st.builds(
        VesselReport,
        vessel=TEXTS,
        at=st.integers(0, 2**53),
        demand=st.builds(Demand, FLOATS, FLOATS, st.lists(TEXTS).map(tuple)),
        levels=st.builds(Levels, st.none() | st.booleans(), st.none() | st.booleans()),
        beer=st.none() | FLOATS,
        chamber=st.none() | FLOATS,
    ),
)
DOWN = st.one_of(
    st.builds(Welcome, TEXTS),
    st.builds(Turned, TEXTS),
    st.builds(ReadingsStored, st.integers(0, 2**53)),
    st.builds(
        Desired,
        st.lists(
            st.builds(
                VesselOrder,
                st.builds(
                    Vessel,
                    id=TEXTS,
                    name=TEXTS,
                    agent=TEXTS,
                    limits=st.builds(Limits, FLOATS, FLOATS),
                    roles=st.dictionaries(st.sampled_from(Role), SERIES),
                ),
                st.builds(
                    Setpoint, revision=st.integers(1, 9), mode=st.sampled_from(Mode), value=st.none() | FLOATS
                ),
            ),
            max_size=2,
        ).map(tuple),
    ),
)


class Exchange:
    """A way to dial and the server's ends of what was dialled, with everything that may happen to a line."""

    def __init__(self, dial: Dial, ends: "asyncio.Queue[ServerEnd]", cut: Callable[[], None]) -> None:
        self.dial = dial
        self.ends = ends
        self.cut = cut


@asynccontextmanager
async def memory() -> AsyncIterator[Exchange]:
    ends: asyncio.Queue[ServerEnd] = asyncio.Queue()

    async def answer(side: ServerSide) -> None:
        ends.put_nowait(side)
        await asyncio.Event().wait()

    links = MemoryLinks(answer)
    yield Exchange(links.dial, ends, links.cut)


@asynccontextmanager
async def fake() -> AsyncIterator[Exchange]:
    switchboard = Switchboard()
    ends: asyncio.Queue[ServerEnd] = asyncio.Queue()

    @asynccontextmanager
    async def dial() -> AsyncIterator[AgentEnd]:
        async with switchboard.dial() as end:
            link = await switchboard.calls.get()
            links.append(link.cut)
            ends.put_nowait(link.server)
            yield end

    links: list[Callable[[], None]] = []

    def cut() -> None:
        switchboard.away = True
        for end in links:
            end()

    yield Exchange(dial, ends, cut)


KINDS: dict[str, Callable[[], AbstractAsyncContextManager[Exchange]]] = {"memory": memory, "fake": fake}
each_kind = pytest.mark.parametrize("kind", KINDS)


@asynccontextmanager
async def joined(kind: str) -> AsyncIterator[tuple[AgentEnd, ServerEnd, Exchange]]:
    async with KINDS[kind]() as exchange, exchange.dial() as agent:
        yield agent, await exchange.ends.get(), exchange


@each_kind
@settings(max_examples=50)
@given(up=st.lists(UP, max_size=5), down=st.lists(DOWN, max_size=5))
async def test_messages_arrive_as_they_were_sent_in_order_both_ways(
    kind: str, up: list[FromAgent], down: list[FromServer]
) -> None:
    async with joined(kind) as (agent, server, _):
        for message in up:
            await agent.send(message)
        for answer in down:
            await server.send(answer)
        assert [await server.receive() for _ in up] == up
        assert [await agent.receive() for _ in down] == down


@each_kind
async def test_a_cut_ends_everything_on_both_sides(kind: str) -> None:
    async with joined(kind) as (agent, server, exchange):
        async with asyncio.TaskGroup() as tasks:
            waiting = [tasks.create_task(lost(agent.receive())), tasks.create_task(lost(server.receive()))]
            await asyncio.sleep(0)
            exchange.cut()
        assert [task.result() for task in waiting] == [True, True]
        assert await lost(agent.send(HELLO))
        assert await lost(server.send(Welcome("0")))
        assert await lost(agent.receive())
        assert await lost(server.receive())


@each_kind
async def test_nobody_answers_on_a_line_that_is_cut(kind: str) -> None:
    async with KINDS[kind]() as exchange:
        exchange.cut()
        with pytest.raises(LinkLost):
            async with exchange.dial():
                pytest.fail("It was answered.")


@each_kind
async def test_the_server_learns_that_an_agent_has_left(kind: str) -> None:
    async with KINDS[kind]() as exchange, asyncio.TaskGroup() as tasks:
        async with exchange.dial() as agent:
            server = await exchange.ends.get()
            await agent.send(HELLO)
            assert await server.receive() == HELLO
            gone = tasks.create_task(lost(server.receive()))
            await asyncio.sleep(0)
        assert await gone


@each_kind
async def test_several_agents_have_a_link_each(kind: str) -> None:
    async with KINDS[kind]() as exchange, exchange.dial() as one, exchange.dial() as two:
        first, second = await exchange.ends.get(), await exchange.ends.get()
        await two.send(HELLO)
        await first.send(Welcome("first"))
        assert await second.receive() == HELLO
        assert await one.receive() == Welcome("first")


async def lost(call: Awaitable[object]) -> bool:
    """Tell whether a call ends because the other side has gone."""
    try:
        await call
    except LinkLost:
        return True
    return False


# ——— inside one process ———


@asynccontextmanager
async def answered(
    answer: Callable[[ServerSide], Awaitable[None]],
) -> AsyncIterator[tuple[MemoryLinks, AgentSide]]:
    links = MemoryLinks(answer)
    async with links.dial() as agent:
        yield links, agent


async def test_a_side_that_does_not_listen_holds_the_other_up_and_not_for_ever() -> None:
    async def deaf(_: ServerSide) -> None:
        await asyncio.Event().wait()

    async with answered(deaf) as (links, agent):
        for _ in range(FRAMES):
            await agent.send(HELLO)
        async with asyncio.TaskGroup() as tasks:
            held_up = tasks.create_task(lost(agent.send(HELLO)))
            await asyncio.sleep(0.01)
            assert not held_up.done()
            links.cut()
        assert held_up.result()


async def test_after_mending_agents_may_dial_again() -> None:
    async def greet(side: ServerSide) -> None:
        await side.send(Welcome("0"))
        await asyncio.Event().wait()

    links = MemoryLinks(greet)
    links.cut()
    links.mend()
    async with links.dial() as agent:
        assert await agent.receive() == Welcome("0")


async def test_a_server_that_hangs_up_is_gone_for_the_agent() -> None:
    async def short(side: ServerSide) -> None:
        await side.send(Turned("Not today."))

    async with answered(short) as (_, agent):
        assert await agent.receive() == Turned("Not today.")
        assert await lost(agent.receive())


async def test_a_server_that_fails_is_gone_for_the_agent_and_that_is_said() -> None:
    async def clumsy(_: ServerSide) -> None:
        raise KeyError("fass")

    with capture_logs() as logs:
        async with answered(clumsy) as (_, agent):
            assert await lost(agent.receive())
    assert [line["event"] for line in logs] == ["link.server_failed"]


@pytest.mark.parametrize("frame", [b"", b"\xc1", b"rubbish", msgspec.msgpack.encode({"type": "Unheard"})])
async def test_a_frame_that_nobody_understands_ends_the_link(frame: bytes) -> None:
    heard: list[bool] = []

    async def babble(side: ServerSide) -> None:
        await side.put(frame)
        heard.append(await lost(side.receive()))

    async with answered(babble) as (_, agent):
        with pytest.raises(LinkLost, match="cannot be understood"):
            await agent.receive()
        await agent.put(frame)
        await asyncio.sleep(0.01)
    assert heard == [True]
