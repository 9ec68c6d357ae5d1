"""A guest of the door for maelstrom, over a brewery in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from msgspec import json

from krausen.model.people import UserRole
from krausen.server.web.app import door_app
from tests.unit.server.web.brewery import CONTROLLER, Brewery
from tests.unit.server.web.sockets import Gone, Message, Peer

NEAR, FAR = ("192.168.1.20", 1), ("203.0.113.9", 1)
POINTS: list[dict[str, Any]] = [
    {"days": "0", "temperature": "68.5", "date": "2026-05-01T18:30:00"},
    {"days": 2.25, "temperature": 68.5, "date": "2026-05-03T00:00:00"},
    {"days": 2.25, "temperature": 68.5, "date": "2026-05-03T00:00:01"},
    {"days": 10, "temperature": 34, "date": "2026-05-11T18:30:00"},
]
EVENTS = [{"days": 3, "date": "2026-05-04T18:30:00", "eventText": "Dry hops"}]
ALE = {"name": "Pale Ale", "type": "Fermentation", "temperatures": POINTS, "events": EVENTS}


class Guest:
    """Someone in the house who calls the port of the door."""

    def __init__(self, brewery: Brewery) -> None:
        self.brewery = brewery
        self.app = door_app(brewery.site, "maelstrom")

    async def ask(
        self, method: str, path: str, address: tuple[str, int] = NEAR, **how: Any
    ) -> httpx2.Response:
        """Make a call."""
        transport = httpx2.ASGITransport(app=self.app, client=address)
        async with httpx2.AsyncClient(transport=transport, base_url="http://brewery.lan:8888") as client:
            return await client.request(method, path, **how)

    async def read(self, path: str) -> Any:
        """Give what is read, which must be 200."""
        answer = await self.ask("GET", path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
        return answer.json()

    async def write(self, path: str, body: object, method: str = "POST") -> None:
        """Write something, which must be taken."""
        answer = await self.ask(method, path, json=body)
        assert (answer.status_code, answer.json()) == (200, {"status": "success"}), answer.text

    @asynccontextmanager
    async def socket(self, address: tuple[str, int] = NEAR, **headers: str) -> AsyncIterator[Peer]:
        """Open a WebSocket. Raises Gone where it is not taken."""
        peer = Peer(0)
        async with asyncio.timeout(86_400), asyncio.TaskGroup() as tasks:
            tasks.create_task(self.app(_scope(address, headers), peer.to_server.get, peer.take))
            await peer.to_server.put({"type": "websocket.connect"})
            first = await peer.from_server.get()
            if first["type"] == "websocket.accept":
                try:
                    yield peer
                finally:
                    await peer.to_server.put({"type": "websocket.disconnect", "code": 1001})
        if first["type"] == "websocket.close":
            raise Gone(first["code"])


def _scope(address: tuple[str, int], headers: dict[str, str]) -> Message:
    named = {"host": "brewery.lan:8888"} | headers
    return {
        "type": "websocket",
        "path": "/socket",
        "query_string": b"",
        "client": address,
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }


async def welcomed(brewery: Brewery) -> Guest:
    """Open the door, and give somebody at it."""
    await change(brewery, {"enabled": True})
    return Guest(brewery)


async def change(brewery: Brewery, patch: object) -> None:
    """Change the door."""
    async with brewery.caller(UserRole.ADMIN) as admin:
        answer = await admin.patch("/api/v1/doors/maelstrom", json=patch)
    assert answer.status_code == 200, answer.text


async def heard(peer: Peer) -> tuple[str, Any]:
    """Give channel and inner document of the next frame, which is an envelope and nothing else."""
    frame = await peer.hear()
    assert set(frame) == {"channel", "data"}
    inner = json.decode(frame["data"])
    assert inner["channel"] == frame["channel"]
    return frame["channel"], inner["payload"]


async def subscribe(peer: Peer, *channels: str) -> None:
    """Subscribe, and wait until that is so."""
    for channel in channels:
        await peer.say({"action": "subscribe", "channel": channel})
    assert (await peer.ask({"action": "ping", "channel": "_heartbeat"}))["channel"] == "_heartbeat"


async def with_controller(guest: Guest, place: str = "tcp://10.0.0.9:8080") -> None:
    """Add a controller of ours."""
    wish = {"name": "upstairs", "driver": CONTROLLER.name, "settings": {"port": place}}
    async with guest.brewery.caller(UserRole.ADMIN) as admin:
        answer = await admin.post("/api/v1/controllers", json=wish)
    assert answer.status_code == 201, answer.text
