"""A WebSocket client that speaks ASGI to an application, without a network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec import json

from krausen.server.web.shell import Shell

Message = dict[str, Any]


class Gone(Exception):
    """The server closed the connection, or did not take it."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Peer:
    """The client's end of a connection that has room for some unread frames; 0 is endless room."""

    def __init__(self, room: int) -> None:
        self.to_server: asyncio.Queue[Message] = asyncio.Queue()
        self.from_server: asyncio.Queue[Message] = asyncio.Queue(room)
        self.is_broken = False

    async def say(self, frame: object) -> None:
        """Send a frame; text goes as it is."""
        text = frame if isinstance(frame, str) else json.encode(frame).decode()
        await self.to_server.put({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        """Wait for the next frame. Raises Gone."""
        message = await self.from_server.get()
        if message["type"] == "websocket.close":
            raise Gone(message["code"])
        return json.decode(message["text"])

    async def take(self, message: Message) -> None:
        """Take what the server sends."""
        if self.is_broken:
            raise OSError("Broken pipe")
        await self.from_server.put(message)

    async def ask(self, frame: object) -> Any:
        """Send a frame and give the answer."""
        await self.say(frame)
        return await self.hear()


@asynccontextmanager
async def connected(
    app: Shell, *, room: int = 0, path: str = "/api/v1/live", **headers: str
) -> AsyncIterator[Peer]:
    """Open a connection. Raises Gone when refused; on leaving, the server must end its side by itself."""
    peer = Peer(room)
    async with asyncio.timeout(86_400), asyncio.TaskGroup() as tasks:
        tasks.create_task(app(_scope(path, headers), peer.to_server.get, peer.take))
        await peer.to_server.put({"type": "websocket.connect"})
        first = await peer.from_server.get()
        refused = Gone(first["code"]) if first["type"] == "websocket.close" else None
        if refused is None:
            try:
                yield peer
            finally:
                await peer.to_server.put({"type": "websocket.disconnect", "code": 1001})
    if refused is not None:
        raise refused


def _scope(path: str, headers: dict[str, str]) -> Message:
    named = {"host": "krausen.test"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8080),
        "subprotocols": [],
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        "extensions": {},
        "state": {},
    }
