"""The server's end: lets in who hears live channels, at the namespace of listeners."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import structlog
from msgspec import Struct, json

from krausen.links.socketio import LISTENERS
from krausen.links.socketio.engine import Caller, Engine
from krausen.links.socketio.outlet import Outlet, Turn
from krausen.links.socketio.packets import ASKED, SAID

log = structlog.get_logger()

MOST_LISTENERS = 2_000
ERROR = "error_message"
"""The event that tells what was wrong with something that is not acknowledged, or why the connection ends."""
GONE = 1001
ENDED = 1008
FAILED = 1011
"""Why a connection ends, in the codes of RFC 6455."""
Proof = TypeVar("Proof")
Answer = Mapping[str, object]

_EVENT = re.compile("42[0-9]*\\[")
"""How an event of the default namespace begins, with the number under which it is acknowledged."""
_FAILED = "The server failed; its log says more."


class Shown(Struct, frozen=True):
    """What a caller shows: the `auth` of socket.io, and his first request's headers, in small letters."""

    auth: object
    headers: Mapping[str, str]


class Conversation(Protocol):
    """What a server holds with one client."""

    async def answer(self, said: object) -> Answer:
        """Answer what a client said: a list of an event and its arguments, None if it could not be taken.

        An answer with `error` is a refusal.
        """

    async def run(self) -> str:
        """Go on for as long as the client may listen, then say why he may not."""

    def close(self) -> None:
        """Let go of everything; the client has gone."""


class ListenerDoor(Generic[Proof]):
    """Answers listeners who come in through an engine.

    `admit` judges what a caller shows; the KrausenError that it raises is told to him. `converse` then begins
    a conversation with him, who is told things through the outlet.
    """

    def __init__(
        self,
        engine: Engine,
        admit: Callable[[Shown], Awaitable[Proof]],
        converse: Callable[[Outlet, Proof], Conversation],
    ) -> None:
        self._engine = engine
        self._admit = admit
        self._converse = converse
        self._turn = Turn()
        self._guests: dict[str, tuple[Outlet, Conversation]] = {}
        engine.sio.on("connect", self._connect, namespace=LISTENERS)
        engine.sio.on("disconnect", self._left, namespace=LISTENERS)
        engine.sio.on(SAID, self._said, namespace=LISTENERS)
        engine.sio.on(ASKED, self._asked, namespace=LISTENERS)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        engine, caller = self._engine, self._engine.caller(LISTENERS, sid, environ)
        proof = await engine.judged(caller, self._admit(Shown(auth, caller.headers)))
        if engine.is_known(caller):
            raise engine.turned_away(caller, "This connection is taken. Open another one.")
        if len(self._guests) >= MOST_LISTENERS:
            raise engine.turned_away(caller, "All places for listeners are taken. Try again later.")
        engine.let_in(caller, partial(self._take, sid))
        outlet = Outlet(
            engine.queue(caller.engine), engine.message, partial(engine.connection, caller.engine), self._turn
        )
        self._guests[sid] = outlet, self._converse(outlet, proof)
        engine.tasks.create_task(self._hold(caller))

    async def _hold(self, caller: Caller) -> None:
        outlet, conversation = self._guests[caller.sid]
        running = self._engine.tasks.create_task(_run(outlet, conversation))
        try:
            await outlet.ended.wait()
            if outlet.reason:
                _complain(outlet, {"error": "ended", "detail": outlet.reason})
        finally:
            running.cancel()
            conversation.close()
            outlet.forget()
            del self._guests[caller.sid]
            await self._engine.hang_up(caller.engine)
            outlet.release()

    async def _asked(self, sid: str, said: object) -> Answer | None:
        if sid not in self._guests:
            return None
        outlet, conversation = self._guests[sid]
        await outlet.room()
        try:
            return await conversation.answer(said)
        except Exception:
            log.exception("link.server_failed")
            return {"error": "failed", "detail": _FAILED}

    async def _said(self, sid: str, said: object) -> None:
        answer = await self._asked(sid, said)
        if answer is not None and "error" in answer and sid in self._guests:
            _complain(self._guests[sid][0], answer)

    async def _take(self, sid: str, text: str) -> bool:
        """Take what is said by WebSocket, if it is an event, in the turn of the loop in which it came.

        What is published together thus leaves together.
        """
        if not _EVENT.match(text):
            return False
        try:
            packet = self._engine.packet(text[1:])
        except (ValueError, RecursionError):
            return False
        event, said = packet.data
        if event == SAID:
            await self._said(sid, said)
        elif sid in self._guests:
            outlet, answer = self._guests[sid][0], await self._asked(sid, said)
            outlet.say(f"3{packet.id}{json.encode((answer,)).decode()}")
        return True

    async def _left(self, sid: str, *_reason: object) -> None:
        if sid in self._guests:
            self._guests[sid][0].close(GONE, "")


async def _run(outlet: Outlet, conversation: Conversation) -> None:
    try:
        outlet.close(ENDED, await conversation.run())
    except Exception:
        log.exception("link.server_failed")
        outlet.close(FAILED, _FAILED)


def _complain(outlet: Outlet, answer: Answer) -> None:
    outlet.say(f"2{json.encode((ERROR, answer)).decode()}")
