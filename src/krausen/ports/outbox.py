"""What an agent still owes the server."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.reading import Reading

LIMIT = 10_000_000
"""Readings that an outbox holds unless it is told otherwise: about a gigabyte."""


class Owed(Struct, frozen=True):
    """Readings in the order they were taken, the number of the last, and how many numbers follow it."""

    through: int
    readings: tuple[Reading, ...]
    left: int = 0


class Outbox(Protocol):
    """Readings, each under its sequence number, until the server has them. Raises StorageAway.

    It holds a stated number of readings; beyond that the oldest are given up.
    """

    async def keep(self, readings: Sequence[Reading]) -> int:
        """Keep readings; when this returns they survive the process. Gives how many had to go for them."""

    async def oldest(self, limit: int, after: int = 0, until: int | None = None) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None. They stay.

        With `until` none that is numbered beyond it is given.
        """

    async def forget(self, through: int, after: int = 0) -> None:
        """Drop everything numbered beyond `after`, up to and including `through`."""

    async def waiting(self) -> int:
        """Count the readings that are owed."""

    async def newest(self) -> int:
        """Give the number of the reading that was kept last, 0 if there never was one."""

    async def move(self, by_ms: int) -> None:
        """Move the times of what was kept since this outbox was opened, and which `oldest` never gave.

        What it gave, and all before that, may be known elsewhere already, and stays as it is.
        """
