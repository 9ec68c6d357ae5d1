"""Long columns of readings in little memory: all but the newest of them lie in a file."""

from array import array
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Protocol

from msgspec import Struct

from krausen.errors import StorageAway
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName

BLOCK = 4096
"""Readings that are held, and looked at, together."""
QUALITIES = tuple(Quality)
CODES = {quality: code for code, quality in enumerate(QUALITIES)}
OPEN = len(QUALITIES)
"""The quality of a value that nobody has judged yet."""
_WIDTH = 8 + 8 + 1


class Values(Struct, frozen=True):
    """Readings of one series in columns of equal length: UTC milliseconds, values, codes of qualities."""

    t: "array[int]"
    v: "array[float]"
    q: bytearray

    @classmethod
    def none(cls) -> "Values":
        """Give columns that are empty yet."""
        return cls(array("q"), array("d"), bytearray())

    def __len__(self) -> int:
        return len(self.t)

    def extend(self, other: "Values") -> None:
        """Add readings at the end."""
        self.t.extend(other.t)
        self.v.extend(other.v)
        self.q.extend(other.q)

    def backwards(self) -> "Values":
        """Give the last first."""
        return Values(self.t[::-1], self.v[::-1], self.q[::-1])

    def rows(self) -> Iterator[tuple[int, float, int]]:
        """Yield them one by one."""
        return zip(self.t, self.v, self.q, strict=True)


class Blocks(Protocol):
    """A long column that can be gone through as often as one likes, a block at a time."""

    def blocks(self) -> Iterator[Values]:
        """Yield the readings in their order."""

    def __len__(self) -> int: ...


class Room:
    """Where tapes keep what they do not hold: a file that they share, in memory when none is handed in.

    The file stays with whoever opened it. Raises StorageAway when it takes no more.
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self._file = BytesIO() if file is None else file
        self._end = 0

    def put(self, values: Values) -> int:
        """Keep readings; give the place where they are."""
        place = self._end
        try:
            self._file.seek(place)
            for column in (values.t.tobytes(), values.v.tobytes(), values.q):
                self._file.write(column)
        except OSError as error:
            reason = f"There is no room for it among the temporary files: {error.strerror}."
            raise StorageAway(reason) from error
        self._end += _WIDTH * len(values)
        return place

    def get(self, place: int, count: int) -> Values:
        """Give readings back."""
        self._file.seek(place)
        found = Values.none()
        found.t.frombytes(self._file.read(8 * count))
        found.v.frombytes(self._file.read(8 * count))
        found.q.extend(self._file.read(count))
        return found


class Tape:
    """Readings in the order in which they come, of which but the newest `BLOCK` are in memory."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._places: list[int] = []
        self._held = Values.none()

    def __len__(self) -> int:
        return BLOCK * len(self._places) + len(self._held)

    def add(self, t: int, v: float = 0.0, q: int = OPEN) -> None:
        """Add a reading, or a bare instant."""
        held = self._held
        held.t.append(t)
        held.v.append(v)
        held.q.append(q)
        if len(held.t) == BLOCK:
            self._places.append(self._room.put(held))
            self._held = Values.none()

    def extend(self, rows: Iterable[tuple[int, float, int]]) -> None:
        """Add readings one after another."""
        for row in rows:
            self.add(*row)

    def blocks(self) -> Iterator[Values]:
        """Yield the readings in their order, a block at a time."""
        for place in self._places:
            yield self._room.get(place, BLOCK)
        if self._held.t:
            yield self._held

    def backwards(self) -> Iterator[Values]:
        """Yield the readings in the opposite order, a block at a time."""
        if self._held.t:
            yield self._held.backwards()
        for place in reversed(self._places):
            yield self._room.get(place, BLOCK).backwards()


def rows_of(column: Blocks) -> Iterator[tuple[int, float, int]]:
    """Yield the readings of a column one by one."""
    for block in column.blocks():
        yield from block.rows()


def instants_of(column: Blocks) -> Iterator[int]:
    """Yield the instants of a column one by one."""
    for block in column.blocks():
        yield from block.t


def readings_of(column: Blocks, name: SeriesName) -> Iterator[Reading]:
    """Yield the readings of a column under a name."""
    for t, v, q in rows_of(column):
        yield Reading(name, t, v, QUALITIES[q])
