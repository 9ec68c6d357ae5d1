"""What an agent still owes the server."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.reading import Reading


class Owed(Struct, frozen=True):
    """Readings in the order they were taken, the number of the last, and how many more are owed after it."""

    through: int
    readings: tuple[Reading, ...]
    left: int = 0


class Outbox(Protocol):
    """Readings, each under its sequence number, until the server has them. Raises StorageAway."""

    async def keep(self, readings: Sequence[Reading]) -> None:
        """Keep readings; when this returns they survive the process."""

    async def oldest(self, limit: int, after: int = 0) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None. They stay."""

    async def forget(self, through: int) -> None:
        """Drop everything up to and including this number."""

    async def waiting(self) -> int:
        """Count the readings that are owed."""
