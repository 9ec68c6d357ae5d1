"""RAPT Pill hydrometer, a table of `timestamp`, `gravity`, `temperature`, and more in some exports.

Times with their zone, temperatures in °C, densities as gravity (also written as whole points, 1048 for
1.048).
"""

from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.stamped import timed
from krausen.importing.table import (
    Column,
    Layout,
    cells_of,
    first_of,
    foreign,
    gravity,
    no_heading,
    placed,
    stamped,
    temperature,
)

_SERIES = {
    "gravity": gravity(),
    "temperature": temperature("temperature"),
    "battery": foreign("battery", "%"),
    "rssi": foreign("rssi", "dBm"),
}
_TIMES = ("timestamp", "createdon")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is that of such a table."""
    return bool(head) and _layout(head[0]) is not None


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is neither blank nor a heading."""
    first, whole = first_of(lines)
    layout = _layout(first)
    if layout is None:
        return no_heading(whole, "It names timestamp, gravity and temperature.")
    return timed(stamped(whole, layout), utc)


def _layout(line: str) -> Layout | None:
    try:
        heading = cells_of(line, ",")
    except Unreadable:
        return None
    titles = [title.casefold() for title in heading]
    times = [titles.index(title) for title in _TIMES if title in titles]
    if not times or not {"gravity", "temperature"} <= set(titles) or not set(titles) <= {*_SERIES, *_TIMES}:
        return None
    columns = tuple(
        Column(
            place=place, title=heading[place], spec=spec, canonical=_gravity if spec == gravity() else None
        )
        for place, spec in placed(titles, _SERIES)
    )
    return Layout(heading=tuple(heading), times=(times[0],), columns=columns)


def _gravity(value: float) -> float:
    return value / 1000 if value > 900 else value


FORMAT = ImportFormat(
    name="rapt_csv",
    title="RAPT Pill hydrometer, table",
    series=tuple(_SERIES.values()),
    recognises=recognises,
    read=read,
)
