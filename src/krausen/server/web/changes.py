"""What comes with a change: why, and which revision its author was looking at."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from litestar.params import HeaderParameter, QueryParameter
from msgspec import Meta, Struct, ValidationError, convert, to_builtins

from krausen.errors import Stale
from krausen.server.merging import merged
from krausen.server.web.bodies import Unreadable, faults, refusal
from krausen.server.web.errors import Outdated

S = TypeVar("S", bound=Struct)
T = TypeVar("T")

REASON_LONGEST = 500

Reason = Annotated[
    str, QueryParameter(name="reason", max_length=REASON_LONGEST, description="Why, for the journal.")
]
Why = Annotated[str, Meta(max_length=REASON_LONGEST, description="Why, for the journal.")]
"""The reason as a field of a body."""
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", description='The `revision` that was seen, as `"3"`; none or `*` for any.'
    ),
]

_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?', re.ASCII)


def seen_in(if_match: str | None) -> int | None:
    """Give the revision that a change is based on, None for any. Raises Unreadable."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Unreadable('If-Match names one revision, as in `If-Match: "3"`.')
    return int(found[1])


def patched(present: S, patch: Struct) -> S:
    """Give a thing with a merge patch in it. Raises Invalid, which names every bad field."""
    document = merged(to_builtins(present), to_builtins(patch))
    try:
        return convert(document, type(present))
    except ValidationError as error:
        raise refusal(tuple(faults(document, type(present))), error) from error


async def or_present(change: Awaitable[T], present: Callable[[], Awaitable[Struct]]) -> T:
    """Give what a change gives; when somebody else was first, raise Outdated with what is there now."""
    try:
        return await change
    except Stale as failure:
        raise Outdated(str(failure), await present()) from failure
