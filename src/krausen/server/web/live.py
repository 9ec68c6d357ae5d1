"""The live channels, over a WebSocket: one conversation for each listener."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Annotated, Any, NoReturn

from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect
from msgspec import UNSET, Meta, Struct, UnsetType, json

from krausen.errors import Forbidden, Invalid, KrausenError, TryAgain, Unproven
from krausen.model.people import Caller, UserRole
from krausen.server.live import Listener
from krausen.server.site import Site
from krausen.server.web.bodies import Unreadable, read
from krausen.server.web.guards import COOKIE, authorization, check, proven

CHANNELS = ("data", "changes", "agents", "alarms", "logs")
LARGEST = 65_536
"""Bytes of a frame from outside."""
TOKEN_S = 5.0
"""How long the first frame may take of somebody who came without proof."""
PROOF_S = 60.0
"""How often it is asked whether a proof still holds."""

TOO_LARGE = 1009
TRY_LATER = 1013
UNPROVEN = 4401
FORBIDDEN = 4403
"""The codes with which we close: those of RFC 6455, and from 4000 on our own."""

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
    ping: Any = UNSET


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
            await socket.close(end.code)


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
    listener = _site(socket).live.listen()
    end: Ended | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_speak(socket, listener))
            tasks.create_task(_hear(socket, listener))
            tasks.create_task(_doubt(socket, prove))
    except* Ended as group:
        end = _first(group)
    except* (WebSocketDisconnect, OSError):
        pass
    finally:
        listener.close()
    if end is not None:
        raise end


async def _speak(socket: Socket, listener: Listener) -> NoReturn:
    while True:
        await socket.send_text(await listener.next())


async def _hear(socket: Socket, listener: Listener) -> NoReturn:
    while True:
        body = await _received(socket)
        try:
            _answer(read(body, Frame), listener)
        except (Unreadable, Invalid) as failure:
            listener.put(_error("malformed", str(failure)))


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


def _answer(frame: Frame, listener: Listener) -> None:
    if isinstance(frame.subscribe, list):
        listener.subscribe(_channels(frame.subscribe, listener), frame.since)
    if isinstance(frame.unsubscribe, list):
        listener.unsubscribe(frame.unsubscribe)
    if isinstance(frame.publish, str):
        for channel in _channels([frame.publish], listener):
            listener.put(_error("not_publishable", f"Nobody from outside publishes to {channel}."))
    if frame.ping is not UNSET:
        listener.put(json.encode({"pong": frame.ping}).decode())


def _channels(names: list[str], listener: Listener) -> list[str]:
    for name in names:
        if name not in CHANNELS:
            known = ", ".join(CHANNELS)
            listener.put(_error("unknown_channel", f"There is no channel {name!r}. There are {known}."))
    return [name for name in names if name in CHANNELS]


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
