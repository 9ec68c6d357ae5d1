"""Adapters, free settings and the journal."""

from sqlalchemy import Connection, select

from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Adapter
from krausen.storage.catalog import tables
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, one_of, put, row_of


class SqlSettings(CatalogFile):
    """The part of the catalog port that knows adapters, settings and the journal."""

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""
        return await self._read(_adapter, name)

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry) -> None:
        """Add or replace an adapter."""
        await self._change(entry, _keep_adapter, adapter, entry.at)

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""
        return await self._read(_setting, key)

    async def keep_setting(self, key: str, value: object, entry: JournalEntry) -> None:
        """Keep a setting."""
        await self._change(entry, _keep_setting, key, value, entry.at)

    async def journal(self, limit: int) -> list[JournalEntry]:
        """Give the newest entries, newest first."""
        return await self._read(_journal, limit)


def _adapter(connection: Connection, name: str) -> Adapter | None:
    return one_of(Adapter, connection, select(tables.adapter).where(tables.adapter.c.name == name))


def _keep_adapter(connection: Connection, adapter: Adapter, at: int) -> None:
    put(connection, tables.adapter, {**row_of(adapter), "updated_at": at}, created_at=at)


def _setting(connection: Connection, key: str) -> object:
    query = select(tables.setting.c.value).where(tables.setting.c.key == key)
    value: object = connection.execute(query).scalar()
    return value


def _keep_setting(connection: Connection, key: str, value: object, at: int) -> None:
    put(connection, tables.setting, {"key": key, "value": value, "updated_at": at}, created_at=at)


def _journal(connection: Connection, limit: int) -> list[JournalEntry]:
    newest_first = select(tables.journal).order_by(tables.journal.c.n.desc())
    return all_of(JournalEntry, connection, newest_first.limit(limit))
