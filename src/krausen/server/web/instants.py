"""Instants in bodies."""

from datetime import tzinfo
from typing import Annotated

from msgspec import Meta

from krausen.errors import Fault, Invalid
from krausen.server.web.parsing import EARLIEST
from krausen.wire.instants import LATEST_MS
from krausen.wire.timestamps import instant

Instant = Annotated[str | int, Meta(description="ISO 8601, or UTC milliseconds.")]


def read_instant(where: str, given: str | int, zone: tzinfo) -> int:
    """Give the UTC milliseconds of a field, by JSON Pointer; local times are of a zone. Raises Invalid."""
    try:
        at = instant(given, zone) if isinstance(given, str) else given
    except Invalid as failure:
        raise Invalid(str(failure), [Fault(where, str(failure))]) from failure
    if not EARLIEST <= at <= LATEST_MS:
        told = "Instants lie between 1970 and 9999."
        raise Invalid(told, [Fault(where, told)])
    return at
