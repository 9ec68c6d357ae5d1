"""Chambers in memory."""

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.agent import Chamber
from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import check_seen, found_in
from krausen.testing.catalog.vessels import MemoryVessels


class MemoryChambers(MemoryVessels):
    """The part of the catalog port that knows chambers."""

    def __init__(self) -> None:
        super().__init__()
        self._chambers: dict[str, Chamber] = {}
        self._removed: set[str] = set()

    async def chambers(self) -> list[Chamber]:
        """Give all chambers, ordered by id."""
        await self._turn()
        return [chamber for id, chamber in sorted(self._chambers.items()) if id not in self._removed]

    async def chamber(self, id: str) -> Chamber:
        """Give one. Raises NotFound."""
        await self._turn()
        return self._there(id)

    async def add_chamber(self, chamber: Chamber, entry: JournalEntry) -> None:
        """Add one. Raises Stale when the id is taken, and be it by one that was removed."""
        await self._turn()
        if chamber.id in self._chambers:
            raise Stale(f"The id {chamber.id} belongs to another chamber, or did: choose another.")
        self._keep(chamber, entry)

    async def change_chamber(
        self, chamber: Chamber, entry: JournalEntry, *, seen: int | None = None
    ) -> Chamber:
        """Replace one under the next revision. Raises NotFound, Stale."""
        await self._turn()
        present = self._there(chamber.id)
        check_seen(f"Chamber {chamber.id}", present.revision, seen)
        self._keep(replace(chamber, revision=present.revision + 1), entry)
        return self._chambers[chamber.id]

    async def remove_chamber(self, id: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, and Stale also while a vessel stands in it."""
        await self._turn()
        present = self._there(id)
        check_seen(f"Chamber {id}", present.revision, seen)
        names = [one.vessel.name for _, one in sorted(self._vessels.items()) if one.vessel.chamber == id]
        if names:
            raise Stale(f"{names[0]} stands in {present.name}. Put it elsewhere first.")
        self._removed.add(id)
        del self._dates[Kind.CHAMBER][id]
        self._journal.append(entry)

    def _there(self, id: str) -> Chamber:
        there = {key: chamber for key, chamber in self._chambers.items() if key not in self._removed}
        return found_in(there, id, "chamber")

    def _keep(self, chamber: Chamber, entry: JournalEntry) -> None:
        self._chambers[chamber.id] = chamber
        self._date(Kind.CHAMBER, chamber.id, entry.at)
        self._journal.append(entry)
