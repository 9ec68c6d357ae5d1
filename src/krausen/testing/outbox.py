"""An outbox in memory."""

from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from krausen.errors import StorageAway
from krausen.model.reading import Reading
from krausen.ports.outbox import LIMIT, Owed


class MemoryOutbox:
    """The outbox port in a dictionary. Set `away` to a sentence and every call raises StorageAway with it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.away = ""
        self._limit = limit
        self._last = 0
        self._given = 0
        self._owed: dict[int, Reading] = {}

    async def keep(self, readings: Sequence[Reading]) -> int:
        """Keep readings; give how many old ones had to go for them."""
        self._check()
        self._owed.update(enumerate(readings, self._last + 1))
        self._last += len(readings)
        return self._drop(0, self._last - self._limit)

    async def oldest(self, limit: int, after: int = 0, until: int | None = None) -> Owed | None:
        """Give up to `limit` of the oldest readings numbered beyond `after`, or None."""
        self._check()
        until = self._last if until is None else until
        first = max(after + 1, next(iter(self._owed), 1))
        numbers = list(islice((n for n in range(first, until + 1) if n in self._owed), limit))
        if not numbers:
            return None
        through = numbers[-1]
        self._given = max(self._given, through)
        return Owed(through, tuple(self._owed[n] for n in numbers), next(reversed(self._owed)) - through)

    async def forget(self, through: int, after: int = 0) -> None:
        """Drop everything numbered beyond `after`, up to and including `through`."""
        self._check()
        self._drop(after, through)

    async def waiting(self) -> int:
        """Count the readings that are owed."""
        self._check()
        return len(self._owed)

    async def newest(self) -> int:
        """Give the number of the reading that was kept last, 0 if there never was one."""
        self._check()
        return self._last

    async def move(self, by_ms: int) -> None:
        """Move the times of what `oldest` never gave."""
        self._check()
        for n in range(self._given + 1, self._last + 1):
            if n in self._owed:
                self._owed[n] = replace(self._owed[n], t=self._owed[n].t + by_ms)

    def _drop(self, after: int, through: int) -> int:
        first = max(after + 1, next(iter(self._owed), 1))
        gone = [self._owed.pop(n) for n in range(first, min(through, self._last) + 1) if n in self._owed]
        return len(gone)

    def _check(self) -> None:
        if self.away:
            raise StorageAway(self.away)
