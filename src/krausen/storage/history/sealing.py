"""Moves what the log holds into chunks, in steps so short that nobody waits for one.

A run takes the days that have ended, and large pieces of those that have not. Each step is a commit: chunks,
roll-ups and a mark that these days of the log are sealed. The last one drops the log up to where the run
began, and writes down anew what was not sealed of it. Wherever a run is cut short, marks and log together
still tell what is true.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from msgspec import Struct

from krausen.storage.history.archive import Archive
from krausen.storage.history.chunks import DAY_MS, by_day
from krausen.storage.history.columns import Places
from krausen.storage.history.head import Head, as_columns
from krausen.storage.history.log import NONE, Records, in_order, joined
from krausen.storage.history.registry import Registry


class Pace(Struct, frozen=True, kw_only=True):
    """When a run begins, and how long its steps are.

    `many` records in the head begin one, and so does a day that ended `leeway_ms` before the newest reading,
    so that other series are over midnight too. Of a day that is not over, `worth` are worth a chunk. A step
    takes at most `step` records and `step_days` days, but at least one day. What SQLite has written ahead is
    copied into the file `pages` at a time.
    """

    many: int = 64_000
    leeway_ms: int = 1_800_000
    worth: int = 4096
    step: int = 8_000
    step_days: int = 16
    pages: int = 4000


USUAL = Pace()

Piece = tuple[int, slice]
"""The number of a series, and where some whole days of it stand."""


class Plan(Struct, frozen=True, eq=False):
    """What a run will do: records to be sealed, in order, step by step, and what stays of the head.

    `cutoff` is the number of the last row of the log that any of them is from.
    """

    sealing: Records
    rest: Records
    steps: list[list[Piece]]
    cutoff: int


NO_PLAN = Plan(NONE, NONE, [], 0)


class Sealing:
    """Knows when a run is due, and takes its steps. Lives in the file's thread."""

    def __init__(self, archive: Archive, head: Head, registry: Registry, pace: Pace) -> None:
        self._archive = archive
        self._head = head
        self._registry = registry
        self._pace = pace
        self._plan = NO_PLAN
        self._steps: Iterator[list[Piece]] = iter(())
        self._done = 0
        self._next_at = pace.many
        self._most = 0
        self._over = -(2**62)

    def due(self) -> bool:
        """Tell whether there is enough to begin with."""
        return bool(len(self._head)) and (len(self._head) >= self._next_at or self._over_now() > self._over)

    def behind(self) -> bool:
        """Tell whether so much came since the run began that no more should before some of it is done."""
        return len(self._head) > self._most

    def planning(self) -> Callable[[], Plan]:
        """Have the head put in order, and give the call that does so; it takes a while, in any thread.

        What it gives is for `begin`. Until then nothing else may be begun here.
        """
        self._next_at = len(self._head) + self._pace.many
        self._over = max(self._over, self._over_now())
        cutoff = self._archive.newest_row()
        return partial(_plan, self._head.settle(), cutoff, self._over, self._pace)

    def begin(self, plan: Plan) -> bool:
        """Begin with what was planned; tell whether that is anything."""
        self._head.settled(plan.sealing, plan.rest)
        # What cannot be sealed yet is not gone through again and again.
        self._next_at = len(plan.rest) + max(len(plan.rest), self._pace.many)
        self._most = len(self._head) + 4 * self._pace.many
        self._plan, self._steps, self._done = plan, iter(plan.steps), 0
        return bool(plan.steps)

    def step(self) -> bool:
        """Seal a few days; tell whether more is to be done. Belongs into a transaction."""
        pieces = next(self._steps, [])
        if not pieces:
            self._finish()
            return False
        self._done = pieces[0][1].start
        for series, place in pieces:
            days = by_day(as_columns(self._head.sealing.at(place)))
            self._archive.seal(series, days)
            self._archive.mark(series, days, self._plan.cutoff)
        return True

    def end(self) -> None:
        """Let go of what is sealed; for after the last step."""
        self._head.end()
        self._plan = NO_PLAN

    def give_up(self) -> None:
        """Leave the run where it is, for after a step that failed; what it had not come to is as before.

        The next one is due when more has come, so that a full disk is not tried again and again.
        """
        self._head.give_up(self._head.sealing.at(slice(self._done, None)))
        self._plan = NO_PLAN
        self._next_at = len(self._head) + self._pace.many

    def _over_now(self) -> int:
        """Give the first day that is not over."""
        newest = self._registry.newest()
        return -(2**62) if newest is None else (newest - self._pace.leeway_ms) // DAY_MS

    def _finish(self) -> None:
        self._done = len(self._head.sealing)
        self._archive.drop_log(self._plan.cutoff, self._plan.rest)


def _plan(parts: Sequence[Records], cutoff: int, over: int, pace: Pace) -> Plan:
    """Put records in order, and choose: days before `over`, and large pieces of others."""
    records = in_order(joined(parts))
    starts = _starts(records)
    sizes = np.diff(starts, append=len(records))
    chosen = (records.t[starts] // DAY_MS < over) | (sizes >= pace.worth)
    if not chosen.any():
        return Plan(NONE, records, [], cutoff)
    mask = np.repeat(chosen, sizes)
    sealing = records.at(mask)
    return Plan(sealing, records.at(~mask), list(_steps(sealing, pace)), cutoff)


def _starts(records: Records) -> Places:
    """Tell where a day of a series begins among records in order."""
    days = records.t // DAY_MS
    is_first = np.ones(len(records), bool)
    np.logical_or(records.series[1:] != records.series[:-1], days[1:] != days[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


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
    starts = [*_starts(records).tolist(), len(records)]
    first = 0
    for n in range(1, len(starts)):
        series = int(records.series[starts[first]])
        is_last = n == len(starts) - 1
        full = is_last or int(records.series[starts[n]]) != series or n - first >= pace.step_days
        if full or starts[n + 1] - starts[first] > pace.step:
            yield (series, slice(starts[first], starts[n])), n - first
            first = n
