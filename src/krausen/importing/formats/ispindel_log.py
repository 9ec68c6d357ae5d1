"""iSpindel hydrometer, a log of what it sent: a time, then its message.

`2023-12-30 15:55:54,955 {'name': 'iSpindel000', 'angle': 56.7, 'temperature': 18.6, 'temp_units': 'C', …}`,
with single or double quotes. The time is local unless it names a zone. Temperatures in the unit that
`temp_units` names, else °C; densities as gravity or °Plato, which their values tell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from krausen.importing.density import Density
from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import NOTHING, fahrenheit, foreign, gravity, temperature
from krausen.importing.times import moment
from krausen.model.units import celsius

_LINE = re.compile(r"([^{]{8,40}?)[\s:|;,-]*(\{.*)")
_PAIR = re.compile(r"""(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|[^,}\s'"]+)\s*(?=[,}])""")
_KEYS = {"angle": "angle", "battery": "battery", "RSSI": "rssi"}


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a message with an angle."""
    return any(isinstance(entry, Stamped) and "angle" in entry.values for entry in _stamped(head))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is not blank."""
    return timed(_stamped(lines), utc)


def _stamped(lines: Iterable[str]) -> Iterator[Stamped | Complaint]:
    return line_by_line(lines, partial(_row, Density()))


def _row(density: Density, place: int, line: str) -> Stamped:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise Unreadable("It is no time with a message behind it.")
    if not line.endswith("}"):
        raise Unreadable("Cut off in the middle of the message.")
    when = moment(parts[1])
    message = {key: text.strip("'\"") for _, key, text in _PAIR.findall(parts[2])}
    values = {metric: value for metric, value in _values(message, density) if value is not None}
    if not values:
        raise Unreadable(NOTHING)
    return Stamped(place, when, values)


def _values(message: dict[str, str], density: Density) -> Iterator[tuple[str, float | None]]:
    for key, metric in _KEYS.items():
        yield metric, number(message.get(key, ""))
    degrees = number(message.get("temperature", ""))
    yield "temperature", None if degrees is None else _celsius(degrees, message.get("temp_units", "C"))
    sugar = number(message.get("gravity", ""))
    yield "gravity", None if sugar is None else density(sugar)


def _celsius(value: float, unit: str) -> float:
    if unit.upper() == "F":
        return fahrenheit(value)
    return celsius(value, "K") if unit.upper() == "K" else value


FORMAT = ImportFormat(
    name="ispindel_log",
    title="iSpindel hydrometer, a log of its messages",
    series=(
        gravity(),
        temperature("temperature"),
        foreign("angle", "°"),
        foreign("battery", "V"),
        foreign("rssi", "dBm"),
    ),
    recognises=recognises,
    read=read,
    knows_unit=True,
)
