"""One value a line: a table of what was measured, when, and the value.

A heading that names `variable` (or `metric`), `value` and a time such as `timestamp_utc`. Every variable
becomes a series of its own, its unit is taken from its name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from krausen.importing.columns import Meaning, meaning_of
from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.numbers import number
from krausen.importing.ours import is_ours
from krausen.importing.stamped import Stamped, line_by_line, timed
from krausen.importing.table import NOTHING, cells_of, first_of, no_heading, temperature, width_fault
from krausen.importing.times import moment

_VARIABLES = ("variable", "metric")
_TIMES = ("timestamp_utc", "timestamp", "time")
_USUAL = (temperature("temperature"),)


class _Heading(Struct, frozen=True):
    width: int
    variable: int
    time: int
    value: int


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is that of such a table, and not of Krausen's own."""
    return bool(head) and _heading(head[0]) is not None and not is_ours(head[0].strip().split(","))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line; of a table that was not fitted, temperatures alone."""
    usual = {spec.metric: Meaning(spec) for spec in _USUAL}
    return _read(usual, lines, utc)


def fitted(lines: Collection[str], _details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    heading = _heading(first_of(lines)[0])
    names = dict.fromkeys(_names(lines, heading)) if heading else {}
    known = {name: meaning_of(name) for name in names} or {spec.metric: Meaning(spec) for spec in _USUAL}
    series = {meaning.spec.metric: meaning.spec for meaning in known.values()}
    return replace(FORMAT, series=tuple(series.values()), read=partial(_read, known))


def _heading(line: str) -> _Heading | None:
    titles = [title.strip().casefold() for title in line.split(",")]
    variables = [titles.index(title) for title in _VARIABLES if title in titles]
    times = [titles.index(title) for title in _TIMES if title in titles]
    if not variables or not times or "value" not in titles:
        return None
    return _Heading(len(titles), variables[0], times[0], titles.index("value"))


def _names(lines: Iterable[str], heading: _Heading) -> Iterator[str]:
    for cells in (line.split(",") for line in lines):
        if len(cells) >= heading.width and cells[heading.variable].strip().casefold() not in _VARIABLES:
            yield cells[heading.variable].strip()


def _read(known: Mapping[str, Meaning], lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    first, whole = first_of(lines)
    heading = _heading(first)
    if heading is None:
        return no_heading(whole, "It names variable, value and a time.")
    return timed(line_by_line(whole, partial(_row, heading, known)), utc)


def _row(heading: _Heading, known: Mapping[str, Meaning], place: int, line: str) -> Stamped | None:
    if _heading(line):
        return None
    cells = cells_of(line, ",")
    fault = width_fault(cells, heading.width)
    if fault is not None:
        raise Unreadable(fault)
    when, value = moment(cells[heading.time]), number(cells[heading.value])
    meaning = known.get(cells[heading.variable])
    if value is None:
        raise Unreadable(NOTHING)
    if meaning is None:
        raise Unreadable(f"Its variable is not known: {cells[heading.variable][:40]!r}.")
    return Stamped(
        place, when, {meaning.spec.metric: meaning.canonical(value) if meaning.canonical else value}
    )


FORMAT = ImportFormat(
    name="values_csv",
    title="One value a line: variable, time and value",
    series=_USUAL,
    recognises=recognises,
    read=read,
    fitted=fitted,
)
