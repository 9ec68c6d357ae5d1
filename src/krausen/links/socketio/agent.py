"""The agent's end: dials the server, and holds one connection for as long as it lasts."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from aiohttp.connector import AddrInfoType

from krausen.errors import LinkLost
from krausen.links.socketio import EVENT, LARGEST_PACKET, NAMESPACE
from krausen.links.socketio.library import for_dialling, forget, silent_logger
from krausen.links.socketio.line import Line, understood
from krausen.wire.messages import FromAgent, FromServer, encode, from_server

TRANSPORTS = ("websocket", "polling")
"""Tried in this order: what lets no WebSocket through may still let requests pass."""
DIAL_S = 10.0
REQUEST_S = 20.0
FAREWELL_S = 2.0
"""A server has this long to take note that we leave."""


class SocketioDial:
    """Dials a server at `url` with the token that `token` gives each time; that may raise LinkLost.

    The server calls the caller `agent` until it knows better.
    """

    def __init__(self, url: str, token: Callable[[], str], agent: str = "") -> None:
        self._url = url
        self._token = token
        self._agent = agent

    @asynccontextmanager
    async def dial(self) -> AsyncIterator["AgentSide"]:
        """Open one connection; it is closed on leaving. Raises LinkLost with what to do about it."""
        auth = {"token": self._token()} | ({"agent": self._agent} if self._agent else {})
        async with _Sockets() as sockets:
            call = await self._connected(sockets, auth)
            try:
                yield AgentSide(call.line)
            finally:
                await call.leave()

    async def _connected(self, sockets: "_Sockets", auth: dict[str, str]) -> "_Call":
        reason = ""
        for transport in TRANSPORTS:
            call = _Call(sockets)
            try:
                await call.connect(self._url, transport, auth)
            except _Unreachable as failure:
                reason = reason or str(failure)
                await call.leave()
                if failure.is_nobody_there:
                    break
            except BaseException:
                await call.leave()
                raise
            else:
                return call
        raise LinkLost(f"No server answers at {self._url}: {reason}.")


class AgentSide:
    """The agent's end of a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, message: FromAgent) -> None:
        """Send; waits while the message before is not on its way."""
        await self._line.send(encode(message))

    async def receive(self) -> FromServer:
        """Wait for the next message."""
        return understood(from_server, await self._line.receive())


class _Unreachable(Exception):
    """This way leads nowhere; another may, unless nobody is there at all."""

    def __init__(self, reason: str, *, is_nobody_there: bool) -> None:
        super().__init__(reason)
        self.is_nobody_there = is_nobody_there


class _Sockets:
    """A session for HTTP whose sockets can be ended at once, whatever is still to be sent on them."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []

    async def __aenter__(self) -> "_Sockets":
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(socket_factory=self._new))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()
        await self.session.close()

    def end(self) -> None:
        """End every socket."""
        for one in self._open:
            with suppress(OSError):  # it has ended by itself
                one.shutdown(socket.SHUT_RDWR)

    def _new(self, address: AddrInfoType) -> socket.socket:
        self._open.append(socket.socket(*address[:3]))
        return self._open[-1]


class _Call:
    """One connection of the library, with its tasks."""

    def __init__(self, sockets: _Sockets) -> None:
        self._sockets = sockets
        self._library = for_dialling()
        self._client: Any = self._library.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            logger=silent_logger(),
            engineio_logger=silent_logger(),
            http_session=sockets.session,
            request_timeout=REQUEST_S,
            websocket_extra_options={"max_msg_size": LARGEST_PACKET},
        )
        self.line = Line(self._emit, lambda: int(self._client.eio.queue.qsize()))
        self._refused = ""
        self._client.on("connect_error", self._refuse, namespace=NAMESPACE)
        self._client.on("disconnect", self._gone, namespace=NAMESPACE)
        self._client.on(EVENT, self._take, namespace=NAMESPACE)

    async def connect(self, url: str, transport: str, auth: dict[str, str]) -> None:
        """Connect. Raises LinkLost when the server refuses, _Unreachable when there is none that way."""
        try:
            async with asyncio.timeout(DIAL_S):
                await self._client.connect(
                    url, auth=auth, transports=[transport], namespaces=[NAMESPACE], wait_timeout=DIAL_S
                )
        except (self._library.exceptions.ConnectionError, aiohttp.ClientError, OSError, *_NONSENSE) as error:
            if self._refused:
                raise LinkLost(f"The server turned us away: {self._refused}") from error
            raise _unreachable(error) from error
        if self._client.eio.state != "connected":  # the library does not notice when it comes that soon
            raise LinkLost("The server hung up.")

    async def leave(self) -> None:
        """Say goodbye where somebody listens, and end every task of the library."""
        self.line.close()
        try:
            async with asyncio.timeout(FAREWELL_S):
                # While a request is under way the library would leave without a word.
                await self._client.eio.queue.join()
                await self._client.disconnect()
        except (TimeoutError, OSError, aiohttp.ClientError):
            self.line.end("Nobody took note of our leaving.")
        finally:
            await _ended(self._client.eio.read_loop_task, self._client.eio.write_loop_task)
            await self._drop()
            forget(self._client)

    async def _drop(self) -> None:
        """Let go of a WebSocket that the library left open, without waiting for who is silent."""
        self._sockets.end()
        if self._client.eio.ws is not None:
            await self._client.eio.ws.close()

    async def _emit(self, frame: bytes) -> None:
        await self._client.emit(EVENT, frame, namespace=NAMESPACE)

    async def _take(self, *parts: object) -> None:
        match parts:
            case (bytes(frame),):
                self.line.came_unasked(frame)
            case _:
                self.line.end("The server sent something that is no frame.")

    async def _refuse(self, detail: object = None) -> None:
        if isinstance(detail, dict):  # else nobody answered, and the library says so here too
            self._refused = str(detail.get("message", "It does not say why."))

    async def _gone(self, *reason: object) -> None:
        hung_up = "server disconnect" in reason
        said = "The server hung up." if hung_up else "The connection to the server broke."
        # What came before this has its turn in the loop before it, but was not taken yet.
        asyncio.get_running_loop().call_soon(self.line.end, said)


async def _ended(*tasks: "asyncio.Task[None] | None") -> None:
    left = [task for task in tasks if task is not None and not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)


_NONSENSE = (ValueError, TypeError, LookupError, AttributeError)
"""What the library trips over where something else than socket.io answers."""


def _unreachable(error: BaseException) -> _Unreachable:
    """Find the reason of the system, or of whoever answers, behind what the library says."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectorError):
            reason = os.strerror(cause.errno) if cause.errno and cause.errno > 0 else cause.strerror
            return _Unreachable(str(reason), is_nobody_there=True)
        if isinstance(cause, aiohttp.WSServerHandshakeError):
            reason = f"something else is there, which says {cause.status}"
            return _Unreachable(reason, is_nobody_there=False)
        if isinstance(cause, TimeoutError):
            return _Unreachable(f"not a word for {DIAL_S:.0f} s", is_nobody_there=False)
        cause = cause.__cause__ or cause.__context__
    said = "something else is there" if isinstance(error, _NONSENSE) else str(error).rstrip(".")
    return _Unreachable(said, is_nobody_there=False)
