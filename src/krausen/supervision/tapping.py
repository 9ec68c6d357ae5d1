"""Hands on every line that a process logs, from whatever thread, to whoever keeps lines."""

import logging
from collections import deque
from collections.abc import Callable

from msgspec.structs import replace

from krausen.model.log import LogLine
from krausen.supervision.lines import line_of

HELD = 1_000
"""Lines that are held while nobody takes them."""

TakeLine = Callable[[LogLine], None]


class LogTap(logging.Handler):
    """Hears all that is logged in its process, `source`; until it is opened it holds the last of it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source
        self._held: deque[LogLine] = deque(maxlen=HELD)
        self._take: TakeLine = self._held.append
        self._now: Callable[[], int] | None = None

    def open(self, take: TakeLine, now: Callable[[], int] | None = None) -> None:
        """Hand on what is held, and from now on each line as it is logged, in the thread that logs it.

        `now` gives the instants of lines, UTC milliseconds, where time is not the system's.
        """
        self.acquire()
        try:
            held, self._held = self._held, deque(maxlen=HELD)
            self._take, self._now = take, now
            for line in held:
                self._hand(line)
        finally:
            self.release()

    def shut(self) -> None:
        """Hold lines again, as before it was opened."""
        self.acquire()
        try:
            self._take, self._now = self._held.append, None
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Take what is logged; what makes no sense is complained of as the library does."""
        try:
            line = line_of(record, self._source)
        except Exception:  # noqa: BLE001 whoever logs must never fail by it, whatever its values do when shown
            self.handleError(record)
        else:
            self._hand(line)

    def _hand(self, line: LogLine) -> None:
        self._take(line if self._now is None else replace(line, at=self._now()))
