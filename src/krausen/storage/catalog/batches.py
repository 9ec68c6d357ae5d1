"""Batches and what happened to them."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from krausen.errors import NotFound
from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, one_of, put, row_of, taken
from krausen.storage.catalog.tables import batch as table
from krausen.storage.catalog.tables import event as event_table


class SqlBatches(CatalogFile):
    """The part of the catalog port that knows batches."""

    async def batches(self) -> list[Batch]:
        """Give all batches, the latest start first, those that have not started last."""
        return await self._read(_batches)

    async def batch(self, id: str) -> Batch:
        """Give one. Raises NotFound."""
        return await self._read(_batch, id)

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, or None."""
        return await self._read(_batch_of, source)

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were.

        Raises Stale when another batch was imported from the same source.
        """
        return await self._change(entry, _keep, batch, events, entry.at)

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""
        return await self._read(_events, id)


def _batches(connection: Connection) -> list[Batch]:
    order = (table.c.started_at.desc().nulls_last(), table.c.id)
    return all_of(Batch, connection, select(table).order_by(*order))


def _batch(connection: Connection, id: str) -> Batch:
    batch = one_of(Batch, connection, select(table).where(table.c.id == id))
    if batch is None:
        raise NotFound(f"There is no batch {id}.")
    return batch


def _batch_of(connection: Connection, source: str) -> Batch | None:
    imported = (table.c.source == source) & (table.c.source != "")
    return one_of(Batch, connection, select(table).where(imported))


def _keep(connection: Connection, batch: Batch, events: Sequence[BatchEvent], at: int) -> int:
    with taken(f"{batch.source} was imported as another batch: look at that one."):
        put(connection, table, {**row_of(batch), "updated_at": at}, created_at=at)
    there = set(_events(connection, batch.id))
    new = [{"batch": batch.id, **row_of(event)} for event in dict.fromkeys(events) if event not in there]
    if new:
        connection.execute(insert(event_table), new)
    return len(new)


def _events(connection: Connection, id: str) -> list[BatchEvent]:
    _batch(connection, id)
    order = (event_table.c.at, event_table.c.kind, event_table.c.text)
    return all_of(
        BatchEvent, connection, select(event_table).where(event_table.c.batch == id).order_by(*order)
    )
