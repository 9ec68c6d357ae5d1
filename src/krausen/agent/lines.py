"""What an agent logged and its server does not know yet: a bounded few lines, beside the readings."""

from collections import deque
from collections.abc import Callable
from threading import Lock

from msgspec.structs import replace

from krausen.model.log import LogLevel, LogLine, level_named
from krausen.wire.messages import LinesTold, ToldLine

MOST = 1_000
MOST_CHARS = 300_000
"""So many lines wait for a link, and so large together, at most; then the oldest are given up and counted."""
AT_ONCE = 100
AT_ONCE_CHARS = 30_000
"""So many lines go in one message, and so large together."""
PAUSE_S = 1.0
"""Between two messages. Readings are never kept waiting for lines."""


def as_they_are(_: LogLevel) -> None:
    """Log what is logged."""


class Lines:
    """Takes lines from any thread, and gives them out a message at a time.

    `heed` has the process log from another level on, as the server chooses.
    """

    def __init__(self, now: Callable[[], int], heed: Callable[[LogLevel], None] = as_they_are) -> None:
        self._now = now
        self._heed = heed
        self._least = LogLevel.INFO
        self._lock = Lock()
        self._lines: deque[LogLine] = deque()
        self._chars = 0
        self._lost = 0
        self._under_way: LinesTold | None = None

    def take(self, line: LogLine) -> None:
        """Take a line; one that says the same as the line before it is counted there."""
        if line.level.rank < self._least.rank:
            return
        with self._lock:
            last = self._lines[-1] if self._lines else None
            if last is not None and replace(line, at=last.at, times=last.times) == last:
                self._lines[-1] = replace(last, times=last.times + line.times)
                return
            self._lines.append(line)
            self._chars += _chars(line)
            while len(self._lines) > MOST or self._chars > MOST_CHARS:
                self._lost += self._pop().times

    def tell_from(self, name: str) -> None:
        """Take and tell from a level on from now on."""
        level = level_named(name)
        if level is not self._least:
            self._least = level
            self._heed(level)

    def next(self) -> LinesTold | None:
        """Give the oldest lines, as many as go into one message, until they are `sent`; None without any."""
        if self._under_way is None:
            self._under_way = self._oldest()
        return None if self._under_way is None else replace(self._under_way, now=self._now())

    def sent(self) -> None:
        """Forget the lines that were given: they are on their way."""
        self._under_way = None

    def _oldest(self) -> LinesTold | None:
        with self._lock:
            if not self._lines:
                return None
            lost, self._lost, chars = self._lost, 0, 0
            told: list[ToldLine] = []
            while self._lines and len(told) < AT_ONCE and (not told or chars < AT_ONCE_CHARS):
                line = self._pop()
                chars += _chars(line)
                told.append(ToldLine(line.at, line.level.value, line.text, line.fields, line.times))
        return LinesTold(lines=tuple(told), now=0, lost=lost)

    def _pop(self) -> LogLine:
        line = self._lines.popleft()
        self._chars -= _chars(line)
        return line


def _chars(line: LogLine) -> int:
    return len(line.text) + sum(map(len, line.fields)) + sum(map(len, line.fields.values()))
