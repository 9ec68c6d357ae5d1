"""Doors: somebody else's protocol, spoken to us.

A door knows its protocol and nothing of us but its `Site`. The host that opens it asks who may knock, bounds
size, time and rate, counts what comes in and what is refused, and keeps one guest from harming another.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from math import isfinite
from typing import Any, Protocol

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.people import Caller
from krausen.model.reading import Quality
from krausen.model.series import is_name
from krausen.wire.timestamps import check_measured

MOST_FAULTS = 20
"""How many faults are named at once."""


LARGEST = 1024 * 1024
"""Bytes that a guest may bring at once, where a door takes no more."""


class Measured(Struct, frozen=True, kw_only=True):
    """A value that a guest brings.

    `t` in UTC milliseconds, None for now. `unit` is that of the value, empty where it is not known.
    """

    node: str
    metric: str
    value: float
    t: int | None = None
    unit: str = ""
    quality: Quality = Quality.GOOD


def check_storable(measured: Sequence[Measured], now: int) -> None:
    """Raise Invalid unless all of this can have been measured when it is `now`, UTC milliseconds.

    Names have 1 to 128 printable characters, values are finite, times lie between 1990 and five minutes
    ahead. Up to 20 faults are named by their place, as in `/3/value`.
    """
    faults = [fault for place, one in enumerate(measured) for fault in _faults(one, f"/{place}", now)]
    if faults:
        told = faults[0].message if len(faults) == 1 else f"{len(faults)} values are wrong."
        raise Invalid(told, faults[:MOST_FAULTS])


def _faults(one: Measured, where: str, now: int) -> Iterator[Fault]:
    for key, name in (("node", one.node), ("metric", one.metric)):
        if not is_name(name):
            yield Fault(f"{where}/{key}", "A name has 1 to 128 printable characters.")
    if not isfinite(one.value):
        yield Fault(f"{where}/value", "This is not a finite number.")
    try:
        check_measured(now if one.t is None else one.t, now)
    except Invalid as failure:
        yield Fault(f"{where}/t", str(failure))


class Taken(Struct, frozen=True):
    """How many rows were taken, and how many readings were in them."""

    rows: int
    readings: int


class Site(Protocol):
    """What a door may ask of us. Every call raises StorageAway when the disk refuses."""

    def now(self) -> int:
        """Give the site's time, UTC milliseconds."""

    async def store(self, measured: Sequence[Measured]) -> int:
        """Store what a guest brought under the door's own adapter; give how many readings that are.

        All or nothing, and on disk before it answers. Raises Invalid, with the faults by their place.
        """

    async def take_rows(self, body: bytes, caller: Caller) -> Taken:
        """Take rows that name their adapters (`/api/v1/measurements`), sent by one who may write to them.

        Raises Invalid with every fault, and Forbidden.
        """


class Exchange(Struct, frozen=True, kw_only=True):
    """One request by HTTP. Names of headers are in small letters; `caller` is who proved to be there."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    caller: Caller | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """What an exchange is answered with."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = {}


class Stream(Protocol):
    """One connection by TCP, from a guest at `address`."""

    @property
    def address(self) -> str:
        """The network address of the guest."""

    async def receive(self) -> bytes:
        """Give the bytes that came next, at least one; empty when the guest has hung up.

        The host ends a conversation that brings more or lasts longer than it allows.
        """

    async def send(self, data: bytes) -> None:
        """Send bytes to the guest. Raises LinkLost when the guest has gone."""


class Proof(StrEnum):
    """How guests of a door show that they may come in."""

    NETWORK = "network"
    """By the network they call from: they cannot identify themselves."""
    LOGIN = "login"
    """By login and password, or a token, that may send measurements."""


class Paths(Struct, frozen=True, kw_only=True):
    """What of HTTP a door answers: these methods on these paths, or on those that its settings name.

    `exchange` raises Invalid for what it cannot take; `refusal` makes of such a failure the
    answer that the protocol expects. Where guests show their login or token otherwise than HTTP does,
    `authorization` gives the header that says the same (RFC 7617, RFC 6750), empty where there is none; it is
    asked before the body is read. A body has at most `largest` bytes.
    """

    methods: frozenset[str]
    paths: Callable[[Any], Sequence[str]]
    exchange: Callable[[Any, Exchange, Site], Awaitable[Answer]]
    refusal: Callable[[Exception], Answer] | None = None
    authorization: Callable[[Exchange], str] | None = None
    largest: int = LARGEST


class Port(Struct, frozen=True, kw_only=True):
    """A TCP port that a door listens on, and how it converses there.

    `converse` raises Invalid for what it cannot take, which ends the conversation.
    """

    number: Callable[[Any], int]
    converse: Callable[[Any, Stream, Site], Awaitable[None]]


class Door(Struct, frozen=True, kw_only=True):
    """A protocol that is spoken to us: by HTTP, on a TCP port, or both. `open_at_first` is for very few."""

    name: str
    title: str
    settings: type[Struct]
    proof: Proof = Proof.NETWORK
    paths: Paths | None = None
    port: Port | None = None
    open_at_first: bool = False
