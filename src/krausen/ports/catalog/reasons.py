"""Where it is kept why vessels were heated or cooled."""

from collections.abc import Sequence
from typing import Protocol

from krausen.model.reason import Reason

MOST = 150_000
"""Reasons that are kept of a vessel, at most about 45 megabytes: two years and more of any algorithm."""


class Reasons(Protocol):
    """Why each vessel was heated, cooled or left alone; of a vessel no two begin at the same time."""

    async def keep_reasons(self, vessel: str, reasons: Sequence[Reason]) -> int:
        """Keep those that are not there yet, by their times; give how many those were."""

    async def reason_at(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is not later than a time (UTC ms), or None."""

    async def reason_after(self, vessel: str, at: int, *, changes: bool = False) -> Reason | None:
        """Give the first that is later than a time, or the first such change, or None."""

    async def change_before(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is earlier than a time and more than new numbers, or None."""

    async def reasons(self, vessel: str, start: int, end: int, limit: int) -> list[Reason]:
        """Give those with start <= at < end (UTC ms), the newest first, at most so many."""

    async def forget_reasons(self, before: int, most: int = MOST) -> int:
        """Forget those before a time, and of each vessel all but `most` of the newest; give how many."""
