"""Connections to a brewery in memory, over uvicorn's protocols but without a network."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from uvicorn.server import ServerState

from krausen.model.people import UserRole
from krausen.server.web.hot import ShortWay, ShortWayProtocol, protocol_with
from krausen.server.web.patience import PatientProtocol
from tests.unit.server.web.brewery import SECRETS, Brewery

PATH = "/api/v1/measurements"
KEEP_ALIVE_S = 30


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.is_closed = False
        self.is_paused = False
        self.left = 0
        self.has_come = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)
        self.has_come.set()

    def close(self) -> None:
        self.is_closed = True
        self.has_come.set()

    def abort(self) -> None:
        self.close()

    def get_write_buffer_size(self) -> int:
        return self.left

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 5000), "sockname": ("127.0.0.1", 8080)}.get(name, default)


class House:
    """A brewery as it is served, and how many requests went by the ordinary route."""

    def __init__(self, brewery: Brewery, *, is_short: bool = True) -> None:
        self.brewery = brewery
        self.ordinary = 0
        self.way = ShortWay(brewery.site, Counter())
        self._kind = protocol_with(self.way) if is_short else PatientProtocol
        self._config = uvicorn.Config(
            self._app,
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            log_config=None,
            timeout_keep_alive=KEEP_ALIVE_S,
        )
        self._config.load()
        self.state = ServerState()
        self.state.default_headers = [(b"date", b"Mon, 21 Sep 2026 12:00:00 GMT")]

    async def _app(
        self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        self.ordinary += 1
        await self.brewery.app(scope, receive, send)

    def line(self) -> "Line":
        """Open a connection."""
        return Line(self)

    def protocol(self) -> PatientProtocol:
        """Make what answers a connection."""
        loop = asyncio.get_running_loop()
        return self._kind(config=self._config, server_state=self.state, app_state={}, _loop=loop)


class Line:
    """One connection."""

    def __init__(self, house: House) -> None:
        self.wire = Wire()
        self.protocol = house.protocol()
        self.protocol.connection_made(self.wire)

    @property
    def short(self) -> ShortWayProtocol:
        """The protocol, where it has the short way."""
        assert isinstance(self.protocol, ShortWayProtocol)
        return self.protocol

    def send(self, data: bytes) -> None:
        """Let bytes arrive."""
        self.protocol.data_received(data)

    async def answers(self, count: int = 1) -> list[tuple[int, dict[str, str], bytes]]:
        """Wait for answers and give status, headers and body of each."""
        found: list[tuple[int, dict[str, str], bytes]] = []
        while len(found) < count:
            self.wire.has_come.clear()
            answer = self._answer()
            if answer is None:
                await asyncio.wait_for(self.wire.has_come.wait(), 60)
            else:
                found.append(answer)
        return found

    async def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send one request and give its answer."""
        self.send(data)
        (answer,) = await self.answers()
        return answer

    def _answer(self) -> tuple[int, dict[str, str], bytes] | None:
        head, end, rest = self.wire.written.partition(b"\r\n\r\n")
        if not end:
            return None
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return None
        self.wire.written = rest[length:]
        return int(status.split()[1]), headers, rest[:length]


def posted(body: bytes, *headers: str, role: UserRole = UserRole.SENDER, path: str = PATH) -> bytes:
    """Give a request as usual clients send it; headers of the same name replace."""
    said = {
        "Host": "krausen.test",
        "Authorization": f"Bearer {SECRETS[role]}",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    said |= dict(line.split(": ", 1) for line in headers)
    lines = [f"{name}: {value}" for name, value in said.items() if value]
    return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + body
