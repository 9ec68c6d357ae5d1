"""python-socketio at `/socket.io/`, in front of a web application, behind bounds of our own.

Who opens a connection is a stranger until a namespace has let him in; strangers are few and stay briefly.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qs

import structlog
from msgspec import Struct, json

from krausen.errors import KrausenError
from krausen.links.socketio import LARGEST_PACKET, LISTENERS
from krausen.links.socketio.connection import Application, Connection, Message, Receive, Send, Transport
from krausen.links.socketio.library import for_answering, silent_logger
from krausen.links.socketio.outgoing import Outgoing
from krausen.links.socketio.packets import packets_before

log = structlog.get_logger()

PATH = "/socket.io/"
PING_S = 10.0
SILENT_S = 15.0
"""A ping every `PING_S`; who has not answered it after `SILENT_S` is gone. So is a server for its client."""
INTRODUCTION_S = 10.0
"""A stranger has so long to say who he is."""
FAREWELL_S = 1.0
"""Who is hung up on has so long to hear why."""
SWEEP_S = 5.0
MOST = 256
"""Connections that are held at once, those of strangers and agents together; listeners are counted apart."""
Proof = TypeVar("Proof")

_CONNECTION = "krausen.connection"
_UPGRADE = "5"
_FAILED = "The server failed; its log says more."
_TOO_OLD = {"code": 5, "message": "This server speaks Engine.IO 4: take version 3 or 4 of socket.io-client."}
"""In the words of the server of socket.io, which gives errors these numbers."""
_TOO_MANY = b"Too many are connected already; try again in a minute.\n"


def _unsaid(_: str) -> None:
    """Nobody needs to know."""


Take = Callable[[str], Awaitable[bool]]


class _Known(Struct, frozen=True):
    """A client that was let in: where, and who takes what he says."""

    namespace: str
    take: Take | None


class Caller(Struct, frozen=True):
    """Who knocks at a namespace, by the ids of socket.io and of its engine, and what came with the call."""

    namespace: str
    sid: str
    engine: str
    address: str
    headers: Mapping[str, str]


class Engine:
    """Answers while `run` runs; it is an ASGI application before another one, which answers the rest.

    `message` makes a message for the engine of a packet of socket.io, given as text.
    `transport_of` finds what is under a WebSocket from its way to send, where that can be told. `speed` is
    how many of the loop's seconds pass in one of the network's.
    """

    def __init__(
        self,
        application: Application,
        transport_of: Callable[[Send], Transport | None] | None = None,
        speed: float = 1.0,
    ) -> None:
        self._introduction_s, self._farewell_s = INTRODUCTION_S * speed, FAREWELL_S * speed
        self._library = for_answering()
        self.tasks = asyncio.TaskGroup()
        self._transport_of = transport_of or _unknown
        self._known: dict[str, _Known] = {}
        self._since_s: dict[str, float] = {}
        self._connections: dict[str, Connection] = {}
        self.sio: Any = self._library.AsyncServer(
            async_mode="asgi",
            async_handlers=False,
            ping_interval=PING_S * speed,
            ping_timeout=SILENT_S * speed,
            max_http_buffer_size=LARGEST_PACKET,
            cors_allowed_origins=[],
            serializer=packets_before(self._library.packet.Packet),
            logger=silent_logger(),
            engineio_logger=silent_logger(),
        )
        self.sio.eio.create_queue = Outgoing
        engine = import_module("engineio.packet")
        self.message: Callable[[str], object] = partial(engine.Packet, engine.MESSAGE)
        self._application: Application = self._library.ASGIApp(self.sio, other_asgi_app=application)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        if scope["type"] not in {"http", "websocket"} or not str(scope["path"]).startswith(PATH):
            await self._application(scope, receive, send)
            return
        asked = parse_qs(scope["query_string"])
        engine = asked.get(b"sid", [b""])[0].decode("latin-1")
        if not engine and asked.get(b"EIO") != [b"4"]:
            await _answer(scope, send, 400, json.encode(_TOO_OLD))
        elif not engine and self._is_full():
            await _answer(scope, send, 503, _TOO_MANY)
        elif scope["type"] == "websocket":
            connection = Connection(receive, send, _in(self._introduction_s), self._transport_of(send))
            await self._converse(scope, connection, engine)
        else:
            await self._application(scope, receive, send)

    async def run(self) -> NoReturn:
        """Hold conversations until cancelled."""
        try:
            async with self.tasks:
                while True:
                    await self._sweep()
                    await asyncio.sleep(SWEEP_S)
        finally:
            await self.sio.shutdown()

    def packet(self, text: str) -> Any:
        """Read a packet of socket.io. Raises ValueError."""
        return self.sio.packet_class(encoded_packet=text)

    def caller(self, namespace: str, sid: str, environ: Mapping[str, Any]) -> Caller:
        """Give who knocks at a namespace."""
        scope = environ["asgi.scope"]
        engine = self.sio.manager.eio_sid_from_sid(sid, namespace)
        if _CONNECTION in scope:
            self._connections[engine] = scope[_CONNECTION]
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        return Caller(namespace, sid, engine, str((scope.get("client") or ("",))[0]), headers)

    async def judged(
        self, caller: Caller, judgement: Awaitable[Proof], refused: Callable[[str], None] = _unsaid
    ) -> Proof:
        """Give what a judgement gives. Its failure is told to the caller, and to `refused` if it is foreseen.

        Raises what the library takes for a refusal.
        """
        try:
            return await judgement
        except KrausenError as refusal:
            refused(str(refusal))
            raise self.turned_away(caller, str(refusal)) from refusal
        except Exception as failure:
            log.exception("link.server_failed")
            raise self.turned_away(caller, _FAILED) from failure

    def let_in(self, caller: Caller, take: Take | None = None) -> None:
        """Take a stranger for known; whoever lets him in hangs up at the end.

        What he says by WebSocket is given to `take` first; if that takes it, the library does not see it.
        """
        self._known[caller.engine] = _Known(caller.namespace, take)
        connection = self._connections.get(caller.engine)
        if connection is not None:
            connection.last_until(None)
            connection.take = take

    def is_known(self, caller: Caller) -> bool:
        """Tell whether the connection of a caller has been let in already, in whatever namespace."""
        return caller.engine in self._known

    def turned_away(self, caller: Caller, reason: str) -> Exception:
        """Make what the library has the caller told; unless he is known otherwise, he is hung up on then."""
        if not self.is_known(caller):
            self.tasks.create_task(self.hang_up(caller.engine))
        refusal: Exception = self._library.exceptions.ConnectionRefusedError(reason)
        return refusal

    async def hang_up(self, engine: str) -> None:
        """End a connection once what is on its way has been taken, or after `FAREWELL_S`."""
        socket = self.sio.eio.sockets.get(engine)
        if socket is not None and not socket.upgraded:
            with suppress(TimeoutError):  # who polls must fetch it before the library ends his session
                async with asyncio.timeout(self._farewell_s):
                    await socket.queue.join()
        connection = self._connections.get(engine)
        if connection is not None:
            connection.last_until(_in(self._farewell_s))
        try:
            async with asyncio.timeout(self._farewell_s):
                await self.sio.eio.disconnect(engine)
        except TimeoutError:
            if connection is not None:
                connection.abort()
        self._known.pop(engine, None)

    def connection(self, engine: str) -> Connection | None:
        """Give the WebSocket of a client that is past changing over to it, None while he polls."""
        socket = self.sio.eio.sockets.get(engine)
        return self._connections.get(engine) if socket is not None and socket.upgraded else None

    def queue(self, engine: str) -> Outgoing:
        """Give what is to be sent to a client."""
        queue: Outgoing = self.sio.eio.sockets[engine].queue
        return queue

    async def _converse(self, scope: Message, connection: Connection, engine: str) -> None:
        """Serve a WebSocket: one of its own, or the one to which a client that polls changes over."""
        scope[_CONNECTION] = connection
        if engine and self._connections.setdefault(engine, connection) is not connection:
            await connection.send({"type": "websocket.close"})
            return

        async def receive() -> Message:
            while True:
                message = await connection.receive()
                said = message.get("text")
                if said == _UPGRADE and engine in self._known:
                    connection.take = self._known[engine].take
                    connection.last_until(None)
                if connection.take is None or not said or not await connection.take(said):
                    return message

        try:
            await self._application(scope, receive, connection.send)
        finally:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        for engine in [one for one, other in self._connections.items() if other is connection]:
            del self._connections[engine]
            socket = self.sio.eio.sockets.get(engine)
            if socket is not None and not socket.upgraded:
                socket.upgrading = False  # else the library would never again answer his polling

    def _is_full(self) -> bool:
        hearing = sum(known.namespace == LISTENERS for known in self._known.values())
        return len(self.sio.eio.sockets) - hearing >= MOST

    async def _sweep(self) -> None:
        """Hang up on those who poll and do not say who they are; connections see to that themselves."""
        now_s = asyncio.get_running_loop().time()
        present = set(self.sio.eio.sockets) - self._known.keys()
        self._since_s = {engine: self._since_s.get(engine, now_s) for engine in present}
        for engine, since_s in self._since_s.items():
            if now_s - since_s >= self._introduction_s:
                with suppress(OSError):
                    await self.hang_up(engine)


def _in(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


def _unknown(_: Send) -> None:
    """Find nothing."""


async def _answer(scope: Message, send: Send, status: int, body: bytes) -> None:
    kind = b"application/json" if status == 400 else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind)] + ([(b"retry-after", b"60")] if status == 503 else [])
    way = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
    await send({"type": f"{way}.start", "status": status, "headers": headers})
    await send({"type": f"{way}.body", "body": body})
