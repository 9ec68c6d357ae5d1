"""Tables: a heading, and a line for every instant."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from krausen.importing.format import Complaint, ForeignSpec, Unreadable
from krausen.importing.numbers import number
from krausen.importing.stamped import Stamped
from krausen.importing.times import Order, moment
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.model.units import celsius

HEADING_AGAIN = "A heading stands in the middle, as where two files were joined"
ZERO_BYTES = "Zero bytes stood around the line, as a power failure leaves them"
ZERO_IS_MISSING = "Zeros that stand for a missing value were left out"
NOTHING = "Nothing was measured."


class Column(Struct, frozen=True, kw_only=True):
    """A column of a table: whose values it holds, in which unit, and how they become canonical."""

    place: int
    title: str
    spec: SeriesSpec
    canonical: Callable[[float], float] | None = None
    unit: str = ""
    zero_is_missing: bool = False


class Layout(Struct, frozen=True, kw_only=True):
    """How a table is laid out; places count from 0. A date and
    a time of day may stand apart.

    `remarks`, on the table as a whole, become marks of its first row.
    """

    heading: tuple[str, ...]
    times: tuple[int, ...]
    columns: tuple[Column, ...]
    notes: tuple[int, ...] = ()
    delimiter: str = ","
    decimal: str = "."
    order: Order = Order.MONTH
    remarks: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[SeriesSpec, ...]:
        """The series of its columns."""
        return tuple(column.spec for column in self.columns)


def cells_of(line: str, delimiter: str) -> list[str]:
    """Part a line into its cells, without blanks and quotes around them. Raises Unreadable."""
    line = line.strip("\0")
    if "\0" in line:
        raise Unreadable("Zero bytes where text should be: power failed while it was written.")
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error as error:
        raise Unreadable(f"Not a line of a table: {error}.") from error


def stamped(lines: Iterable[str], layout: Layout) -> Iterator[Stamped | Complaint]:
    """Yield what the lines of a table say; headings and lines of nothing but empty cells are passed over."""
    once, begun = layout.remarks, False
    for place, line in enumerate(lines, start=1):
        if is_blank(line, layout.delimiter):
            continue
        try:
            cells = cells_of(line, layout.delimiter)
            if tuple(cells) == layout.heading:
                once, begun = (*once, HEADING_AGAIN) if begun else once, True
                continue
            marks = (*once, ZERO_BYTES) if "\0" in line else once
            yield _stamped(place, cells, layout, marks)
            once, begun = (), True
        except Unreadable as reason:
            yield Complaint(place, str(reason))


def is_blank(line: str, delimiter: str) -> bool:
    """Tell whether all cells of a line are empty."""
    return not line.strip(f'{delimiter}" \t\r\n\v\f')


def width_fault(cells: Sequence[str], width: int) -> str | None:
    """Tell what is wrong with the number of cells."""
    if len(cells) < width:
        return f"Cut off after {len(cells)} of {width} columns."
    if any(cells[width:]):
        two = len(cells) >= 2 * width - 1
        return "Two lines have run together." if two else f"{len(cells)} columns instead of {width}."
    return None


def first_of(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """Give the first line that is not blank, empty if there is none, and an iterator over all lines."""
    rest = iter(lines)
    passed: list[str] = []
    for line in rest:
        passed.append(line)
        if line.strip():
            return line, chain(passed, rest)
    return "", iter(passed)


def no_heading(lines: Iterable[str], wanted: str) -> Iterator[Complaint]:
    """Complain of every line of a table whose heading is missing."""
    for place, line in enumerate(lines, start=1):
        if line.strip():
            yield Complaint(place, f"There is no heading above it. {wanted}")


def temperature(metric: str) -> SeriesSpec:
    """Give a series of temperatures."""
    return SeriesSpec(metric, Quantity.TEMPERATURE)


def gravity(metric: str = "gravity") -> SeriesSpec:
    """Give a series of specific gravities."""
    return SeriesSpec(metric, Quantity.GRAVITY)


def foreign(metric: str, unit: str = "") -> SeriesSpec:
    """Give a series that keeps its unit."""
    return ForeignSpec(metric, Quantity.ANY, foreign_unit=unit)


def fahrenheit(value: float) -> float:
    """Give a temperature in °F in °C."""
    return celsius(value, "F")


def values_of(
    cells: Sequence[str], columns: Iterable[Column], decimal: str = "."
) -> tuple[dict[str, float], bool]:
    """Give the values of a line by metric, and whether a zero was left out. Raises Unreadable."""
    values: dict[str, float] = {}
    zero = False
    for column in columns:
        try:
            value = number(cells[column.place], decimal)
        except Unreadable as fault:
            raise Unreadable(f"{column.title}: {fault}") from fault
        if value == 0 and column.zero_is_missing:
            zero = True
        elif value is not None:
            values[column.spec.metric] = column.canonical(value) if column.canonical else value
    return values, zero


def placed(heading: Sequence[str], known: Mapping[str, SeriesSpec]) -> Iterator[tuple[int, SeriesSpec]]:
    """Yield the places of the columns that are known, by their titles in small letters."""
    for place, title in enumerate(heading):
        spec = known.get(title.casefold())
        if spec is not None:
            yield place, spec


def _stamped(place: int, cells: Sequence[str], layout: Layout, marks: tuple[str, ...]) -> Stamped:
    fault = width_fault(cells, len(layout.heading))
    if fault is not None:
        raise Unreadable(fault)
    when = moment(" ".join(cells[at] for at in layout.times), layout.order)
    values, zero = values_of(cells, layout.columns, layout.decimal)
    notes = tuple(("note", cells[at]) for at in layout.notes if cells[at])
    if not values and not notes:
        raise Unreadable(NOTHING)
    return Stamped(place, when, values, notes, (*marks, ZERO_IS_MISSING) if zero else marks)
