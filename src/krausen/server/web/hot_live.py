"""The direct way for live channels: frames beneath the framework, from the channel to the connection.

Who may listen, and to what, is settled as for all others. After that a frame that was encoded once is
written as it is to every listener, between the whole messages of the library, which goes on to answer, to
ping and to close. Who takes nothing, or does not answer, is closed, and told why.
"""

from asyncio import TimerHandle, get_running_loop
from collections.abc import Mapping, MutableMapping
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any, Protocol, cast

from msgspec import Struct, json
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.frames import Frame as Closing
from websockets.http11 import Request, Response
from websockets.protocol import State

from krausen.server.live import ROOM
from krausen.server.outlets import Frame
from krausen.server.web.errors import PROBLEM, TITLES, Problem

DIRECT = "krausen.direct"
"""The extension of a connection's scope that is its direct way."""
MOST = 2_000
"""Connections at once, of those who listen."""
ELSEWHERE = "/socket.io/"
"""Who comes there is counted there."""
RETRY_S = 10
"""After so long it is worth asking again for a place."""
STUCK_S = 30.0
"""Who takes nothing for so long is closed."""
FAREWELL_S = 5.0
"""Who was told of the end has so long to take it; then the connection is cut."""
KERNEL_ROOM = 256 * 1024
"""Bytes that the system takes for a listener in advance."""
REASON_LONGEST = 123
"""Bytes of the reason in a close frame (RFC 6455, 5.5)."""
STUCK = 4008
"""The code with which those are closed who take nothing, or do not answer."""

_STUCK = f"You took nothing for {STUCK_S:.0f} seconds. Connect again and resume."
_SILENT = "You did not answer a ping. Connect again and resume."
_FULL = f"All {MOST} places for listeners are taken. Try again later."


class Places(Struct):
    """How many connections there are."""

    taken: int = 0


