"""The journal of changes."""

from litestar import get
from msgspec import Struct

from krausen.model.journal import JournalEntry
from krausen.server.web.call import Call
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged, place_of
from krausen.wire.instants import iso


class EntryBody(Struct, frozen=True, kw_only=True):
    """Who did what to which thing, when and why."""

    at: str
    by: str
    what: str
    id: str
    action: str
    reason: str
    detail: str


@get("/journal", guards=[admin], summary="Who changed what")
async def list_journal(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[EntryBody]:
    """Every change, newest first."""
    start = 0 if cursor is None else place_of(cursor)
    page = paged(await request.site.catalog.journal(start + limit + 1), limit, cursor)
    return Page([_entry(entry) for entry in page.items], page.next)


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
