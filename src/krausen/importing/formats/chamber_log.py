"""A chamber with one on/off actuator: words with blanks between, no heading.

`2019-09-06_15:25:17 on 74.47 990.98 43.70`: local time, actuator `on`, `off` or `safe` (switched off
because it got too warm), temperature in °F, pressure in hPa, relative humidity in %.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, timed
from krausen.importing.table import fahrenheit, foreign, temperature
from krausen.importing.times import moment
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec

TRIPPED = "Switched off for safety: too warm"
_STATES = {"on": 1.0, "off": 0.0, "safe": 0.0}
_START = re.compile(r"\d{4}-\d{2}-\d{2}_\d{2}:\d{2}:\d{2}")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a row of such a log."""
    return any(isinstance(entry, Stamped) for entry in _stamped(head))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is not blank."""
    return timed(_stamped(lines), utc)


def _stamped(lines: Iterable[str]) -> Iterator[Stamped | Complaint]:
    state = ""
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            words = line.strip("\0").split()
            yield _row(place, words, was_safe=state == "safe")
            state = words[1]
        except Unreadable as reason:
            yield Complaint(place, str(reason))


def _row(place: int, words: Sequence[str], *, was_safe: bool) -> Stamped:
    if not words or not _START.match(words[0]):
        raise Unreadable("No time such as 2019-09-06_15:25:17 at its start.")
    if len(words) != 5:
        raise Unreadable(f"{len(words)} words instead of time, actuator, temperature, pressure and humidity.")
    if words[1] not in _STATES:
        raise Unreadable(f"The actuator is neither on, off nor safe: {words[1][:40]!r}.")
    degrees, pressure, humidity = map(number, words[2:])
    found = {
        "chamber": None if degrees is None else fahrenheit(degrees),
        "pressure": None if pressure is None else round(pressure / 10, 6),
        "humidity": humidity,
    }
    values = {metric: value for metric, value in found.items() if value is not None}
    notes = (("note", TRIPPED),) if words[1] == "safe" and not was_safe else ()
    return Stamped(place, moment(words[0]), {"actuator": _STATES[words[1]], **values}, notes)


FORMAT = ImportFormat(
    name="chamber_log",
    title="Chamber with an on/off actuator, °F, hPa and humidity",
    series=(
        SeriesSpec("actuator", Quantity.SWITCH),
        temperature("chamber"),
        SeriesSpec("pressure", Quantity.PRESSURE),
        foreign("humidity", "%"),
    ),
    recognises=recognises,
    read=read,
    knows_unit=True,
)
