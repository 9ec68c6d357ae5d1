"""Plaato Pro, a table of `timestamp`, `isoTime`, `density`, `temperature`.

`isoTime` is UTC, `timestamp` the same as a browser writes it. Densities in °Plato, in some accounts as
gravity: the values tell. Temperatures in °C. A sensor that is not ready sends densities such as -616.87.
"""

from collections.abc import Iterable, Iterator, Sequence

from krausen.importing.density import Density
from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc
from krausen.importing.stamped import timed
from krausen.importing.table import Column, Layout, first_of, gravity, no_heading, stamped, temperature

_HEADING = ("timestamp", "isoTime", "density", "temperature")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is that of such a table."""
    return bool(head) and _is_heading(head[0])


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line that is neither blank nor a heading."""
    first, whole = first_of(lines)
    if not _is_heading(first):
        return no_heading(whole, "It is timestamp, isoTime, density and temperature.")
    density = Column(place=2, title="density", spec=gravity(), canonical=Density())
    degrees = Column(place=3, title="temperature", spec=temperature("temperature"))
    layout = Layout(heading=_HEADING, times=(1,), columns=(density, degrees))
    return timed(stamped(whole, layout), utc)


def _is_heading(line: str) -> bool:
    return tuple(cell.strip() for cell in line.split(",")) == _HEADING


FORMAT = ImportFormat(
    name="plaato_csv",
    title="Plaato Pro, table",
    series=(gravity(), temperature("temperature")),
    recognises=recognises,
    read=read,
)
