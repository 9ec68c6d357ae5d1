"""Any table with a time and numbers: delimiter, decimal sign, heading and units are found out.

The first column that holds times is the time; a date and a time of day may stand apart. Every column of
numbers becomes a series, named after its title; its unit is taken from the title. What cannot be guessed
may be said: `--format "csv_table:Tid=time,Øl=beer:C,Note=-"`.
"""

from collections.abc import Collection, Sequence

from krausen.importing.format import Details, ImportFormat
from krausen.importing.layouts import layout_of
from krausen.importing.table import foreign, gravity, temperature
from krausen.importing.unknown import UnknownTable

_TABLE = UnknownTable(
    known={},
    usual=(
        temperature("temperature"),
        temperature("beer"),
        temperature("chamber"),
        temperature("room"),
        gravity(),
        foreign("humidity", "%"),
    ),
    refusal="It is no table with a time and numbers in columns.",
)


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the first lines make a table."""
    return layout_of(head, {}, {}) is not None


def fitted(lines: Collection[str], details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    return _TABLE.fitted(FORMAT, lines, details)


FORMAT = ImportFormat(
    name="csv_table",
    title="Any table with a time and numbers",
    series=_TABLE.usual,
    recognises=recognises,
    read=_TABLE.read,
    general=True,
    fitted=fitted,
)
