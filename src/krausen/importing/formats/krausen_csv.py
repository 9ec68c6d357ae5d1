"""Readings and events as Krausen itself exports them, as a table.

The columns `time`, `variable`, `value`, `unit`, `quality`, `adapter`, `node`, `metric`, `role`, `batch` and
`text`, in any order. They come back under their own names, with their unit and quality.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence

from krausen.importing.format import Complaint, Details, ImportFormat, Row, ToUtc
from krausen.importing.ours import UNFITTED, Fields, is_ours, rows_in, with_series_of
from krausen.importing.pieces import physical
from krausen.importing.table import temperature

_USUAL = (temperature("temperature"),)


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is Krausen's own."""
    return bool(head) and bool(_heading(head[0]))


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line; of a table that was not fitted, events alone."""
    return rows_in(_entries(lines), UNFITTED, utc)


def fitted(lines: Collection[str], _details: Details) -> ImportFormat:
    """Give the format with the series of these lines."""
    return with_series_of(FORMAT, _entries, lines)


def _entries(lines: Iterable[str]) -> Iterator[tuple[int, Fields] | Complaint]:
    """Yield the cells of each line by the titles of their columns; a text may hold line ends."""
    rest = physical(lines)
    above = 0
    heading: list[str] = []
    while not heading and (line := next(rest, "")):
        above += 1
        heading = _heading(line)
        if line.strip() and not heading:
            yield Complaint(above, "There is no heading above it. It names time, variable, value and so on.")
    reader = csv.reader(rest)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Complaint(above + reader.line_num, f"Not a line of a table: {error}.")
            continue
        if cells is None:
            return
        if is_ours(cells):
            heading = cells
        elif any(map(str.strip, cells)):
            yield _entry(above + reader.line_num, cells, heading)


def _entry(line: int, cells: Sequence[str], heading: Sequence[str]) -> tuple[int, Fields] | Complaint:
    if len(cells) != len(heading):
        return Complaint(line, f"{len(cells)} columns instead of {len(heading)}.")
    return line, dict(zip(heading, cells, strict=True))


def _heading(line: str) -> list[str]:
    """Give the titles in a heading of ours, none of any other line."""
    try:
        titles = next(csv.reader([line]), [])
    except csv.Error:
        return []
    return titles if is_ours(titles) else []


FORMAT = ImportFormat(
    name="krausen_csv",
    title="Krausen's own export, table",
    series=_USUAL,
    recognises=recognises,
    read=read,
    knows_unit=True,
    fitted=fitted,
)
