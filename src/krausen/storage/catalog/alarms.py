"""Alarms that stand, and those of the past."""

from msgspec.structs import replace
from sqlalchemy import Connection, delete, select

from krausen.errors import NotFound
from krausen.model.alarm import Alarm, AlarmState
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, one_of, put, row_of
from krausen.storage.catalog.tables import alarm as table

_PAST = table.c.state == AlarmState.NORMAL.value


class SqlAlarms(CatalogFile):
    """The part of the catalog port that knows alarms."""

    async def standing_alarms(self) -> list[Alarm]:
        """Give all that are not in the state normal, the oldest first."""
        return await self._read(_standing)

    async def past_alarms(self, limit: int, *, before: int | None = None) -> list[Alarm]:
        """Give those in the state normal that changed last before a time (UTC ms), the latest first."""
        return await self._read(_past, limit, before)

    async def alarm(self, id: str) -> Alarm:
        """Give one, standing or past. Raises NotFound."""
        return await self._read(_alarm, id)

    async def keep_alarm(self, alarm: Alarm, entry: JournalEntry | None = None) -> Alarm:
        """Add or replace one under the next revision, and give it so; `entry` where a person did it."""
        return await self._change_many([] if entry is None else [entry], _keep, alarm)

    async def forget_alarms(self, before: int) -> int:
        """Forget past ones that changed last before a time (UTC ms); give how many those were."""
        return await self._write(_forget, before)


def _standing(connection: Connection) -> list[Alarm]:
    return all_of(Alarm, connection, select(table).where(~_PAST).order_by(table.c.since, table.c.id))


def _past(connection: Connection, limit: int, before: int | None) -> list[Alarm]:
    query = select(table).where(_PAST).order_by(table.c.at.desc(), table.c.id).limit(limit)
    return all_of(Alarm, connection, query if before is None else query.where(table.c.at < before))


def _alarm(connection: Connection, id: str) -> Alarm:
    found = one_of(Alarm, connection, select(table).where(table.c.id == id))
    if found is None:
        raise NotFound(f"There is no alarm {id}.")
    return found


def _keep(connection: Connection, alarm: Alarm) -> Alarm:
    known = connection.execute(select(table.c.revision).where(table.c.id == alarm.id)).scalar() or 0
    kept = replace(alarm, revision=known + 1)
    put(connection, table, row_of(kept))
    return kept


def _forget(connection: Connection, before: int) -> int:
    return connection.execute(delete(table).where(_PAST, table.c.at < before)).rowcount
