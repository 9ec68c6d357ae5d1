"""An export as one line after another: the batch, its events and its readings, in order of time."""

from collections.abc import AsyncIterator

from krausen.importing.ours import BATCH, EVENT
from krausen.model.batch import BatchEvent
from krausen.server.export import Entry, Export

Fact = tuple[int, str, float | None, str, str, str, str, str, str, str, str]
"""What the columns of `krausen.importing.ours.HEADING` hold, the time in UTC milliseconds."""


async def facts_of(export: Export) -> AsyncIterator[Fact]:
    """Yield what is taken away; the batch itself comes first, events before the readings of their instant."""
    id = export.batch.id if export.batch else ""
    if export.batch is not None and export.batch.started_at is not None:
        yield _fact(export.batch.started_at, BATCH, id, export.batch.name)
    events = sorted(export.events, reverse=True)
    async for entry in export.entries():
        while events and events[-1].at <= entry.point.t:
            yield _event(events.pop(), id)
        yield _reading(entry, id)
    for event in reversed(events):
        yield _event(event, id)


def _reading(entry: Entry, batch: str) -> Fact:
    column, point = entry.column, entry.point
    facts = (point.t, column.variable, point.v, column.unit, point.quality.value)
    return (*facts, *column.series_parts, column.role, batch, "")


def _event(event: BatchEvent, batch: str) -> Fact:
    return _fact(event.at, EVENT, batch, event.text, event.kind)


def _fact(t: int, variable: str, batch: str, text: str, kind: str = "") -> Fact:
    return (t, variable, None, "", "", "", "", kind, "", batch, text)
