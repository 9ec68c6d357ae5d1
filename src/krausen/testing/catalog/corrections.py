"""Corrections in memory."""

from krausen.errors import Stale
from krausen.model.correction import Correction
from krausen.model.journal import JournalEntry
from krausen.testing.catalog.memory import Memory, found_in


class MemoryCorrections(Memory):
    """The part of the catalog port that knows corrections."""

    def __init__(self) -> None:
        super().__init__()
        self._corrections: dict[str, Correction] = {}
        self._undone: set[str] = set()

    async def corrections(self) -> list[Correction]:
        """Give all corrections in the order in which they were made."""
        await self._turn()
        return list(self._corrections.values())

    async def add_correction(self, correction: Correction, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._turn()
        if correction.id in self._corrections or correction.id in self._undone:
            raise Stale(f"The id {correction.id} belongs to another correction, or did: choose another.")
        self._corrections[correction.id] = correction
        self._journal.append(entry)

    async def remove_correction(self, id: str, entry: JournalEntry) -> None:
        """Remove one. Raises NotFound."""
        await self._turn()
        found_in(self._corrections, id, "correction")
        del self._corrections[id]
        self._undone.add(id)
        self._journal.append(entry)
