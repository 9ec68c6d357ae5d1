"""BrewPi's own log of a brew, one line a minute without a header.

Nine columns with `;` between them: time, beer, beer setpoint, beer annotation, chamber, chamber setpoint,
chamber annotation, state, room. Version 0.1 wrote the first seven, a later one the first eight. Temperatures
in °C, times local without a zone, months in English, `None` or `null` for what is missing. Annotations are
free text, newer versions write them as JSON strings. State: 0 idle, 1 off, 3 heating, 4 cooling, 5 waiting
to cool, 6 waiting to heat, 7 waiting for peak detection, 8 cooling minimum time, 9 heating minimum time.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec

SHORT, FULL = 7, 9
_TEMPERATURES = (
    (1, "beer", "BeerTemp"),
    (2, "setpoint_beer", "BeerSet"),
    (4, "chamber", "FridgeTemp"),
    (5, "setpoint_chamber", "FridgeSet"),
    (8, "room", "RoomTemp"),
)
_ANNOTATIONS = (3, 6)
_STATE = 7
_MISSING = ("", "None", "null")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(r"([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_CODE = re.compile(r"[0-9]{1,9}")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a row of such a log."""
    return any(isinstance(entry, Row) for entry in read(head, _some_time))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is not blank."""
    columns = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = _fields(line, columns)
            yield _row(number, fields, utc)
            columns = len(fields)
        except Unreadable as reason:
            yield Complaint(number, str(reason))


def _some_time(_local: datetime) -> int:
    return 0


def _row(number: int, fields: Sequence[str], utc: ToUtc) -> Row:
    local = _time(fields[0])
    columns = [column for column in _TEMPERATURES if column[0] < len(fields)]
    values = {
        metric: _celsius(fields[place], title) for place, metric, title in columns if _is_there(fields[place])
    }
    if len(fields) > _STATE and _is_there(fields[_STATE]):
        values["state"] = _code(fields[_STATE])
    notes = tuple(("note", text) for text in map(_note, (fields[place] for place in _ANNOTATIONS)) if text)
    if not values and not notes:
        raise Unreadable("Nothing was measured and nothing noted.")
    return Row(number, utc(local), values, notes)


def _fields(line: str, columns: int) -> list[str]:
    """Part a line; `columns` is how many the rows before it had, 0 before the first."""
    line = line.strip("\0")  # a power failure can leave zero bytes between two lines that are whole
    if not line or "\0" in line:
        raise Unreadable("Zero bytes where text should be: power failed while it was written.")
    fields = line.split(";")
    if len(fields) < (columns or SHORT):
        raise Unreadable(f"Cut off after {len(fields)} of {columns or FULL} columns.")
    if len(fields) != columns and not _fits(fields):
        fields = _joined(fields, columns or FULL)
    return [field.strip() for field in fields]


def _fits(fields: Sequence[str]) -> bool:
    return len(fields) <= FULL and all(map(_may_be_number, (*fields[4:6], *fields[_STATE:])))


def _joined(fields: list[str], columns: int) -> list[str]:
    """Put annotations that held a `;` together again: the two temperatures between them show how."""
    surplus = len(fields) - columns
    if surplus <= 0:
        return fields
    ends = [4 + k for k in range(surplus + 1) if all(map(_may_be_number, fields[4 + k : 6 + k]))]
    if len(ends) != 1:
        raise Unreadable(f"{len(fields)} columns instead of {columns}.")
    end, tail = ends[0], 7 + surplus
    beer, chamber = ";".join(fields[3:end]), ";".join(fields[end + 2 : tail])
    return [*fields[:3], beer, *fields[end : end + 2], chamber, *fields[tail:]]


def _time(text: str) -> datetime:
    match = _TIME.fullmatch(text)
    if match is None or match[1] not in _MONTHS:
        raise Unreadable(f"No time such as 'Feb 03 2014 19:04:58' at its start: {text[:40]!r}.")
    day, year, hour, minute, second = map(int, match.groups()[1:])
    try:
        return datetime.combine(date(year, _MONTHS.index(match[1]) + 1, day), time(hour, minute, second))
    except ValueError as error:
        raise Unreadable(f"No such time: {text!r}.") from error


def _celsius(text: str, title: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise Unreadable(f"{title} is not a number: {text[:40]!r}.")
    return value


def _code(text: str) -> float:
    if not _CODE.fullmatch(text):
        raise Unreadable(f"State is not a whole number: {text[:40]!r}.")
    return float(text)


def _note(text: str) -> str:
    # A log can be cut off anywhere at its end, so also in the middle of what stands for nothing.
    if any(word.startswith(text) for word in _MISSING):
        return ""
    return _unquoted(text) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text)).strip()
    except ValueError:
        return text.strip('"').strip()


def _is_there(text: str) -> bool:
    return text not in _MISSING


def _may_be_number(text: str) -> bool:
    text = text.strip()
    return not _is_there(text) or _NUMBER.fullmatch(text) is not None


FORMAT = ImportFormat(
    name="brewpi_csv",
    title="BrewPi log, columns parted by semicolons",
    series=(
        *(SeriesSpec(metric, Quantity.TEMPERATURE) for _, metric, _ in _TEMPERATURES),
        SeriesSpec("state", Quantity.CODE),
    ),
    recognises=recognises,
    read=read,
)