class Burst:
    """What was written in one turn of the loop; it leaves at its end, one write for each connection."""

    def __init__(self) -> None:
        self._lines: list[Direct] = []

    def add(self, line: "Direct") -> None:
        """Take it that something was written on a line."""
        if not self._lines:
            get_running_loop().call_soon(self._leave)
        self._lines.append(line)

    def _leave(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            line.leave()


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket with the direct way.

    Subclasses name what all connections share, and how many seconds of their loop are one of the system.
    """

    places: Places
    burst: Burst
    speed: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_place = False
        self._direct: Direct | None = None
        self._watch: TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin a conversation, if there is a place for it."""
        if event.path.startswith(ELSEWHERE):
            super().handle_connect(event)
        elif self.places.taken >= MOST:
            self._turn_away()
        else:
            self._has_place = True
            self.places.taken += 1
            super().handle_connect(event)

    async def run_asgi(self) -> None:
        """Have the application hold the conversation."""
        scope = cast(MutableMapping[str, Any], self.scope)
        scope["extensions"][DIRECT] = Direct(self)
        await super().run_asgi()

    def end(self, code: int, reason: str, word: bytes = b"") -> None:
        """Close, after a last frame, and cut the connection when that is not taken; harmless at the end."""
        if self.conn.state is not State.OPEN:
            return
        self._stop()
        self.stop_keepalive()
        self.conn.send_close(code, shortened(reason))
        self.transport.write(b"".join([word, *self.conn.data_to_send()]))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(FAREWELL_S * self.speed, self.transport.abort)

    def lead(self, direct: "Direct") -> None:
        """Tell the direct way how writing goes, until the conversation ends."""
        self._direct = direct

    def pause_writing(self) -> None:
        """Take it that the other side is slower than we are."""
        super().pause_writing()
        self._watch_it()
        if self._direct is not None:
            self._direct.full()

    def resume_writing(self) -> None:
        """Take it that there is room again."""
        super().resume_writing()
        self._unwatch()
        if self._direct is not None:
            self._direct.drained()

    def handle_close(self, event: Closing) -> None:
        """Take it that the other side ends, or has heard that we do."""
        self._stop()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        """End it because what came makes no sense."""
        self._stop()
        super().handle_parser_exception()

    def shutdown(self) -> None:
        """End it because the server ends."""
        self._stop()
        super().shutdown()

    def keepalive_timeout(self) -> None:
        """End it, unless the ping is behind what was not taken, for which there is more time."""
        if self.writable.is_set():
            self.end(STUCK, _SILENT)
        else:
            self.pong_timer = None
            self.schedule_ping()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back the place."""
        self._unwatch()
        self._stop()
        if self._has_place:
            self._has_place = False
            self.places.taken -= 1
        super().connection_lost(exc)

    def _turn_away(self) -> None:
        body = json.encode(Problem(title=TITLES[503], status=503, detail=_FULL))
        headers = Headers(
            [
                ("Connection", "close"),
                ("Content-Type", PROBLEM),
                ("Content-Length", str(len(body))),
                ("Retry-After", str(RETRY_S)),
            ]
        )
        self.conn.send_response(Response(503, TITLES[503], headers, body))
        self.handshake_complete = self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()

    def _stop(self) -> None:
        """Let nothing go the direct way any more: after a close frame there are no messages."""
        if self._direct is not None:
            self._direct.ended()
            self._direct = None

    def _watch_it(self) -> None:
        self._unwatch()
        there = self.transport.get_write_buffer_size()
        self._watch = self.loop.call_later(STUCK_S * self.speed, self._judge, there)

    def _judge(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._watch_it()
        elif self.conn.state is State.OPEN:
            self.end(STUCK, _STUCK)
        else:
            self.transport.abort()

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


class Flow(Protocol):
    """Who writes the direct way, and is told how that goes."""

    def full(self) -> None:
        """Hear that there is no room."""

    def drained(self) -> None:
        """Hear that there is room again."""

    def close(self) -> None:
        """Hear that it has ended."""


class Direct:
    """The direct way to the other side of a connection, an outlet of frames; open it after the handshake."""

    def __init__(self, protocol: LiveProtocol) -> None:
        self._protocol = protocol
        self._add = protocol.burst.add
        self._send = protocol.transport.write
        self._flow: Flow | None = None
        self._parts: list[bytes] = []
        self._bytes = 0

    def open(self, flow: Flow) -> None:
        """Lead what this listener hears to the other side."""
        transport = self._protocol.transport
        transport.set_write_buffer_limits(high=ROOM)
        system = transport.get_extra_info("socket")
        if system is not None:
            system.setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_ROOM)
        self._flow = flow
        self._protocol.lead(self)

    def write(self, frame: Frame) -> None:
        """Send a frame with the others of this turn; it is lost when the conversation has ended."""
        data = frame.websocket
        if not self._parts:
            self._add(self)
        self._parts.append(data)
        self._bytes += len(data)
        if self._bytes > ROOM:
            self.leave()

    @property
    def waiting(self) -> int:
        """How many bytes the other side has not taken yet."""
        return self._bytes + self._protocol.transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        """End the connection, and say why; harmless when it has ended."""
        self._protocol.end(code, reason)

    def close_with(self, code: int, reason: str, word: Frame) -> None:
        """End the connection after a last word; harmless when it has ended."""
        self._protocol.end(code, reason, word.websocket)

    def leave(self) -> None:
        """Send what was written in this turn."""
        parts, self._parts, self._bytes = self._parts, [], 0
        # The library has no message in parts on its way: it says all that it says in one piece.
        if parts and self._flow is not None:
            self._send(parts[0] if len(parts) == 1 else b"".join(parts))

    def full(self) -> None:
        """Take it that there is no room."""
        if self._flow is not None:
            self._flow.full()

    def drained(self) -> None:
        """Take it that there is room again."""
        if self._flow is not None:
            self._flow.drained()

    def ended(self) -> None:
        """Send what is left, unless there was a close frame, and nothing any more after that."""
        if self._protocol.conn.state is State.OPEN and not self._protocol.transport.is_closing():
            self.leave()
        flow, self._flow = self._flow, None
        if flow is not None:
            flow.close()


def live_protocol(speed: float = 1.0) -> type[LiveProtocol]:
    """Give the protocol for one server, whose loop lets so many seconds pass in one of the system."""
    there, together, pace = Places(), Burst(), speed

    class Protocol(LiveProtocol):
        places = there
        burst = together
        speed = pace

    return Protocol


def direct_way(scope: Mapping[str, Any]) -> Direct | None:
    """Give the direct way of a connection by its scope, None where there is none."""
    found = (scope.get("extensions") or {}).get(DIRECT)
    return found if isinstance(found, Direct) else None


def shortened(reason: str) -> str:
    """Give a reason as it fits a close frame."""
    return reason.encode()[:REASON_LONGEST].decode(errors="ignore")
