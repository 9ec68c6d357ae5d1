"""Times of a whole file to UTC, whichever way its lines run, with a mark where its clock was strange."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice, pairwise

from msgspec import Struct

from krausen.importing.format import Complaint, Row, ToUtc, Unreadable
from krausen.model.reading import Quality

CLOCK_CHANGE = "The clocks were put forward or back there, and the times were read accordingly"
HOUR_BACK = "The clock steps back by an hour where the time zone does not: is it the right one?"
HOUR_GONE = "An hour is missing on a Sunday night of spring, but not in the time zone: is it the right one?"

MOST_HELD = 20_000
"""Entries of a day that are held, where the newest comes first."""
_HEAD = 100
_NOON = 12
_HOUR = timedelta(hours=1)
_LEEWAY = timedelta(minutes=10)
_SPRING = (3, 4, 9, 10)
_SUNDAY = 6


class Stamped(Struct, frozen=True, tag=True):
    """What a line says, at the time that it names: with a zone if the file says one, else local."""

    line: int
    when: datetime
    values: dict[str, float] = {}
    notes: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    quality: Quality | None = None


def line_by_line(
    lines: Iterable[str], read: Callable[[int, str], Stamped | None]
) -> Iterator[Stamped | Complaint]:
    """Yield what `read` makes of each line that is not blank, without zero bytes and blanks around it.

    It raises Unreadable for what is none, and gives None for what is to be passed over.
    """
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = read(place, line.strip("\0").strip())
        except Unreadable as reason:
            yield Complaint(place, str(reason))
        else:
            if entry is not None:
                yield entry


def timed(entries: Iterable[Stamped | Complaint], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield the entries in their order, with instants instead of times.

    Where the newest line comes first, a day is held at a time, from noon to noon, as clock changes are told
    apart only in the order of time; else nothing is.
    """
    rest = iter(entries)
    head = list(islice(rest, _HEAD))
    whole = chain(head, rest)
    if _runs_backwards([_plain(entry.when) for entry in head if isinstance(entry, Stamped)]):
        yield from _turned(whole, utc)
    else:
        yield from _in_order(whole, utc)


def _turned(entries: Iterable[Stamped | Complaint], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Time each day in the order of time, after the last entry of the day before it."""
    days = _days(entries)
    day = next(days, [])
    while day:
        before = next(days, [])
        found = list(_in_order(reversed([*day, *before[:1]]), utc))
        yield from reversed(found[len(before[:1]) :])
        day = before


def _days(entries: Iterable[Stamped | Complaint]) -> Iterator[list[Stamped | Complaint]]:
    """Part entries at noon, when no clock is changed anywhere."""
    day: list[Stamped | Complaint] = []
    last = 0
    for entry in entries:
        of = entry.when.toordinal() - (entry.when.hour < _NOON) if isinstance(entry, Stamped) else last
        if day and (of != last or len(day) >= MOST_HELD):
            yield day
            day = []
        day.append(entry)
        last = of
    yield day


def _runs_backwards(times: Sequence[datetime]) -> bool:
    steps = list(pairwise(times))
    return sum(later < earlier for earlier, later in steps) > sum(later > earlier for earlier, later in steps)


def _in_order(entries: Iterable[Stamped | Complaint], utc: ToUtc) -> Iterator[Row | Complaint]:
    before: tuple[datetime, int] | None = None
    step = timedelta()
    for entry in entries:
        if isinstance(entry, Complaint):
            yield entry
            continue
        try:
            now = (entry.when, utc(entry.when))
        except Unreadable as reason:
            yield Complaint(entry.line, str(reason))
            continue
        odd = _odd(before, now, step) if before else ()
        yield Row(entry.line, now[1], entry.values, entry.notes, (*entry.marks, *odd), entry.quality)
        step = abs(_plain(now[0]) - _plain(before[0])) if before else step
        before = now


def _odd(before: tuple[datetime, int], now: tuple[datetime, int], pace: timedelta) -> tuple[str, ...]:
    """Compare the step of the clock on the wall with that of the true time; `pace` is the step before."""
    if now[0].tzinfo is not None or before[0].tzinfo is not None:
        return ()
    wall, true = now[0] - before[0], timedelta(milliseconds=now[1] - before[1])
    if _LEEWAY < abs(wall - true) <= 2 * _HOUR:
        return (CLOCK_CHANGE,)
    if abs(wall + _HOUR) <= _LEEWAY:
        return (HOUR_BACK,)
    is_gone = timedelta() < pace <= _LEEWAY and abs(wall - pace - _HOUR) <= _LEEWAY and _is_spring(before[0])
    return (HOUR_GONE,) if is_gone else ()


def _is_spring(local: datetime) -> bool:
    return local.weekday() == _SUNDAY and local.hour < 4 and local.month in _SPRING


def _plain(when: datetime) -> datetime:
    return when.replace(tzinfo=None)
