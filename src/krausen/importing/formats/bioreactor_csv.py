"""Pioreactor, a table of optical densities.

A heading that names `timestamp`, `od_reading` and `channel`, mostly `angle` too. Times in UTC. Every
channel is a series of its own, `od_1` to `od_8`, without a unit.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import NOTHING, cells_of, first_of, foreign, no_heading, width_fault
from krausen.importing.times import moment

_TITLES = ("timestamp", "od_reading", "channel")
_CHANNELS = tuple("12345678")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is that of such a table."""
    return bool(head) and _is_heading(head[0])


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is neither blank nor a heading."""
    first, whole = first_of(lines)
    if not _is_heading(first):
        return no_heading(whole, "It names timestamp, od_reading and channel.")
    return timed(line_by_line(whole, partial(_row, cells_of(first, ","))), utc)


def _is_heading(line: str) -> bool:
    return set(_TITLES) <= {cell.strip() for cell in line.split(",")}


def _row(heading: Sequence[str], place: int, line: str) -> Stamped | None:
    if _is_heading(line):
        return None
    cells = cells_of(line, ",")
    fault = width_fault(cells, len(heading))
    if fault is not None:
        raise Unreadable(fault)
    time, density, channel = (cells[heading.index(title)] for title in _TITLES)
    when, value = moment(time), number(density)
    if value is None:
        raise Unreadable(NOTHING)
    if channel not in _CHANNELS:
        raise Unreadable(f"No channel from 1 to 8: {channel[:40]!r}.")
    return Stamped(place, when, {f"od_{channel}": value})


FORMAT = ImportFormat(
    name="bioreactor_csv",
    title="Pioreactor, optical densities",
    series=tuple(foreign(f"od_{channel}") for channel in _CHANNELS),
    recognises=recognises,
    read=read,
)
