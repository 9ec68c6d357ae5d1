"""Bubbles of an airlock, one a line: a stream of events, not a sampled series.

`ferm2|20171009:184105`: a name, then the local time of the bubble. Each bubble is an event of the batch,
and a reading of 1 in the series `bubble`, so that a chart can count them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import foreign
from krausen.importing.times import moment

_LINE = re.compile(r"([^|]{1,64})\|(\d{8}:\d{6})")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether any of the first lines is a bubble."""
    return any(isinstance(entry, Stamped) for entry in line_by_line(head, _row))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is not blank."""
    return timed(line_by_line(lines, _row), utc)


def _row(place: int, line: str) -> Stamped:
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise Unreadable("It is no bubble such as ferm2|20171009:184105.")
    return Stamped(place, moment(parts[2]), {"bubble": 1.0}, (("bubble", parts[1].strip()),))


FORMAT = ImportFormat(
    name="airlock_log",
    title="Airlock bubbles, one a line",
    series=(foreign("bubble"),),
    recognises=recognises,
    read=read,
)
