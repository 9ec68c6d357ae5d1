"""Local times without a zone, as logs have them, to UTC."""

from datetime import UTC, datetime, timedelta, tzinfo

from krausen.importing.format import Unreadable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OLDEST = 631_152_000_000
"""1990-01-01T00:00Z. Earlier times are those of clocks that nobody had set."""
AHEAD_MS = 5 * 60 * 1000
"""How far a time may lie ahead of ours."""

_MILLISECOND = timedelta(milliseconds=1)
_DAY = timedelta(days=1)


class LocalTime:
    """Turns the local times of one file, in the order of its lines, into UTC milliseconds.

    In the hour that autumn repeats, the earlier of the two instants is taken until the times step back by
    at least half of what the clocks were turned back, or stay where they are in a file that runs on at
    larger steps: from there on the later one. So a file that runs on steadily, at up to an hour, is read
    exactly. A time that spring skips raises Unreadable, as does one before 1990 and one more than five
    minutes after `now`, UTC milliseconds. A time that has a zone of its own is taken as written. `zone` is
    best a zoneinfo.ZoneInfo.
    """

    def __init__(self, zone: tzinfo, now: int) -> None:
        self.was_needed = False
        """Whether any time so far had no zone of its own."""
        self._zone = zone
        self._latest = now + AHEAD_MS
        self._furthest: datetime | None = None
        self._passed = False
        self._last: datetime | None = None
        self._pace = timedelta()

    def __call__(self, local: datetime) -> int:
        """Give UTC milliseconds, finer fractions cut."""
        if local.tzinfo is not None:
            return self._checked((local - EPOCH) // _MILLISECOND, local)
        self.was_needed = True
        first, second = self._instant(local, 0), self._instant(local, 1)
        step, self._last = local - (self._last or local), local
        if first > second:
            raise Unreadable(f"{local} does not exist in {self._zone}: the clocks were put forward over it.")
        if first < second:
            return self._checked(self._ambiguous(local, first, second, step), local)
        if self._furthest is not None and local < self._furthest:
            self._furthest = None
        return self._checked(first, local)

    def _ambiguous(self, local: datetime, first: int, second: int, step: timedelta) -> int:
        half = (second - first) / 2 * _MILLISECOND
        if self._furthest is None or abs(local - self._furthest) > _DAY:
            self._furthest, self._passed, self._pace = local, False, step
        elif self._furthest - local >= half or (not step and self._pace > half):
            self._passed = True
        else:
            self._pace = step
        self._furthest = max(local, self._furthest)
        return second if self._passed else first

    def _instant(self, local: datetime, fold: int) -> int:
        return (local.replace(tzinfo=self._zone, fold=fold) - EPOCH) // _MILLISECOND

    def _checked(self, t: int, local: datetime) -> int:
        if t < OLDEST:
            raise Unreadable(f"{local} is before 1990: the clock was not set.")
        if t > self._latest:
            raise Unreadable(f"{local} is in the future: the clock or the time zone is wrong.")
        return t
