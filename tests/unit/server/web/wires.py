"""Live connections to a brewery in memory: uvicorn's WebSocket, a client of the library, no network."""

import asyncio
from collections.abc import Iterator
from typing import Any

import uvicorn
from msgspec import json
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from krausen.cli.serving import LARGEST_FRAME, PING_S, PONG_S
from krausen.model.people import UserRole
from krausen.server.web.hot_live import LiveProtocol, live_protocol
from tests.unit.server.web.brewery import SECRETS, Brewery

VIEWER = {"Authorization": f"Bearer {SECRETS[UserRole.VIEWER]}"}


class Wire(asyncio.Transport):
    """A transport whose other side takes everything at once, or only what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol: LiveProtocol | None = None
        self.is_deaf = False
        self.writes = 0
        self.waiting = bytearray()
        self.taken = bytearray()
        self.all_taken = bytearray()
        self.inbox: list[bytes] = []
        self._high = 65_536
        self._is_full = self._is_paused = self._is_closing = self.is_lost = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self._is_closing, "Nothing is written after the end."
        self.writes += 1
        self.waiting += data
        if not self.is_deaf:
            self.take(len(self.waiting))
        elif len(self.waiting) > self._high and not self._is_full:
            self._is_full = True
            self.there.pause_writing()

    def take(self, count: int) -> None:
        """Have the other side take so many bytes."""
        self.taken += self.waiting[:count]
        self.all_taken += self.waiting[:count]
        del self.waiting[:count]
        if self._is_full and len(self.waiting) <= self._high // 4:
            self._is_full = False
            self.there.resume_writing()
        if self._is_closing and not self.waiting:
            self._lose()

    def close(self) -> None:
        self._is_closing = True
        if not self.waiting:
            self._lose()

    def abort(self) -> None:
        self._is_closing = True
        self.waiting.clear()
        self._lose()

    def is_closing(self) -> bool:
        return self._is_closing

    def get_write_buffer_size(self) -> int:
        return len(self.waiting)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high is not None
        assert low is None
        self._high = high

    def pause_reading(self) -> None:
        self._is_paused = True

    def resume_reading(self) -> None:
        self._is_paused = False
        asyncio.get_running_loop().call_soon(self.deliver)

    def deliver(self) -> None:
        """Let what came arrive, as far as it is read."""
        while self.inbox and not self._is_paused and not self.is_lost:
            self.there.data_received(self.inbox.pop(0))

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 50_000) if name in {"peername", "sockname"} else default

    @property
    def there(self) -> LiveProtocol:
        """The protocol of this connection."""
        assert self.protocol is not None
        return self.protocol

    def _lose(self) -> None:
        if not self.is_lost:
            self.is_lost = True
            asyncio.get_running_loop().call_soon(self.there.connection_lost, None)


class Exchange:
    """Takes connections to a brewery, as its server does."""

    def __init__(self, brewery: Brewery) -> None:
        self.brewery = brewery
        self.kind = live_protocol()
        self.state = ServerState()
        self.state.default_headers = []
        self.config = uvicorn.Config(
            brewery.app,
            lifespan="off",
            interface="asgi3",
            ws=self.kind,
            ws_max_size=LARGEST_FRAME,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PONG_S,
            ws_per_message_deflate=False,
            proxy_headers=False,
            log_config=None,
        )
        self.config.load()

    def call(self, path: str = "/api/v1/live", **headers: str) -> "Line":
        """Ask for a connection, which may be refused."""
        return Line(self, path, headers)

    async def line(self, *channels: str, **headers: str) -> "Line":
        """Open a connection that hears channels."""
        line = self.call(**(headers or VIEWER))
        await line.settle()
        assert line.client.state is State.OPEN
        if channels:
            line.say({"subscribe": channels})
            line.say({"ping": "there"})
            await line.settle()
            assert line.words() == [{"pong": "there"}]
        return line


class Line:
    """A connection with a client at its other end."""

    def __init__(self, exchange: Exchange, path: str, headers: dict[str, str]) -> None:
        self.wire = Wire()
        self.protocol = exchange.kind(
            config=exchange.config,
            server_state=exchange.state,
            app_state={},
            _loop=asyncio.get_running_loop(),
        )
        self.wire.protocol = self.protocol
        self.protocol.connection_made(self.wire)
        self.client = ClientProtocol(parse_uri(f"ws://krausen.test{path}"), max_size=None)
        request = self.client.connect()
        request.headers.update(headers)
        self.client.send_request(request)
        self.is_silent = False
        self.frames: list[Frame] = []
        self._parts: list[Frame] = []
        self.flush()

    def flush(self) -> None:
        """Send what the client has to say."""
        for data in self.client.data_to_send():
            if data:
                self.wire.inbox.append(bytes(data))
        self.wire.deliver()

    def say(self, said: object) -> None:
        """Send a message; text goes as it is."""
        text = said if isinstance(said, str) else json.encode(said).decode()
        self.client.send_text(text.encode())
        self.flush()

    async def settle(self) -> None:
        """Let everything come to rest, without time passing."""
        for _ in range(60):
            await asyncio.sleep(0)
            self.hear()

    def hear(self) -> None:
        """Have the client read what it has taken, and answer pings unless it is silent."""
        data = bytes(self.wire.taken)
        self.wire.taken.clear()
        if data:
            self.client.receive_data(data)
        self.frames += [event for event in self.client.events_received() if isinstance(event, Frame)]
        if not self.is_silent and not self.wire.is_closing():
            self.flush()
        assert self.client.parser_exc is None

    def words(self) -> list[Any]:
        """Give the messages that were heard since the last time; each is one whole frame."""
        self.hear()
        frames, self.frames = self.frames, []
        texts = [frame for frame in frames if frame.opcode is Opcode.TEXT]
        assert all(frame.fin for frame in texts)
        return [json.decode(bytes(frame.data)) for frame in texts]

    @property
    def end(self) -> tuple[int, str] | None:
        """Code and reason of the close frame, where one came."""
        close = self.client.close_rcvd
        return None if close is None else (close.code, close.reason)

    def take_slowly(self, count: int) -> Iterator[None]:
        """Take so many bytes each time."""
        while True:
            self.wire.take(count)
            self.hear()
            yield
