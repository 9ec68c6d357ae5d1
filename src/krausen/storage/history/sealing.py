"""Moves what the log holds into chunks, in steps so short that nobody waits for one.

A run takes the days that have ended, and large pieces of those that have not. Each step is a commit: chunks,
roll-ups and a mark that these days of the log are sealed. The last one drops the log up to where the run
began, and writes down anew what was not sealed of it. Wherever a run is cut short, marks and log together
still tell what is true.
"""

from collections.abc import Iterator

import apsw
import numpy as np
from msgspec import Struct

from krausen.storage.history.archive import Archive, chunk_id
from krausen.storage.history.chunks import DAY_MS, by_day
from krausen.storage.history.columns import Mask
from krausen.storage.history.head import Head, as_columns
from krausen.storage.history.log import NONE, Records, written
from krausen.storage.history.registry import Registry


class Pace(Struct, frozen=True, kw_only=True):
    """When a run begins, and how long its steps are.

    `many` records in the head begin one; of a day that is not over, `worth` are worth a chunk. A step takes
    at most `step` records and `step_days` days, but at least one day.
    """

    many: int = 64_000
    worth: int = 4096
    step: int = 4_000
    step_days: int = 16


USUAL = Pace()

Piece = tuple[int, slice]
"""The number of a series, and where some whole days of it stand."""


class Sealing:
    """Knows when a run is due, and takes its steps. Lives in the file's thread."""

    def __init__(self, connection: apsw.Connection, head: Head, registry: Registry, pace: Pace) -> None:
        self._db = connection
        self._head = head
        self._registry = registry
        self._archive = Archive(connection)
        self._pace = pace
        self._rest = NONE
        self._cutoff = 0
        self._steps: Iterator[list[Piece]] = iter(())
        self._done = 0
        self._next_at = pace.many
        self._day = -(2**62)

    def due(self) -> bool:
        """Tell whether there is enough to begin with."""
        newest = self._registry.newest()
        return bool(len(self._head)) and (
            len(self._head) >= self._next_at or (newest is not None and newest // DAY_MS > self._day)
        )

    def behind(self) -> bool:
        """Tell whether so much waits that no more should come before some of it is sealed."""
        return len(self._head) > 4 * self._pace.many

    def begin(self) -> bool:
        """Choose what is to be sealed; tell whether that is anything."""
        records = self._head.ordered()
        newest = self._registry.newest()
        self._day = self._day if newest is None else newest // DAY_MS
        chosen = self._chosen(records)
        rest = len(records) - int(chosen.sum())
        # What cannot be sealed yet is not gone through again and again.
        self._next_at = rest + max(rest, self._pace.many)
        if not chosen.any():
            return False
        self._cutoff = next(iter(self._db.execute("SELECT max(seq) FROM log")))[0]
        self._head.begin(chosen)
        self._rest = self._head.ordered()
        self._steps, self._done = _steps(self._head.sealing, self._pace), 0
        return True

    def step(self) -> bool:
        """Seal a few days; tell whether more is to be done. Belongs into a transaction."""
        pieces = next(self._steps, [])
        if not pieces:
            self._finish()
            return False
        self._done = pieces[0][1].start
        marks: list[tuple[int, int]] = []
        for series, place in pieces:
            days = by_day(as_columns(self._head.sealing[place]))
            self._archive.seal(series, days)
            marks += [(chunk_id(series, day), self._cutoff) for day in days]
        self._db.executemany("INSERT OR REPLACE INTO sealed VALUES (?, ?)", marks)
        return True

    def end(self) -> None:
        """Let go of what is sealed; for after the last step."""
        self._head.end()
        self._rest = NONE

    def give_up(self) -> None:
        """Leave the run where it is, for after a step that failed; what it had not come to is as before.

        The next one is due when more has come, so that a full disk is not tried again and again.
        """
        self._head.give_up(self._head.sealing[self._done :])
        self._rest = NONE
        self._next_at = len(self._head) + self._pace.many

    def _chosen(self, records: Records) -> Mask:
        days = records["t"] // DAY_MS
        over = (days < self._registry.last(records) // DAY_MS) | (days < self._day - 1)
        piece = np.flatnonzero(
            np.append(True, (records["series"][1:] != records["series"][:-1]) | (days[1:] != days[:-1]))
        )
        sizes = np.diff(piece, append=len(records))
        chosen: Mask = over | np.repeat(sizes >= self._pace.worth, sizes)
        return chosen

    def _finish(self) -> None:
        self._done = len(self._head.sealing)
        self._db.execute("DELETE FROM log WHERE seq <= ?", (self._cutoff,))
        self._db.execute("DELETE FROM sealed")
        if len(self._rest):
            # Under the number of the last that was dropped, so that it stays older than all that came since.
            self._db.execute("INSERT INTO log VALUES (?, ?)", (self._cutoff, written(self._rest)))


def _steps(records: Records, pace: Pace) -> Iterator[list[Piece]]:
    """Put pieces together, one after another, as long as they are not too much for a step."""
    step: list[Piece] = []
    first = days = 0
    for piece, n in _pieces(records, pace):
        if step and (piece[1].stop - first > pace.step or days + n > pace.step_days):
            yield step
            step, first, days = [], piece[1].start, 0
        step.append(piece)
        days += n
    if step:
        yield step


def _pieces(records: Records, pace: Pace) -> Iterator[tuple[Piece, int]]:
    """Cut records in order into pieces of one series and whole days, and say how many days."""
    days = records["t"] // DAY_MS
    changes = (records["series"][1:] != records["series"][:-1]) | (days[1:] != days[:-1])
    starts = [0, *(np.flatnonzero(changes) + 1).tolist(), len(records)]
    first = 0
    for n in range(1, len(starts)):
        series = int(records["series"][starts[first]])
        is_last = n == len(starts) - 1
        full = is_last or int(records["series"][starts[n]]) != series or n - first >= pace.step_days
        if full or starts[n + 1] - starts[first] > pace.step:
            yield (series, slice(starts[first], starts[n])), n - first
            first = n
