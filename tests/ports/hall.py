"""A server's door for agents on a real port of this machine, and a raw way to knock at it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from msgspec import json
from websockets.asyncio.client import ClientConnection, connect

from krausen.errors import Unproven
from krausen.links.socketio.agent import SocketioDial
from krausen.links.socketio.connection import Application
from krausen.links.socketio.engine import Engine
from krausen.links.socketio.server import AgentDoor
from krausen.ports.link import ServerEnd
from krausen.server.web.socketio import transport_of

GOOD = "good"
Converse = Callable[[ServerEnd, str], Awaitable[None]]


class Hall:
    """A door that lets in who shows the token `good`. `ends` has the server's end of each that came in."""

    def __init__(self, port: int, engine: Engine, ends: "asyncio.Queue[ServerEnd]") -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.engine = engine
        self.ends = ends

    def dial(self, token: str = GOOD) -> SocketioDial:
        """Give a way to dial it."""
        return SocketioDial(self.url, lambda: token)

    @asynccontextmanager
    async def raw(self) -> AsyncIterator["Raw"]:
        """Open a WebSocket to it and speak for oneself."""
        address = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        async with connect(address, compression=None, proxy=None, close_timeout=0.5) as web_socket:
            raw = Raw(web_socket)
            assert (await raw.hear()).startswith("0{")
            yield raw


class Raw:
    """A WebSocket on which the words of engine.io are said by hand."""

    def __init__(self, web_socket: ClientConnection) -> None:
        self.web_socket = web_socket

    async def say(self, *words: str | bytes) -> None:
        """Send packets."""
        for word in words:
            await self.web_socket.send(word)

    async def hear(self) -> str:
        """Wait for the next text, pings apart."""
        while True:
            heard = await self.web_socket.recv()
            if isinstance(heard, str) and heard != "2":
                return heard

    async def enter(self, token: str = GOOD) -> str:
        """Show a token, and give the answer."""
        await self.say(f"40/agent,{json.encode({'token': token}).decode()}")
        return await self.hear()

    async def ended(self) -> int | None:
        """Wait until the other side has closed, and give its code; what it says meanwhile is ignored."""
        async for _ in self.web_socket:
            continue
        return self.web_socket.close_code


async def leave_it_to_the_test(_end: ServerEnd, _proof: str) -> None:
    """Hold a conversation by doing nothing."""
    await asyncio.Event().wait()


@asynccontextmanager
async def opened(
    converse: Converse | None = None, around: Callable[[Application], Application] | None = None
) -> AsyncIterator[Hall]:
    """Open a hall; `converse` holds the conversations in place of the test, `around` is before the door."""
    ends: asyncio.Queue[ServerEnd] = asyncio.Queue()

    async def handed_over(end: ServerEnd, proof: str) -> None:
        ends.put_nowait(end)
        await (converse or leave_it_to_the_test)(end, proof)

    engine = Engine(_other, transport_of)
    AgentDoor(engine, _admitted, handed_over)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(
        uvicorn.Config(
            around(engine) if around else engine,
            loop="none",
            ws="websockets-sansio",
            ws_max_size=2**21,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=0,
        )
    )
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(engine.run())
        serving = tasks.create_task(server.serve(sockets=[listener]))
        try:
            yield Hall(listener.getsockname()[1], engine, ends)
        finally:
            server.should_exit = True
            await serving
            running.cancel()
            listener.close()


async def _admitted(shown: object) -> str:
    if not isinstance(shown, dict) or shown.get("token") != GOOD:
        raise Unproven("This token is not valid.")
    return GOOD


async def _other(scope: Any, _receive: Any, send: Any) -> None:
    """Answer what is not for the door."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the page"})
