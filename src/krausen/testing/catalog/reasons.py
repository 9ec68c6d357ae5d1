"""Why vessels were heated or cooled, in memory."""

from collections.abc import Sequence

from krausen.model.reason import Occasion, Reason
from krausen.ports.catalog.reasons import MOST
from krausen.testing.catalog.memory import Memory


class MemoryReasons(Memory):
    """The part of the catalog port that knows reasons."""

    def __init__(self) -> None:
        super().__init__()
        self._reasons: dict[str, dict[int, Reason]] = {}

    async def keep_reasons(self, vessel: str, reasons: Sequence[Reason]) -> int:
        """Keep those that are not there yet, by their times; give how many those were."""
        await self._turn()
        kept = self._reasons.setdefault(vessel, {})
        before = len(kept)
        self._reasons[vessel] = {reason.at: reason for reason in reversed(reasons)} | kept
        return len(self._reasons[vessel]) - before

    async def reason_at(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is not later than a time (UTC ms), or None."""
        await self._turn()
        return next((reason for reason in self._newest_first(vessel) if reason.at <= at), None)

    async def reason_after(self, vessel: str, at: int, *, changes: bool = False) -> Reason | None:
        """Give the first that is later than a time, or the first such change, or None."""
        await self._turn()
        later = (reason for reason in reversed(self._newest_first(vessel)) if reason.at > at)
        return next((reason for reason in later if not changes or _is_change(reason)), None)

    async def change_before(self, vessel: str, at: int) -> Reason | None:
        """Give the newest that is earlier than a time and more than new numbers, or None."""
        await self._turn()
        earlier = (reason for reason in self._newest_first(vessel) if reason.at < at)
        return next((reason for reason in earlier if _is_change(reason)), None)

    async def reasons(self, vessel: str, start: int, end: int, limit: int) -> list[Reason]:
        """Give those with start <= at < end (UTC ms), the newest first, at most so many."""
        await self._turn()
        return [reason for reason in self._newest_first(vessel) if start <= reason.at < end][:limit]

    async def forget_reasons(self, before: int, most: int = MOST) -> int:
        """Forget those before a time, and of each vessel all but `most` of the newest; give how many."""
        await self._turn()
        forgotten = 0
        for vessel, kept in self._reasons.items():
            stays = [reason for reason in self._newest_first(vessel)[:most] if reason.at >= before]
            forgotten += len(kept) - len(stays)
            self._reasons[vessel] = {reason.at: reason for reason in stays}
        return forgotten

    def _newest_first(self, vessel: str) -> list[Reason]:
        kept = self._reasons.get(vessel, {})
        return [kept[at] for at in sorted(kept, reverse=True)]


def _is_change(reason: Reason) -> bool:
    return reason.occasion is not Occasion.UPDATE
