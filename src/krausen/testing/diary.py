"""A diary in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from krausen.errors import StorageAway
from krausen.ports.diary import LIMIT, Line, Unsent


class MemoryDiary:
    """The diary port in a dictionary. Set `away` to a sentence and every call raises StorageAway with it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.away = ""
        self._limit = limit
        self._last = 0
        self._given: dict[str, int] = {}
        self._lines: dict[int, Line] = {}

    async def keep(self, lines: Sequence[Line]) -> int:
        """Keep reasons; give how many old ones had to go for them."""
        self._check()
        self._lines.update(enumerate(lines, self._last + 1))
        self._last += len(lines)
        gone = [n for n in self._lines if n <= self._last - self._limit]
        for n in gone:
            del self._lines[n]
        return len(gone)

    async def oldest(self, limit: int) -> Unsent | None:
        """Give up to `limit` reasons of the vessel that has the oldest of all, or None."""
        self._check()
        if not self._lines:
            return None
        vessel = next(iter(self._lines.values()))[0]
        found = [(n, reason) for n, (whose, reason) in self._lines.items() if whose == vessel][:limit]
        through = found[-1][0]
        self._given[vessel] = max(self._given.get(vessel, 0), through)
        return Unsent(vessel, through, tuple(reason for _, reason in found))

    async def forget(self, vessel: str, through: int) -> None:
        """Drop what is numbered up to and including `through` of a vessel."""
        self._check()
        for n in [n for n, (whose, _) in self._lines.items() if whose == vessel and n <= through]:
            del self._lines[n]

    async def move(self, by_ms: int) -> None:
        """Move the times of what `oldest` never gave."""
        self._check()
        for n, (vessel, reason) in self._lines.items():
            if n > self._given.get(vessel, 0):
                self._lines[n] = vessel, replace(reason, at=reason.at + by_ms)

    async def waiting(self) -> int:
        """Count the reasons that the server does not have yet."""
        self._check()
        return len(self._lines)

    def _check(self) -> None:
        if self.away:
            raise StorageAway(self.away)
