"""One probe, a time and a temperature a line, without a heading.

`2016.12.28 12:10:03,21.039241536458334`: local time with dots, °C with any number of digits.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import NOTHING, temperature
from krausen.importing.times import moment

_LINE = re.compile(r"(\d{4}\.\d{2}\.\d{2} \d{2}:\d{2}:\d{2})\s*[,;]([^,;]*)")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a row of such a log."""
    return any(isinstance(entry, Stamped) for entry in line_by_line(head, _row))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is not blank."""
    return timed(line_by_line(lines, _row), utc)


def _row(place: int, line: str) -> Stamped:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise Unreadable("It is no time such as 2016.12.28 12:10:03 with a temperature behind it.")
    when, value = moment(parts[1]), number(parts[2])
    if value is None:
        raise Unreadable(NOTHING)
    return Stamped(place, when, {"temperature": value})


FORMAT = ImportFormat(
    name="probe_log",
    title="One probe, time and temperature a line",
    series=(temperature("temperature"),),
    recognises=recognises,
    read=read,
)
