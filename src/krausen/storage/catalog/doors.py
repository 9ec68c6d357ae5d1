"""What people decided of doors."""

from msgspec.structs import replace
from sqlalchemy import Connection, select

from krausen.model.door import DoorState
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, put, row_of
from krausen.storage.catalog.tables import door as table


class SqlDoors(CatalogFile):
    """The part of the catalog port that knows doors."""

    async def doors(self) -> list[DoorState]:
        """Give what was decided of doors, ordered by name."""
        return await self._read(_doors)

    async def keep_door(self, door: DoorState, entry: JournalEntry, *, seen: int | None = None) -> DoorState:
        """Keep how a door is to be under the next revision. Raises Stale."""
        return await self._change(entry, _keep, door, seen, entry.at)


def _doors(connection: Connection) -> list[DoorState]:
    return all_of(DoorState, connection, select(table).order_by(table.c.name))


def _keep(connection: Connection, door: DoorState, seen: int | None, at: int) -> DoorState:
    known = select(table.c.revision).where(table.c.name == door.name)
    revision = connection.execute(known).scalar() or 0
    check_seen(f"Door {door.name}", revision, seen)
    kept = replace(door, revision=revision + 1)
    put(connection, table, {**row_of(kept), "updated_at": at}, created_at=at)
    return kept
