"""How long guests by HTTP are waited for: who begins a request and does not go on is let go."""

from asyncio import TimerHandle, Transport
from typing import Any, cast

from msgspec import json
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from krausen.server.web.errors import PROBLEM, TITLES, Problem

PATIENCE = 2
"""So many times as long as a connection may rest, one with which something is to happen may be silent."""

_LATE = json.encode(Problem(title=TITLES[408], status=408, detail="The request did not come whole in time."))


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with an end for connections on which nothing happens that should.

    Those are ones without a request, with a part of one, and with an answer that is not taken. They are
    looked at now and then, which costs requests nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._look: TimerHandle | None = None
        self._last_seen: object = None
        self._requests = self._parts_of_bodies = self._resumed = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to look at a connection."""
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """End looking at it."""
        self._look_no_more()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Leave a connection to those who speak by WebSocket."""
        self._look_no_more()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """Take it that a request has begun."""
        self._requests += 1
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self._parts_of_bodies += 1
        super().on_body(body)

    def resume_writing(self) -> None:
        """Take it that the other side has taken much."""
        self._resumed += 1
        super().resume_writing()

    def awaited(self) -> object:
        """Give what the other side should do, and how far it is; None where it owes nothing."""
        if self.flow.write_paused:
            return "take", self._resumed, self.transport.get_write_buffer_size()
        if self.flow.read_paused:
            return None
        if not self._is_idle():
            return ("send", self._parts_of_bodies) if self.cycle.more_body else None
        return None if self.timeout_keep_alive_task is not None else ("ask", self._requests)

    def _is_idle(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return (cycle is None or cycle.response_complete) and not self.pipeline

    def _look_later(self) -> None:
        self._look = self.loop.call_later(PATIENCE * self.timeout_keep_alive, self._judge)

    def _look_no_more(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _judge(self) -> None:
        seen, self._last_seen = self._last_seen, self.awaited()
        if seen is None or seen != self._last_seen:
            self._look_later()
        elif self.flow.write_paused:
            self.transport.abort()
        else:
            self._say_that_it_is_late()
            self.transport.close()

    def _say_that_it_is_late(self) -> None:
        if self._is_idle() or not self.cycle.response_started:
            head = b"%scontent-type: %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
            self.transport.write(head % (STATUS_LINE[408], PROBLEM.encode(), len(_LATE)) + _LATE)
