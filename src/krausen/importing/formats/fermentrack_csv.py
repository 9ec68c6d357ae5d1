"""Fermentrack's log of a brew or of a hydrometer.

With a heading, times in UTC as `2024/01/05 10:15:00Z`. A brew has the columns `log_time`, `beer_temp`,
`beer_set`, `fridge_temp`, `fridge_set`, `room_temp` and in the full form also annotations, the unit of each
row and more; a hydrometer has `log_time`, `gravity`, `temp`. Fermentrack writes 0 for what is missing, so
zeros are left out, but for the state. The short form does not say its unit; it is taken as °C.
"""

from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, timed
from krausen.importing.table import (
    HEADING_AGAIN,
    NOTHING,
    ZERO_IS_MISSING,
    cells_of,
    fahrenheit,
    gravity,
    temperature,
    width_fault,
)
from krausen.importing.times import moment
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec

_TEMPERATURES = {
    "beer_temp": "beer",
    "beer_set": "setpoint_beer",
    "fridge_temp": "chamber",
    "fridge_set": "setpoint_chamber",
    "room_temp": "room",
    "grav_temp": "hydrometer",
    "temp": "temperature",
}
_NOTES = ("beer_ann", "fridge_ann")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is one of Fermentrack's."""
    return bool(head) and _is_heading(head[0].split(","))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is neither blank nor a heading."""
    return timed(_stamped(lines), utc)


def _is_heading(cells: Sequence[str]) -> bool:
    return cells[0].strip() == "log_time" and ("beer_temp" in cells or cells[1:3] == ["gravity", "temp"])


def _stamped(lines: Iterable[str]) -> Iterator[Stamped | Complaint]:
    heading: list[str] = []
    again: tuple[str, ...] = ()
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cells = cells_of(line, ",")
            if _is_heading(cells):
                heading, again = cells, (HEADING_AGAIN,) if heading else ()
                continue
            yield _row(place, cells, heading, again)
            again = ()
        except Unreadable as reason:
            yield Complaint(place, str(reason))


def _row(place: int, cells: Sequence[str], heading: Sequence[str], marks: tuple[str, ...]) -> Stamped:
    if not heading:
        raise Unreadable("There is no heading above it.")
    # The name of a log may hold commas, which the log itself does not quote: it stands behind the numbers.
    fault = width_fault(cells[: len(heading)], len(heading))
    if fault is not None:
        raise Unreadable(fault)
    row = dict(zip(heading, cells, strict=False))
    when = moment(row["log_time"])
    values, zero = _values(row)
    notes = tuple(("note", row[name]) for name in _NOTES if row.get(name))
    if not values and not notes:
        raise Unreadable(NOTHING)
    return Stamped(place, when, values, notes, (*marks, ZERO_IS_MISSING) if zero else marks)


def _values(row: dict[str, str]) -> tuple[dict[str, float], bool]:
    is_fahrenheit = row.get("temp_format", "").upper() == "F"
    values: dict[str, float] = {}
    zero = False
    for title in (*_TEMPERATURES, "gravity", "state"):
        value = _number(title, row.get(title, ""))
        if title == "state" and value is not None:
            values["state"] = value
        elif value == 0:
            zero = True
        elif value is not None:
            metric = _TEMPERATURES.get(title, title)
            values[metric] = fahrenheit(value) if is_fahrenheit and title in _TEMPERATURES else value
    # Nothing but a state of 0 is a row in which nothing was known.
    return ({} if values == {"state": 0.0} else values), zero


def _number(title: str, text: str) -> float | None:
    try:
        return number(text)
    except Unreadable as fault:
        raise Unreadable(f"{title}: {fault}") from fault


FORMAT = ImportFormat(
    name="fermentrack_csv",
    title="Fermentrack log of a brew or a hydrometer",
    series=(
        *(temperature(metric) for metric in _TEMPERATURES.values()),
        gravity(),
        SeriesSpec("state", Quantity.CODE),
    ),
    recognises=recognises,
    read=read,
)
