"""Channels that people declared."""

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select, update

from krausen.errors import NotFound
from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, check_seen, one_of, row_of, taken
from krausen.storage.catalog.tables import channel as table


class SqlChannels(CatalogFile):
    """The part of the catalog port that knows channels."""

    async def channels(self) -> list[Channel]:
        """Give all that were declared, ordered by name."""
        return await self._read(_channels)

    async def declare_channel(self, channel: Channel, entry: JournalEntry) -> None:
        """Declare one. Raises Stale when there is one of that name."""
        await self._change(entry, _add, channel, entry.at)

    async def change_channel(
        self, channel: Channel, entry: JournalEntry, *, seen: int | None = None
    ) -> Channel:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        return await self._change(entry, _replace, channel, seen, entry.at)

    async def remove_channel(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._change(entry, _remove, name, seen)


def _channels(connection: Connection) -> list[Channel]:
    return all_of(Channel, connection, select(table).order_by(table.c.name))


def _channel(connection: Connection, name: str) -> Channel:
    found = one_of(Channel, connection, select(table).where(table.c.name == name))
    if found is None:
        raise NotFound(f"There is no channel {name}.")
    return found


def _add(connection: Connection, channel: Channel, at: int) -> None:
    with taken(f"There is a channel {channel.name} already: choose another name."):
        connection.execute(insert(table).values({**row_of(channel), "created_at": at, "updated_at": at}))


def _replace(connection: Connection, channel: Channel, seen: int | None, at: int) -> Channel:
    present = _channel(connection, channel.name)
    check_seen(f"Channel {channel.name}", present.revision, seen)
    changed = replace(channel, revision=present.revision + 1)
    row = {**row_of(changed), "updated_at": at}
    connection.execute(update(table).where(table.c.name == channel.name).values(row))
    return changed


def _remove(connection: Connection, name: str, seen: int | None) -> None:
    check_seen(f"Channel {name}", _channel(connection, name).revision, seen)
    connection.execute(delete(table).where(table.c.name == name))
