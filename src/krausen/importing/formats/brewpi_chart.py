"""BrewPi's chart of a day: the table that its page drew, as JSON.

`{"rows":[{"c":[{"v":…}|null,…]},…],"cols":[{"id":…},…]}`. The first column is the time as
`Date(2012,8,26,0,14,7)`, local without a zone, months from 0. Which other columns there are the ids say;
where the file breaks off before them, it is the order of the oldest version. Temperatures in °C.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.pieces import Passage, passage, refused
from krausen.importing.stamped import Stamped, timed
from krausen.importing.table import NOTHING, temperature
from krausen.importing.times import moment
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec

_METRICS = {
    "BeerTemp": "beer",
    "BeerSet": "setpoint_beer",
    "FridgeTemp": "chamber",
    "FridgeSet": "setpoint_chamber",
    "RoomTemp": "room",
    "State": "state",
}
_NOTES = ("BeerAnn", "FridgeAnn")
_OLDEST = ("Time", "BeerTemp", "BeerSet", "BeerAnn", "FridgeTemp", "FridgeSet", "FridgeAnn")
_OPENING = re.compile(r'\s*\{[^{]*?"rows"\s*:\s*\[')
_COLUMNS = re.compile(r'"cols"\s*:\s*\[')


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the file begins as such a table with such times."""
    start = "\n".join(head)[:2000]
    return _OPENING.match(start) is not None and "Date(" in start


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every row of the table, counted from 1."""
    held = lines if isinstance(lines, Collection) else list(lines)
    text = passage(held)
    if not text.skip_past(_OPENING):
        return refused(held, "It is no chart table of BrewPi.")
    return timed(_stamped(text, _ids(passage(held))), utc)


def _ids(text: Passage) -> Sequence[str]:
    """Give the ids of the columns, which mostly stand behind all rows."""
    if not text.find(_COLUMNS):
        return _OLDEST
    columns = [entry[1] for entry in text.entries() if not isinstance(entry, Complaint)]
    return [str(column.get("id")) for column in columns if isinstance(column, Mapping)]


def _stamped(text: Passage, ids: Sequence[str]) -> Iterator[Stamped | Complaint]:
    for entry in text.entries():
        if isinstance(entry, Complaint):
            yield entry
            continue
        try:
            yield _row(entry[0], entry[1], ids)
        except Unreadable as reason:
            yield Complaint(entry[0], str(reason))


def _row(place: int, entry: object, ids: Sequence[str]) -> Stamped:
    cells = entry.get("c") if isinstance(entry, Mapping) else None
    if not isinstance(cells, list) or not cells or len(cells) > len(ids):
        raise Unreadable("It is no row of the table.")
    texts = dict(zip(ids, map(_text, cells), strict=False))
    found = {metric: number(texts.get(name, "")) for name, metric in _METRICS.items()}
    values = {metric: value for metric, value in found.items() if value is not None}
    notes = tuple(("note", texts[name]) for name in _NOTES if texts.get(name))
    when = moment(_text(cells[0]))
    if not values and not notes:
        raise Unreadable(NOTHING)
    return Stamped(place, when, values, notes)


def _text(cell: object) -> str:
    value = cell.get("v") if isinstance(cell, Mapping) else None
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


FORMAT = ImportFormat(
    name="brewpi_chart",
    title="BrewPi chart of a day, JSON",
    series=(
        *(temperature(metric) for metric in _METRICS.values() if metric != "state"),
        SeriesSpec("state", Quantity.CODE),
    ),
    recognises=recognises,
    read=read,
)
