"""What an agent still owes the server."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.reading import Reading


class Owed(Struct, frozen=True):
    """The oldest unsent readings in the order they were taken, and the number of the last of them."""

    through: int
    readings: tuple[Reading, ...]


class Outbox(Protocol):
    """Readings, each under its sequence number, until the server has them. Raises StorageAway."""

    async def keep(self, readings: Sequence[Reading]) -> None:
        """Keep readings; when this returns they survive the process."""

    async def oldest(self, limit: int) -> Owed | None:
        """Give up to `limit` of the oldest readings, or None when nothing is owed. They stay."""

    async def forget(self, through: int) -> None:
        """Drop everything up to and including this number."""

    async def waiting(self) -> int:
        """Count the readings that are owed."""
