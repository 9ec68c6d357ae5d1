"""An outbox in memory."""

from collections.abc import Sequence

from krausen.errors import StorageAway
from krausen.model.reading import Reading
from krausen.ports.outbox import Owed


class MemoryOutbox:
    """The outbox port in a list. Set `away` to a sentence and every call raises StorageAway with it."""

    def __init__(self) -> None:
        self.away = ""
        self._last = 0
        self._owed: list[tuple[int, Reading]] = []

    async def keep(self, readings: Sequence[Reading]) -> None:
        """Keep readings."""
        self._check()
        for reading in readings:
            self._last += 1
            self._owed.append((self._last, reading))

    async def oldest(self, limit: int, after: int = 0) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None."""
        self._check()
        batch = [(n, reading) for n, reading in self._owed if n > after][:limit]
        if not batch:
            return None
        through = batch[-1][0]
        return Owed(through, tuple(reading for _, reading in batch), self._last - through)

    async def forget(self, through: int) -> None:
        """Drop everything up to and including this number."""
        self._check()
        self._owed = [(n, reading) for n, reading in self._owed if n > through]

    async def waiting(self) -> int:
        """Count the readings that are owed."""
        self._check()
        return len(self._owed)

    def _check(self) -> None:
        if self.away:
            raise StorageAway(self.away)
