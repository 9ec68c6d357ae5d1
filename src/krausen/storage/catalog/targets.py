"""Push targets, how far each has come, and what was delivered."""

from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.target import Delivery, Target
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, put, row_of, taken
from krausen.storage.catalog.tables import delivery, progress
from krausen.storage.catalog.tables import target as table

_THERE = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.id)


class SqlTargets(CatalogFile):
    """The part of the catalog port that knows push targets."""

    async def targets(self) -> list[Target]:
        """Give all targets, ordered by id."""
        return await self._read(_targets)

    async def target(self, id: str) -> Target:
        """Give one. Raises NotFound."""
        return await self._read(_target, id)

    async def add_target(self, target: Target, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._change(entry, _add, target, entry.at)

    async def change_target(self, target: Target, entry: JournalEntry, *, seen: int | None = None) -> Target:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        return await self._change(entry, _replace, target, seen, entry.at)

    async def remove_target(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one, with its progress and its deliveries. Raises NotFound, Stale."""
        await self._change(entry, _remove, id, seen, entry.at)

    async def progress(self) -> dict[str, dict[str, object]]:
        """Give how far each target has come, by id: what `delivered` kept last."""
        return await self._read(_progress)

    async def delivered(
        self, id: str, progress: Mapping[str, object], delivery: Delivery | None = None, *, keep: int = 200
    ) -> None:
        """Keep how far a target has come and what was delivered, both or neither; the last `keep` stay.

        Harmless for a target that is not there any more.
        """
        await self._write(_delivered, id, dict(progress), delivery, keep)

    async def deliveries(self, id: str, limit: int) -> list[Delivery]:
        """Give what was delivered to a target, the latest first."""
        return await self._read(_deliveries, id, limit)


def _targets(connection: Connection) -> list[Target]:
    return all_of(Target, connection, _THERE)


def _target(connection: Connection, id: str) -> Target:
    found = one_of(Target, connection, _THERE.where(table.c.id == id))
    if found is None:
        raise NotFound(f"There is no push target {id}.")
    return found


def _add(connection: Connection, target: Target, at: int) -> None:
    row = {**row_of(target), "created_at": at, "updated_at": at}
    with taken(f"The id {target.id} belongs to another push target, or did: choose another."):
        connection.execute(insert(table).values(row))


def _replace(connection: Connection, target: Target, seen: int | None, at: int) -> Target:
    present = _target(connection, target.id)
    check_seen(f"Push target {target.id}", present.revision, seen)
    changed = replace(target, revision=present.revision + 1)
    row = {**row_of(changed), "updated_at": at}
    connection.execute(update(table).where(table.c.id == target.id).values(row))
    return changed


def _remove(connection: Connection, id: str, seen: int | None, at: int) -> None:
    check_seen(f"Push target {id}", _target(connection, id).revision, seen)
    connection.execute(delete(progress).where(progress.c.target == id))
    connection.execute(delete(delivery).where(delivery.c.target == id))
    connection.execute(update(table).where(table.c.id == id).values(removed_at=at, settings={}))


def _progress(connection: Connection) -> dict[str, dict[str, object]]:
    query = select(progress.c.target, progress.c.progress)
    return {row.target: row.progress for row in connection.execute(query)}


def _delivered(
    connection: Connection, id: str, reached: dict[str, object], one: Delivery | None, keep: int
) -> None:
    if connection.execute(_THERE.where(table.c.id == id)).first() is None:
        return
    put(connection, progress, {"target": id, "progress": reached})
    if one is None:
        return
    connection.execute(insert(delivery).values({**row_of(one), "target": id}))
    latest = select(delivery.c.n).where(delivery.c.target == id).order_by(delivery.c.n.desc())
    first = connection.execute(latest.offset(keep - 1).limit(1)).scalar()
    if first is not None:
        connection.execute(delete(delivery).where(delivery.c.target == id, delivery.c.n < first))


def _deliveries(connection: Connection, id: str, limit: int) -> list[Delivery]:
    query = select(delivery).where(delivery.c.target == id).order_by(delivery.c.n.desc()).limit(limit)
    return all_of(Delivery, connection, query)
