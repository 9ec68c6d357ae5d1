"""What importing rows would change, given what is there already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from krausen.importing.format import Row
from krausen.importing.oddities import SENTINELS, remarks, stuck
from krausen.model.batch import BatchEvent
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName, SeriesSpec

Values = Mapping[int, tuple[float, Quality]]
"""Readings of one series by UTC milliseconds."""


class Known(Struct, frozen=True):
    """What is there already in the span of the rows: readings by metric and time, and events."""

    values: Mapping[str, Values] = {}
    events: frozenset[BatchEvent] = frozenset()


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be stored, and how many rows that is.

    Readings come in order of series and time. `stored + repeated` is the number of rows. `replaced`
    counts the readings that stand in for another value, `bad` the values that cannot be true, new or not.
    `start` and `end`, UTC milliseconds, span all rows. `remarks` tell what is strange about them.
    """

    readings: tuple[Reading, ...]
    events: tuple[BatchEvent, ...]
    stored: int
    repeated: int
    replaced: int
    bad: int
    start: int
    end: int
    remarks: tuple[str, ...] = ()


def plan(
    rows: Sequence[Row], names: Mapping[str, SeriesName], specs: Iterable[SeriesSpec], known: Known
) -> Plan:
    """Plan the import of at least one row. `names` gives the series of every metric that the rows have.

    Rows of the same instant are one: of two values of a metric the later line's is taken, notes are all
    kept. Such an instant counts as one row stored or repeated, by whether it brings anything new; the others
    of its rows count as repeated. So rows that were imported before are all repeated, and nothing is planned
    for them.
    """
    specs = tuple(specs)
    quantities = {spec.metric: spec.quantity for spec in specs}
    columns = _columns(rows)
    judged = [
        reading
        for metric, column in sorted(columns.items())
        for reading in _judged(names[metric], column, quantities[metric])
    ]
    readings = [reading for reading in judged if _is_new(reading, known)]
    events = {BatchEvent(row.t, kind, text) for row in rows for kind, text in row.notes} - known.events
    instants = {row.t for row in rows}
    stored = len({reading.t for reading in readings} | {event.at for event in events})
    return Plan(
        readings=tuple(readings),
        events=tuple(sorted(events)),
        stored=stored,
        repeated=len(rows) - stored,
        replaced=sum(reading.t in known.values.get(reading.series.metric, {}) for reading in readings),
        bad=sum(reading.quality is Quality.BAD for reading in judged),
        start=min(instants),
        end=max(instants),
        remarks=remarks(rows, columns, specs),
    )


def _columns(rows: Iterable[Row]) -> dict[str, dict[int, float]]:
    columns: dict[str, dict[int, float]] = {}
    for row in rows:
        for metric, value in row.values.items():
            columns.setdefault(metric, {})[row.t] = value
    return columns


def _judged(name: SeriesName, column: Mapping[int, float], quantity: Quantity) -> Iterator[Reading]:
    """Yield the readings in order of time; what cannot have been measured is bad."""
    lowest, highest = BOUNDS[quantity].lowest, BOUNDS[quantity].highest
    ordered = sorted(column.items())
    lost = stuck(name.metric, quantity, ordered)
    for place, (t, v) in enumerate(ordered):
        can_be = lowest <= v <= highest and v not in SENTINELS and place not in lost
        yield Reading(name, t, v, Quality.GOOD if can_be else Quality.BAD)


def _is_new(reading: Reading, known: Known) -> bool:
    there = known.values.get(reading.series.metric, {})
    return there.get(reading.t) != (reading.v, reading.quality)
