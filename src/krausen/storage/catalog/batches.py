"""Batches and what happened to them."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, delete, insert, select

from krausen.errors import NotFound
from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, put, row_of, taken
from krausen.storage.catalog.tables import batch as table
from krausen.storage.catalog.tables import event as event_table


class SqlBatches(CatalogFile):
    """The part of the catalog port that knows batches."""

    async def batches(self, *, binned: bool = False) -> list[Batch]:
        """Give all batches, or those in the bin: the latest start first, the planned ones last."""
        return await self._read(_batches, _lies(binned=binned))

    async def batch(self, id: str, *, binned: bool = False) -> Batch:
        """Give one, or one that lies in the bin. Raises NotFound."""
        return await self._read(_batch, id, _lies(binned=binned))

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, and be it in the bin, or None."""
        return await self._read(_batch_of, source)

    async def add_batch(self, batch: Batch, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one in the bin."""
        await self._change(entry, _add, batch, entry.at)

    async def change_batch(
        self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry, *, seen: int | None = None
    ) -> Batch:
        """Replace one under the next revision and add events. Raises NotFound, Stale."""
        return await self._change(entry, _replace, batch, events, seen, entry.at)

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were.

        Raises Stale when another batch was imported from the same source.
        """
        return await self._change(entry, _keep, batch, events, entry.at)

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""
        return await self._read(_events, id)

    async def remove_event(self, id: str, event: BatchEvent, entry: JournalEntry) -> None:
        """Remove an event of a batch. Raises NotFound."""
        await self._change(entry, _remove_event, id, event)


def _batches(connection: Connection, lying: ColumnElement[bool]) -> list[Batch]:
    order = (table.c.started_at.desc().nulls_last(), table.c.id)
    return all_of(Batch, connection, select(table).where(lying).order_by(*order))


def _batch(connection: Connection, id: str, lying: ColumnElement[bool]) -> Batch:
    batch = one_of(Batch, connection, select(table).where(table.c.id == id, lying))
    if batch is None:
        raise NotFound(f"There is no batch {id}.")
    return batch


def _lies(*, binned: bool) -> ColumnElement[bool]:
    return table.c.deleted_at.is_not(None) if binned else table.c.deleted_at.is_(None)


def _batch_of(connection: Connection, source: str) -> Batch | None:
    imported = (table.c.source == source) & (table.c.source != "")
    return one_of(Batch, connection, select(table).where(imported))


def _add(connection: Connection, batch: Batch, at: int) -> None:
    row = {**row_of(batch), "created_at": at, "updated_at": at}
    with taken(f"The id {batch.id} belongs to another batch, or did: choose another."):
        connection.execute(insert(table).values(row))


def _replace(
    connection: Connection, batch: Batch, events: Sequence[BatchEvent], seen: int | None, at: int
) -> Batch:
    revision = connection.execute(select(table.c.revision).where(table.c.id == batch.id)).scalar()
    if revision is None:
        raise NotFound(f"There is no batch {batch.id}.")
    check_seen(f"Batch {batch.id}", revision, seen)
    changed = replace(batch, revision=revision + 1)
    _keep(connection, changed, events, at)
    return changed


def _keep(connection: Connection, batch: Batch, events: Sequence[BatchEvent], at: int) -> int:
    with taken(f"{batch.source} was imported as another batch: look at that one."):
        put(connection, table, {**row_of(batch), "updated_at": at}, created_at=at)
    there = set(_events(connection, batch.id))
    new = [{"batch": batch.id, **row_of(event)} for event in dict.fromkeys(events) if event not in there]
    if new:
        connection.execute(insert(event_table), new)
    return len(new)


def _events(connection: Connection, id: str) -> list[BatchEvent]:
    if connection.execute(select(table.c.id).where(table.c.id == id)).first() is None:
        raise NotFound(f"There is no batch {id}.")
    order = (event_table.c.at, event_table.c.kind, event_table.c.text)
    return all_of(
        BatchEvent, connection, select(event_table).where(event_table.c.batch == id).order_by(*order)
    )


def _remove_event(connection: Connection, id: str, event: BatchEvent) -> None:
    same = [event_table.c[name] == value for name, value in {"batch": id, **row_of(event)}.items()]
    if not connection.execute(delete(event_table).where(*same)).rowcount:
        raise NotFound("There is no such event.")
