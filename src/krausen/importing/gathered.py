"""The rows of a file in little room: whatever is long is on tape."""

from collections import Counter
from collections.abc import Callable, Iterable
from sys import intern

from krausen.importing.format import Complaint, Row
from krausen.importing.report import Skipped
from krausen.importing.tape import CODES, OPEN, Room, Tape

HEAD = 20
"""Rows that are kept as they were read."""
MOST_SKIPPED = 10_000
"""Skipped lines that are kept with their reasons; the others are counted."""
_BACK = 4

Note = tuple[str, str]
"""Kind and text of what happened."""


class Gathered:
    """What a file says.

    `t` has the instant of every row, UTC milliseconds, `columns` the readings of every metric, `notes` the
    instants of every note, `marks` how many rows bear each. `start` and `end` span the rows. `back` tells how
    often the clock went back, `back_at` at which lines first. `head` are the first rows. Lines beyond
    `MOST_SKIPPED` that were skipped are counted in `more_skipped`. What is long lies in `room`.
    """

    def __init__(self, room: Room | None = None) -> None:
        self.room = room or Room()
        self.t = Tape(self.room)
        self.columns: dict[str, Tape] = {}
        self.notes: dict[Note, Tape] = {}
        self.marks: Counter[str] = Counter()
        self.start = self.end = 0
        self.back = 0
        self.back_at: list[int] = []
        self.head: list[Row] = []
        self.skipped: list[Skipped] = []
        self.more_skipped = 0
        self._last = 0

    def add(self, row: Row) -> None:
        """Add what a row says."""
        self._pass(row)
        self.t.add(row.t)
        quality = OPEN if row.quality is None else CODES[row.quality]
        for metric, value in row.values.items():
            column = self.columns.get(metric)
            if column is None:
                column = self.columns[metric] = Tape(self.room)
            column.add(row.t, value, quality)
        for note in row.notes:
            if note not in self.notes:
                self.notes[note] = Tape(self.room)
            self.notes[note].add(row.t)
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

    def _pass(self, row: Row) -> None:
        """Note where the row stands in time."""
        if not self.head:
            self.start = self.end = row.t
        elif row.t < self._last:
            self.back += 1
            if len(self.back_at) < _BACK:
                self.back_at.append(row.line)
        self.start, self.end, self._last = min(self.start, row.t), max(self.end, row.t), row.t
        if len(self.head) < HEAD:
            self.head.append(row)


def gathered(
    entries: Iterable[Row | Complaint], line_of: Callable[[int], int] = int, room: Room | None = None
) -> Gathered:
    """Gather what is read from a file. `line_of` renumbers lines; what is long goes into `room`."""
    found = Gathered(room)
    for entry in entries:
        if isinstance(entry, Row):
            found.add(_renumbered(entry, line_of))
        else:
            found.skip(Complaint(line_of(entry.line), entry.reason))
    return found


def _renumbered(row: Row, line_of: Callable[[int], int]) -> Row:
    line = line_of(row.line)
    return row if line == row.line else Row(line, row.t, row.values, row.notes, row.marks, row.quality)
