"""Declared channels in memory."""

from msgspec.structs import replace

from krausen.errors import Stale
from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry
from krausen.ports.catalog import Kind
from krausen.testing.catalog.memory import Memory, check_seen, found_in


class MemoryChannels(Memory):
    """The part of the catalog port that knows channels."""

    def __init__(self) -> None:
        super().__init__()
        self._channels: dict[str, Channel] = {}

    async def channels(self) -> list[Channel]:
        """Give all that were declared, ordered by name."""
        await self._turn()
        return [channel for _, channel in sorted(self._channels.items())]

    async def declare_channel(self, channel: Channel, entry: JournalEntry) -> None:
        """Declare one. Raises Stale when there is one of that name."""
        await self._turn()
        if channel.name in self._channels:
            raise Stale(f"There is a channel {channel.name} already: choose another name.")
        self._keep_channel(channel, entry)

    async def change_channel(
        self, channel: Channel, entry: JournalEntry, *, seen: int | None = None
    ) -> Channel:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""
        await self._turn()
        present = found_in(self._channels, channel.name, "channel")
        check_seen(f"Channel {channel.name}", present.revision, seen)
        self._keep_channel(replace(channel, revision=present.revision + 1), entry)
        return self._channels[channel.name]

    async def remove_channel(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
        await self._turn()
        check_seen(f"Channel {name}", found_in(self._channels, name, "channel").revision, seen)
        del self._channels[name], self._dates[Kind.CHANNEL][name]
        self._journal.append(entry)

    def _keep_channel(self, channel: Channel, entry: JournalEntry) -> None:
        self._channels[channel.name] = channel
        self._date(Kind.CHANNEL, channel.name, entry.at)
        self._journal.append(entry)
