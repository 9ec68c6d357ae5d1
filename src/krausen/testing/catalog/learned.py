"""What was learned of vessels, in memory."""

from collections.abc import Mapping

from msgspec.structs import replace

from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned
from krausen.ports.catalog.learned import DAY_MS, KEPT_MS, LearnedDay, LearnedRecord
from krausen.testing.catalog.memory import Memory


class MemoryLearning(Memory):
    """The part of the catalog port that knows what was learned."""

    def __init__(self) -> None:
        super().__init__()
        self._learned: dict[str, LearnedRecord] = {}
        self._days: dict[str, dict[int, LearnedDay]] = {}

    async def learned(self, vessel: str) -> LearnedRecord:
        """Give what is known; a record with nothing in it for a vessel of which nothing is."""
        await self._turn()
        return self._record(vessel)

    async def learning_wanted(self) -> list[LearnedRecord]:
        """Give those whose wish is pending, ordered by vessel."""
        await self._turn()
        return [record for _, record in sorted(self._learned.items()) if record.is_pending]

    async def note_learned(self, told: LearnedRecord, quantities: Mapping[str, float]) -> LearnedRecord:
        """Keep what an agent told; the wish stays. Give the record."""
        await self._turn()
        kept = replace(self._record(told.vessel), at=told.at, learned=told.learned, taken=told.taken)
        self._learned[kept.vessel] = kept
        if kept.at is not None and quantities:
            oldest = (kept.at - KEPT_MS) // DAY_MS
            known = self._days.get(kept.vessel, {})
            known[kept.at // DAY_MS] = LearnedDay(at=kept.at, quantities=dict(quantities))
            self._days[kept.vessel] = {day: one for day, one in known.items() if day >= oldest}
        return kept

    async def want_learned(self, vessel: str, wanted: Learned | None, entry: JournalEntry) -> LearnedRecord:
        """Keep a wish under the next revision. Give the record."""
        await self._turn()
        present = self._record(vessel)
        kept = replace(present, wished=max(present.wished, present.taken) + 1, wanted=wanted)
        self._learned[vessel] = kept
        self._journal.append(entry)
        return kept

    async def learned_days(self, vessel: str, start: int, end: int) -> list[LearnedDay]:
        """Give how things stood on the days with start <= at < end, UTC ms, oldest first."""
        await self._turn()
        known = self._days.get(vessel, {}).values()
        return sorted((one for one in known if start <= one.at < end), key=lambda one: one.at)

    def _record(self, vessel: str) -> LearnedRecord:
        return self._learned.get(vessel, LearnedRecord(vessel=vessel))
