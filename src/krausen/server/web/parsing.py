"""What comes in the query: instants, and pages of collections."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from operator import attrgetter
from typing import Annotated, Generic, TypeVar

from litestar.params import QueryParameter
from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.wire.instants import LATEST_MS
from krausen.wire.timestamps import instant

T = TypeVar("T")

MOST = 1000
USUAL = 100
EARLIEST = 0
"""The first instant that is taken, UTC milliseconds: that of 1970."""

_TIME = "ISO 8601, in the site's time zone where it names no offset; or UTC milliseconds."
_MILLISECONDS = re.compile(r"-?\d{1,15}", re.ASCII)

Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="How many items at most.")]
Cursor = Annotated[str | None, QueryParameter(description="The `next` of the page before.")]
Start = Annotated[str | None, QueryParameter(name="from", description=f"From then on. {_TIME}")]
End = Annotated[str | None, QueryParameter(name="to", description=f"Until just before then. {_TIME}")]


class Page(Struct, Generic[T], frozen=True):
    """A part of a collection; `next` is the cursor of the part after it, null at the end."""

    items: list[T]
    next: str | None = None


def paged(items: Sequence[T], limit: int, cursor: str | None) -> Page[T]:
    """Give a page of items. Raises Invalid when the cursor was not given here."""
    start = 0 if cursor is None else place_of(cursor)
    end = start + limit
    return Page(list(items[start:end]), cursor_at(end) if end < len(items) else None)


def cursor_at(place: int) -> str:
    """Give the cursor of a place, 0 or more: the number of an item, or an instant."""
    return urlsafe_b64encode(str(place).encode()).decode().rstrip("=")


def place_of(cursor: str) -> int:
    """Give the place of a cursor. Raises Invalid when it was not given here."""
    try:
        place = int(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        place = -1
    if not 0 <= place <= LATEST_MS or cursor_at(place) != cursor:
        raise wrong("cursor", "This is no cursor that was given here.")
    return place


def instant_of(name: str, text: str, zone: tzinfo) -> int:
    """Give the UTC milliseconds of a query parameter. Raises Invalid."""
    try:
        # A plus sign that was sent as it is arrives as a space.
        given = (
            int(text) if _MILLISECONDS.fullmatch(text) else instant(re.sub(r"(:\d+) ", r"\1+", text), zone)
        )
    except Invalid as failure:
        raise wrong(name, str(failure)) from failure
    if not EARLIEST <= given <= LATEST_MS:
        raise wrong(name, "Instants lie between 1970 and 9999.")
    return given


def query_faults(query: Mapping[str, str]) -> list[Fault]:
    """Name the instants and cursors in a query that cannot be read, whatever the time zone."""
    readers: dict[str, Callable[[str], int]] = {
        "from": lambda text: instant_of("from", text, UTC),
        "to": lambda text: instant_of("to", text, UTC),
        "cursor": place_of,
    }
    found: list[Fault] = []
    for name in readers.keys() & query.keys():
        try:
            readers[name](query[name])
        except Invalid as failure:
            found += failure.faults
    return sorted(found, key=attrgetter("where"))


def told(faults: Iterable[Fault]) -> str:
    """Give faults in one line."""
    said = (f"{fault.where.partition(':')[2]}: {fault.message.rstrip('.')}" for fault in faults)
    return "; ".join(said) + "."


def wrong(name: str, message: str) -> Invalid:
    """Give the refusal of a query parameter."""
    return Invalid(f"{name}: {message}", [Fault(f"query:{name}", message)])
