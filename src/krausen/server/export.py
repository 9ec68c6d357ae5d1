"""What history has, to be taken away: readings of several series, merged in order of time."""

from collections.abc import AsyncIterator, Callable, Sequence
from heapq import heapify, heappop, heapreplace

from msgspec import Struct
from msgspec.structs import replace

from krausen.brewing.completeness import Span
from krausen.errors import NotFound
from krausen.model.batch import Batch, BatchEvent
from krausen.model.series import SeriesName
from krausen.ports.clock import Clock
from krausen.ports.history import History, Point
from krausen.server.brews import Kept, brew_of
from krausen.server.corrections import Corrections, corrected

HELD = 50_000
"""Readings that are held at a time, of all series together."""
LEAST_PAGE = 200


class Column(Struct, frozen=True, kw_only=True):
    """A series, by id, in a span. `variable` tells it from the others; `role` is empty outside of batches."""

    id: str
    series: SeriesName
    variable: str
    unit: str
    span: Span
    role: str = ""

    @property
    def series_parts(self) -> tuple[str, str, str]:
        """The adapter, node and metric of the series."""
        return self.series.adapter, self.series.node, self.series.metric


class Entry(Struct, frozen=True):
    """A reading and whose it is."""

    column: Column
    point: Point


class Export(Struct, frozen=True, kw_only=True):
    """What is taken away, under a name; `entries()` yields it in order of time, a page at a time.

    Where it is that of a `batch`, its `events` go with it.
    """

    name: str
    entries: Callable[[], AsyncIterator[Entry]]
    events: Sequence[BatchEvent] = ()
    batch: Batch | None = None


class Exports:
    """Prepares exports; `as_stored` leaves corrections out."""

    def __init__(self, kept: Kept, history: History, corrections: Corrections, clock: Clock) -> None:
        self._kept = kept
        self._history = history
        self._corrections = corrections
        self._clock = clock

    async def of_series(self, ids: Sequence[str], span: Span, *, as_stored: bool) -> Export:
        """Give series, by id, in a span; all that there are when none is named. Raises NotFound."""
        known = {record.id: record for record in await self._history.series()}
        missing = next((id for id in ids if id not in known), None)
        if missing is not None:
            raise NotFound(f"There is no series {missing}.")
        columns = [
            Column(id=id, series=known[id].name, variable="", unit=known[id].unit, span=span)
            for id in dict.fromkeys(ids or known)
        ]
        return Export(name="readings", entries=self._merged(columns, as_stored=as_stored))

    async def of_batch(self, batch: Batch, span: Span, *, as_stored: bool) -> Export:
        """Give the series of a batch as far as they lie in a span, and its events."""
        brew = await brew_of(self._kept, batch, self._clock.now())
        units = {record.name: (record.id, record.unit) for record in await self._history.series()}
        columns = [
            Column(
                id=units[part.series][0],
                series=part.series,
                variable="",
                unit=units[part.series][1],
                span=Span(max(part.start, span.start), min(part.end, span.end)),
                role=part.role,
            )
            for part in brew.parts
            if part.series in units
        ]
        events = [event for event in brew.events if span.start <= event.at < span.end]
        entries = self._merged(_once(columns), as_stored=as_stored)
        return Export(name=batch.id, entries=entries, events=events, batch=batch)

    def _merged(self, columns: Sequence[Column], *, as_stored: bool) -> Callable[[], AsyncIterator[Entry]]:
        named = _named(columns)
        return lambda: self._entries(named, as_stored=as_stored)

    async def _entries(self, columns: Sequence[Column], *, as_stored: bool) -> AsyncIterator[Entry]:
        """Merge the readings of columns by time."""
        page = max(LEAST_PAGE, HELD // max(1, len(columns)))
        sources = [self._points(column, page, as_stored=as_stored) for column in columns]
        heads = [(point.t, n, point) for n, source in enumerate(sources) async for point in _first(source)]
        heapify(heads)
        while heads:
            _, n, point = heads[0]
            yield Entry(columns[n], point)
            following = await anext(sources[n], None)
            if following is None:
                heappop(heads)
            else:
                heapreplace(heads, (following.t, n, following))

    async def _points(self, column: Column, page: int, *, as_stored: bool) -> AsyncIterator[Point]:
        start, end = column.span.start, column.span.end
        while start < end:
            points = await self._history.points(column.id, start, end, page)
            stack = [] if as_stored else await self._corrections.of(column.id, start, end)
            for point in corrected(points, stack):
                yield point
            start = end if len(points) < page else points[-1].t + 1


async def _first(source: AsyncIterator[Point]) -> AsyncIterator[Point]:
    """Yield the first one, if there is any."""
    point = await anext(source, None)
    if point is not None:
        yield point


def _once(columns: Sequence[Column]) -> list[Column]:
    """Give each series once, under the first of its roles."""
    found: dict[tuple[str, int], Column] = {}
    for column in columns:
        found.setdefault((column.id, column.span.start), column)
    return list(found.values())


def _named(columns: Sequence[Column]) -> list[Column]:
    """Name each column: by its metric where that tells the series apart, else by its role, else by more."""
    return [replace(column, variable=name) for column, name in zip(columns, _names(columns), strict=True)]


def _names(columns: Sequence[Column]) -> list[str]:
    series = {column.series for column in columns}
    metrics = [column.series.metric for column in columns]
    if len(set(metrics)) == len(series):
        return metrics
    if all(column.role for column in columns):
        return [column.role for column in columns]
    longer = [f"{column.series.node} {column.series.metric}" for column in columns]
    return longer if len(set(longer)) == len(series) else [str(column.series) for column in columns]
