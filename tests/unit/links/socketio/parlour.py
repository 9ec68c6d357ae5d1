"""The live channels of a server, heard by socket.io on a real port of this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from itertools import count
from typing import Any

import pytest
import uvicorn
from msgspec import Struct, json
from websockets.asyncio.client import ClientConnection, connect

from krausen.errors import Unproven
from krausen.links.socketio.engine import Engine
from krausen.links.socketio.listeners import ListenerDoor
from krausen.links.socketio.server import AgentDoor
from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, Token, UserRole
from krausen.ports.clock import Clock
from krausen.ports.link import ServerEnd
from krausen.server.channels import Channels
from krausen.server.live import Live
from krausen.server.people import Reception
from krausen.server.people.digests import digest
from krausen.server.web.hot_live import live_protocol
from krausen.server.web.socketio import transport_of
from krausen.server.web.socketio_live import Hearing
from krausen.testing.catalog import MemoryCatalog

NOON = 1_790_000_000_000
"""2026-09-21T14:13:20Z."""
SECRETS = {role: f"krs_{role.value}" for role in UserRole}
ADMIN = Caller(id="u-admin", login="admin", name="Ada", role=UserRole.ADMIN)


class Parlour(Struct, frozen=True):
    """The parts of a server that listeners meet, and the port on which they do. `agents` have come in."""

    port: int
    engine: Engine
    live: Live
    channels: Channels
    reception: Reception
    agents: "asyncio.Queue[ServerEnd]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, channel: str, *messages: object) -> None:
        """Say something to all who listen."""
        for message in messages:
            self.live.say(channel, message)

    async def declare(self, name: str, publish: UserRole = UserRole.BREWER) -> None:
        """Declare a channel."""
        await self.channels.declare(Channel(name=name, publish=publish), ADMIN)

    @asynccontextmanager
    async def guest(self, headers: Mapping[str, str] | None = None) -> AsyncIterator["Guest"]:
        """Open a WebSocket, and speak for oneself."""
        address = f"ws://127.0.0.1:{self.port}/socket.io/?EIO=4&transport=websocket"
        async with connect(
            address, compression=None, proxy=None, close_timeout=0.5, additional_headers=headers
        ) as web_socket:
            guest = Guest(web_socket)
            assert (await guest.hear()).startswith("0{")
            yield guest

    @asynccontextmanager
    async def welcome(self, role: UserRole = UserRole.VIEWER) -> AsyncIterator["Guest"]:
        """Open a WebSocket on which somebody of a role has been let in."""
        async with self.guest() as guest:
            assert (await guest.enter(SECRETS[role])).startswith('40{"sid":')
            yield guest


class Guest:
    """A WebSocket on which the words of Engine.IO are said by hand."""

    def __init__(self, web_socket: ClientConnection) -> None:
        self.web_socket = web_socket
        self._asked = 0

    async def say(self, *words: str | bytes) -> None:
        """Send packets."""
        for word in words:
            await self.web_socket.send(word)

    async def hear(self) -> str:
        """Wait for the next text, apart from pings and what has no meaning."""
        async with asyncio.timeout(20):
            while True:
                heard = await self.web_socket.recv()
                if isinstance(heard, str) and heard not in {"2", "6"}:
                    return heard

    async def enter(self, token: str) -> str:
        """Show a token, and give the answer."""
        await self.say(f"40{json.encode({'token': token}).decode()}")
        return await self.hear()

    async def emit(self, *said: object) -> None:
        """Say something that wants no answer."""
        await self.say(f"42{json.encode(said).decode()}")

    async def ask(self, *said: object) -> Any:
        """Say something, and give the answer; nothing else may come before it."""
        await self.say(f"42{self._asked}{json.encode(said).decode()}")
        heard = await self.hear()
        head = f"43{self._asked}"
        assert heard.startswith(head), heard
        self._asked += 1
        (answer,) = json.decode(heard[len(head) :])
        return answer

    async def event(self) -> tuple[str, Any]:
        """Wait for the next event, which must have one argument."""
        heard = await self.hear()
        assert heard.startswith("42["), heard
        name, argument = json.decode(heard[2:])
        return name, argument

    async def ended(self) -> None:
        """Wait until the other side has closed; what it says meanwhile is ignored."""
        async with asyncio.timeout(20):
            async for _ in self.web_socket:
                continue


async def until(condition: Callable[[], object]) -> None:
    """Wait until it has come to something."""
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("It never came to that.")


async def is_heard(parlour: Parlour) -> bool:
    """Tell whether a listener who plays by the rules hears what is said."""
    async with parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")
        parlour.say("logs", "hello")
        return bool((await guest.event())[1]["message"] == "hello")


@asynccontextmanager
async def opened() -> AsyncIterator[Parlour]:
    """Open live channels to listeners, and the door to agents with the token of one."""
    loop, numbers = asyncio.get_running_loop(), count(1)
    clock, catalog = Clock(NOON - loop.time() * 1000, loop.time), MemoryCatalog()
    for role, secret in SECRETS.items():
        token = Token(id=f"t-{role}", title=role, role=role, digest=digest(secret))
        await catalog.add_token(
            token, JournalEntry(at=NOON, by="test", what="token", id=role, action="created")
        )
    live = Live(clock, "run1")
    channels = Channels(catalog, live, clock)
    agents: asyncio.Queue[ServerEnd] = asyncio.Queue()

    async def admit(shown: object) -> None:
        if shown != {"token": SECRETS[UserRole.AGENT]}:
            raise Unproven("This token is not valid.")

    async def talk(end: ServerEnd, _: None) -> None:
        agents.put_nowait(end)
        await asyncio.Event().wait()

    with closing(
        Reception(catalog, clock, lambda: f"secret-{next(numbers)}", tell=lambda _: None)
    ) as reception:
        engine, hearing = Engine(_other, transport_of), Hearing(reception, live, channels)
        AgentDoor(engine, admit, talk)
        ListenerDoor(engine, hearing.admit, hearing.converse)
        async with _served(engine) as port:
            yield Parlour(port, engine, live, channels, reception, agents)


@asynccontextmanager
async def _served(engine: Engine) -> AsyncIterator[int]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(_config(engine))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(engine.run())
        serving = tasks.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving
            running.cancel()
            listener.close()


def _config(engine: Engine) -> uvicorn.Config:
    return uvicorn.Config(
        engine,
        loop="none",
        ws=live_protocol(),
        ws_max_size=2**21,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=0,
    )


async def _other(scope: Any, _receive: Any, send: Any) -> None:
    """Answer what is not of socket.io."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the page"})
