"""What importing rows would change, given what is there already."""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from krausen.importing.gathered import Gathered
from krausen.importing.happenings import MOST, happenings
from krausen.importing.instants import count_distinct, settled
from krausen.importing.judged import Judgement, judgement
from krausen.importing.oddities import remarks, surveyed
from krausen.importing.tape import Blocks, Room, Tape, Values, readings_of
from krausen.model.batch import BatchEvent
from krausen.model.reading import Reading
from krausen.model.series import SeriesName, SeriesSpec


class Judged(Struct, frozen=True, kw_only=True):
    """A file's values by metric, each judged. `bad` counts those that cannot be true."""

    gathered: Gathered
    values: Mapping[str, Judgement]
    bad: int
    remarks: tuple[str, ...]


class Fresh(Struct, frozen=True):
    """What of a series is new, how many of these readings stand in for another value, and how many do not."""

    values: Blocks
    replaced: int = 0
    left: int = 0


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be stored, and how many rows that is.

    `stored + repeated` is the number of rows. `replaced` counts the readings that stand in for another value,
    `left` those that do not, as what is there stays, `bad` the values that cannot be true, new or not.
    `outdated` events go when `events` come. `start` and `end`, UTC milliseconds, span all rows.
    `remarks` tell what is strange about them.
    """

    fresh: Mapping[str, Blocks]
    events: tuple[BatchEvent, ...]
    outdated: tuple[BatchEvent, ...]
    stored: int
    repeated: int
    replaced: int
    left: int
    bad: int
    start: int
    end: int
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many readings are to be stored."""
        return sum(len(values) for values in self.fresh.values())

    def readings(self, names: Mapping[str, SeriesName]) -> Iterator[Reading]:
        """Yield the readings in order of metric and time; `names` gives the series of every metric."""
        for metric, values in sorted(self.fresh.items()):
            yield from readings_of(values, names[metric])

    def pieces(self, names: Mapping[str, SeriesName], size: int) -> Iterator[list[Reading]]:
        """Yield the readings in lists of at most `size`."""
        rest = self.readings(names)
        while piece := list(islice(rest, size)):
            yield piece


def judge(gathered: Gathered, specs: Iterable[SeriesSpec]) -> Judged:
    """Judge the rows of a file, of which there is at least one.

    Rows of the same instant are one: of two values of a metric the later line's is taken.
    """
    of = {spec.metric: spec for spec in specs}
    values = {
        metric: judgement(settled(column, gathered.room), of[metric])
        for metric, column in sorted(gathered.columns.items())
    }
    surveys = {metric: surveyed(column) for metric, column in values.items()}
    return Judged(
        gathered=gathered,
        values=values,
        bad=sum(column.count_bad() for column in values.values()),
        remarks=remarks(gathered, surveys, of.values()),
    )


class Comparison:
    """What of a series is new, found out a block at a time: a reading is known by its instant.

    Another value of a known instant is new, unless what is there `stays`.
    """

    def __init__(self, room: Room, *, stays: bool = False) -> None:
        self._fresh = Tape(room)
        self._stays = stays
        self._replaced = self._left = 0

    def add(self, block: Values, known: Mapping[int, tuple[float, int]]) -> None:
        """Compare readings with the values and qualities that are known of their instants."""
        for t, v, q in block.rows():
            there = known.get(t)
            if there is None or (there != (v, q) and not self._stays):
                self._fresh.add(t, v, q)
                self._replaced += there is not None
            elif there != (v, q):
                self._left += 1

    @property
    def fresh(self) -> Fresh:
        """What was found."""
        return Fresh(self._fresh, self._replaced, self._left)


def plan(
    judged: Judged, found: Mapping[str, Fresh], known: Collection[BatchEvent], *, is_ours: bool = False
) -> Plan:
    """Plan the import of a file, given what is new of every metric, and the events that are known.

    An instant counts as one row stored or repeated, by whether it brings anything new; where several rows
    share it, the others count as repeated. So rows that were imported before are all repeated, and nothing is
    planned for them. Where Krausen wrote the file itself, each row is one reading or event, and counts alone.
    """
    rows = judged.gathered
    happened = happenings(rows.notes, known, rows.room, most=sys.maxsize if is_ours else MOST)
    values = {metric: one.values for metric, one in found.items() if len(one.values)}
    if is_ours:
        stored = sum(map(len, values.values())) + len(happened.events)
    else:
        stored = count_distinct([*values.values(), *happened.instants])
    return Plan(
        fresh=values,
        events=happened.events,
        outdated=happened.outdated,
        stored=stored,
        repeated=len(rows.t) - stored,
        replaced=sum(one.replaced for one in found.values()),
        left=sum(one.left for one in found.values()),
        bad=judged.bad,
        start=rows.start,
        end=rows.end,
        remarks=(*judged.remarks, *happened.remarks),
    )
