"""A brewery's laboratory sheet: what was measured by hand, one line a sample, many brews in one file.

With a heading that names `Batch Number`, `Date`, `Temperature` (°C) and `Gravity` (°Plato or SG), mostly
also `Product`, `pH`, `Yeast Attenuation`, `ABV` and `Actual ABV` in %. Dates are days, or the days of a
spreadsheet. 0 means that nothing was measured. Samples of one day are put at noon, a minute apart, in the
order of the lines.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from sys import intern

from msgspec.structs import replace

from krausen.importing.density import Density
from krausen.importing.format import Complaint, ImportFormat, Row, ToUtc, Unreadable
from krausen.importing.stamped import Stamped, timed
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
from krausen.importing.times import Order, OrderFound, order_of

NOON = "Only the day is known: noon is taken, a minute more for each further sample of the day"
_BATCH, _DATE, _PRODUCT = "batch number", "date", "product"
_SERIES = {
    "temperature": temperature("beer"),
    "gravity": gravity(),
    "ph": foreign("ph"),
    "yeast attenuation": foreign("attenuation", "%"),
    "abv": foreign("abv", "%"),
    "actual abv": foreign("actual_abv", "%"),
}
_ORDERED = {"date (day first)": Order.DAY, "date (month first)": Order.MONTH}
"""What the date is called in a sheet that was taken apart, as its few dates alone may not tell."""
_MEASURED = ("temperature", "gravity", "ph")
_DELIMITERS = (",", ";", "\t")


def recognises(head: Sequence[str]) -> bool:
    """Tell whether the heading is that of such a sheet."""
    return bool(head) and _heading(head[0]) is not None


def read(lines: Iterable[str], utc: ToUtc) -> Iterator[Row | Complaint]:
    """Yield a row or a complaint for every line of the first brew; those of others are complained of."""
    first, whole = first_of(lines)
    found = _heading(first)
    if found is None:
        return no_heading(whole, "It names Batch Number, Date, Temperature and Gravity.")
    held = lines if isinstance(lines, Collection) else list(whole)
    return timed(_at_noon(_of_one(held, found)), utc)


def brews(lines: Sequence[str]) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Give the lines of each brew, with the heading, by its number and product.

    Brews of which there is no sample are left out; where there is but one, nothing is given.
    """
    line = first_of(lines)[0]
    found = _heading(line)
    if found is None:
        return {}
    first = (lines.index(line), _ordered(line, found, _layout(found, lines)))
    parted: dict[str, array[int]] = {}
    titles: dict[str, str] = {}
    for place, line in enumerate(lines):
        row = _row(line, *found)
        number = row.get(_BATCH, "")
        if number and number.casefold() != _BATCH:
            parted.setdefault(number, array("q")).append(place)
            if _is_sample(row):
                titles.setdefault(number, f"{number} {row.get(_PRODUCT, '')}".strip())
    if len(titles) < 2:
        return {}
    return {
        title: [first, *((place, lines[place]) for place in parted[number])]
        for number, title in titles.items()
    }


def _ordered(line: str, found: tuple[str, Sequence[str]], layout: Layout) -> str:
    """Write into a heading which of day and month comes first, where the sheet tells."""
    if layout.remarks or '"' in line:
        return line
    cells = line.split(found[0])
    cells[found[1].index(_DATE)] = next(name for name, order in _ORDERED.items() if order is layout.order)
    return found[0].join(cells)


def _is_sample(row: Mapping[str, str]) -> bool:
    is_row = row.get(_BATCH, "").casefold() != _BATCH and bool(row.get(_DATE))
    return is_row and any(row.get(title, "").strip("0.,% ") for title in _MEASURED)


def _heading(line: str) -> tuple[str, list[str]] | None:
    for delimiter in _DELIMITERS:
        titles = [cell.strip().strip('"').casefold() for cell in line.split(delimiter)]
        titles = [_DATE if title in _ORDERED else title for title in titles]
        if {_BATCH, _DATE, "temperature", "gravity"} <= set(titles):
            return delimiter, titles
    return None


def _row(line: str, delimiter: str, heading: Sequence[str]) -> Mapping[str, str]:
    try:
        return dict(zip(heading, cells_of(line, delimiter), strict=False))
    except Unreadable:
        return {}


def _layout(found: tuple[str, Sequence[str]], lines: Collection[str]) -> Layout:
    delimiter, titles = found
    date = titles.index(_DATE)
    dates = (line.split(delimiter)[date].strip() for line in lines if line.count(delimiter) >= date)
    columns = tuple(
        Column(
            place=place,
            title=titles[place],
            spec=spec,
            canonical=Density() if spec == gravity() else None,
            zero_is_missing=True,
        )
        for place, spec in placed(titles, _SERIES)
    )
    heading = tuple(cells_of(first_of(lines)[0], delimiter))
    told = _ORDERED.get(heading[date].casefold())
    order = order_of(dates) if told is None else OrderFound(told)
    return Layout(
        heading=heading,
        times=(date,),
        columns=columns,
        delimiter=delimiter,
        order=order.order,
        remarks=order.remarks,
    )


def _of_one(lines: Collection[str], found: tuple[str, Sequence[str]]) -> Iterator[Stamped | Complaint]:
    """Yield what is said of the first brew."""
    numbers = [intern(_row(line, *found).get(_BATCH, "")) for line in lines]
    rows = (_row(line, *found) for line in lines)
    ours = next((row[_BATCH] for row in rows if row.get(_BATCH) and _is_sample(row)), "")
    for entry in stamped(lines, _layout(found, lines)):
        number = numbers[entry.line - 1]
        if number not in ("", ours):
            yield Complaint(
                entry.line,
                f"It belongs to another brew, {number}: import the whole sheet, it is taken apart.",
            )
        else:
            yield entry


def _at_noon(entries: Iterable[Stamped | Complaint]) -> Iterator[Stamped | Complaint]:
    samples: Counter[datetime] = Counter()
    for entry in entries:
        if isinstance(entry, Complaint) or entry.when.hour or entry.when.minute:
            yield entry
            continue
        noon = entry.when + timedelta(hours=12, minutes=samples[entry.when])
        samples[entry.when] += 1
        yield replace(entry, when=noon, marks=(*entry.marks, NOON))


FORMAT = ImportFormat(
    name="lab_sheet",
    title="Brewery laboratory sheet, one line a sample",
    series=tuple(_SERIES.values()),
    recognises=recognises,
    read=read,
    brews=brews,
)
