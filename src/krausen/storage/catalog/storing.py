"""What people chose to keep of series."""

from sqlalchemy import Connection, select

from krausen.errors import NotFound
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName, StoreRule
from krausen.model.storing import StoreChoice
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import put, row_of, thing_of
from krausen.storage.catalog.tables import store_choice as table


class SqlStoring(CatalogFile):
    """The part of the catalog port that knows what is to be kept."""

    async def store_choices(self) -> list[StoreChoice]:
        """Give what was chosen, ordered by series."""
        return await self._read(_choices)

    async def choose_store(self, choice: StoreChoice, entry: JournalEntry) -> None:
        """Choose what is kept of a series, in place of what was chosen before."""
        await self._change(entry, _choose, choice)

    async def forget_store(self, series: SeriesName, entry: JournalEntry) -> None:
        """Keep again what the source of a series declares. Raises NotFound."""
        await self._change(entry, _forget, series)


def _choices(connection: Connection) -> list[StoreChoice]:
    rows = connection.execute(select(table)).all()
    found = [StoreChoice(SeriesName(*row[:3]), thing_of(StoreRule, row)) for row in rows]
    return sorted(found, key=lambda choice: choice.series)


def _choose(connection: Connection, choice: StoreChoice) -> None:
    put(connection, table, {**_named(choice.series), **row_of(choice.rule)})


def _forget(connection: Connection, series: SeriesName) -> None:
    same = [table.c[column] == part for column, part in _named(series).items()]
    if not connection.execute(table.delete().where(*same)).rowcount:
        raise NotFound(f"Nothing was chosen for {series}.")


def _named(series: SeriesName) -> dict[str, str]:
    return {"adapter": series.adapter, "node": series.node, "metric": series.metric}
