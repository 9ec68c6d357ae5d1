"""Live channels over real sockets: many who listen, and one who does not read."""

import asyncio
import socket
from asyncio import SelectorEventLoop
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from logging import ERROR

import httpx2
import pytest
import uvicorn
import uvloop
from msgspec import json
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from krausen.cli.serving import bound
from krausen.model.people import UserRole
from krausen.server.live import BACKLOG_BYTES, ROOM
from krausen.server.web.hot_live import live_protocol
from krausen.server.web.live import TOO_LARGE
from tests.unit.server.web.brewery import SECRETS, Brewery, furnished_brewery

pytestmark = pytest.mark.anyio

MANY = 300
MESSAGES = 20
LARGE = "x" * 30_000
PROOF = {"Authorization": f"Bearer {SECRETS[UserRole.BREWER]}"}


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    """Run on the loop of the server."""
    return "asyncio", {"loop_factory": uvloop.new_event_loop}


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Brewery, str]]:
    """Serve a brewery on a port of this machine."""
    listener = bound("127.0.0.1", 0)
    async with furnished_brewery() as brewery:
        config = uvicorn.Config(
            brewery.app,
            ws=live_protocol(),
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        try:
            yield brewery, f"ws://127.0.0.1:{listener.getsockname()[1]}/api/v1/live"
        finally:
            await server.shutdown(sockets=[listener])


async def subscribed(url: str, sock: socket.socket | None = None) -> ClientConnection:
    """Connect somebody who hears changes."""
    connection = await connect(url, additional_headers=PROOF, max_size=None, compression=None, sock=sock)
    await connection.send('{"subscribe":["changes"]}')
    await connection.send('{"ping":0}')
    assert await connection.recv() == '{"pong":0}'
    return connection


async def numbers(connection: ClientConnection, count: int) -> list[int]:
    """Hear so many messages."""
    return [json.decode(await connection.recv())["message"]["n"] for _ in range(count)]


async def test_three_hundred_hear_everything_in_order_while_one_does_not_read() -> None:
    async with asyncio.timeout(60), serving() as (brewery, url), AsyncExitStack() as stack:
        live = brewery.site.live
        deaf = await subscribed(url, _narrow(url))
        deaf.transport.pause_reading()
        (stalled,) = live._listeners
        crowd = [await stack.enter_async_context(await subscribed(url)) for _ in range(MANY)]
        for n in range(MESSAGES):
            live.say("changes", {"n": n, "x": LARGE if n % 10 == 0 else ""})
            await asyncio.sleep(0)
        for connection in crowd:
            assert await numbers(connection, MESSAGES) == list(range(MESSAGES))
        listener = crowd[0]
        for n in range(3 * BACKLOG_BYTES // len(LARGE)):
            live.say("changes", {"n": n, "x": LARGE})
            assert await numbers(listener, 1) == [n]
            assert stalled.backlog_bytes <= BACKLOG_BYTES
        outlet = stalled._outlet
        assert outlet is not None
        assert ROOM < outlet.waiting <= ROOM + 2 * len(LARGE)
        deaf.transport.abort()
        for one in crowd[1:]:
            one.transport.abort()


@pytest.mark.parametrize(
    "anyio_backend",
    [("asyncio", {"loop_factory": loop}) for loop in (uvloop.new_event_loop, SelectorEventLoop)],
)
async def test_fragments_pings_and_large_frames_over_a_socket() -> None:
    async with asyncio.timeout(30), serving() as (brewery, url):
        async with await subscribed(url) as connection:
            await connection.send(['{"pi', 'ng":', "1}"])
            await (await connection.ping())
            brewery.site.live.say("changes", {"n": 1})
            assert json.decode(await connection.recv()) == {"pong": 1}
            assert await numbers(connection, 1) == [1]
            await connection.send('{"ping":"' + "x" * 70_000 + '"}')
            assert json.decode(await connection.recv())["error"] == "too_large"
            with pytest.raises(ConnectionClosedError) as ended:
                await connection.recv()
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == TOO_LARGE


async def test_a_head_is_answered_and_nothing_is_wrong_with_that(caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(30), serving() as (_, url):
        root = url.replace("ws://", "http://").removesuffix("/live")
        async with httpx2.AsyncClient(timeout=10.0, headers={"accept-encoding": "identity"}) as client:
            head, get = await client.head(f"{root}/health"), await client.get(f"{root}/health")
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) == len(get.content)
    assert [record.getMessage() for record in caplog.records if record.levelno >= ERROR] == []


def _narrow(url: str) -> socket.socket:
    """Connect with a small buffer, as behind a slow line."""
    host, _, port = url.split("/")[2].partition(":")
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.connect((host, int(port)))
    made.setblocking(False)
    return made
