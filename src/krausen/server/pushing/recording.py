"""Writes down what goes to a service and what comes back, with secrets hidden."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Broker, Courier, Line, Place, Post, Reply

LONGEST = 4_000
"""Characters that are kept of what was sent, and of what was answered."""
HIDDEN = "•••"
_SHORTEST = 3
"""A secret of fewer characters is no secret, and to hide it would hide everything."""
_PROOFS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
"""Headers that are hidden whole."""


class Recorder:
    """A courier that remembers what was sent and answered since it was made."""

    def __init__(self, courier: Courier, secrets: Collection[str]) -> None:
        self._courier = courier
        self._secrets = sorted({form for one in secrets for form in _forms(one)}, key=len, reverse=True)
        self._sent: list[str] = []
        self._came: list[str] = []
        self.status: int | None = None

    @property
    def sent(self) -> str:
        """What was sent."""
        return _cut(self.hidden("\n\n".join(self._sent)))

    @property
    def came(self) -> str:
        """What was answered."""
        return _cut(self.hidden("\n\n".join(self._came)))

    def hidden(self, text: str) -> str:
        """Give a text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    async def request(self, post: Post) -> Reply:
        """Ask by HTTP. Raises TargetBusy."""
        self._sent.append(f"{post.method} {post.url}\n{_headers(post.headers)}\n{_text(post.body)}")
        reply = await self._courier.request(post)
        self.status = reply.status
        self._came.append(f"{reply.status}\n{_headers(reply.headers)}\n{_text(reply.body)}")
        return reply

    async def write(self, place: Place, piece: bytes) -> None:
        """Send a piece by TCP. Raises TargetBusy."""
        self._sent.append(f"{_scheme(place)}://{place.host}:{place.port}\n\n{_text(piece)}")
        await self._courier.write(place, piece)
        self._came.append("The other side has taken it.")

    @asynccontextmanager
    async def line(self, broker: Broker) -> AsyncIterator[Line]:
        """Converse with an MQTT broker. Raises TargetBusy, TargetRefused."""
        self._sent.append(f"mqtt{'s' * broker.place.tls}://{broker.place.host}:{broker.place.port}")
        async with self._courier.line(broker) as line:
            yield _Line(line, self._sent)
            self._came.append("The broker has taken it.")

    def failure(self, failure: TargetBusy | TargetRefused) -> str:
        """Give the words for a failure."""
        return self.hidden(str(failure))


class _Line:
    def __init__(self, line: Line, sent: list[str]) -> None:
        self._line = line
        self._sent = sent

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and write it down."""
        if sum(map(len, self._sent)) < LONGEST:
            self._sent.append(f"{topic}{' (retained)' * retain}\n{_text(payload)}")
        await self._line.publish(topic, payload, retain=retain)

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Hear topics."""
        await self._line.subscribe(topics)

    def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Give what is heard."""
        return self._line.messages()


def secrets_of(settings: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Give the values of settings that their schema calls secret."""
    return [str(settings[name]) for name in secret_names(schema) if settings.get(name)]


def secret_names(schema: Mapping[str, Any]) -> list[str]:
    """Name the settings that a schema calls secret."""
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    return [name for name, field in properties.items() if field.get("writeOnly")]


def _forms(secret: str) -> Iterable[str]:
    return {secret, quote(secret), quote(secret, safe="")} if len(secret) >= _SHORTEST else ()


def _headers(headers: Mapping[str, str]) -> str:
    lines = (f"{name}: {HIDDEN if name.lower() in _PROOFS else value}" for name, value in headers.items())
    return "".join(f"{line}\n" for line in lines)


def _text(piece: bytes) -> str:
    return piece[: LONGEST * 4].decode("utf-8", "replace")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def _scheme(place: Place) -> str:
    return "tls" if place.tls else "tcp"


def with_hidden(settings: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give settings as they may be shown."""
    hidden = {name: HIDDEN for name in secret_names(schema) if settings.get(name)}
    return {**settings, **hidden}


def with_kept(
    settings: Mapping[str, Any], kept: Mapping[str, Any], schema: Mapping[str, Any]
) -> dict[str, Any]:
    """Give settings as they are meant: a secret that came back hidden is the one that is kept."""
    same = {
        name: kept[name] for name in secret_names(schema) if settings.get(name) == HIDDEN and name in kept
    }
    return {**settings, **same}
