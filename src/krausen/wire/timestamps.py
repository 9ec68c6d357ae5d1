"""Timestamps as others write them: ISO 8601, with an offset from UTC or in the local time of a zone."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from krausen.errors import Invalid

OLDEST = 631_152_000_000
"""1990-01-01T00:00Z in UTC milliseconds. Earlier times are those of clocks that nobody had set."""
AHEAD_MS = 5 * 60 * 1000
"""How far a time may lie ahead of ours."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FORM = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?P<offset>[Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)


def has_offset(text: str) -> bool:
    """Tell whether a timestamp says how far its time is from UTC."""
    form = _FORM.fullmatch(text)
    return form is not None and form["offset"] is not None


def instant(text: str, zone: tzinfo) -> int:
    """Give the UTC milliseconds of a timestamp, finer fractions cut.

    One without offset is local time of `zone`: the earlier one in the hour that autumn repeats. Raises
    Invalid when the text is no timestamp, or is in the hour that spring skips.
    """
    moment = _moment(text)
    if moment.tzinfo is not None:
        return (moment - _EPOCH) // _MILLISECOND
    first, second = _local(moment, zone, 0), _local(moment, zone, 1)
    if first > second:
        raise Invalid(f"There is no {text} in {zone}: the clocks are put forward over it.")
    return first


def check_measured(t: int, now: int) -> None:
    """Raise Invalid unless something can have been measured at `t` when it is `now`, both in UTC ms."""
    if t < OLDEST:
        raise Invalid("This is before 1990: the clock was not set.")
    if t > now + AHEAD_MS:
        raise Invalid(
            "This is more than five minutes ahead of the server: the clock or the time zone is wrong."
        )


def _moment(text: str) -> datetime:
    if _FORM.fullmatch(text) is None:
        raise Invalid("A time is written like 2026-05-01T18:30:00 or 2026-05-01T18:30:00+02:00.")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise Invalid("There is no such date or time of day.") from error


def _local(moment: datetime, zone: tzinfo, fold: int) -> int:
    return (moment.replace(tzinfo=zone, fold=fold) - _EPOCH) // _MILLISECOND
