"""PYLOT's client for measurements, unchanged but for its address.

It sends rows that name their adapters, at most 450 at once, with login and password. Times without an offset
are local to the zone of their adapter. Sending again is harmless; another value for an instant replaces it.
"""

from msgspec import Struct, json

from krausen.errors import Unproven
from krausen.ports.door import Answer, Door, Exchange, Paths, Proof, Site

LARGEST = 8 * 1024 * 1024
"""Bytes of a request, as many as the call for measurements takes."""


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to choose: rows say themselves what they are."""


async def exchange(_: Settings, request: Exchange, site: Site) -> Answer:
    """Take rows. Raises Unproven without a sender, and Invalid with every fault."""
    if request.caller is None:
        raise Unproven("Send login and password with the rows (HTTP Basic).")
    taken = await site.take_rows(request.body, request.caller)
    return Answer(body=json.encode(taken), media_type="application/json")


DOOR = Door(
    name="pylot",
    title="PYLOT client",
    settings=Settings,
    proof=Proof.LOGIN,
    paths=Paths(
        methods=frozenset({"POST"}),
        paths=lambda _: ("/api/measurements",),
        exchange=exchange,
        largest=LARGEST,
    ),
    open_at_first=True,
)
