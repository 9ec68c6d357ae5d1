"""Times as other tools write them."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from msgspec import Struct

from krausen.importing.format import Unreadable

SPREADSHEET_START = datetime.combine(date(1899, 12, 30), time())
"""Day 0 of spreadsheets, which know no zones."""
_DAYS = (20_000.0, 80_000.0)
_SECONDS = (631_152_000.0, 10_000_000_000.0)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:[T_ :,]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9})\d*)?)?\s*([AaPp][Mm])?)?"
_ZONE = r"\s*(Z|GMT|UTC|(?:GMT|UTC)?[+-]\d{2}:?\d{2})?(?: \(.*\))?"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})" + _CLOCK + _ZONE)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})" + _CLOCK + _ZONE)
_MONTH_NAMED = re.compile(
    r"(?:[A-Za-z]{3,9},? )?([A-Za-z]{3})[a-z]*\.? +(\d{1,2}),? (\d{4})" + _CLOCK + _ZONE
)
_DAY_NAMED = re.compile(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})" + _CLOCK + _ZONE)
_CHART = re.compile(
    r"Date\((\d{4}), ?(\d{1,2}), ?(\d{1,2})(?:, ?(\d{1,2}))?(?:, ?(\d{1,2}))?(?:, ?(\d{1,2}))?\)"
)
UNSURE = "Dates such as 3/4 may be of March or of April; the first number was taken as the {}: is it?"
_ISO = len("2024-01-05 10:15:00")
_NUMBER = re.compile(r"\d{5,13}(?:[.,]\d+)?")


class Order(StrEnum):
    """Which comes first in dates such as 3/4/2024."""

    MONTH = "month"
    DAY = "day"


class OrderFound(Struct, frozen=True):
    """How the dates of a file are to be read; `sure` is False where both ways would do."""

    order: Order
    sure: bool = True

    @property
    def remarks(self) -> tuple[str, ...]:
        """The question that is left, if one is."""
        return () if self.sure else (UNSURE.format(self.order.value),)


def moment(text: str, order: Order = Order.MONTH) -> datetime:
    """Give the time that a text names, with its zone if it names one. Raises Unreadable.

    Known are ISO 8601 and its looser kin, dates with the year first or last and with months in English, the
    chart tables of browsers (whose months count from 0), the days of spreadsheets (from 1899-12-30) and the
    seconds or milliseconds since 1970.
    """
    text = text.strip().strip('"')
    if not text:
        raise Unreadable("It has no time.")
    try:
        return _moment(text, order)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"No such time: {text[:40]!r}.") from error


def order_of(texts: Iterable[str]) -> OrderFound:
    """Find out which way dates with the year last are meant.

    A number above 12 tells. Where there is none, it is the way that lets the times span less; where both are
    alike, or no date is of that kind, the month comes before a slash and the day before a dot or a dash.
    """
    spans = {order: _Span(order) for order in (Order.DAY, Order.MONTH)}
    first = None
    is_month, is_alike = False, True
    for match in filter(None, map(_YEAR_LAST.match, texts)):
        if int(match[1]) > 12:
            return OrderFound(Order.DAY)
        is_month = is_month or int(match[2]) > 12
        is_alike = is_alike and match[1] == match[2]
        first = first or match
        for span in () if is_month else spans.values():
            span.add(match)
    if is_month or first is None:
        return OrderFound(Order.MONTH)
    day, month = (span.length for span in spans.values())
    if day != month:
        return OrderFound(Order.DAY if day < month else Order.MONTH)
    return OrderFound(Order.MONTH if "/" in first[0] else Order.DAY, sure=is_alike)


def is_time(text: str) -> bool:
    """Tell whether a text names a time, spelt out: bare numbers may be anything."""
    if _NUMBER.fullmatch(text.strip()):
        return False
    try:
        moment(text, Order.DAY if _day_first(text) else Order.MONTH)
    except Unreadable:
        return False
    return True


def _day_first(text: str) -> bool:
    match = _YEAR_LAST.match(text.strip())
    return match is not None and int(match[1]) > 12


class _Span:
    """How long it is from the first to the last of times, endless where one of them is none."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._ends: list[datetime] = []
        self._is_sound = True

    def add(self, match: re.Match[str]) -> None:
        try:
            when = _year_last(match, self._order).replace(tzinfo=None)
        except ValueError:
            self._is_sound = False
        else:
            both = [*self._ends, when]
            self._ends = [min(both), max(both)]

    @property
    def length(self) -> timedelta:
        return self._ends[1] - self._ends[0] if self._is_sound else timedelta.max


def _moment(text: str, order: Order) -> datetime:
    if text[4:5] == "-" and text[10:11] in ("T", " ") and len(text) >= _ISO:
        return datetime.fromisoformat(text)
    if _NUMBER.fullmatch(text) and not re.fullmatch(r"(19|20)\d{6}", text):
        return _counted(float(text.replace(",", ".")))
    for pattern, build in _KINDS:
        match = pattern.fullmatch(text)
        if match is not None:
            return build(match)
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        raise Unreadable(f"No time where one should be: {text[:40]!r}.")
    return _year_last(match, order)


def _counted(value: float) -> datetime:
    if _DAYS[0] <= value <= _DAYS[1]:
        return SPREADSHEET_START + timedelta(seconds=round(value * 86_400, 3))
    seconds = value / 1000 if value > _SECONDS[1] else value
    if seconds < _SECONDS[0]:
        raise ValueError
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _year_last(match: re.Match[str], order: Order) -> datetime:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    year += 2000 if year < 100 else 0
    month, day = (first, second) if order is Order.MONTH else (second, first)
    return _built(year, month, day, match.groups()[3:])


def _year_first(match: re.Match[str]) -> datetime:
    return _built(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:])


def _month_named(match: re.Match[str]) -> datetime:
    return _built(int(match[3]), _month(match[1]), int(match[2]), match.groups()[3:])


def _day_named(match: re.Match[str]) -> datetime:
    return _built(int(match[3]), _month(match[2]), int(match[1]), match.groups()[3:])


def _chart(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups())
    return datetime.combine(date(year, month + 1, day), time(hour, minute, second))


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()) + 1


def _built(year: int, month: int, day: int, rest: Sequence[str | None]) -> datetime:
    hour, minute, second, fraction, half, zone = rest
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0)
    micros = int((fraction or "0").ljust(6, "0")[:6])
    clock = time(hours, int(minute or 0), int(second or 0), micros)
    local = datetime.combine(date(year, month, day), clock)
    return local if zone is None else local.replace(tzinfo=_zone(zone))


def _zone(text: str) -> timezone:
    ahead = text.removeprefix("GMT").removeprefix("UTC").replace(":", "")
    if ahead in {"", "Z"}:
        return UTC
    minutes = int(ahead[1:3]) * 60 + int(ahead[3:5])
    return timezone(timedelta(minutes=-minutes if ahead[0] == "-" else minutes))


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime]], ...] = (
    (_YEAR_FIRST, _year_first),
    (_MONTH_NAMED, _month_named),
    (_DAY_NAMED, _day_named),
    (_CHART, _chart),
)
