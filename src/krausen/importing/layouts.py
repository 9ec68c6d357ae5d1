"""How an unknown table is laid out, told by itself and by those who know it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.importing.columns import TIME_WORDS, Meaning, apart, meaning_of, slug
from krausen.importing.format import Details, Taken, Unreadable
from krausen.importing.numbers import number
from krausen.importing.table import Layout, cells_of, is_blank
from krausen.importing.times import is_time, moment, order_of

LEFT_OUT = "Columns that hold no numbers were left out: {}"
_DELIMITERS = ("\t", ";", "|", ",")
_SAMPLES = 200
_HEAD = 50
_MOST_COLUMNS = 1000
_NOTES = frozenset(
    {
        "comment",
        "comments",
        "note",
        "notes",
        "annotation",
        "event",
        "remark",
        "notiz",
        "kommentar",
        "bemerkung",
    }
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_COMMA = re.compile(r"-?\d{1,3}(\.?\d{3})*,\d+")
_POINT = re.compile(r"-?\d+\.\d+")
_DROPPED = "-"

Names = Mapping[str, tuple[str, str]]
"""Metric and unit of columns that are known, by the slug of their titles."""


class _Table(Struct, frozen=True):
    """Cells of a table: its heading, where it has one, and a sample of its rows."""

    delimiter: str
    heading: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    has_heading: bool

    def column(self, place: int) -> list[str]:
        return [row[place] for row in self.rows if row[place]]


def layout_of(lines: Collection[str], details: Details, known: Names) -> Layout | None:
    """Guess the layout of a table, None where the lines are none.

    `details` say by the title of a column, or its number from 1, what it is: `time`, `note`, `-` to leave it
    out, `METRIC`, `METRIC:UNIT` or `:UNIT`. Raises Invalid where they name a column that is not there.
    """
    table = _table(lines)
    if table is None:
        return None
    said = _said(table.heading, details)
    times = _times(table, said)
    decimal = _decimal(table, times)
    rest = [
        place for place in range(len(table.heading)) if place not in times and said.get(place) != _DROPPED
    ]
    notes = tuple(place for place in rest if _is_note(table, place, said))
    valued = [place for place in rest if place not in notes and _is_value(table.column(place), decimal)]
    if not times or not valued:
        return None
    place = _place([table.heading[at] for at in valued])
    titles = [(at, table.heading[at].removeprefix(place)) for at in valued]
    columns = [(at, title, _meaning(title, said.get(at, ""), known)) for at, title in titles]
    order = order_of(_cells(lines, table.delimiter, times[0]))
    strange = [table.heading[at] for at in rest if at not in (*notes, *valued) and table.column(at)]
    left = (LEFT_OUT.format(", ".join(strange)),) if strange else ()
    return Layout(
        heading=table.heading,
        times=times,
        columns=tuple(apart(columns)),
        notes=notes,
        delimiter=table.delimiter,
        decimal=decimal,
        order=order.order,
        remarks=(*left, *order.remarks),
    )


def taken_for(layout: Layout) -> tuple[Taken, ...]:
    """Tell of every column what it is taken for, in the words of the details."""
    known = {column.place: f"{column.spec.metric}:{column.unit}".rstrip(":") for column in layout.columns}
    known |= dict.fromkeys(layout.times, "time") | dict.fromkeys(layout.notes, "note")
    return tuple(Taken(title, known.get(place, _DROPPED)) for place, title in enumerate(layout.heading))


def _table(lines: Collection[str]) -> _Table | None:
    head = [line for line in islice(lines, _HEAD * 2) if line.strip()][:_HEAD]
    widths = {delimiter: _width(head, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda sign: widths[sign][1])
    width, agreeing = widths[delimiter]
    if not agreeing or width > _MOST_COLUMNS:
        return None
    step = max(1, len(lines) // _SAMPLES)
    sample = [*head, *islice(lines, len(head), None, step)]
    rows = [cells[:width] for cells in _parted(sample, delimiter) if len(cells) >= width and any(cells)]
    has_heading = not any(is_time(cell) or _is_number(cell) for cell in rows[0])
    heading = tuple(rows[0]) if has_heading else tuple(f"column {place}" for place in range(1, width + 1))
    return _Table(delimiter, heading, rows[1:] if has_heading else rows, has_heading)


def _width(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """Give the most frequent number of columns, and how many lines agree; none if it is but one."""
    counted = Counter(len(cells) for cells in _parted(lines, delimiter))
    width, agreeing = counted.most_common(1)[0] if counted else (1, 0)
    return (width, agreeing) if width > 1 else (1, 0)


def _parted(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    for line in lines:
        if not is_blank(line, delimiter):
            try:
                yield cells_of(line, delimiter)
            except Unreadable:
                continue


def _cells(lines: Iterable[str], delimiter: str, place: int) -> Iterator[str]:
    return (cells[place] for cells in _parted(lines, delimiter) if len(cells) > place)


def _said(heading: Sequence[str], details: Details) -> dict[int, str]:
    titles = [title.casefold() for title in heading]
    said: dict[int, str] = {}
    for title, what in details.items():
        if title.casefold() in titles:
            said[titles.index(title.casefold())] = what
        elif title.isdecimal() and 1 <= int(title) <= len(titles):
            said[int(title) - 1] = what
        else:
            detail = f"There is no column {title!r}. There are: {', '.join(filter(None, heading))}."
            raise Invalid(detail, [Fault("query:format", detail)])
    return said


def _times(table: _Table, said: Mapping[int, str]) -> tuple[int, ...]:
    told = tuple(place for place, what in said.items() if what == "time")
    if told:
        return told
    places = [place for place in range(len(table.heading)) if place not in said]
    spelt = [at for at in places if table.column(at) and _mostly(map(is_time, table.column(at)))]
    clocks = [at for at in places if table.column(at) and _mostly(map(_is_clock, table.column(at)))]
    if spelt:
        bare = all(":" not in cell for cell in table.column(spelt[0]))
        return (spelt[0], clocks[0]) if bare and clocks else (spelt[0],)
    named = [at for at in places if slug(table.heading[at]) in TIME_WORDS]
    return (
        (named[0],)
        if named and table.column(named[0]) and _mostly(map(_names_time, table.column(named[0])))
        else ()
    )


def _is_note(table: _Table, place: int, said: Mapping[int, str]) -> bool:
    what = said.get(place, "")
    return what == "note" or (not what and slug(table.heading[place]) in _NOTES)


def _is_value(cells: Sequence[str], decimal: str) -> bool:
    there = [cell for cell in cells if not _is_missing(cell, decimal)]
    return sum(_is_number(cell, decimal) for cell in there) * 2 > len(there)


def _place(titles: Sequence[str]) -> str:
    """Give what stands before all titles, such as `Cell 5: `."""
    place, sign, _ = titles[0].partition(": ")
    whole = f"{place}{sign}"
    return whole if sign and all(f"{title} ".startswith(whole) for title in titles) else ""


def _meaning(title: str, what: str, known: Names) -> Meaning:
    metric, _, unit = what.partition(":")
    usual = known.get(slug(title), ("", ""))
    return meaning_of(title, metric or usual[0], unit or usual[1])


def _decimal(table: _Table, times: Sequence[int]) -> str:
    if table.delimiter == ",":
        return "."
    cells = [cell for row in table.rows for at, cell in enumerate(row) if at not in times]
    commas, points = (sum(map(bool, map(sign.fullmatch, cells))) for sign in (_COMMA, _POINT))
    return "," if commas > points else "."


def _mostly(answers: Iterable[bool]) -> bool:
    told = list(answers)
    return sum(told) >= 0.8 * len(told)


def _is_clock(cell: str) -> bool:
    return _CLOCK.fullmatch(cell) is not None


def _names_time(cell: str) -> bool:
    try:
        moment(cell)
    except Unreadable:
        return False
    return True


def _is_number(cell: str, decimal: str = ".") -> bool:
    try:
        return number(cell, decimal) is not None
    except Unreadable:
        return False


def _is_missing(cell: str, decimal: str) -> bool:
    try:
        return number(cell, decimal) is None
    except Unreadable:
        return False
