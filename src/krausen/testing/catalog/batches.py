"""Batches in memory."""

from collections.abc import Sequence

from krausen.errors import Stale
from krausen.model.batch import Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import Memory, found_in


class MemoryBatches(Memory):
    """The part of the catalog port that knows batches."""

    def __init__(self) -> None:
        super().__init__()
        self._batches: dict[str, Batch] = {}
        self._events: dict[str, set[BatchEvent]] = {}

    async def batches(self) -> list[Batch]:
        """Give all batches, the latest start first, those that have not started last."""
        await self._turn()
        return sorted(self._batches.values(), key=_latest_first)

    async def batch(self, id: str) -> Batch:
        """Give one. Raises NotFound."""
        await self._turn()
        return found_in(self._batches, id, "batch")

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, or None."""
        await self._turn()
        return self._imported(source)

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were."""
        await self._turn()
        there = self._imported(batch.source)
        if there is not None and there.id != batch.id:
            raise Stale(f"{batch.source} was imported as another batch: look at that one.")
        self._batches[batch.id] = batch
        self._date(Kind.BATCH, batch.id, entry.at)
        known = self._events.setdefault(batch.id, set())
        new = set(events) - known
        known |= new
        self._journal.append(entry)
        return len(new)

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""
        await self._turn()
        found_in(self._batches, id, "batch")
        return sorted(self._events[id])

    def _imported(self, source: str) -> Batch | None:
        return next((batch for batch in self._batches.values() if source and batch.source == source), None)


def _latest_first(batch: Batch) -> tuple[bool, int, str]:
    return batch.started_at is None, -(batch.started_at or 0), batch.id
