"""What importing rows would change, given what is there already."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct

from krausen.importing.gathered import Gathered
from krausen.importing.happenings import happenings
from krausen.importing.instants import count_distinct, settled
from krausen.importing.oddities import SENTINELS, remarks, stuck
from krausen.model.batch import BatchEvent
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName, SeriesSpec

_QUALITIES = tuple(Quality)
_CODES = {quality: code for code, quality in enumerate(_QUALITIES)}
_GOOD, _BAD = _CODES[Quality.GOOD], _CODES[Quality.BAD]


class Values(Struct, frozen=True):
    """Readings of one series in columns of equal length: rising UTC milliseconds, values, qualities."""

    t: "array[int]"
    v: "array[float]"
    q: bytearray

    @classmethod
    def none(cls) -> "Values":
        """Give columns that are empty yet."""
        return cls(array("q"), array("d"), bytearray())

    def extend(self, points: Iterable[tuple[int, float, Quality]]) -> None:
        """Add readings that are later than those that are there, in order of time."""
        for t, v, quality in points:
            self.t.append(t)
            self.v.append(v)
            self.q.append(_CODES[quality])

    def readings(self, name: SeriesName) -> Iterator[Reading]:
        """Yield them under a name."""
        for t, v, q in zip(self.t, self.v, self.q, strict=True):
            yield Reading(name, t, v, _QUALITIES[q])


class Judged(Struct, frozen=True, kw_only=True):
    """A file's values by metric, each judged. `bad` counts those that cannot be true."""

    gathered: Gathered
    values: Mapping[str, Values]
    bad: int
    start: int
    end: int
    remarks: tuple[str, ...]


class Fresh(Struct, frozen=True):
    """What of a series is new, and how many of these readings stand in for another value."""

    values: Values
    replaced: int = 0


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be stored, and how many rows that is.

    `stored + repeated` is the number of rows. `replaced` counts the readings that stand in for another value,
    `bad` the values that cannot be true, new or not. `outdated` events go when `events` come. `start` and
    `end`, UTC milliseconds, span all rows. `remarks` tell what is strange about them.
    """

    fresh: Mapping[str, Values]
    events: tuple[BatchEvent, ...]
    outdated: tuple[BatchEvent, ...]
    stored: int
    repeated: int
    replaced: int
    bad: int
    start: int
    end: int
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many readings are to be stored."""
        return sum(len(values.t) for values in self.fresh.values())

    def readings(self, names: Mapping[str, SeriesName]) -> Iterator[Reading]:
        """Yield the readings in order of metric and time; `names` gives the series of every metric."""
        for metric, values in sorted(self.fresh.items()):
            yield from values.readings(names[metric])

    def pieces(self, names: Mapping[str, SeriesName], size: int) -> Iterator[list[Reading]]:
        """Yield the readings in lists of at most `size`."""
        rest = self.readings(names)
        while piece := list(islice(rest, size)):
            yield piece


def judge(gathered: Gathered, specs: Iterable[SeriesSpec]) -> Judged:
    """Judge the rows of a file, of which there is at least one.

    Rows of the same instant are one: of two values of a metric the later line's is taken.
    """
    specs = tuple(specs)
    quantities = {spec.metric: spec.quantity for spec in specs}
    values: dict[str, Values] = {}
    for metric, column in sorted(gathered.columns.items()):
        t, v = settled(column.t, column.v)
        values[metric] = Values(t, v, _judged(metric, quantities[metric], v))
    return Judged(
        gathered=gathered,
        values=values,
        bad=sum(column.q.count(_BAD) for column in values.values()),
        start=min(gathered.t),
        end=max(gathered.t),
        remarks=remarks(gathered, {metric: column.v for metric, column in values.items()}, specs),
    )


def fresh(values: Values, known: Values) -> Fresh:
    """Give the readings that are not known, or known with another value or quality."""
    if not known.t:
        return Fresh(values)
    found = Values.none()
    place, replaced = 0, 0
    for t, v, q in zip(values.t, values.v, values.q, strict=True):
        while place < len(known.t) and known.t[place] < t:
            place += 1
        is_there = place < len(known.t) and known.t[place] == t
        if not is_there or (known.v[place], known.q[place]) != (v, q):
            found.t.append(t)
            found.v.append(v)
            found.q.append(q)
            replaced += is_there
    return Fresh(found, replaced)


def plan(judged: Judged, found: Mapping[str, Fresh], known: Collection[BatchEvent]) -> Plan:
    """Plan the import of a file, given what is new of every metric, and the events that are known.

    An instant counts as one row stored or repeated, by whether it brings anything new; where several rows
    share it, the others count as repeated. So rows that were imported before are all repeated, and nothing is
    planned for them.
    """
    happened = happenings(judged.gathered.notes, known)
    values = {metric: one.values for metric, one in found.items() if one.values.t}
    stored = count_distinct([*(one.t for one in values.values()), *happened.instants])
    return Plan(
        fresh=values,
        events=happened.events,
        outdated=happened.outdated,
        stored=stored,
        repeated=len(judged.gathered.t) - stored,
        replaced=sum(one.replaced for one in found.values()),
        bad=judged.bad,
        start=judged.start,
        end=judged.end,
        remarks=(*judged.remarks, *happened.remarks),
    )


def _judged(metric: str, quantity: Quantity, column: "array[float]") -> bytearray:
    """Give the quality of every value, in order of time; what cannot have been measured is bad."""
    lowest, highest = BOUNDS[quantity].lowest, BOUNDS[quantity].highest
    qualities = bytearray(_GOOD if lowest <= v <= highest and v not in SENTINELS else _BAD for v in column)
    for place in stuck(metric, quantity, column):
        qualities[place] = _BAD
    return qualities
