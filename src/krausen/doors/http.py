"""Any JSON by HTTP, at paths of your own: for what sends numbers and can be told an address.

For every path one says which node the message is about and where its values stand, as JSON Pointers
(RFC 6901) such as `/beer/temperature`. Posted JSON is read, or the query of a GET, whose keys count as the
members of one object. A value is a number, a text that is one, or true and false for 1 and 0. Without a time
in the message the moment of arrival counts.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from math import isfinite
from typing import Annotated, Literal

from msgspec import DecodeError, Meta, Struct, json

from krausen.errors import Fault, Invalid
from krausen.ports.door import Answer, Door, Exchange, Measured, Paths, Site
from krausen.wire.timestamps import instant

MOST = 100
_POINTER = r"^(/([^~/]|~[01])*)+$"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INDEX = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
_MISSING = object()

Name = Annotated[str, Meta(min_length=1, max_length=128)]
Pointer = Annotated[str, Meta(pattern=_POINTER, max_length=400)]


class Value(Struct, frozen=True, kw_only=True):
    """A value of a message. What is stored is the number there times `factor` plus `offset`."""

    metric: Name
    at: Annotated[Pointer, Meta(title="Where it stands, such as /beer/temperature")]
    unit: Annotated[str, Meta(title="Unit of what is stored", max_length=20)] = ""
    factor: Annotated[float, Meta(title="Factor", ge=-1e12, le=1e12)] = 1.0
    offset: Annotated[float, Meta(title="Offset", ge=-1e12, le=1e12)] = 0.0
    optional: Annotated[bool, Meta(title="May be missing")] = False


class Message(Struct, frozen=True, kw_only=True):
    """What is sent to one path. `node` is a name, or where it stands in the message, with a slash first."""

    path: Annotated[str, Meta(title="Path", pattern=r"^/in/[A-Za-z0-9._~/-]+$", max_length=200)]
    node: Annotated[Name, Meta(title="Node, or where it stands, such as /device")]
    values: Annotated[tuple[Value, ...], Meta(title="Values", min_length=1, max_length=MOST)]
    time_at: Annotated[Pointer | None, Meta(title="Where the time stands")] = None
    time_form: Annotated[
        Literal["s", "ms", "iso"],
        Meta(title="Time as s or ms since 1970, or as in ISO 8601, UTC without offset"),
    ] = "s"


class Settings(Struct, frozen=True, kw_only=True):
    """Which messages are taken."""

    messages: Annotated[
        tuple[Message, ...], Meta(title="Messages, each with its own path", max_length=MOST)
    ] = ()


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Store the values of a message. Raises Invalid with every fault."""
    message = next((one for one in settings.messages if one.path == request.path), None)
    if message is None:
        raise Invalid("No message of this path is known any more.")
    document = request.query if request.method == "GET" else read(request.body)
    count = await site.store(decode(message, document))
    return Answer(body=json.encode({"readings": count}), media_type="application/json")


def read(body: bytes) -> object:
    """Give the JSON of a body. Raises Invalid."""
    try:
        document: object = json.decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.") from error
    return document


def decode(message: Message, document: object) -> list[Measured]:
    """Give what a document brings. Raises Invalid, with the pointers of what is missing or no number."""
    faults: list[Fault] = []
    node, t = _node(message.node, document, faults), _time(message, document, faults)
    values = list(_values(message, document, faults))
    if not values and not faults:
        faults.append(Fault("", "None of its values is there."))
    if faults:
        one = f"{faults[0].where or 'The message'}: {faults[0].message}"
        raise Invalid(one if len(faults) == 1 else f"{len(faults)} parts of the message are wrong.", faults)
    return [
        Measured(node=node, metric=value.metric, value=number, t=t, unit=value.unit)
        for value, number in values
    ]


def found_at(pointer: str, document: object) -> object:
    """Give what stands at a JSON Pointer (RFC 6901). Raises LookupError."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping):
            document = document[key]
        elif isinstance(document, list) and _INDEX.fullmatch(key):
            document = document[int(key)]
        else:
            raise LookupError(pointer)
    return document


def _values(message: Message, document: object, faults: list[Fault]) -> Iterator[tuple[Value, float]]:
    for value in message.values:
        found = _found(value.at, document)
        if found is _MISSING or found is None:
            if not value.optional:
                faults.append(Fault(value.at, "This is missing."))
            continue
        number = _number(found)
        stored = None if number is None else number * value.factor + value.offset
        if stored is None or not isfinite(stored):
            faults.append(Fault(value.at, "This is not a number."))
        else:
            yield value, stored


def _node(node: str, document: object, faults: list[Fault]) -> str:
    if not node.startswith("/"):
        return node
    found = _found(node, document)
    if isinstance(found, str | int) and not isinstance(found, bool):
        return str(found)
    faults.append(Fault(node, "This is to name the node, as text or a whole number."))
    return ""


def _time(message: Message, document: object, faults: list[Fault]) -> int | None:
    if message.time_at is None:
        return None
    found = _found(message.time_at, document)
    try:
        if message.time_form == "iso":
            return instant(str(found), UTC)
        number = _number(found)
        if number is not None and isfinite(number):
            return round(number * (1000.0 if message.time_form == "s" else 1.0))
        faults.append(Fault(message.time_at, "This is not a time: a number was expected."))
    except (Invalid, OverflowError) as failure:
        faults.append(Fault(message.time_at, str(failure)))
    return None


def _found(pointer: str, document: object) -> object:
    try:
        return found_at(pointer, document)
    except LookupError:
        return _MISSING


def _number(found: object) -> float | None:
    """Give a number, a text that is one, or a truth value as 1 or 0."""
    if isinstance(found, str) and not _NUMBER.fullmatch(found.strip()):
        return None
    if not isinstance(found, str | int | float):
        return None
    try:
        return float(found)
    except OverflowError:
        return None


DOOR = Door(
    name="http",
    title="Any JSON by HTTP",
    settings=Settings,
    paths=Paths(
        methods=frozenset({"GET", "POST"}),
        paths=lambda settings: [message.path for message in settings.messages],
        exchange=exchange,
    ),
)
