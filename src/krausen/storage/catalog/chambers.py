"""Where vessels stand."""

from msgspec.structs import replace
from sqlalchemy import Connection, insert, select, update

from krausen.errors import NotFound, Stale
from krausen.model.agent import Chamber
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, row_of, taken
from krausen.storage.catalog.tables import chamber as table
from krausen.storage.catalog.tables import vessel

_THERE = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.id)


class SqlChambers(CatalogFile):
    """The part of the catalog port that knows chambers."""

    async def chambers(self) -> list[Chamber]:
        """Give all chambers, ordered by id."""
        return await self._read(_chambers)

    async def chamber(self, id: str) -> Chamber:
        """Give one. Raises NotFound."""
        return await self._read(_chamber, id)

    async def add_chamber(self, chamber: Chamber, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._change(entry, _add, chamber, entry.at)

    async def change_chamber(
        self, chamber: Chamber, entry: JournalEntry, *, seen: int | None = None
    ) -> Chamber:
        """Replace one under the next revision. Raises NotFound, Stale."""
        return await self._change(entry, _replace, chamber, seen, entry.at)

    async def remove_chamber(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, and Stale also while a vessel stands in it."""
        await self._change(entry, _remove, id, seen, entry.at)


def _chambers(connection: Connection) -> list[Chamber]:
    return all_of(Chamber, connection, _THERE)


def _chamber(connection: Connection, id: str) -> Chamber:
    found = one_of(Chamber, connection, _THERE.where(table.c.id == id))
    if found is None:
        raise NotFound(f"There is no chamber {id}.")
    return found


def _add(connection: Connection, chamber: Chamber, at: int) -> None:
    row = {**row_of(chamber), "created_at": at, "updated_at": at}
    with taken(f"The id {chamber.id} belongs to another chamber, or did: choose another."):
        connection.execute(insert(table).values(row))


def _replace(connection: Connection, chamber: Chamber, seen: int | None, at: int) -> Chamber:
    present = _chamber(connection, chamber.id)
    check_seen(f"Chamber {chamber.id}", present.revision, seen)
    changed = replace(chamber, revision=present.revision + 1)
    row = {**row_of(changed), "updated_at": at}
    connection.execute(update(table).where(table.c.id == chamber.id).values(row))
    return changed


def _remove(connection: Connection, id: str, seen: int | None, at: int) -> None:
    present = _chamber(connection, id)
    check_seen(f"Chamber {id}", present.revision, seen)
    standing = select(vessel.c.name).where(vessel.c.chamber == id, vessel.c.removed_at.is_(None))
    name = connection.execute(standing.order_by(vessel.c.id)).scalars().first()
    if name is not None:
        raise Stale(f"{name} stands in {present.name}. Put it elsewhere first.")
    connection.execute(update(table).where(table.c.id == id).values(removed_at=at))
