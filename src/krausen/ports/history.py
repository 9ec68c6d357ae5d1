"""Readings, kept for ever."""

from array import array
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName

QUALITIES = tuple(Quality)
"""The qualities in the order of their codes."""


class Stored(Struct, frozen=True):
    """What became of readings: new ones, corrections of a stored value, and repeats of what was there."""

    new: int = 0
    corrected: int = 0
    repeated: int = 0


class Bulk(Struct, frozen=True, eq=False):
    """Readings of any series as columns of equal length.

    Numbers of series (array of type I), instants in UTC milliseconds (q), values (d), and for each the place
    of its quality in QUALITIES.
    """

    series: "array[int]"
    t: "array[int]"
    v: "array[float]"
    q: bytes

    def __len__(self) -> int:
        return len(self.t)


class Point(Struct, frozen=True, array_like=True, gc=False):
    """A stored value at `t`, UTC milliseconds."""

    t: int
    v: float
    quality: Quality = Quality.GOOD


class SeriesRecord(Struct, frozen=True, kw_only=True):
    """A series as history knows it.

    Times in UTC milliseconds; first, last and latest are None while it is empty.
    """

    id: str
    name: SeriesName
    unit: str = ""
    first: int | None = None
    last: int | None = None
    count: int = 0
    latest: Point | None = None


class Buckets(Struct, frozen=True):
    """Columns of equal length: start (UTC ms), least, mean, greatest, count of each full bucket."""

    t: list[int]
    min: list[float]
    mean: list[float]
    max: list[float]
    n: list[int]


def id_of(number: int) -> str:
    """Give the id of the series with a number."""
    return f"s{number}"


class History(Protocol):
    """Stores readings and gives them back. Every call raises StorageAway when the disk refuses.

    Series and time identify a reading: the same again is harmless, another value replaces. A series is
    registered at first sight, under a number, and with it an id, that is stable for ever.
    """

    async def declare(self, units: Sequence[tuple[SeriesName, str]]) -> None:
        """Register series with their units; a unit once declared stays."""

    async def store(self, readings: Sequence[Reading]) -> Stored:
        """Store all or, on an error, none. When this returns they are on disk.

        Raises Invalid for a value that is no number.
        """

    async def number_of(self, name: SeriesName) -> int | None:
        """Give the number of a series, or None."""

    async def store_bulk(self, bulk: Bulk) -> Stored:
        """Store as `store` does. Raises Invalid also for a number that no series has."""

    async def series(self) -> list[SeriesRecord]:
        """Give every series, ordered by name."""

    async def id_of(self, name: SeriesName) -> str | None:
        """Give the id of a series, or None."""

    async def name_of(self, id: str) -> SeriesName | None:
        """Give the name behind an id, or None."""

    async def points(
        self, series: str, start: int, end: int, limit: int, *, with_bad: bool = True
    ) -> list[Point]:
        """Give at most `limit` readings with start <= t < end, oldest first. `series` is an id."""

    async def count(self, series: str, start: int, end: int) -> int:
        """Count the readings with start <= t < end that are not bad."""

    async def buckets(self, series: str, start: int, end: int, width_ms: int) -> Buckets:
        """Gather what is not bad in buckets of `width_ms`, counted from `start`.

        Empty buckets are left out.
        """
