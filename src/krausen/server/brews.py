"""What a batch is made of: when it ran, and which series told of it."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from krausen.brewing.completeness import Span, running_spans
from krausen.model.batch import Batch, BatchEvent, StateEvent
from krausen.model.series import SeriesName
from krausen.model.vessel import VESSEL_ADAPTER, VesselMetric
from krausen.ports import catalog

OWN = (
    VesselMetric.SETPOINT_BEER,
    VesselMetric.SETPOINT_CHAMBER,
    VesselMetric.STATE,
    VesselMetric.HEAT,
    VesselMetric.COOL,
)
"""The vessel's own series that belong to its batch, where no other series has their role."""


class Part(Struct, frozen=True, kw_only=True):
    """A series that had a role in a batch while start <= t < end, UTC milliseconds."""

    role: str
    series: SeriesName
    start: int
    end: int


class Brew(Struct, frozen=True, kw_only=True):
    """A batch with what happened to it, the times in which it ran, and its series in time, by role."""

    batch: Batch
    events: Sequence[BatchEvent]
    spans: Sequence[Span]
    parts: Sequence[Part]

    def roles(self) -> dict[str, list[Part]]:
        """Give the series of each role in order of time."""
        found: dict[str, list[Part]] = {}
        for part in sorted(self.parts, key=lambda part: (part.role, part.start)):
            found.setdefault(part.role, []).append(part)
        return found


class Kept(catalog.Batches, catalog.Vessels, Protocol):
    """The part of the catalog that knows batches and the roles of series in time."""


async def brew_of(kept: Kept, batch: Batch, now: int) -> Brew:
    """Give a batch as it stands now, UTC milliseconds; one that was not started has no parts.

    What was read at the very instant of its end belongs to it. An imported one was in no vessel of ours, and
    has the series that it came with.
    """
    events = await kept.events(batch.id)
    if batch.started_at is None:
        return Brew(batch=batch, events=events, spans=[], parts=[])
    start = batch.started_at
    end = max(start, now if batch.finished_at is None else batch.finished_at + 1)
    vessel = None if batch.source else batch.vessel
    lasted = await kept.roles_at(vessel, start, end) if vessel is not None else []
    parts = [
        Part(role=one.role.value, series=one.series, start=max(start, one.start), end=_until(one.end, end))
        for one in lasted
    ]
    rest = dict(batch.roles)
    if vessel is not None:
        rest = {metric.value: SeriesName(VESSEL_ADAPTER, vessel, metric.value) for metric in OWN} | rest
    there = {part.role for part in parts}
    parts += [
        Part(role=role, series=series, start=start, end=end)
        for role, series in rest.items()
        if role not in there
    ]
    return Brew(
        batch=batch, events=events, spans=running_spans(start, end, _pauses(events, end)), parts=parts
    )


def _until(end: int | None, last: int) -> int:
    return last if end is None else min(end, last)


def _pauses(events: Sequence[BatchEvent], end: int) -> list[Span]:
    pauses: list[Span] = []
    since: int | None = None
    for event in events:
        if event.kind == StateEvent.PAUSED:
            since = event.at if since is None else since
        elif since is not None and event.kind in {StateEvent.RESUMED, StateEvent.FINISHED}:
            pauses.append(Span(since, event.at))
            since = None
    return pauses if since is None else [*pauses, Span(since, end)]
