"""Adapters, free settings and the journal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, true

from krausen.errors import NotFound
from krausen.model.journal import EVERY, JournalEntry, Which
from krausen.ports.catalog import Adapter, Dates, Kind, Setting
from krausen.storage.catalog import tables
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, put, row_of, thing_of

_TABLES = {
    Kind.BATCH: tables.batch,
    Kind.USER: tables.user,
    Kind.ADAPTER: tables.adapter,
    Kind.SETTING: tables.setting,
    Kind.CHAMBER: tables.chamber,
    Kind.PROFILE: tables.profile,
    Kind.CONTROLLER: tables.controller,
    Kind.CHANNEL: tables.channel,
    Kind.TARGET: tables.target,
}


class SqlSettings(CatalogFile):
    """The part of the catalog port that knows adapters, settings and the journal."""

    async def adapters(self) -> list[Adapter]:
        """Give all adapters that were arranged, ordered by name."""
        return await self._read(_adapters)

    async def adapter(self, name: str) -> Adapter | None:
        """Give an adapter that was arranged, or None."""
        return await self._read(_adapter, name)

    async def keep_adapters(self, adapters: Sequence[Adapter], entries: Sequence[JournalEntry]) -> None:
        """Add or replace adapters, all or none, each under its next revision."""
        await self._change_many(entries, _keep_adapters, adapters, None, entries[0].at if entries else 0)

    async def keep_adapter(self, adapter: Adapter, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Add or replace an adapter under the next revision. Raises Stale."""
        await self._change(entry, _keep_adapters, [adapter], seen, entry.at)

    async def settings(self) -> list[Setting]:
        """Give all settings, ordered by key."""
        return await self._read(_settings)

    async def setting(self, key: str) -> object:
        """Give the value of a setting (anything JSON can say), or None."""
        return await self._read(_setting, key)

    async def keep_setting(
        self, key: str, value: object, entry: JournalEntry, *, seen: int | None = None
    ) -> None:
        """Keep a setting under the next revision. Raises Stale."""
        await self._change(entry, _keep_settings, {key: value}, seen, entry.at)

    async def keep_settings(self, values: Mapping[str, object], entries: Sequence[JournalEntry]) -> None:
        """Keep several settings, all or none, each under its next revision."""
        await self._change_many(entries, _keep_settings, values, None, entries[0].at if entries else 0)

    async def remove_setting(self, key: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove a setting. Raises NotFound, Stale."""
        await self._change(entry, _remove_setting, key, seen)

    async def dates(self, kind: Kind) -> dict[str, Dates]:
        """Give the dates of all things of a kind, by id, name or key."""
        return await self._read(_dates, _TABLES[kind])

    async def journal(self, limit: int, *, before: int | None = None) -> list[JournalEntry]:
        """Give entries, newest first: those that are numbered below `before`, else the newest."""
        return [entry for _, entry in await self.numbered(limit, before=before)]

    async def numbered(
        self, limit: int, *, before: int | None = None, which: Which = EVERY
    ) -> list[tuple[int, JournalEntry]]:
        """Give entries as `journal` does, of those that are asked for, each with its number."""
        return await self._read(_numbered, limit, before, which)

    async def journal_length(self) -> int:
        """Give the number of the newest entry, 0 where there is none."""
        return await self._read(_length)


def _adapters(connection: Connection) -> list[Adapter]:
    return all_of(Adapter, connection, select(tables.adapter).order_by(tables.adapter.c.name))


def _adapter(connection: Connection, name: str) -> Adapter | None:
    return one_of(Adapter, connection, select(tables.adapter).where(tables.adapter.c.name == name))


def _keep_adapters(connection: Connection, adapters: Sequence[Adapter], seen: int | None, at: int) -> None:
    for adapter in adapters:
        revision = _revision(connection, tables.adapter, adapter.name)
        check_seen(f"Adapter {adapter.name}", revision, seen)
        row = {**row_of(adapter), "revision": revision + 1, "updated_at": at}
        put(connection, tables.adapter, row, created_at=at)


def _settings(connection: Connection) -> list[Setting]:
    return all_of(Setting, connection, select(tables.setting).order_by(tables.setting.c.key))


def _setting(connection: Connection, key: str) -> object:
    query = select(tables.setting.c.value).where(tables.setting.c.key == key)
    value: object = connection.execute(query).scalar()
    return value


def _keep_settings(connection: Connection, values: Mapping[str, object], seen: int | None, at: int) -> None:
    for key, value in values.items():
        revision = _revision(connection, tables.setting, key)
        check_seen(f"Setting {key}", revision, seen)
        row = {"key": key, "value": value, "revision": revision + 1, "updated_at": at}
        put(connection, tables.setting, row, created_at=at)


def _remove_setting(connection: Connection, key: str, seen: int | None) -> None:
    revision = _revision(connection, tables.setting, key)
    if not revision:
        raise NotFound(f"There is no setting {key}.")
    check_seen(f"Setting {key}", revision, seen)
    connection.execute(delete(tables.setting).where(tables.setting.c.key == key))


def _revision(connection: Connection, table: Table, id: str) -> int:
    (key,) = table.primary_key
    return connection.execute(select(table.c.revision).where(key == id)).scalar() or 0


def _dates(connection: Connection, table: Table) -> dict[str, Dates]:
    there = table.c.removed_at.is_(None) if "removed_at" in table.c else true()
    dated = select(*table.primary_key, table.c.created_at, table.c.updated_at).where(there)
    rows: Any = connection.execute(dated)
    return {id: Dates(created_at, updated_at) for id, created_at, updated_at in rows}


def _numbered(
    connection: Connection, limit: int, before: int | None, which: Which
) -> list[tuple[int, JournalEntry]]:
    newest_first = select(tables.journal).where(*_wanted(before, which)).order_by(tables.journal.c.n.desc())
    return [(row.n, thing_of(JournalEntry, row)) for row in connection.execute(newest_first.limit(limit))]


def _wanted(before: int | None, which: Which) -> Iterator[ColumnElement[bool]]:
    journal = tables.journal.c
    if before is not None:
        yield journal.n < before
    if which.by:
        yield journal.by.in_(which.by)
    if which.what:
        yield journal.what == which.what
    if which.id:
        yield journal.id == which.id
    if which.start is not None:
        yield journal.at >= which.start
    if which.end is not None:
        yield journal.at < which.end


def _length(connection: Connection) -> int:
    return connection.execute(select(func.max(tables.journal.c.n))).scalar() or 0
