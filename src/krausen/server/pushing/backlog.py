"""What is still owed to a service that wants every reading: once each, in order of time in each series."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from krausen.ports.history import History, Point, SeriesRecord
from krausen.ports.target import Value

MOST_LATE = 1000
"""Stretches of late readings that are remembered apart; beyond that those of a series are joined."""

Stretch = tuple[str, int, int]
"""A series by id, and its first and last instant, UTC milliseconds."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far a target has come. Times in UTC milliseconds.

    `sent_at` is when the last delivery went out, `devices` the same for each device by itself. Of each series
    everything up to `through` has gone out, and nothing before `since`; what came late, or was changed since,
    is `late`.
    """

    sent_at: int | None = None
    devices: dict[str, int] = {}
    since: int = 0
    through: dict[str, int] = {}
    late: tuple[Stretch, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any], since: int) -> "Progress":
        """Give the progress that was kept; one that begins where there is none."""
        return convert({"since": since, **kept}, cls)

    def kept(self) -> dict[str, object]:
        """Give it as it is kept."""
        there: dict[str, object] = to_builtins(self)
        return there


def with_late(progress: Progress, came: Mapping[str, tuple[int, int]]) -> Progress:
    """Note what came: of series by id, the first and the last instant. Gives `progress` when none is late."""
    late = list(progress.late)
    for id, (first, last) in came.items():
        through = progress.through.get(id, progress.since - 1)
        begin, end = max(first, progress.since), min(last, through)
        if begin <= end:
            late.append((id, begin, end))
    if len(late) == len(progress.late):
        return progress
    return replace(progress, late=tuple(late if len(late) <= MOST_LATE else _joined(late)))


class Batch(Struct, frozen=True):
    """Readings that go out together, and the progress once they have."""

    values: tuple[Value, ...]
    progress: Progress


async def next_batch(
    history: History, progress: Progress, series: Sequence[SeriesRecord], most: int
) -> Batch:
    """Give the oldest that is owed of some series, late readings first. Raises StorageAway."""
    known = {record.id: record for record in series}
    values: list[Value] = []
    late = [one for one in progress.late if one[0] in known]
    while late and len(values) < most:
        id, first, last = late.pop(0)
        points = await history.points(id, first, last + 1, most - len(values))
        values += _values(known[id], points)
        if len(values) == most and points[-1].t < last:
            late.insert(0, (id, points[-1].t + 1, last))
    through = dict(progress.through)
    for record in series:
        if len(values) >= most:
            break
        begin = max(progress.since, through.get(record.id, progress.since - 1) + 1)
        if record.last is None or record.last < begin:
            continue
        points = await history.points(record.id, begin, record.last + 1, most - len(values))
        if points:
            through[record.id] = points[-1].t
            values += _values(record, points)
    return Batch(tuple(values), replace(progress, through=through, late=tuple(late)))


async def owed(history: History, progress: Progress, series: Sequence[SeriesRecord]) -> int:
    """Count the readings that are owed, bad ones left out. Raises StorageAway."""
    count = 0
    for record in series:
        begin = max(progress.since, progress.through.get(record.id, progress.since - 1) + 1)
        if record.last is not None and record.last >= begin:
            count += await history.count(record.id, begin, record.last + 1)
    known = {record.id for record in series}
    for id, first, last in progress.late:
        count += await history.count(id, first, last + 1) if id in known else 0
    return count


def _joined(late: Sequence[Stretch]) -> list[Stretch]:
    spans: dict[str, tuple[int, int]] = {}
    for id, first, last in late:
        before = spans.get(id, (first, last))
        spans[id] = min(first, before[0]), max(last, before[1])
    return [(id, first, last) for id, (first, last) in spans.items()]


def _values(record: SeriesRecord, points: Sequence[Point]) -> list[Value]:
    name = record.name
    return [
        Value(
            series=record.id,
            adapter=name.adapter,
            node=name.node,
            metric=name.metric,
            unit=record.unit,
            t=point.t,
            v=point.v,
            quality=point.quality,
        )
        for point in points
    ]
