"""A history in memory that is quick to ask what series there are."""

from collections.abc import Sequence

from msgspec.structs import replace

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Point, SeriesRecord, Stored
from krausen.testing.history import MemoryHistory


class QuickHistory(MemoryHistory):
    """A history that counts along, so that asking for all series is no work."""

    def __init__(self) -> None:
        super().__init__()
        self._records: dict[SeriesName, SeriesRecord] = {}

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store all."""
        stored = await super().store(readings)
        for one in readings:
            there = self._records.get(one.series) or SeriesRecord(id="", name=one.series)
            self._records[one.series] = replace(
                there,
                id=await self.id_of(one.series) or "",
                first=one.t if there.first is None else min(there.first, one.t),
                last=max(there.last or 0, one.t),
                count=there.count + 1,
                latest=max(there.latest or Point(0, 0.0), Point(one.t, one.v, one.quality), key=_t),
            )
        return stored

    async def series(self) -> list[SeriesRecord]:
        """Give every series that has readings, ordered by name."""
        return sorted(self._records.values(), key=lambda record: record.name)


def _t(point: Point) -> int:
    return point.t
