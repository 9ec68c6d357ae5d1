"""Doors: somebody else's protocol, spoken to us.

A door knows its protocol and nothing of us but its `Site`. The host that opens it asks who may knock, bounds
size, time and rate, counts what comes in and what is refused, and keeps one guest from harming another.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from math import isfinite
from typing import Any, Protocol

from msgspec import Struct

from krausen.errors import (
    Fault,
    Forbidden,
    Invalid,
    KrausenError,
    NotFound,
    OperatorNeeded,
    Refusal,
    Stale,
    StorageAway,
    Throttled,
    TryAgain,
)
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Quality
from krausen.model.series import is_name
from krausen.wire.timestamps import check_measured

MOST_FAULTS = 20
"""How many faults are named at once."""


RETRY_S = 5
"""After so long a guest may try again what failed for our sake."""
LARGEST = 1024 * 1024
"""Bytes that a guest may bring at once, where a door takes no more."""
LARGEST_MESSAGE = 64 * 1024
"""Bytes of a message over a WebSocket."""


_FAILURES: dict[int, type[KrausenError]] = {403: Forbidden, 404: NotFound, 409: Stale, 503: StorageAway}


class OtherPath(NotFound):
    """The door answers at other paths."""


class OtherMethod(Refusal):
    """An address takes other methods of HTTP, those in `allow`."""

    def __init__(self, *allow: str) -> None:
        super().__init__(f"This address takes {', '.join(sorted(allow))}.")
        self.allow = frozenset(allow)


def failure_of(status: int, said: Any) -> KrausenError:
    """Give what a call that was refused failed with, from its problem details (RFC 9457)."""
    problem = said if isinstance(said, dict) else {}
    detail = str(problem.get("detail") or f"The call was refused with {status}.")
    kind = _FAILURES.get(status)
    if kind is not None:
        return kind(detail)
    faults = [Fault(one["where"], one["message"]) for one in problem.get("errors", ())]
    return Invalid(detail, faults)


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


class Introduction(Struct, frozen=True, kw_only=True):
    """How a guest calls one of the nodes that they bring readings of; `kind` is what sort of thing it is."""

    node: str
    title: str
    kind: str = ""


def check_storable(measured: Sequence[Measured], now: int) -> None:
    """Raise Invalid unless all of this can have been measured when it is `now`, UTC milliseconds.

    Names have 1 to 128 printable characters, values are finite, times lie between 1990 and five minutes
    ahead. Up to 20 faults are named by their place, as in `/3/value`.
    """
    faults = [fault for place, one in enumerate(measured) for fault in _faults(one, f"/{place}", now)]
    if faults:
        told = faults[0].message if len(faults) == 1 else f"{len(faults)} values are wrong."
        raise Invalid(told, faults[:MOST_FAULTS])


def status_of(failure: Exception, *, usual: int) -> tuple[int, dict[str, str]]:
    """Give the status of HTTP and the headers that tell of a failure (RFC 9110).

    The status is `usual` where it lies with what was said, rather than with who says it, how often, or us.
    """
    match failure:
        case Forbidden():
            return 403, {}
        case Throttled():
            return 429, {"retry-after": str(failure.retry_after_s)}
        case TryAgain() | OperatorNeeded():
            return 503, {"retry-after": str(RETRY_S)}
        case _:
            return usual, {}


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


class Heard(Struct, frozen=True, kw_only=True):
    """What was said in a live channel, as JSON says it, or among the guests of a door (`channel` empty).

    `by` names who published it, and is empty for what the site itself says; only that is true of the plant.
    """

    channel: str
    message: Any
    by: str = ""


class Hearing(Protocol):
    """What one guest hears. Who does not keep up loses what came meanwhile."""

    def subscribe(self, channels: Sequence[str]) -> None:
        """Hear live channels as well; harmless where they are heard already."""

    def unsubscribe(self, channels: Sequence[str]) -> None:
        """Hear live channels no more."""

    async def next(self) -> Heard:
        """Wait for what is said next."""


class Site(Protocol):
    """What a door may ask of us. Every call raises StorageAway when the disk refuses."""

    def now(self) -> int:
        """Give the site's time, UTC milliseconds."""

    async def store(self, measured: Sequence[Measured]) -> int:
        """Store what a guest brought under the door's own adapter; give how many readings that are.

        All or nothing, and on disk before it answers. Raises Invalid, with the faults by their place.
        """

    async def introduce(self, nodes: Sequence[Introduction]) -> None:
        """Have nodes shown with titles and kinds, as far as they report and have none yet."""

    async def take_rows(self, body: bytes, caller: Caller) -> Taken:
        """Take rows that name their adapters (`/api/v1/measurements`), sent by one who may write to them.

        Raises Invalid with every fault, and Forbidden.
        """

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make a call of the interface below `/api/v1`, and give status and JSON, None where there is none.

        It is made in the name of the door, with the role that the door declares, and checked like every
        other; only calls that the door declares can be made. `path` may have a query. Raises Forbidden.
        """

    async def publish(self, channel: str, message: object) -> None:
        """Publish to a live channel, in the name of the door. Raises NotFound, Forbidden and Invalid."""

    def pass_on(self, message: object) -> None:
        """Tell every guest of this door who hears at all."""

    def hearing(self) -> AbstractContextManager[Hearing]:
        """Hear what guests of this door are told, and the channels that are subscribed to."""

    async def number(self, space: str, id: str) -> int:
        """Give the number of a thing, from 1 in each space of the door; it is never another's."""

    async def named(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None."""


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


class Messages(Protocol):
    """One connection by WebSocket, text both ways, with a guest at `address`."""

    @property
    def address(self) -> str:
        """The network address of the guest."""

    async def receive(self) -> str | None:
        """Give the next message, None when the guest has gone.

        The host ends a conversation in which too much, or at first nothing, is said.
        """

    async def send(self, text: str) -> None:
        """Send a message to the guest. Raises LinkLost when the guest has gone."""


class Proof(StrEnum):
    """How guests of a door show that they may come in."""

    NETWORK = "network"
    """By the network they call from: they cannot identify themselves."""
    LOGIN = "login"
    """By login and password, or a token, that may send measurements."""


class Paths(Struct, frozen=True, kw_only=True):
    """What of HTTP a door answers: these methods on these paths, or on those that its settings name.

    A part of a path in braces, as in `/profile/{id}`, stands for any one part. `exchange` raises Invalid for
    what it cannot take, and may raise NotFound and OtherMethod; `refusal` makes of such a failure the
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


class Sockets(Struct, frozen=True, kw_only=True):
    """At which paths a door speaks by WebSocket, and how it converses there.

    `converse` raises Invalid for what it cannot take, which ends the conversation. A message has at most
    `largest` bytes.
    """

    paths: Callable[[Any], Sequence[str]]
    converse: Callable[[Any, Messages, Site], Awaitable[None]]
    largest: int = LARGEST_MESSAGE


def nowhere(_: Any) -> Sequence[str]:
    """Name no page: no browser brings in what the page of another site says."""
    return ()


def looks_on(_: Any) -> UserRole:
    """Give the role of who may only look."""
    return UserRole.VIEWER


class Door(Struct, frozen=True, kw_only=True):
    """A protocol that is spoken to us: by HTTP, by WebSocket, on a TCP port. `open_at_first` is for very few.

    With `own_port`, its paths are answered on a port of its own alone, which is this one at first. Pages of
    `origins` (RFC 6454, such as `http://brewpi.lan`) may use it besides those of its own address. `calls`
    are those of our interface that it makes for its guests, as in `GET /profiles/{id}`, with the role
    `role`.
    """

    name: str
    title: str
    settings: type[Struct]
    proof: Proof = Proof.NETWORK
    paths: Paths | None = None
    sockets: Sockets | None = None
    port: Port | None = None
    own_port: int | None = None
    open_at_first: bool = False
    origins: Callable[[Any], Sequence[str]] = nowhere
    calls: tuple[str, ...] = ()
    role: Callable[[Any], UserRole] = looks_on
