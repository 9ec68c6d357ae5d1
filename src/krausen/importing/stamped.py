"""Times of a whole file to UTC, whichever way its lines run, with a mark where its clock was strange."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice, pairwise

from msgspec import Struct, msgpack

from krausen.importing.format import Complaint, Row, ToUtc, Unreadable
from krausen.importing.stack import Stack

CLOCK_CHANGE = "The clocks were put forward or back there, and the times were read accordingly"
HOUR_BACK = "The clock steps back by an hour where the time zone does not: is it the right one?"
HOUR_GONE = "An hour is missing on a Sunday night of spring, but not in the time zone: is it the right one?"

_HEAD = 100
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


_STAMPED = msgpack.Decoder(list[Stamped | Complaint])
_TIMED = msgpack.Decoder(list[Row | Complaint])


def timed(entries: Iterable[Stamped | Complaint], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield the entries in their order, with instants instead of times.

    Where the newest line comes first, everything is held, packed, as clock changes are told apart only in the
    order of time; else nothing is.
    """
    rest = iter(entries)
    head = list(islice(rest, _HEAD))
    whole = chain(head, rest)
    if _runs_backwards([_plain(entry.when) for entry in head if isinstance(entry, Stamped)]):
        yield from Stack(_in_order(Stack(whole, _STAMPED).emptied(), utc), _TIMED).emptied()
    else:
        yield from _in_order(whole, utc)


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
        yield Row(entry.line, now[1], entry.values, entry.notes, (*entry.marks, *odd))
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
