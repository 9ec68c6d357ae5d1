"""Push targets: outside services that receive readings from us.

A target knows one service: what it wants to hear, in which words and units, and what its answers mean. The
host knows when each is due, keeps the queue, tries again, and shows everything that was sent and answered.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from math import isfinite
from typing import Any, Final, NoReturn, Protocol

from msgspec import Struct

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.reading import Quality
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState

SECRET: Final[dict[str, object]] = {"format": "password", "writeOnly": True}
"""The `extra_json_schema` of a setting that is never shown again: keys, tokens, passwords."""
LARGEST_REPLY = 64 * 1024
"""Bytes of an answer that are read; what is beyond is left out."""


class VesselNow(Struct, frozen=True, kw_only=True):
    """A vessel as it is now. Temperatures in °C, gravity in SG; None is unknown, which is not zero.

    `number` is a stable one for services that know things by number; `at` is when it was last heard of, UTC
    milliseconds. `state` is in BrewPi's numbers. `batch` is the name of what ferments in it.
    """

    id: str
    number: int
    name: str
    at: int | None
    mode: Mode
    state: ControlState | None = None
    beer: float | None = None
    chamber: float | None = None
    ambient: float | None = None
    beer_setpoint: float | None = None
    chamber_setpoint: float | None = None
    heat: bool | None = None
    cool: bool | None = None
    gravity: float | None = None
    batch: str = ""
    lowest: float | None = None
    highest: float | None = None


class SensorNow(Struct, frozen=True, kw_only=True):
    """A hydrometer as it is now: gravity in SG, temperature in °C, battery in V, signal in dBm, angle in °.

    `kind` is that of its driver or door, such as `tilt` or `ispindel`; `vessel` is the one it swims in.
    """

    id: str
    number: int
    name: str
    kind: str
    at: int | None
    gravity: float | None = None
    temperature: float | None = None
    battery_v: float | None = None
    angle: float | None = None
    signal_dbm: float | None = None
    vessel: VesselNow | None = None


class Value(Struct, frozen=True, kw_only=True):
    """One reading of one series, in the unit that it is kept in; `t` in UTC milliseconds."""

    series: str
    adapter: str
    node: str
    metric: str
    unit: str
    t: int
    v: float
    quality: Quality = Quality.GOOD

    @property
    def is_usable(self) -> bool:
        """Whether it is a number, and not known to be bad."""
        return self.quality is not Quality.BAD and isfinite(self.v)


class Shipment(Struct, frozen=True, kw_only=True):
    """What goes to a service at once; `now` in UTC ms, `every_s` is the interval that was chosen."""

    now: int
    every_s: float
    vessels: tuple[VesselNow, ...] = ()
    sensors: tuple[SensorNow, ...] = ()
    values: tuple[Value, ...] = ()


class Post(Struct, frozen=True, kw_only=True):
    """One request by HTTP. Redirects are followed only where asked for, and never to a less safe scheme."""

    url: str
    body: bytes = b""
    method: str = "POST"
    headers: Mapping[str, str] = {}
    follow: bool = False


class Reply(Struct, frozen=True, kw_only=True):
    """What a service answered, cut at `LARGEST_REPLY`. Names of headers are in small letters."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Place(Struct, frozen=True, kw_only=True):
    """Where a service listens by TCP, and whether it is spoken to through TLS."""

    host: str
    port: int
    tls: bool = False


class Broker(Struct, frozen=True, kw_only=True):
    """An MQTT broker, and who we are to it. `will` is what it tells when we are gone: topic and payload."""

    place: Place
    client: str
    login: str = ""
    password: str = ""
    will: tuple[str, bytes] | None = None


class Line(Protocol):
    """A conversation with an MQTT broker."""

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish, and wait until the broker has taken it (QoS 1)."""

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Hear topics, which may have wildcards, from now on."""

    def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Give what is heard, topic and payload, as it comes."""


class Courier(Protocol):
    """Carries what a target sends; everything is bounded in time and size, and written down for people.

    Each call raises TargetBusy when nobody answers: names that lead nowhere, cables, certificates that do not
    hold, silence. Where everything was sent already when the line broke or fell silent, that is AnswerLost.
    """

    async def request(self, post: Post) -> Reply:
        """Ask by HTTP. What the status means is for the target to say."""

    async def write(self, place: Place, piece: bytes) -> None:
        """Open a connection, send a piece, and close it when the other side has taken it."""

    def line(self, broker: Broker) -> AbstractAsyncContextManager[Line]:
        """Converse with an MQTT broker. A refused login raises TargetRefused."""


class Wishes(Protocol):
    """What a service may wish, where the person who set it up allows that."""

    async def wish(self, vessel: str, mode: Mode, value: float | None, reason: str) -> None:
        """Wish a temperature (°C) for a vessel, by id. Raises Invalid, Forbidden, NotFound."""

    def vessels(self) -> AsyncIterator[Sequence[VesselNow]]:
        """Give the chosen vessels as they are now, and again whenever one of them changes."""


class Sends(StrEnum):
    """What a service wants: how things stand, or each reading once, in order of time in each series."""

    LATEST = "latest"
    EVERY = "every"


class PushTarget(Struct, frozen=True, kw_only=True):
    """A kind of service.

    `send(settings, shipment, courier)` delivers, or raises TargetBusy (later) or TargetRefused (somebody
    has to mend a setting); it raises nothing else. Nothing is sent more often than every `least_s` seconds,
    which `why_least` explains; where the service counts that for each device (`by_device`), the host hands
    it one vessel or sensor at a time. With `Sends.EVERY` a shipment has at most `most` values. `takes` names
    what can be chosen: `vessels`, `sensors`, `series`. `again_harmless` tells that a delivery whose answer
    was lost may be repeated. `attend`, where there is one, runs as long as the target is active: it keeps a
    conversation, such as an MQTT line on which setpoints may be wished.
    """

    name: str
    title: str
    settings: type[Struct]
    send: Callable[[Any, Shipment, Courier], Awaitable[None]]
    takes: frozenset[str]
    least_s: float = 1.0
    usual_s: float = 900.0
    why_least: str = ""
    by_device: bool = False
    sends: Sends = Sends.LATEST
    most: int = 1000
    again_harmless: bool = True
    attend: Callable[[Any, Courier, Wishes], Awaitable[NoReturn]] | None = None


def judged(reply: Reply, now: int) -> Reply:
    """Give a reply of success (2xx), and raise what any other means by the rules of HTTP (RFC 9110).

    A wrong key, a wrong address and a redirect that is not followed raise TargetRefused; everything else
    raises TargetBusy, which knows what `Retry-After` says, seen from `now` (UTC ms).
    """
    if 200 <= reply.status < 300:
        return reply
    said = told(reply)
    if reply.status in _PROOF:
        raise TargetRefused(f"The service does not accept our key or login ({said}). Check it.")
    if reply.status in _PLACE or 300 <= reply.status < 400:
        raise TargetRefused(f"There is no service at this address ({said}). Check the address.")
    raise TargetBusy(f"The service did not take it: {said}.", _after_s(reply, now))


def told(reply: Reply) -> str:
    """Give what a service answered, short enough to be shown in a line."""
    text = " ".join(reply.body.decode("utf-8", "replace").split())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"{reply.status} {shown}".strip()


def _after_s(reply: Reply, now: int) -> float | None:
    asked = reply.headers.get("retry-after", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    return max(0.0, until.replace(tzinfo=until.tzinfo or UTC).timestamp() - now / 1000.0)


_PROOF = frozenset({401, 403, 407})
_PLACE = frozenset({404, 405, 410})
_SHOWN = 300
