"""What people say of stretches of readings."""

from sqlalchemy import Connection, insert, select, update

from krausen.errors import NotFound
from krausen.model.correction import Correction
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, row_of, taken
from krausen.storage.catalog.tables import correction as table


class SqlCorrections(CatalogFile):
    """The part of the catalog port that knows corrections."""

    async def corrections(self) -> list[Correction]:
        """Give all corrections in the order in which they were made."""
        return await self._read(_corrections)

    async def add_correction(self, correction: Correction, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._change(entry, _add, correction)

    async def remove_correction(self, id: str, entry: JournalEntry) -> None:
        """Remove one. Raises NotFound."""
        await self._change(entry, _remove, id, entry.at)


def _corrections(connection: Connection) -> list[Correction]:
    there = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.n)
    return all_of(Correction, connection, there)


def _add(connection: Connection, correction: Correction) -> None:
    with taken(f"The id {correction.id} belongs to another correction, or did: choose another."):
        connection.execute(insert(table).values(row_of(correction)))


def _remove(connection: Connection, id: str, at: int) -> None:
    there = (table.c.id == id) & table.c.removed_at.is_(None)
    if not connection.execute(update(table).where(there).values(removed_at=at)).rowcount:
        raise NotFound(f"There is no correction {id}.")
