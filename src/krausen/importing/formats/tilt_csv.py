"""Tilt hydrometer, the table that its application or a spreadsheet exports.

A heading with `Timepoint` (or `Timestamp`), `SG` and `Temp`, in any order, then more such as `Color` and
`Comment`. Times are local, spelt with the month first, or the days of a spreadsheet. The unit of the
temperature stands in its title; without one it is °F, as the makers write it. Often the newest row comes
first.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.stamped import timed
from krausen.importing.table import (
    Column,
    Layout,
    cells_of,
    fahrenheit,
    first_of,
    gravity,
    no_heading,
    stamped,
    temperature,
)
from krausen.importing.times import order_of

_TIMES = ("timepoint", "timestamp", "time")
_NO_UNIT = "The temperatures have no unit and were taken as °F, as the makers of Tilt write them"


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is one of Tilt's."""
    return bool(head) and _layout(head[0], ()) is not None


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is neither blank nor a heading."""
    held = lines if isinstance(lines, Collection) else list(lines)
    first = first_of(held)[0]
    layout = _layout(first, held)
    if layout is None:
        return no_heading(held, "It names Timepoint, SG and Temp.")
    return timed(stamped(held, layout), utc)


def _layout(line: str, lines: Iterable[str]) -> Layout | None:
    try:
        heading = cells_of(line, ",")
    except Unreadable:
        return None
    titles = [title.casefold() for title in heading]
    times = [titles.index(title) for title in _TIMES if title in titles]
    degrees = [place for place, title in enumerate(titles) if title == "temp" or title.startswith("temp (")]
    if not times or "sg" not in titles or not degrees:
        return None
    is_celsius = "c" in titles[degrees[0]].removeprefix("temp")
    unsaid = titles[degrees[0]] == "temp"
    return Layout(
        heading=tuple(heading),
        times=(times[0],),
        columns=(
            Column(place=titles.index("sg"), title="SG", spec=gravity()),
            Column(
                place=degrees[0],
                title=heading[degrees[0]],
                spec=temperature("temperature"),
                canonical=None if is_celsius else fahrenheit,
            ),
        ),
        notes=tuple(titles.index(title) for title in ("comment",) if title in titles),
        order=order_of(line.split(",")[times[0]] for line in lines if line.count(",") >= times[0]).order,
        remarks=(_NO_UNIT,) if unsaid else (),
    )


FORMAT = ImportFormat(
    name="tilt_csv",
    title="Tilt hydrometer, table of its application or spreadsheet",
    series=(gravity(), temperature("temperature")),
    recognises=recognises,
    read=read,
    knows_unit=True,
)
