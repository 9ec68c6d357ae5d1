"""What importing rows would change, given what is there already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from krausen.importing.format import Row
from krausen.model.batch import BatchEvent
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName, SeriesSpec

Values = Mapping[int, tuple[float, Quality]]
"""Readings of one series by UTC milliseconds."""


class Known(Struct, frozen=True):
    """What is there already in the span of the rows: readings by series and time, and events."""

    values: Mapping[SeriesName, Values] = {}
    events: frozenset[BatchEvent] = frozenset()


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be stored, and how many rows that is.

    Readings come series by series, in order of time. `stored + repeated` is the number of rows. `replaced`
    counts the readings that stand in for another value, `bad` the values that cannot be true, new or not.
    `start` and `end`, UTC milliseconds, span all rows.
    """

    readings: tuple[Reading, ...]
    events: tuple[BatchEvent, ...]
    stored: int
    repeated: int
    replaced: int
    bad: int
    start: int
    end: int


def plan(
    rows: Sequence[Row], names: Mapping[str, SeriesName], specs: Iterable[SeriesSpec], known: Known
) -> Plan:
    """Plan the import of at least one row. `names` gives the series of every metric that the rows have.

    Rows of the same instant are one: of two values of a metric the later line's is taken, notes are all
    kept. Such an instant counts as one row stored or repeated, by whether it brings anything new; the others
    of its rows count as repeated. So rows that were imported before are all repeated, and nothing is planned
    for them.
    """
    quantities = {spec.metric: spec.quantity for spec in specs}
    columns = {
        names[metric]: _judged(column, quantities[metric]) for metric, column in _columns(rows).items()
    }
    readings = [reading for name, column in columns.items() for reading in _news(name, column, known)]
    events = {BatchEvent(row.t, kind, text) for row in rows for kind, text in row.notes} - known.events
    instants = {row.t for row in rows}
    stored = len({reading.t for reading in readings} | {event.at for event in events})
    return Plan(
        readings=tuple(readings),
        events=tuple(sorted(events)),
        stored=stored,
        repeated=len(rows) - stored,
        replaced=sum(reading.t in known.values.get(reading.series, {}) for reading in readings),
        bad=sum(quality is Quality.BAD for column in columns.values() for _, quality in column.values()),
        start=min(instants),
        end=max(instants),
    )


def _columns(rows: Iterable[Row]) -> dict[str, dict[int, float]]:
    columns: dict[str, dict[int, float]] = {}
    for row in rows:
        for metric, value in row.values.items():
            columns.setdefault(metric, {})[row.t] = value
    return columns


def _judged(column: Mapping[int, float], quantity: Quantity) -> Values:
    """Call bad what lies outside the range of its quantity."""
    lowest, highest = BOUNDS[quantity].lowest, BOUNDS[quantity].highest
    return {t: (v, Quality.GOOD if lowest <= v <= highest else Quality.BAD) for t, v in column.items()}


def _news(name: SeriesName, column: Values, known: Known) -> Iterator[Reading]:
    there = known.values.get(name, {})
    for t, (v, quality) in sorted(column.items()):
        if there.get(t) != (v, quality):
            yield Reading(name, t, v, quality)
