"""Any table with a time and numbers: delimiter, decimal sign, heading and units are found out.

The first column that holds times is the time; a date and a time of day may stand apart. Every column of
numbers becomes a series, named after its title; its unit is taken from the title. What cannot be guessed
may be said: `--format "csv_table:Tid=time,Øl=beer:C,Note=-"`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.layouts import layout_of, taken_for
from krausen.importing.pieces import refused
from krausen.importing.stamped import timed
from krausen.importing.table import Layout, foreign, gravity, stamped, temperature

_USUAL = (
    temperature("temperature"),
    temperature("beer"),
    temperature("chamber"),
    temperature("room"),
    gravity(),
    foreign("humidity", "%"),
)
_NONE = "It is no table with a time and numbers in columns."


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the first lines make a table."""
    return layout_of(head, {}, {}) is not None


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line; of a table that was not fitted, the usual columns alone."""
    held = lines if isinstance(lines, Collection) else list(lines)
    layout = layout_of(held, {}, {})
    if layout is None:
        return refused(held, _NONE)
    usual = tuple(column for column in layout.columns if column.spec in _USUAL)
    return _read(replace(layout, columns=usual), held, utc)


def fitted(lines: Collection[str], details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    layout = layout_of(lines, details, {})
    if layout is None:
        raise Invalid(_NONE, [Fault("query:format", _NONE)])
    return replace(FORMAT, series=layout.series, read=partial(_read, layout), columns=taken_for(layout))


def _read(layout: Layout, lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    return timed(stamped(lines, layout), utc)


FORMAT = ImportFormat(
    name="csv_table",
    title="Any table with a time and numbers",
    series=_USUAL,
    recognises=recognises,
    read=read,
    general=True,
    fitted=fitted,
)
