"""Keeps a flood of lines small: what repeats is counted, and too many at once are not told as they come."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from krausen.model.log import LogLevel, LogLine

A_SECOND = 50
AT_ONCE = 200
"""So many lines are told a second for long, and so many in a row."""
SPARED = 50
"""So many of them are kept back for warnings and errors."""
SAID_MS = 1_000
"""That lines are not told is said at most so often."""


def gathered(lines: Iterable[LogLine]) -> list[LogLine]:
    """Give lines with those that say the same as one, at the first of their times, with how often it was."""
    first: dict[tuple[object, ...], LogLine] = {}
    for line in lines:
        said = (line.source, line.level, line.text, *sorted(line.fields.items()))
        found = first.get(said)
        first[said] = line if found is None else replace(found, times=found.times + line.times)
    return list(first.values())


class Thinning:
    """Lets lines through to listeners as long as they are not too many; a bucket that fills evenly."""

    def __init__(self) -> None:
        self._left = float(AT_ONCE)
        self._filled_ms: float | None = None
        self._said_ms: float | None = None
        self._untold: Counter[str] = Counter()

    @property
    def owes(self) -> bool:
        """Whether there is still to be said that lines were not told."""
        return bool(self._untold)

    def told(self, lines: Sequence[LogLine], now_ms: float) -> list[bool]:
        """Tell of each line whether it is let through, at a time that never goes back."""
        since_ms = 0.0 if self._filled_ms is None else max(0.0, now_ms - self._filled_ms)
        self._filled_ms = now_ms
        self._left = min(float(AT_ONCE), self._left + since_ms * A_SECOND / 1000.0)
        return [self._takes(line) for line in lines]

    def owed(self, at: int, now_ms: float) -> list[LogLine]:
        """Give, once a second, a line for each source some of whose lines were not told; `at` in UTC ms."""
        if not self._untold or (self._said_ms is not None and now_ms - self._said_ms < SAID_MS):
            return []
        self._said_ms = now_ms
        untold, self._untold = self._untold, Counter()
        return [_notice(at, source, count) for source, count in sorted(untold.items())]

    def _takes(self, line: LogLine) -> bool:
        least = 1.0 if line.level.rank >= LogLevel.WARNING.rank else 1.0 + SPARED
        if self._left < least:
            self._untold[line.source] += line.times
            return False
        self._left -= 1.0
        return True


def _notice(at: int, source: str, count: int) -> LogLine:
    text = f"{count} lines were too many to be told as they came. Read the log for them."
    return LogLine(at=at, level=LogLevel.INFO, source=source, text=text)
