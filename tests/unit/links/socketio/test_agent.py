"""How an agent dials, when it is not a server of ours that it reaches."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

import pytest

from krausen.errors import LinkLost
from krausen.links.socketio import agent as agents_end
from krausen.links.socketio import engine
from krausen.links.socketio import line as lines
from krausen.links.socketio.agent import AgentSide, SocketioDial
from krausen.links.socketio.connection import Application
from krausen.wire.messages import Hello, Turned
from tests.ports.hall import GOOD, opened
from tests.scenarios.processes_link.faulty_line import FaultyLine, faulty_line

HELLO = Hello(agent="pi", wire=1, version="0")
Answer = Callable[[StreamReader, StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long."""
    monkeypatch.setattr(agents_end, "DIAL_S", 0.5)
    monkeypatch.setattr(agents_end, "FAREWELL_S", 0.2)


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[SocketioDial]:
    """Give a way to dial a server that answers every connection in its own way."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await answer(reader, writer)
        except ConnectionError:
            pass  # the agent has left meanwhile
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield SocketioDial(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lambda: GOOD)
    finally:
        server.close()


async def why_not(dial: SocketioDial) -> str:
    """Dial, and give the reason why nobody answers."""
    with pytest.raises(LinkLost) as lost:
        async with dial.dial():
            pytest.fail("It was answered.")
    return str(lost.value)


def left_behind() -> tuple[list[Any], list[str]]:
    """Give what dialling has left: clients of the library, and tasks of theirs."""
    clients = list(import_module("engineio.base_client").connected_clients)
    tasks = [str(task.get_coro()) for task in asyncio.all_tasks()]
    return clients, [task for task in tasks if "loop_websocket" in task or "loop_polling" in task]


async def test_where_no_web_socket_gets_through_requests_do() -> None:
    def refusing(door: Application) -> Application:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close"})
            else:
                await door(scope, receive, send)

        return application

    async with opened(around=refusing) as hall, hall.dial().dial() as agent:
        end = await hall.ends.get()
        await agent.send(HELLO)
        assert await end.receive() == HELLO


async def test_where_web_sockets_open_but_say_nothing_requests_are_tried() -> None:
    def mute(door: Application) -> Application:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                await send({"type": "websocket.accept"})
                while (await receive())["type"] != "websocket.disconnect":
                    continue
            else:
                await door(scope, receive, send)

        return application

    async with opened(around=mute) as hall, hall.dial().dial() as agent:
        end = await hall.ends.get()
        await end.send(Turned("x"))
        assert await agent.receive() == Turned("x")


async def test_a_server_that_never_says_a_word_is_given_up_in_time() -> None:
    async def mute(reader: StreamReader, _: StreamWriter) -> None:
        await reader.read(-1)

    async with answering(mute) as dial:
        before_s = asyncio.get_running_loop().time()
        assert "not a word for" in await why_not(dial)
        assert asyncio.get_running_loop().time() - before_s < 10


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"220 mail ready\r\n",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n0{",
        b'HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n0{"sid":"abcd"}',
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xff\xfe",
        bytes(range(256)) * 40,
    ],
    ids=["nothing", "mail", "404", "page", "half a greeting", "half an offer", "no text", "garbage"],
)
async def test_something_else_than_our_server_is_said_to_be_that(words: bytes) -> None:
    async def speak(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.readline()
        writer.write(words)
        await writer.drain()

    async with answering(speak) as dial:
        assert (await why_not(dial)).startswith("No server answers at http://127.0.0.1:")


async def test_a_token_is_asked_for_with_each_call() -> None:
    tokens = iter(["bad", GOOD])
    async with opened() as hall:
        dial = SocketioDial(hall.url, lambda: next(tokens))
        assert "This token is not valid" in await why_not(dial)
        async with dial.dial() as agent:
            await agent.send(HELLO)


async def test_however_a_call_ends_it_leaves_nothing_behind() -> None:
    async def mute(reader: StreamReader, _: StreamWriter) -> None:
        await reader.read(-1)

    async with opened() as hall:
        for token in (GOOD, "bad"):
            try:
                async with hall.dial(token).dial() as agent:
                    await agent.send(HELLO)
            except LinkLost:
                assert token == "bad"
    await why_not(hall.dial())
    async with answering(mute) as dial:
        await why_not(dial)
    await asyncio.sleep(0)
    assert left_behind() == ([], [])


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[AgentSide, FaultyLine]]:
    """Give an agent that is joined to a server by a line that can fail."""
    async with (
        opened() as hall,
        faulty_line(hall.port) as line,
        SocketioDial(line.url, lambda: GOOD).dial() as agent,
    ):
        await hall.ends.get()
        yield agent, line


async def test_a_server_that_falls_silent_is_found_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PING_S", 1.0)
    monkeypatch.setattr(engine, "SILENT_S", 0.5)
    async with joined() as (agent, line), asyncio.timeout(20):
        line.hold()
        with pytest.raises(LinkLost, match="broke"):
            await agent.receive()


async def test_a_server_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "STUCK_S", 0.5)
    sent = 0

    async def talk(agent: AgentSide) -> None:
        nonlocal sent
        while True:
            await agent.send(Hello(agent="x" * 200_000, wire=1, version="0"))
            sent += 1

    async with joined() as (agent, line), asyncio.timeout(20):
        line.hold()
        with pytest.raises(LinkLost, match="took nothing"):
            await talk(agent)
    assert sent * 200_000 <= 16e6
