"""Why vessels were heated or cooled, kept beside the hardware until the server has it."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.reason import Reason

LIMIT = 20_000
"""Reasons that a diary holds unless it is told otherwise: five weeks of four vessels, about 5 megabytes."""

Line = tuple[str, Reason]
"""A vessel, by id, and a reason."""


class Unsent(Struct, frozen=True):
    """The oldest reasons of one vessel in the order they were noted, and the number of the last."""

    vessel: str
    through: int
    reasons: tuple[Reason, ...]


class Diary(Protocol):
    """Reasons, each under its number, until the server has them. Raises StorageAway.

    It holds a stated number of them; beyond that the oldest are given up.
    """

    async def keep(self, lines: Sequence[Line]) -> int:
        """Keep reasons; when this returns they survive the process. Gives how many had to go for them."""

    async def oldest(self, limit: int) -> Unsent | None:
        """Give up to `limit` reasons of the vessel that has the oldest of all, or None. They stay."""

    async def forget(self, vessel: str, through: int) -> None:
        """Drop what is numbered up to and including `through` of a vessel."""

    async def move(self, by_ms: int) -> None:
        """Move the times of what was kept since this diary was opened, and which `oldest` never gave."""

    async def waiting(self) -> int:
        """Count the reasons that the server does not have yet."""
