"""The server's end: lets agents in at the namespace of agents."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeVar

import structlog

from krausen.errors import LinkLost
from krausen.links.socketio import EVENT, NAMESPACE
from krausen.links.socketio.engine import Caller, Engine
from krausen.links.socketio.line import Line, understood
from krausen.model.series import is_name
from krausen.ports.link import ServerEnd
from krausen.wire.messages import FromAgent, FromServer, Turned, encode, from_agent

log = structlog.get_logger()

REMEMBERED = 100
"""Callers that were refused and are remembered, so that it is not said again each time they call."""
Proof = TypeVar("Proof")


class AgentDoor(Generic[Proof]):
    """Answers agents who come in through an engine.

    `admit` judges what a caller shows (the `auth` of socket.io); the KrausenError that it raises is told to
    him. `converse` then holds the conversation; when it returns, the connection ends.
    """

    def __init__(
        self,
        engine: Engine,
        admit: Callable[[object], Awaitable[Proof]],
        converse: Callable[[ServerEnd, Proof], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._admit = admit
        self._converse = converse
        self._lines: dict[str, Line] = {}
        self._turned: dict[tuple[str, str], str] = {}
        engine.sio.on("connect", self._connect, namespace=NAMESPACE)
        engine.sio.on("disconnect", self._left, namespace=NAMESPACE)
        engine.sio.on(EVENT, self._take, namespace=NAMESPACE)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        caller = self._engine.caller(NAMESPACE, sid, environ)
        if self._engine.is_known(caller):
            raise self._engine.turned_away(caller, "This connection is taken. Open another one.")
        say_refused = partial(self._say_refused, caller, auth)
        proof = await self._engine.judged(caller, self._admit(auth), say_refused)
        self._turned.pop((caller.address, _named(auth)), None)
        self._engine.let_in(caller)
        line = Line(partial(self._emit, sid), self._engine.queue(caller.engine).qsize)
        self._lines[sid] = line
        self._engine.tasks.create_task(self._talk(line, caller, proof))

    def _say_refused(self, caller: Caller, auth: object, reason: str) -> None:
        """Say once who was refused, and why, until that changes."""
        who = address, agent = caller.address, _named(auth)
        if self._turned.get(who) == reason:
            return
        if len(self._turned) >= REMEMBERED:
            self._turned.clear()
        self._turned[who] = reason
        log.warning("agent.turned_away", agent=agent, address=address, detail=reason)

    async def _talk(self, line: Line, caller: Caller, proof: Proof) -> None:
        try:
            await self._converse(ServerSide(line), proof)
        except LinkLost as lost:
            log.debug("link.ended", detail=str(lost))
        except Exception:
            log.exception("link.server_failed")
        finally:
            line.close()
            del self._lines[caller.sid]
            await self._engine.hang_up(caller.engine)

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
        await self._engine.sio.emit(EVENT, frame, to=sid, namespace=NAMESPACE)


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


def _named(auth: object) -> str:
    """Give the name by which a caller goes, as far as he says so and it is one."""
    agent = auth.get("agent") if isinstance(auth, dict) else None
    return agent if isinstance(agent, str) and is_name(agent) else ""
