"""Where declared channels are kept."""

from typing import Protocol

from krausen.model.channel import Channel
from krausen.model.journal import JournalEntry


class Channels(Protocol):
    """Channels that people declared."""

    async def channels(self) -> list[Channel]:
        """Give all that were declared, ordered by name."""

    async def declare_channel(self, channel: Channel, entry: JournalEntry) -> None:
        """Declare one. Raises Stale when there is one of that name."""

    async def change_channel(
        self, channel: Channel, entry: JournalEntry, *, seen: int | None = None
    ) -> Channel:
        """Replace one under the next revision, and give it so. Raises NotFound, Stale."""

    async def remove_channel(self, name: str, entry: JournalEntry, *, seen: int | None = None) -> None:
        """Remove one. Raises NotFound, Stale."""
