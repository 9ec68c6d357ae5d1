"""What was learned of vessels, and what people want known of them instead."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from krausen.model.journal import JournalEntry
from krausen.model.learned import Learned

DAY_MS = 86_400_000
KEPT_MS = 5 * 366 * DAY_MS
"""How things stood on each day is kept for so long."""


class LearnedRecord(Struct, frozen=True, kw_only=True):
    """What was learned of a vessel as its agent told it last, standing at `at`, UTC ms; None without any.

    `taken` is the revision of the wish that the agent took last, `wished` that of the newest, 0 for none at
    all; `wanted` is what that wish has known instead, None for nothing.
    """

    vessel: str
    at: int | None = None
    learned: Learned | None = None
    taken: int = 0
    wished: int = 0
    wanted: Learned | None = None

    @property
    def is_pending(self) -> bool:
        """Tell whether the agent has yet to take the newest wish."""
        return 0 < self.wished != self.taken


class LearnedDay(Struct, frozen=True, kw_only=True):
    """What learned quantities came to when an agent told them for the last time on a day, at `at`, UTC ms."""

    at: int
    quantities: dict[str, float]


class Learning(Protocol):
    """What was learned of vessels."""

    async def learned(self, vessel: str) -> LearnedRecord:
        """Give what is known; a record with nothing in it for a vessel of which nothing is."""

    async def learning_wanted(self) -> list[LearnedRecord]:
        """Give those whose wish is pending, ordered by vessel."""

    async def note_learned(self, told: LearnedRecord, quantities: Mapping[str, float]) -> LearnedRecord:
        """Keep what an agent told (`at`, `learned` and `taken`); the wish stays. Give the record.

        Quantities, where there are any, stand for the day (UTC) of `at`. Days that ended `KEPT_MS` before it
        are forgotten.
        """

    async def want_learned(self, vessel: str, wanted: Learned | None, entry: JournalEntry) -> LearnedRecord:
        """Keep a wish under the next revision, counted here, above any that was taken. Give the record."""

    async def learned_days(self, vessel: str, start: int, end: int) -> list[LearnedDay]:
        """Give how things stood on the days with start <= at < end, UTC ms, oldest first."""
