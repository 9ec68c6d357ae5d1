"""What an import format is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from krausen.model.series import SeriesSpec


class Unreadable(Exception):
    """A line, or a part of it, that cannot be used. Its text is a sentence for the person who imports."""


ToUtc = Callable[[datetime], int]
"""Gives the UTC milliseconds of a local time without zone; raises Unreadable when there are none.

Times are handed over in the order of the lines, which tells the two passes of an autumn hour apart.
"""


class Row(Struct, frozen=True):
    """What one line says of one instant `t`, UTC milliseconds.

    `values` by metric in its canonical unit, finite; `notes` are pairs of kind and text. Lines count from 1.
    """

    line: int
    t: int
    values: dict[str, float] = {}
    notes: tuple[tuple[str, str], ...] = ()


class Complaint(Struct, frozen=True):
    """A line that holds something but cannot be used, and why. Lines count from 1."""

    line: int
    reason: str


class ImportFormat(Struct, frozen=True, kw_only=True):
    """One way in which another tool writes its history.

    `recognises(head)` tells from the first lines that are not blank whether a file is of this format.
    `read(lines, utc)` yields a Row or a Complaint for every line that is not blank, raises nothing, whatever
    the lines hold, and yields only the metrics named in `series`. Lines come without their ends.
    """

    name: str
    title: str
    series: tuple[SeriesSpec, ...]
    recognises: Callable[[Sequence[str]], bool]
    read: Callable[[Iterable[str], ToUtc], Iterator[Row | Complaint]]
