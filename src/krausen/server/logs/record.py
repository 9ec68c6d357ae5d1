"""A bounded record of lines, by time."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from krausen.model.log import LogLevel, LogLine

MOST = 20_000
MOST_BYTES = 8_000_000
"""So many lines are kept, and so large together, at most."""
LINE_BYTES = 500
"""What a line takes beside its texts."""

Place = tuple[int, int]
"""Where a line is in the order of time: its instant, and its number among all that ever came."""


class KeptLine(Struct, frozen=True):
    """A line and its number."""

    line: LogLine
    n: int

    @property
    def place(self) -> Place:
        """Where it is in the order of time."""
        return self.line.at, self.n


class Search(Struct, frozen=True, kw_only=True):
    """Which lines are asked for: of any of these sources, of a level or worse, with all words, in any case.

    What is empty leaves it open.
    """

    sources: frozenset[str] = frozenset()
    least: LogLevel = LogLevel.DEBUG
    words: tuple[str, ...] = ()

    def takes(self, line: LogLine) -> bool:
        """Tell whether a line is asked for."""
        if line.level.rank < self.least.rank or (self.sources and line.source not in self.sources):
            return False
        if not self.words:
            return True
        told = " ".join((line.text, *line.fields, *line.fields.values())).casefold()
        return all(word.casefold() in told for word in self.words)


class Record:
    """Keeps the newest lines by their time; the oldest make room for what is too many or too much."""

    def __init__(self, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lines: list[KeptLine] = []
        self._bytes = 0
        self._last = 0
        self._sources: Counter[str] = Counter()

    def add(self, lines: Iterable[LogLine]) -> list[KeptLine]:
        """Keep lines, each where its time puts it, and after those of the same; give them with numbers."""
        added = [KeptLine(line, n) for n, line in enumerate(lines, start=self._last + 1)]
        for kept in added:
            self._last = kept.n
            self._put(kept)
        self._make_room()
        return added

    def has(self, line: LogLine) -> bool:
        """Tell whether the same was said by the same at the same time already."""
        start = bisect_left(self._lines, (line.at, 0), key=_place)
        end = bisect_right(self._lines, (line.at, self._last), lo=start, key=_place)
        said = (line.source, line.level, line.text)
        return any(said == (k.line.source, k.line.level, k.line.text) for k in self._lines[start:end])

    def before(self, place: Place | None = None) -> Iterator[KeptLine]:
        """Yield what is before a place, or all, newest first, as it is now whatever comes meanwhile."""
        end = len(self._lines) if place is None else bisect_left(self._lines, place, key=_place)
        return reversed(self._lines[:end])

    @property
    def sources(self) -> Mapping[str, int]:
        """How many lines of each source are kept."""
        return self._sources

    @property
    def size(self) -> int:
        """What the lines take, bytes, about."""
        return self._bytes

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._lines)

    def _put(self, kept: KeptLine) -> None:
        if not self._lines or self._lines[-1].place < kept.place:
            self._lines.append(kept)
        else:
            self._lines.insert(bisect_left(self._lines, kept.place, key=_place), kept)
        self._bytes += size_of(kept.line)
        self._sources[kept.line.source] += 1

    def _make_room(self) -> None:
        gone = max(0, len(self._lines) - self._most)
        left = self._bytes - sum(size_of(kept.line) for kept in self._lines[:gone])
        while left > self._most_bytes:
            left -= size_of(self._lines[gone].line)
            gone += 1
        for kept in self._lines[:gone]:
            self._sources[kept.line.source] -= 1
        self._sources = +self._sources
        self._bytes = left
        del self._lines[:gone]


def size_of(line: LogLine) -> int:
    """Give what a line takes, bytes, about."""
    return LINE_BYTES + len(line.text) + sum(map(len, line.fields)) + sum(map(len, line.fields.values()))


def _place(kept: KeptLine) -> Place:
    return kept.place
