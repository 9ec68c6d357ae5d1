"""What was learned of vessels."""

from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection, delete, select

from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned
from krausen.ports.catalog.learned import DAY_MS, KEPT_MS, LearnedDay, LearnedRecord
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, one_of, put, row_of
from krausen.storage.catalog.tables import learned as table
from krausen.storage.catalog.tables import learned_history as days


class SqlLearning(CatalogFile):
    """The part of the catalog port that knows what was learned."""

    async def learned(self, vessel: str) -> LearnedRecord:
        """Give what is known; a record with nothing in it for a vessel of which nothing is."""
        return await self._read(_record, vessel)

    async def learning_wanted(self) -> list[LearnedRecord]:
        """Give those whose wish is pending, ordered by vessel."""
        return await self._read(_wanted)

    async def note_learned(self, told: LearnedRecord, quantities: Mapping[str, float]) -> LearnedRecord:
        """Keep what an agent told; the wish stays. Give the record."""
        return await self._write(_note, told, quantities)

    async def want_learned(self, vessel: str, wanted: Learned | None, entry: JournalEntry) -> LearnedRecord:
        """Keep a wish under the next revision. Give the record."""
        return await self._change(entry, _want, vessel, wanted)

    async def learned_days(self, vessel: str, start: int, end: int) -> list[LearnedDay]:
        """Give how things stood on the days with start <= at < end, UTC ms, oldest first."""
        return await self._read(_days, vessel, start, end)


def _record(connection: Connection, vessel: str) -> LearnedRecord:
    found = one_of(LearnedRecord, connection, select(table).where(table.c.vessel == vessel))
    return LearnedRecord(vessel=vessel) if found is None else found


def _wanted(connection: Connection) -> list[LearnedRecord]:
    pending = (table.c.wished > 0) & (table.c.wished != table.c.taken)
    return all_of(LearnedRecord, connection, select(table).where(pending).order_by(table.c.vessel))


def _note(connection: Connection, told: LearnedRecord, quantities: Mapping[str, float]) -> LearnedRecord:
    present = _record(connection, told.vessel)
    kept = replace(present, at=told.at, learned=told.learned, taken=told.taken)
    put(connection, table, row_of(kept))
    if kept.at is not None and quantities:
        day = {"vessel": kept.vessel, "day": kept.at // DAY_MS, "at": kept.at, "quantities": dict(quantities)}
        put(connection, days, day)
        old = (days.c.vessel == kept.vessel) & (days.c.day < (kept.at - KEPT_MS) // DAY_MS)
        connection.execute(delete(days).where(old))
    return kept


def _want(connection: Connection, vessel: str, wanted: Learned | None) -> LearnedRecord:
    present = _record(connection, vessel)
    kept = replace(present, wished=max(present.wished, present.taken) + 1, wanted=wanted)
    put(connection, table, row_of(kept))
    return kept


def _days(connection: Connection, vessel: str, start: int, end: int) -> list[LearnedDay]:
    within = (days.c.vessel == vessel) & (days.c.at >= start) & (days.c.at < end)
    query = select(days.c.at, days.c.quantities).where(within).order_by(days.c.at)
    return all_of(LearnedDay, connection, query)
