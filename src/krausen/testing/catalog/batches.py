"""Batches in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.batch import HOLDING, Batch, BatchEvent
from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Kind, VesselRecord
from krausen.testing.catalog.memory import check_seen, found_in
from krausen.testing.catalog.vessels import MemoryVessels


class MemoryBatches(MemoryVessels):
    """The part of the catalog port that knows batches."""

    def __init__(self) -> None:
        super().__init__()
        self._batches: dict[str, Batch] = {}
        self._events: dict[str, set[BatchEvent]] = {}

    async def batches(self, *, binned: bool = False) -> list[Batch]:
        """Give all batches, or those in the bin: the latest start first, the planned ones last."""
        await self._turn()
        return sorted(self._lying(binned=binned).values(), key=_latest_first)

    async def batch(self, id: str, *, binned: bool = False) -> Batch:
        """Give one, or one that lies in the bin. Raises NotFound."""
        await self._turn()
        return found_in(self._lying(binned=binned), id, "batch")

    async def batch_of(self, source: str) -> Batch | None:
        """Give the batch that was imported from a source, and be it in the bin, or None."""
        await self._turn()
        return self._imported(source)

    async def add_batch(self, batch: Batch, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one in the bin."""
        await self._turn()
        if batch.id in self._batches:
            raise Stale(f"The id {batch.id} belongs to another batch, or did: choose another.")
        self._keep_batch(batch, (), entry)

    async def change_batch(
        self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry, *, seen: int | None = None
    ) -> Batch:
        """Replace one under the next revision and add events. Raises NotFound, Stale."""
        await self._turn()
        revision = found_in(self._batches, batch.id, "batch").revision
        check_seen(f"Batch {batch.id}", revision, seen)
        self._keep_batch(replace(batch, revision=revision + 1), events, entry)
        return self._batches[batch.id]

    async def keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
        """Add or replace a batch and add the events it does not have yet; give how many those were."""
        await self._turn()
        return self._keep_batch(batch, events, entry)

    async def events(self, id: str) -> list[BatchEvent]:
        """Give the events of a batch in order of time. Raises NotFound."""
        await self._turn()
        found_in(self._batches, id, "batch")
        return sorted(self._events[id])

    async def remove_event(self, id: str, event: BatchEvent, entry: JournalEntry) -> None:
        """Remove an event of a batch. Raises NotFound."""
        await self._turn()
        if event not in self._events.get(id, ()):
            raise NotFound("There is no such event.")
        self._events[id].remove(event)
        self._journal.append(entry)

    async def remove_vessel(self, last: VesselRecord, entry: JournalEntry) -> None:
        """Remove a vessel that is as it was last seen and holds no batch. Raises NotFound, Stale."""
        held = [one for one in self._lying(binned=False).values() if one.vessel == last.vessel.id]
        holding = next((one for one in held if one.state in HOLDING), None)
        if holding is not None and last.vessel.id in self._vessels:
            raise Stale(f"{holding.name} is {holding.state} in {last.vessel.name}. Finish it first.")
        await super().remove_vessel(last, entry)

    def _keep_batch(self, batch: Batch, events: Sequence[BatchEvent], entry: JournalEntry) -> int:
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

    def _lying(self, *, binned: bool) -> dict[str, Batch]:
        return {id: one for id, one in self._batches.items() if (one.deleted_at is not None) is binned}

    def _imported(self, source: str) -> Batch | None:
        return next((batch for batch in self._batches.values() if source and batch.source == source), None)


def _latest_first(batch: Batch) -> tuple[bool, int, str]:
    return batch.started_at is None, -(batch.started_at or 0), batch.id
