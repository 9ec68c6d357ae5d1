"""Numbers for things of ours, for protocols that know things by number."""

from sqlalchemy import Connection, func, insert, select

from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.tables import foreign_id as table


class SqlForeignIds(CatalogFile):
    """The part of the catalog port that knows numbers."""

    async def foreign_id(self, space: str, id: str) -> int:
        """Give the number of a thing, a new one at first sight."""
        return await self._write(_number, space, id)

    async def foreign_ids(self, space: str) -> dict[str, int]:
        """Give the numbers that were given in a space, by id."""
        return await self._read(_numbers, space)

    async def named_by(self, space: str, number: int) -> str | None:
        """Give the id of the thing with a number, or None."""
        return await self._read(_named, space, number)


def _number(connection: Connection, space: str, id: str) -> int:
    of_thing = select(table.c.number).where(table.c.space == space, table.c.id == id)
    known: int | None = connection.execute(of_thing).scalar()
    if known is not None:
        return known
    largest = connection.execute(select(func.max(table.c.number)).where(table.c.space == space)).scalar()
    number = (largest or 0) + 1
    connection.execute(insert(table).values(space=space, id=id, number=number))
    return number


def _numbers(connection: Connection, space: str) -> dict[str, int]:
    query = select(table.c.id, table.c.number).where(table.c.space == space).order_by(table.c.number)
    return {row.id: row.number for row in connection.execute(query)}


def _named(connection: Connection, space: str, number: int) -> str | None:
    query = select(table.c.id).where(table.c.space == space, table.c.number == number)
    return connection.execute(query).scalar()
