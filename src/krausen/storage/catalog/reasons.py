"""Why vessels were heated or cooled."""

from collections.abc import Sequence
from typing import Any

from msgspec import convert, to_builtins
from sqlalchemy import Connection, Row, Select, delete, insert, select

from krausen.model.reason import Occasion, Reason
from krausen.ports.catalog.reasons import MOST
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.tables import reason as table
from krausen.storage.catalog.tables import vessel as vessels

_CHANGES = table.c.occasion != Occasion.UPDATE.value


class SqlReasons(CatalogFile):
    """The part of the catalog port that knows reasons."""

    async def keep_reasons(self, vessel: str, reasons: Sequence[Reason]) -> int:
        """Keep those that are not there yet, by their times; give how many those were."""
        return await self._write(_keep, vessel, reasons)

    async def reason_at(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is not later than a time (UTC ms), or None."""
        return await self._read(_first, _newest(vessel).where(table.c.at <= at))

    async def reason_after(self, vessel: str, at: int, *, changes: bool = False) -> Reason | None:
        """Give the first that is later than a time, or the first such change, or None."""
        query = _of(vessel).where(table.c.at > at).order_by(table.c.at)
        return await self._read(_first, query.where(_CHANGES) if changes else query)

    async def change_before(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is earlier than a time and more than new numbers, or None."""
        return await self._read(_first, _newest(vessel).where(table.c.at < at, _CHANGES))

    async def reasons(self, vessel: str, start: int, end: int, limit: int) -> list[Reason]:
        """Give those with start <= at < end (UTC ms), the newest first, at most so many."""
        query = _newest(vessel).where(table.c.at >= start, table.c.at < end)
        return await self._read(_all, query.limit(limit))

    async def forget_reasons(self, before: int, most: int = MOST) -> int:
        """Forget those before a time, and of each vessel all but `most` of the newest; give how many."""
        return await self._write(_forget, before, most)


def _of(vessel: str) -> Select[Any]:
    return select(table).where(table.c.vessel == vessel)


def _newest(vessel: str) -> Select[Any]:
    return _of(vessel).order_by(table.c.at.desc())


def _keep(connection: Connection, vessel: str, reasons: Sequence[Reason]) -> int:
    new = {reason.at: _row(vessel, reason) for reason in reversed(reasons)}
    known = select(table.c.at).where(table.c.vessel == vessel, table.c.at.in_(new))
    for at in connection.scalars(known).all():
        del new[at]
    if new:
        connection.execute(insert(table), list(new.values()))
    return len(new)


def _first(connection: Connection, query: Select[Any]) -> Reason | None:
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _reason(row)


def _all(connection: Connection, query: Select[Any]) -> list[Reason]:
    return [_reason(row) for row in connection.execute(query)]


def _forget(connection: Connection, before: int, most: int) -> int:
    forgotten = 0
    for vessel in connection.scalars(select(vessels.c.id)).all():
        beyond = select(table.c.at).where(table.c.vessel == vessel).order_by(table.c.at.desc()).offset(most)
        first_gone = connection.scalar(beyond.limit(1))
        until = before if first_gone is None else max(before, first_gone + 1)
        old = delete(table).where(table.c.vessel == vessel, table.c.at < until)
        forgotten += connection.execute(old).rowcount
    return forgotten


def _row(vessel: str, reason: Reason) -> dict[str, Any]:
    row: dict[str, Any] = to_builtins(reason)
    levels = row.pop("levels")
    return {**row, "vessel": vessel, "heating": levels["heat"], "cooling": levels["cool"]}


def _reason(row: Row[Any]) -> Reason:
    columns = {str(name): value for name, value in row._mapping.items()}
    levels = {"heat": columns.pop("heating"), "cool": columns.pop("cooling")}
    return convert({**columns, "levels": levels}, Reason)
