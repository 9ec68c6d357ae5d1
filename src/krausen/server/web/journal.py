"""The journal of changes."""

from litestar import get
from msgspec import Struct

from krausen.model.journal import JournalEntry
from krausen.server.web.call import Call
from krausen.server.web.guards import admin
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, cursor_at, place_of
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
    """Every change, newest first. Pages stay what they are while more is written."""
    catalog = request.site.catalog
    before = await catalog.journal_length() + 1 if cursor is None else place_of(cursor)
    entries = await catalog.journal(limit, before=before)
    after = cursor_at(before - limit) if before - limit > 1 else None
    return Page([_entry(entry) for entry in entries], after)


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
