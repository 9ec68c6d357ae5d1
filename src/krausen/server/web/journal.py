"""The journal of changes."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from msgspec import Struct

from krausen.model.journal import JournalEntry, Which
from krausen.server.web.call import Call
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, End, Limit, Page, Start, cursor_at, place_of
from krausen.server.web.times import span
from krausen.wire.instants import LATEST_MS, iso

By = Annotated[
    list[str] | None,
    QueryParameter(
        max_items=50, description="Of these alone, by name as it stands there; repeat it for more."
    ),
]
What = Annotated[str, QueryParameter(description="Of this kind of thing alone, as in `vessel`.")]
Id = Annotated[str, QueryParameter(description="Of the thing with this id alone.")]


class EntryBody(Struct, frozen=True, kw_only=True):
    """Who did what to which thing, when and why."""

    at: str
    by: str
    what: str
    id: str
    action: str
    reason: str
    detail: str


async def asked_for(
    request: Call, by: By = None, what: What = "", id: Id = "", start: Start = None, end: End = None
) -> Which:
    """Give which entries a query asks for. Raises Invalid."""
    first, last = await span(request.site, start, end, until=LATEST_MS + 1, back_ms=LATEST_MS + 1)
    return Which(by=tuple(by or ()), what=what, id=id, start=first, end=last)


@get(
    "/journal",
    guards=[admin],
    dependencies={"which": Provide(asked_for)},
    summary="Who changed what",
)
async def list_journal(
    request: Call, which: NamedDependency[Which], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[EntryBody]:
    """Changes, newest first: all, or what is asked for. Pages stay what they are while more is written."""
    before = None if cursor is None else place_of(cursor)
    lines = await request.site.catalog.numbered(limit + 1, before=before, which=which)
    shown = lines[:limit]
    after = cursor_at(shown[-1][0]) if len(lines) > limit else None
    return Page([_entry(entry) for _, entry in shown], after)


def _entry(entry: JournalEntry) -> EntryBody:
    return EntryBody(
        at=iso(entry.at),
        by=entry.by,
        what=entry.what,
        id=entry.id,
        action=entry.action,
        reason=entry.reason,
        detail=entry.detail,
    )
