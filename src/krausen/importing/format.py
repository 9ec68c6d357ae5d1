"""What an import format is."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from krausen.model.reading import Quality
from krausen.model.series import SeriesName, SeriesSpec


class Unreadable(Exception):
    """A line, or a part of it, that cannot be used. Its text is a sentence for the person who imports."""


ToUtc = Callable[[datetime], int]
"""Gives the UTC milliseconds of a time; raises Unreadable when there are none.

Times without a zone are local. They are handed over in the order in which they were taken, which tells the
two passes of an autumn hour apart.
"""


class Row(Struct, frozen=True, tag=True):
    """What one line says of one instant `t`, UTC milliseconds.

    `values` by metric in its canonical unit, finite; `notes` are pairs of kind and text. `marks` are
    sentences on what was odd about it; the report tells each once, with how many rows bear it. Lines count
    from 1; where a file is one piece without lines, its entries are counted instead. Without a `quality` the
    values are judged.
    """

    line: int
    t: int
    values: dict[str, float] = {}
    notes: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()
    quality: Quality | None = None


class Complaint(Struct, frozen=True, tag=True):
    """A line that holds something but cannot be used, and why. Lines count from 1."""

    line: int
    reason: str


class ForeignSpec(SeriesSpec, frozen=True):
    """A series in a unit that is kept as it came, such as ppm."""

    foreign_unit: str = ""

    @property
    def unit(self) -> str:
        """The unit it came in, empty where nobody said."""
        return self.foreign_unit


Details = Mapping[str, str]
"""What was said of a file beside its format: by the titles of its columns, what they are, and the like."""


class Taken(Struct, frozen=True):
    """A column of a table, by its title, and what it is taken for, in the words in which that can be said."""

    title: str
    what: str


class Kept(Struct, frozen=True, kw_only=True):
    """What a file says of itself that Krausen has written.

    `series` and `units` by the names that its rows have for them, `roles` of the batch. `batch` is its id,
    empty where the file is of none, `title` its name, `start` when it was started, UTC milliseconds.
    """

    series: Mapping[str, SeriesName]
    units: Mapping[str, str]
    roles: Mapping[str, SeriesName]
    batch: str = ""
    title: str = ""
    start: int | None = None


class ImportFormat(Struct, frozen=True, kw_only=True):
    """One way in which another tool writes its history.

    `recognises(head)` tells from the first lines that are not blank whether a file is of this format; a
    `general` format is asked only where no other recognises the file. `read(lines, utc)` yields a Row or a
    Complaint for every line that is neither blank nor a heading, raises nothing, whatever the lines hold, and
    yields only the metrics named in `series`. Lines come without their ends.

    Where the series depend on the file, `fitted(lines, details)` gives the format as it is for these lines;
    it goes through them as often as it likes,
    and raises Invalid where the details fit no column. Where a file may hold several brews, `brews(lines)`
    gives by the title of each its lines, heading included, with their places in `lines`, such that they can
    be read alone; none at all means that the file holds one.

    `knows_unit` tells that every file says, or all share, the unit of its temperatures. `columns` are
    those of a table whose columns may be said, once it is fitted. `kept` is what a file says that Krausen has
    written, once it is fitted: one value or event a line, none of which is judged.
    """

    name: str
    title: str
    series: tuple[SeriesSpec, ...]
    recognises: Callable[[Sequence[str]], bool]
    read: Callable[[Iterable[str], ToUtc], Iterator[Row | Complaint]]
    general: bool = False
    knows_unit: bool = False
    fitted: Callable[[Collection[str], Details], "ImportFormat"] | None = None
    brews: Callable[[Sequence[str]], Mapping[str, Sequence[tuple[int, str]]]] | None = None
    columns: tuple[Taken, ...] = ()
    kept: Kept | None = None
