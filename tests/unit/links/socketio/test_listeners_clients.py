"""Listeners with the clients that people use: those for JavaScript, in Node, and python-socketio's own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from krausen.links.socketio.library import for_dialling, silent_logger
from krausen.model.people import UserRole
from tests.unit.links.socketio.parlour import SECRETS, Parlour, opened
from tools.checks import ROOT

PROGRAM = Path(__file__).parent / "clients.mjs"
MANY = 300
WAYS = [f"{version}-{way}" for version in ("sio4", "sio3") for way in ("websocket", "polling", "usual")]


@pytest.fixture(scope="module")
async def parlour() -> AsyncIterator[Parlour]:
    async with opened() as made:
        for way in [*WAYS, "python-websocket", "python-polling"]:
            await made.declare(way, UserRole.VIEWER)
        yield made


async def job(*words: str) -> bytes:
    """Do a job of tools.page, and give what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.page", *words, cwd=ROOT, stdout=-1, stderr=-1
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output


async def test_clients_for_javascript_hear_and_publish_by_every_transport(parlour: Parlour) -> None:
    await job("install")
    token, packages = SECRETS[UserRole.VIEWER], f"{ROOT / 'web'}/"
    async with asyncio.timeout(60):
        results = json.decode(await job("node", str(PROGRAM), parlour.url, token, packages))
    assert [result["way"] for result in results] == WAYS
    for result in results:
        way = result["way"]
        assert result["subscribed"] == {"ok": True, "channels": [way]}
        assert result["heard"] == list(range(MANY))
        assert (result["last"]["by"], result["last"]["published"]) == ("viewer", True)
        assert result["last"]["seq"] == f"run1.{MANY}"
        assert result["complaint"]["error"] == "forbidden"
        assert result["transport"] == ("polling" if way.endswith("polling") else "websocket")
        assert result["refusal"].startswith("This token is not valid")


class Listener:
    """python-socketio's own client, which gathers what it hears in a channel."""

    def __init__(self, channel: str) -> None:
        self.client: Any = for_dialling().AsyncClient(
            reconnection=False, handle_sigint=False, logger=silent_logger(), engineio_logger=silent_logger()
        )
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.complaints: asyncio.Queue[Any] = asyncio.Queue()
        self.refusals: asyncio.Queue[Any] = asyncio.Queue()
        self.client.on(channel, self.heard.put)
        self.client.on("error_message", self.complaints.put)
        self.client.on("connect_error", self.refusals.put)

    async def connect(self, url: str, transport: str, token: str) -> None:
        await self.client.connect(url, auth={"token": token}, transports=[transport])


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_client_of_python_socketio_hears_and_publishes(parlour: Parlour, transport: str) -> None:
    channel = f"python-{transport}"
    listener = Listener(channel)
    await listener.connect(parlour.url, transport, SECRETS[UserRole.VIEWER])
    async with asyncio.timeout(60):
        assert (await listener.client.call("subscribe", channel))["ok"] is True
        parlour.say(channel, *range(MANY // 2))
        for n in range(MANY // 2, MANY):
            await listener.client.call("publish", {"channel": channel, "message": n})
        heard = [await listener.heard.get() for _ in range(MANY)]
        assert [one["message"] for one in heard] == list(range(MANY))
        await listener.client.emit("publish", {"channel": "changes", "message": 1})
        assert (await listener.complaints.get())["error"] == "forbidden"
        await listener.client.disconnect()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_client_of_python_socketio_is_told_why_it_is_refused(parlour: Parlour, transport: str) -> None:
    listener = Listener("logs")
    with pytest.raises(for_dialling().exceptions.ConnectionError):
        await listener.connect(parlour.url, transport, "krs_wrong")
    assert "This token is not valid" in str(await listener.refusals.get())
    await listener.client.shutdown()
