"""The rows of a file in little room: eight bytes an instant, eight or sixteen a value."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from sys import intern

from krausen.importing.format import Complaint, Row
from krausen.importing.report import Skipped

HEAD = 20
"""Rows that are kept as they were read."""
MOST_SKIPPED = 10_000
"""Skipped lines that are kept with their reasons; the others are counted."""
_BACK = 4

Note = tuple[str, str]
"""Kind and text of what happened."""


class Column:
    """The values of one metric with their instants, in the order of the rows.

    While every row has a value, the instants are those of the rows themselves.
    """

    def __init__(self, rows: "array[int]") -> None:
        self.v = array("d")
        self._rows = rows
        self._own: array[int] | None = None

    def add(self, t: int, v: float) -> None:
        """Add a value of the row that was added last."""
        if self._own is None and len(self.v) != len(self._rows) - 1:
            self._own = self._rows[: len(self.v)]
        if self._own is not None:
            self._own.append(t)
        self.v.append(v)

    @property
    def t(self) -> "array[int]":
        """The instant of each value, UTC milliseconds."""
        if self._own is not None:
            return self._own
        return self._rows if len(self._rows) == len(self.v) else self._rows[: len(self.v)]


class Gathered:
    """What a file says.

    `t` has the instant of every row, UTC milliseconds, `notes` the instants of every note, `marks` how many
    rows bear each. `back` tells how often the clock went back, `back_at` at which lines first. `head` are the
    first rows. Lines beyond `MOST_SKIPPED` that were skipped are counted in `more_skipped`.
    """

    def __init__(self) -> None:
        self.t = array("q")
        self.columns: dict[str, Column] = {}
        self.notes: dict[Note, array[int]] = {}
        self.marks: Counter[str] = Counter()
        self.back = 0
        self.back_at: list[int] = []
        self.head: list[Row] = []
        self.skipped: list[Skipped] = []
        self.more_skipped = 0

    def add(self, row: Row) -> None:
        """Add what a row says."""
        if self.t and row.t < self.t[-1]:
            self.back += 1
            if len(self.back_at) < _BACK:
                self.back_at.append(row.line)
        if len(self.head) < HEAD:
            self.head.append(row)
        self.t.append(row.t)
        for metric, value in row.values.items():
            column = self.columns.get(metric)
            if column is None:
                column = self.columns[metric] = Column(self.t)
            column.add(row.t, value)
        for note in row.notes:
            self.notes.setdefault(note, array("q")).append(row.t)
        for mark in row.marks:
            self.marks[mark] += 1

    def skip(self, complaint: Complaint) -> None:
        """Add a line that cannot be used."""
        if len(self.skipped) < MOST_SKIPPED:
            self.skipped.append(Skipped(complaint.line, intern(complaint.reason)))
        else:
            self.more_skipped += 1

    @property
    def lines(self) -> int:
        """How many lines were read, with those that were skipped."""
        return len(self.t) + len(self.skipped) + self.more_skipped


def gathered(entries: Iterable[Row | Complaint], line_of: Callable[[int], int] = int) -> Gathered:
    """Gather what is read from a file, none of which is kept but in arrays. `line_of` renumbers lines."""
    found = Gathered()
    for entry in entries:
        if isinstance(entry, Row):
            found.add(_renumbered(entry, line_of))
        else:
            found.skip(Complaint(line_of(entry.line), entry.reason))
    return found


def _renumbered(row: Row, line_of: Callable[[int], int]) -> Row:
    line = line_of(row.line)
    return row if line == row.line else Row(line, row.t, row.values, row.notes, row.marks)
