"""A courier that carries nothing anywhere, and a kind of service to be served."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from msgspec import Meta, Struct, json

from krausen.errors import AnswerLost, TargetBusy
from krausen.ports.target import (
    SECRET,
    Broker,
    Courier,
    Line,
    Place,
    Post,
    PushTarget,
    Reply,
    Sends,
    Shipment,
    judged,
)

Answering = Callable[[Post], Reply]
SILENT = Reply(status=0)
"""Given by whoever answers, it stands for no answer at all, after everything was taken."""
AWAY = Reply(status=-1)
"""It stands for nobody there: nothing was taken."""
HANGING = Reply(status=-2)
"""It stands for a service that never answers and never hangs up."""


class FakeCourier:
    """Hands requests to `answer`; keeps all that was sent: `posts`, `pieces` (TCP), `published` (MQTT)."""

    def __init__(self, answer: Answering = lambda _: Reply(status=200)) -> None:
        self.answer = answer
        self.posts: list[Post] = []
        self.pieces: list[tuple[Place, bytes]] = []
        self.published: list[tuple[str, bytes, bool]] = []
        self.subscribed: list[str] = []
        self.heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self.is_away = False

    async def request(self, post: Post) -> Reply:
        """Ask whoever answers. Raises TargetBusy."""
        await self._there()
        self.posts.append(post)
        reply = self.answer(post)
        if reply is HANGING:
            await asyncio.Event().wait()
        if reply is SILENT:
            raise AnswerLost("The service took it and said nothing.")
        if reply is AWAY:
            raise TargetBusy("Nobody is there.")
        return reply

    async def write(self, place: Place, piece: bytes) -> None:
        """Take a piece. Raises TargetBusy."""
        await self._there()
        self.pieces.append((place, piece))

    @asynccontextmanager
    async def line(self, _: Broker) -> AsyncIterator[Line]:
        """Converse with a broker that keeps what is published. Raises TargetBusy."""
        await self._there()
        yield _FakeLine(self)

    async def _there(self) -> None:
        await asyncio.sleep(0)
        if self.is_away:
            raise TargetBusy("Nobody is there.")


class _FakeLine:
    def __init__(self, courier: FakeCourier) -> None:
        self._courier = courier

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Keep what is published."""
        self._courier.published.append((topic, payload, retain))

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Note what is to be heard."""
        self._courier.subscribed += topics

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Give what a test has put among what is heard."""
        while True:
            yield await self._courier.heard.get()


class Settings(Struct, frozen=True, kw_only=True):
    """Where it goes, and with which key."""

    url: Annotated[str, Meta(title="Address")] = "https://service.example/receive"
    key: Annotated[str, Meta(title="Key", extra_json_schema=SECRET)] = ""


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Send all of it as JSON. Raises TargetBusy, TargetRefused."""
    body = {"key": settings.key, "now": shipment.now, "vessels": shipment.vessels, "values": shipment.values}
    judged(await courier.request(Post(url=settings.url, body=json.encode(body))), shipment.now)


LATEST = PushTarget(
    name="latest", title="Latest", settings=Settings, send=send, takes=frozenset({"vessels", "sensors"})
)
"""A kind of service that is told how things stand."""
EVERY = PushTarget(
    name="every",
    title="Every",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors", "series"}),
    sends=Sends.EVERY,
    most=50,
)
"""A kind of service that is told each reading once."""
COUNTING = PushTarget(
    name="counting",
    title="Counting",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=900.0,
    why_least="It takes one in 15 minutes of each device.",
    by_device=True,
    again_harmless=False,
)
"""A kind of service that counts what each device sends."""
