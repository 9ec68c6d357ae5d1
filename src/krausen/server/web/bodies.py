"""JSON bodies to typed values; when that fails, every bad field by name."""

import json
import re
from collections.abc import Iterator
from inspect import isclass
from itertools import islice
from math import inf, isfinite
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct, ValidationError
from msgspec.structs import fields

from krausen.errors import Fault, Invalid, Refusal

T = TypeVar("T")

MOST_FAULTS = 20
LONGEST_NUMBER = 400
"""Digits beyond which a whole number is endless anyway."""

_TYPES = re.compile(r"`([a-z]+(?: \| [a-z]+)*)`")
_PLAIN_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "bool": "true or false",
    "object": "an object",
    "array": "an array",
}


class Unreadable(Refusal):
    """The request cannot be read."""


def read(body: bytes, shape: type[T]) -> T:
    """Give a body as a value of a type. Raises Unreadable if it is no JSON, Invalid if no such value."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        found = tuple(islice(faults(document(body), shape), MOST_FAULTS))
        raise refusal(found, error) from error


def document(body: bytes) -> object:
    """Decode JSON; numbers that it lacks (NaN) or that are too large become floats. Raises Unreadable."""
    if not body:
        raise Unreadable("The body is empty.")
    try:
        found: object = json.loads(body.decode(), parse_constant=float, parse_int=_whole)
        if b"\\u" in body:
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The body is not JSON: {error}.") from error


def faults(document: object, shape: Any, where: str = "") -> Iterator[Fault]:
    """Name every part of a decoded document that keeps it from being a value of a type, as JSON Pointers.

    The type is made of structs, lists, tuples of any length, dictionaries with text keys, and what msgspec
    converts by itself.
    """
    inner = _composite(shape)
    if isinstance(document, dict) and _is_struct(inner):
        yield from _field_faults(document, inner, where)
    elif isinstance(document, list) and _is_sequence(inner):
        for place, item in enumerate(document):
            yield from faults(item, get_args(inner)[0], f"{where}/{place}")
    elif isinstance(document, dict) and get_origin(inner) is dict:
        for name, item in document.items():
            yield from faults(item, get_args(inner)[1], f"{where}/{escaped(name)}")
    else:
        yield from _leaf_faults(document, shape, where)


def escaped(name: str) -> str:
    """Give a name as a part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def refusal(found: tuple[Fault, ...], error: Exception) -> Refusal:
    """Give the refusal of a body with these faults; without any, `error` is what kept it from being read."""
    if not found and not isinstance(error, ValidationError):
        return Unreadable(f"The body is not JSON: {error}.")
    found = found or (Fault("", plain(str(error))),)
    return Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)


def plain(message: str) -> str:
    """Give what msgspec says of a wrong value in words for everybody."""
    words = message.partition(" - at `$")[0]
    return _TYPES.sub(_plain_types, words).rstrip(".") + "."


def _composite(shape: Any) -> Any:
    """Give the struct, list or dictionary inside a type, else the type itself."""
    if get_origin(shape) is Annotated:
        return _composite(get_args(shape)[0])
    if get_origin(shape) in (Union, UnionType):
        inner = map(_composite, get_args(shape))
        return next(
            (one for one in inner if _is_struct(one) or _is_sequence(one) or get_origin(one) is dict), shape
        )
    return shape


def _is_sequence(shape: Any) -> bool:
    """Tell whether a type is a list, or a tuple of any length."""
    return get_origin(shape) is list or (get_origin(shape) is tuple and Ellipsis in get_args(shape))


def _is_raw(shape: Any) -> bool:
    """Tell whether a type takes any JSON, as it was written."""
    return shape is msgspec.Raw or msgspec.Raw in get_args(shape)


def _is_struct(shape: Any) -> bool:
    return isclass(shape) and issubclass(shape, Struct)


def _field_faults(document: dict[str, object], shape: Any, where: str) -> Iterator[Fault]:
    for field in fields(shape):
        place = f"{where}/{escaped(field.encode_name)}"
        if field.encode_name in document:
            yield from faults(document[field.encode_name], field.type, place)
        elif field.required:
            yield Fault(place, "This is missing.")


def _leaf_faults(document: object, shape: Any, where: str) -> Iterator[Fault]:
    try:
        msgspec.convert(document, Any if _is_raw(shape) else shape)
    except ValidationError as error:
        yield Fault(where, plain(str(error)))
    else:
        yield from _endless(document, where)


def _endless(document: object, where: str) -> Iterator[Fault]:
    waiting = [(where, document)]
    while waiting:
        place, item = waiting.pop()
        if isinstance(item, float) and not isfinite(item):
            yield Fault(place, "This is not a number that JSON can hold.")
        elif isinstance(item, dict):
            waiting += [(f"{place}/{escaped(name)}", inner) for name, inner in reversed(item.items())]
        elif isinstance(item, list):
            waiting += [(f"{place}/{n}", inner) for n, inner in reversed([*enumerate(item)])]


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else inf


def _plain_types(named: re.Match[str]) -> str:
    return " or ".join(_PLAIN_WORDS.get(word, word) for word in named[1].split(" | "))
