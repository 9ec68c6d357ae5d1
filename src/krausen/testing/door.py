"""A site and its guests in memory, to try a door with."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from anyio.lowlevel import checkpoint
from msgspec import DecodeError, json

from krausen.errors import Invalid, LinkLost
from krausen.model.people import Caller
from krausen.ports.door import Exchange, Heard, Introduction, Measured, Taken, check_storable

Reply = Callable[[str, str, object], tuple[int, Any]]
"""What the interface answers to method, path and body."""


def obliging(method: str, path: str, _: object) -> tuple[int, Any]:
    """Answer a call as if there were nothing yet, and everything that is wanted were done."""
    if method == "GET" and "?" in path:
        return 200, {"items": [], "next": None}
    if method == "GET":
        return 404, {"detail": f"There is nothing at {path}."}
    made = {"id": "made", "name": "made", "revision": 1, "created_at": "2026-05-01T00:00:00.000Z"}
    return (204, None) if method == "DELETE" else (200, made)


class FakeHearing:
    """Hears what is put into it, of the channels that are subscribed to, and what guests are told."""

    def __init__(self) -> None:
        self.channels: set[str] = {""}
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()

    def subscribe(self, channels: Sequence[str]) -> None:
        """Hear channels as well."""
        self.channels.update(channels)

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Hear channels no more."""
        self.channels.difference_update(channels)

    def put(self, heard: Heard) -> None:
        """Have something said."""
        if heard.channel in self.channels:
            self._heard.put_nowait(heard)

    async def next(self) -> Heard:
        """Wait for what is said next."""
        return await self._heard.get()


class FakeSite:
    """A site at the instant `now`, UTC milliseconds, which checks what it is brought as the true one does.

    `stored` is everything that a door stored, `introduced` what it said of nodes, `rows` the bodies that it
    passed on with their callers, `asked` the calls that it made, which `reply` answers, `published` what it
    said in live channels. When `failure` is set, every call raises it and keeps nothing.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self.stored: list[Measured] = []
        self.introduced: list[Introduction] = []
        self.rows: list[tuple[bytes, Caller]] = []
        self.asked: list[tuple[str, str, object]] = []
        self.reply: Reply = obliging
        self.published: list[tuple[str, object]] = []
        self.failure: Exception | None = None
        self._hearings: list[FakeHearing] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def now(self) -> int:
        """Give the site's time."""
        return self._now

    async def store(self, measured: Sequence[Measured]) -> int:
        """Keep what a guest brought, all or nothing. Raises Invalid, and `failure`."""
        await self._turn()
        check_storable(measured, self._now)
        self.stored += measured
        return len(measured)

    async def introduce(self, nodes: Sequence[Introduction]) -> None:
        """Keep what is said of nodes. Raises `failure`."""
        await self._turn()
        self.introduced += nodes

    async def take_rows(self, body: bytes, caller: Caller) -> Taken:
        """Keep a body with rows. Raises Invalid when it is no array of objects, and `failure`."""
        await self._turn()
        try:
            rows = json.decode(body, type=list[dict[str, object]])
        except (DecodeError, UnicodeDecodeError) as error:
            raise Invalid(f"These are no rows: {error}.") from error
        self.rows.append((body, caller))
        values = [row.get("data") for row in rows]
        return Taken(rows=len(rows), readings=sum(len(one) for one in values if isinstance(one, dict)))

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Answer a call as `reply` does. Raises `failure`."""
        await self._turn()
        self.asked.append((method, path, body))
        return self.reply(method, path, body)

    async def publish(self, channel: str, message: object) -> None:
        """Keep what is said in a channel. Raises `failure`."""
        await self._turn()
        self.published.append((channel, message))

    def pass_on(self, message: object) -> None:
        """Tell every guest who hears."""
        self.say(Heard(channel="", message=message))

    def say(self, heard: Heard) -> None:
        """Have something said in a live channel."""
        for hearing in self._hearings:
            hearing.put(heard)

    @contextmanager
    def hearing(self) -> Iterator[FakeHearing]:
        """Hear what is said from now on."""
        hearing = FakeHearing()
        self._hearings.append(hearing)
        try:
            yield hearing
        finally:
            self._hearings.remove(hearing)

    async def number(self, space: str, id: str) -> int:
        """Give the number of a thing. Raises `failure`."""
        await self._turn()
        taken = sum(named == space for named, _ in self._numbers)
        return self._numbers.setdefault((space, id), taken + 1)

    async def named(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None. Raises `failure`."""
        await self._turn()
        return next((id for (named, id), n in self._numbers.items() if (named, n) == (space, number)), None)

    async def _turn(self) -> None:
        await checkpoint()
        if self.failure is not None:
            raise self.failure


class FakeStream:
    """A guest by TCP who says `chunks` and hangs up; `sent` is what was said to them.

    When `gone` is set, nothing can be said to them any more.
    """

    def __init__(self, chunks: Iterable[bytes], address: str = "192.168.1.20") -> None:
        self._chunks = deque(chunks)
        self._address = address
        self.sent: list[bytes] = []
        self.gone = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._address

    async def receive(self) -> bytes:
        """Give the next chunk, empty after the last."""
        await checkpoint()
        return self._chunks.popleft() if self._chunks else b""

    async def send(self, data: bytes) -> None:
        """Keep what is said to the guest. Raises LinkLost when the guest has gone."""
        await checkpoint()
        if self.gone:
            raise LinkLost(f"{self._address} has hung up.")
        self.sent.append(data)


class FakeMessages:
    """A guest by WebSocket who says `messages`, listens for so many turns as `patience`, and goes.

    `sent` is what was said to them. When `gone` is set, nothing can be said to them any more.
    """

    def __init__(self, messages: Iterable[str], address: str = "192.168.1.20", *, patience: int = 10) -> None:
        self._messages = deque(messages)
        self._address = address
        self._patience = patience
        self.sent: list[str] = []
        self.gone = False

    @property
    def address(self) -> str:
        """The network address of the guest."""
        return self._address

    async def receive(self) -> str | None:
        """Give the next message, None after the last and some patience."""
        await checkpoint()
        if self._messages:
            return self._messages.popleft()
        for _ in range(self._patience):
            await checkpoint()
        return None

    async def send(self, text: str) -> None:
        """Keep what is said to the guest. Raises LinkLost when the guest has gone."""
        await checkpoint()
        if self.gone:
            raise LinkLost(f"{self._address} has hung up.")
        self.sent.append(text)


def posted(
    path: str,
    body: bytes,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    caller: Caller | None = None,
) -> Exchange:
    """Give a POST from a guest in the local network; names of headers are in small letters."""
    return Exchange(
        method="POST",
        path=path,
        query=query or {},
        headers=headers or {},
        body=body,
        address="192.168.1.20",
        caller=caller,
    )
