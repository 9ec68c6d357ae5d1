"""The live channels, over a WebSocket: one conversation for each listener."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Annotated, Any, NoReturn

from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, json

from krausen.errors import Fault, Forbidden, Invalid, KrausenError, NotFound, TryAgain, Unproven
from krausen.model.people import Caller, UserRole
from krausen.server.live import Listener
from krausen.server.outlets import Word
from krausen.server.site import Site
from krausen.server.web.bodies import Unreadable, read
from krausen.server.web.guards import COOKIE, authorization, check, proven
from krausen.server.web.hot_live import Direct, direct_way, shortened

LARGEST = 65_536
"""Bytes of a frame from outside."""
TOKEN_S = 5.0
"""How long the first frame may take of somebody who came without proof."""
TURN = 8
"""Frames that are heard in one turn of the loop at most."""
PROOF_S = 60.0
"""How often it is asked whether a proof still holds."""

TOO_LARGE = 1009
TRY_LATER = 1013
UNPROVEN = 4401
FORBIDDEN = 4403
"""The codes with which we close: those of RFC 6455, and from 4000 on our own."""

_DEEDS = "Say subscribe, unsubscribe, publish or ping: nothing in this frame is one of them."
_TEXT = "A frame is text, one JSON object."

Socket = WebSocket[Caller, None, State]
Prove = Callable[[], Awaitable[Caller]]
Names = Annotated[list[str], Meta(max_length=100)]


class Frame(Struct, frozen=True, kw_only=True):
    """What a client may say."""

    token: str | UnsetType = UNSET
    subscribe: Names | UnsetType = UNSET
    since: Annotated[str, Meta(max_length=64)] | None = None
    unsubscribe: Names | UnsetType = UNSET
    publish: str | UnsetType = UNSET
    message: Raw | UnsetType = UNSET
    ping: Any = UNSET

    @property
    def deeds(self) -> tuple[object, ...]:
        """Give what it wants done; what it does not want is unset."""
        return self.subscribe, self.unsubscribe, self.publish, self.ping


class Ended(KrausenError):
    """We end the conversation, and say why before."""

    def __init__(self, code: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.error = error


@websocket("/live")
async def live(socket: Socket) -> None:
    """Talk until the other side is gone, or may not listen any more."""
    with suppress(WebSocketDisconnect, OSError):
        try:
            await _talk(socket, await _welcomed(socket))
        except Ended as end:
            if socket.connection_state != "init":
                await socket.send_text(_error(end.error, str(end)))
            await socket.close(end.code, shortened(str(end)))


async def _welcomed(socket: Socket) -> Prove:
    """Give what proves, now and later, that the other side may listen. It may still send a token."""
    prove: Prove = partial(proven, socket)
    if authorization(socket.headers)[0] or socket.cookies.get(COOKIE):
        await _check(prove)
        await socket.accept()
        return prove
    await socket.accept()
    prove = partial(_site(socket).reception.by_token, await _token(socket))
    await _check(prove)
    return prove


async def _token(socket: Socket) -> str:
    with suppress(TimeoutError, Unreadable, Invalid):
        async with asyncio.timeout(TOKEN_S * _speed(socket)):
            frame = read(await _received(socket), Frame)
        if isinstance(frame.token, str):
            return frame.token
    raise Ended(
        UNPROVEN, "unproven", 'Sign in, or send {"token": …} as the first frame, within five seconds.'
    )


async def _check(prove: Prove) -> None:
    try:
        check(await prove(), UserRole.VIEWER)
    except Unproven as failure:
        raise Ended(UNPROVEN, "unproven", str(failure)) from failure
    except Forbidden as failure:
        raise Ended(FORBIDDEN, "forbidden", str(failure)) from failure
    except TryAgain as failure:
        raise Ended(TRY_LATER, "try_later", str(failure)) from failure


async def _talk(socket: Socket, prove: Prove) -> None:
    direct = direct_way(socket.scope)
    listener = _site(socket).live.listen(direct, tells=direct is not None)
    end: Ended | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            if direct is None:
                tasks.create_task(_speak(socket, listener))
            else:
                direct.open(listener)
            tasks.create_task(Talk(socket, listener, prove).hear())
            tasks.create_task(_doubt(socket, prove))
    except* Ended as group:
        end = _first(group)
    except* (WebSocketDisconnect, OSError):
        pass
    finally:
        listener.close()
    if end is not None:
        await _part(direct, end)


async def _part(direct: Direct | None, end: Ended) -> None:
    """Say why a conversation ends; without a direct way that is left to who called."""
    if direct is None:
        raise end
    direct.close_with(end.code, str(end), Word("error", _error(end.error, str(end)).encode()))


async def _speak(socket: Socket, listener: Listener) -> NoReturn:
    while True:
        await socket.send_text(await listener.next())


class Talk:
    """What a listener says, and what comes of it."""

    def __init__(self, socket: Socket, listener: Listener, prove: Prove) -> None:
        self._socket = socket
        self._listener = listener
        self._prove = prove
        self._site = _site(socket)

    async def hear(self) -> None:
        """Hear one frame after another, and after some of them let others have their turn.

        What is said to listeners within a turn leaves together.
        """
        for n in count(1):
            if n % TURN == 0:
                await asyncio.sleep(0)
            body = await _received(self._socket)
            try:
                await self._do(read(body, Frame))
            except (Unreadable, Invalid) as failure:
                self._complain("malformed", failure if body else Unreadable(_TEXT))
            except TryAgain as failure:
                self._complain("try_later", failure)

    async def _do(self, frame: Frame) -> None:
        if all(said is UNSET for said in (frame.token, *frame.deeds)):
            raise Invalid(_DEEDS)
        if isinstance(frame.subscribe, list):
            self._listener.subscribe(await self._known(frame.subscribe), frame.since)
        if isinstance(frame.unsubscribe, list):
            self._listener.unsubscribe(frame.unsubscribe)
        if isinstance(frame.publish, str):
            await self._publish(frame.publish, frame.message)
        if frame.ping is not UNSET:
            self._listener.put(json.encode({"pong": frame.ping}).decode())

    async def _known(self, names: list[str]) -> list[str]:
        """Give the channels that there are, and complain of the others."""
        channels = self._site.channels
        for name in names:
            try:
                await channels.named(name)
            except NotFound as failure:
                self._complain("unknown_channel", failure)
        there = await channels.all()
        return [name for name in names if name in there]

    async def _publish(self, name: str, message: Raw | UnsetType) -> None:
        try:
            caller = await self._prove()
            check(caller, UserRole.VIEWER)
            await self._site.channels.writable(name, caller)
            await self._site.channels.publish(name, _whole(message), caller)
        except NotFound as failure:
            self._complain("unknown_channel", failure)
        except Forbidden as failure:
            self._complain("not_publishable", failure)
        except Unproven as failure:
            raise Ended(UNPROVEN, "unproven", str(failure)) from failure

    def _complain(self, error: str, failure: KrausenError) -> None:
        self._listener.put(_error(error, _detail(failure)))


async def _doubt(socket: Socket, prove: Prove) -> NoReturn:
    while True:
        await asyncio.sleep(PROOF_S * _speed(socket))
        try:
            await _check(prove)
        except Ended as end:
            if end.code != TRY_LATER:
                raise


async def _received(socket: Socket) -> bytes:
    body = (await socket.receive_text()).encode()
    if len(body) > LARGEST:
        raise Ended(TOO_LARGE, "too_large", "A frame has at most 64 kB.")
    return body


def _whole(message: Raw | UnsetType) -> Raw:
    """Give what is to be published, as it was written. Raises Unreadable, Invalid."""
    if isinstance(message, UnsetType):
        raise Invalid("This is missing.", [Fault("/message", "This is missing.")])
    read(bytes(message), object)
    return message.copy()


def _detail(failure: KrausenError) -> str:
    """Give a failure in one line, with every field that is wrong."""
    faults = failure.faults if isinstance(failure, Invalid) else ()
    if not all(fault.where for fault in faults):
        return str(failure)
    return " ".join(f"{fault.where[1:]}: {fault.message}" for fault in faults) or str(failure)


def _error(error: str, detail: str) -> str:
    return json.encode({"error": error, "detail": detail}).decode()


def _first(group: BaseExceptionGroup[Ended]) -> Ended:
    found = group.exceptions[0]
    return found if isinstance(found, Ended) else _first(found)


def _speed(socket: Socket) -> float:
    """Give how many seconds of the loop pass in one of the system, in which people and networks live."""
    return _site(socket).status.health().speed


def _site(socket: Socket) -> Site:
    site: Site = socket.app.state.site
    return site
