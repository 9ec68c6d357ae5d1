"""The server's end: lets agents in at `/socket.io/`, in front of a web application."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

import structlog
from msgspec import Struct

from krausen.errors import KrausenError, LinkLost
from krausen.links.socketio import EVENT, LARGEST_PACKET, NAMESPACE
from krausen.links.socketio.connection import Connection, Message, Receive, Send
from krausen.links.socketio.library import for_answering, silent_logger
from krausen.links.socketio.line import Line, understood
from krausen.model.series import is_name
from krausen.ports.link import ServerEnd
from krausen.wire.messages import FromAgent, FromServer, Turned, encode, from_agent

log = structlog.get_logger()

PATH = "/socket.io/"
PING_S = 10.0
SILENT_S = 15.0
"""A ping every `PING_S`; who has not answered it after `SILENT_S` is gone. So is a server for its agent."""
INTRODUCTION_S = 10.0
"""A stranger has so long to say who he is."""
FAREWELL_S = 1.0
"""Who is hung up on has so long to hear why."""
SWEEP_S = 5.0
REMEMBERED = 100
"""Callers that were refused and are remembered, so that it is not said again each time they call."""
MOST = 256
"""Connections that are held at once, those of strangers among them."""

Application = Callable[[Message, Receive, Send], Awaitable[None]]
Proof = TypeVar("Proof")
_CONNECTION = "krausen.connection"


class AgentDoor(Generic[Proof]):
    """Answers agents while `run` runs; it is an ASGI application before another one, which answers the rest.

    `admit` judges what a caller shows (the `auth` of socket.io); the KrausenError that it raises is told to
    him. `converse` then holds the conversation; when it returns, the connection ends.
    """

    def __init__(
        self,
        application: Application,
        admit: Callable[[object], Awaitable[Proof]],
        converse: Callable[[ServerEnd, Proof], Awaitable[None]],
    ) -> None:
        self._library = for_answering()
        self._admit = admit
        self._converse = converse
        self._lines: dict[str, Line] = {}
        self._known: set[str] = set()
        self._since_s: dict[str, float] = {}
        self._turned: dict[tuple[str, str], str] = {}
        self._tasks = asyncio.TaskGroup()
        self._sio: Any = self._library.AsyncServer(
            async_mode="asgi",
            async_handlers=False,
            ping_interval=PING_S,
            ping_timeout=SILENT_S,
            max_http_buffer_size=LARGEST_PACKET,
            allow_upgrades=False,
            serializer=_one_part_only(self._library.packet.Packet),
            logger=silent_logger(),
            engineio_logger=silent_logger(),
        )
        self._application: Application = self._library.ASGIApp(self._sio, other_asgi_app=application)
        self._sio.on("connect", self._connect, namespace=NAMESPACE)
        self._sio.on("disconnect", self._left, namespace=NAMESPACE)
        self._sio.on(EVENT, self._take, namespace=NAMESPACE)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection or request."""
        ours = scope["type"] in {"http", "websocket"} and str(scope["path"]).startswith(PATH)
        if ours and b"sid=" not in scope["query_string"] and len(self._sio.eio.sockets) >= MOST:
            await _turn_away(scope, send)
        elif ours and scope["type"] == "websocket":
            until_s = asyncio.get_running_loop().time() + INTRODUCTION_S
            connection = Connection(receive, send, until_s)
            scope[_CONNECTION] = connection
            await self._application(scope, connection.receive, connection.send)
        else:
            await self._application(scope, receive, send)

    async def run(self) -> NoReturn:
        """Hold conversations until cancelled."""
        try:
            async with self._tasks:
                while True:
                    await self._sweep()
                    await asyncio.sleep(SWEEP_S)
        finally:
            await self._sio.shutdown()

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        caller = _Caller(sid, self._sio.manager.eio_sid_from_sid(sid, NAMESPACE), environ)
        try:
            proof = await self._admit(auth)
        except KrausenError as refusal:
            self._say_refused(caller, auth, str(refusal))
            raise self._refused(caller, str(refusal)) from refusal
        except Exception as failure:
            log.exception("link.server_failed")
            raise self._refused(caller, _FAILED) from failure
        self._turned.pop((caller.address, _named(auth)), None)
        self._known.add(caller.engine)
        if caller.connection is not None:
            caller.connection.last_until(None)
        line = Line(partial(self._emit, sid), partial(self._queued, caller.engine))
        self._lines[sid] = line
        self._tasks.create_task(self._talk(line, caller, proof))

    def _refused(self, caller: "_Caller", reason: str) -> Exception:
        """Make what the library has the caller told; then he is hung up on."""
        self._tasks.create_task(self._hang_up(caller.engine, caller.connection))
        refusal: Exception = self._library.exceptions.ConnectionRefusedError(reason)
        return refusal

    def _say_refused(self, caller: "_Caller", auth: object, reason: str) -> None:
        """Say once who was refused, and why, until that changes."""
        who = address, agent = caller.address, _named(auth)
        if self._turned.get(who) == reason:
            return
        if len(self._turned) >= REMEMBERED:
            self._turned.clear()
        self._turned[who] = reason
        log.warning("agent.turned_away", agent=agent, address=address, detail=reason)

    async def _talk(self, line: Line, caller: "_Caller", proof: Proof) -> None:
        try:
            await self._converse(ServerSide(line), proof)
        except LinkLost as lost:
            log.debug("link.ended", detail=str(lost))
        except Exception:
            log.exception("link.server_failed")
        finally:
            line.close()
            del self._lines[caller.sid]
            await self._hang_up(caller.engine, caller.connection)

    async def _hang_up(self, engine: str, connection: Connection | None) -> None:
        if connection is not None:
            connection.last_until(asyncio.get_running_loop().time() + FAREWELL_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await self._sio.eio.disconnect(engine)
        self._known.discard(engine)

    async def _sweep(self) -> None:
        """Hang up on those who poll and do not say who they are; connections see to that themselves."""
        now_s = asyncio.get_running_loop().time()
        present = set(self._sio.eio.sockets) - self._known
        self._since_s = {engine: self._since_s.get(engine, now_s) for engine in present}
        for engine, since_s in self._since_s.items():
            if now_s - since_s >= INTRODUCTION_S:
                await self._hang_up(engine, None)

    async def _take(self, sid: str, *parts: object) -> None:
        line = self._lines.get(sid)
        if line is None:
            return
        match parts:
            case (bytes(frame),):
                await line.came(frame)
            case _:
                line.end("The agent sent something that is no frame.")

    async def _left(self, sid: str, *_reason: object) -> None:
        line = self._lines.get(sid)
        if line is not None:
            line.end("The agent has gone.")

    async def _emit(self, sid: str, frame: bytes) -> None:
        await self._sio.emit(EVENT, frame, to=sid, namespace=NAMESPACE)

    def _queued(self, engine: str) -> int:
        socket = self._sio.eio.sockets.get(engine)
        return 0 if socket is None else int(socket.queue.qsize())


class ServerSide:
    """The server's end of a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, message: FromServer) -> None:
        """Send; waits while the message before is not on its way."""
        await self._line.send(encode(message))

    async def receive(self) -> FromAgent:
        """Wait for the next message. One that makes no sense is answered, and ends the link."""
        frame = await self._line.receive()
        try:
            return understood(from_agent, frame)
        except LinkLost as nonsense:
            await self.send(Turned(str(nonsense)))
            raise


class _Caller(Struct, frozen=True):
    """Who calls, by the ids of socket.io and of its engine, and what came with the call."""

    sid: str
    engine: str
    environ: dict[str, Any]

    @property
    def address(self) -> str:
        client = self.environ["asgi.scope"].get("client")
        return str(client[0]) if client else ""

    @property
    def connection(self) -> Connection | None:
        found = self.environ["asgi.scope"].get(_CONNECTION)
        return found if isinstance(found, Connection) else None


def _named(auth: object) -> str:
    """Give the name by which a caller goes, as far as he says so and it is one."""
    agent = auth.get("agent") if isinstance(auth, dict) else None
    return agent if isinstance(agent, str) and is_name(agent) else ""


_FAILED = "The server failed; its log says more."


def _one_part_only(packet: Any) -> type:
    """Make the kind of packets that do not gather any number of parts before anybody looks at them."""

    def decode(self: Any, encoded: str) -> int:
        parts = int(packet.decode(self, encoded) or 0)
        if parts > 1:
            raise ValueError("A frame is one part.")
        return parts

    return type("OnePartPacket", (packet,), {"decode": decode})


async def _turn_away(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"60")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b"Too many agents are here already.\n"})
