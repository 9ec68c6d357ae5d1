"""Corrections: a layer above what was stored, which stays as it is."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice

import anyio
from msgspec import Struct

from krausen.errors import Fault, Invalid, NotFound, Stale
from krausen.model.correction import Correction, CorrectionKind
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.ports import catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History, Point
from krausen.server.changes import Change
from krausen.server.live import Live

LARGEST = 1e9
TRIES = 1000


class CorrectionPlan(Struct, frozen=True, kw_only=True):
    """What is to be done with the readings of a series, by id, with start <= t < end, UTC milliseconds."""

    series: str
    start: int
    end: int
    kind: CorrectionKind
    value: float | None = None
    reason: str = ""


class Corrections:
    """Makes and undoes corrections, and gives those of a series."""

    def __init__(self, kept: catalog.Corrections, history: History, live: Live, clock: Clock) -> None:
        self._kept = kept
        self._history = history
        self._live = live
        self._clock = clock
        self._turn = anyio.Lock()
        self._by_series: dict[SeriesName, list[Correction]] | None = None
        self.version = 0
        """Counts up with every change."""

    async def all(self) -> list[Correction]:
        """Give all corrections in the order in which they were made."""
        return await self._kept.corrections()

    async def one(self, id: str) -> Correction:
        """Give one. Raises NotFound."""
        found = next((one for one in await self._kept.corrections() if one.id == id), None)
        if found is None:
            raise NotFound(f"There is no correction {id}.")
        return found

    async def of(self, series: str, start: int, end: int) -> list[Correction]:
        """Give those of a series, by id, that touch start <= t < end, in the order in which they count."""
        name = await self._history.name_of(series)
        if self._by_series is None:
            self._by_series = _grouped(await self._kept.corrections())
        found = () if name is None else self._by_series.get(name, ())
        return [one for one in found if one.start < end and one.end > start]

    async def add(self, wanted: CorrectionPlan, caller: Caller) -> Correction:
        """Make a correction. Raises Invalid."""
        async with self._turn:
            name = await self._history.name_of(wanted.series)
            found = list(_faults(wanted, name))
            if name is None or found:
                raise Invalid(
                    found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found
                )
            for id in _ids(self._clock.now()):
                made = _correction(id, name, wanted, caller, self._clock.now())
                try:
                    await self._kept.add_correction(made, self._entry(made, "created", caller, made.reason))
                except Stale:
                    continue
                self._changed(made, "created", caller)
                return made
            raise Stale("Too many corrections were made at this very instant: try again.")

    async def remove(self, id: str, caller: Caller, reason: str = "") -> None:
        """Undo a correction. Raises NotFound."""
        async with self._turn:
            made = await self.one(id)
            await self._kept.remove_correction(id, self._entry(made, "deleted", caller, reason))
            self._changed(made, "deleted", caller)

    def _changed(self, made: Correction, action: str, caller: Caller) -> None:
        self._by_series = None
        self.version += 1
        change = Change(what="correction", id=made.id, action=action, revision=1, by=caller.name)
        self._live.say("changes", change)

    def _entry(self, made: Correction, action: str, caller: Caller, reason: str) -> JournalEntry:
        detail = f"{made.kind.value} {made.series}"
        return JournalEntry(
            at=self._clock.now(),
            by=caller.name,
            what="correction",
            id=made.id,
            action=action,
            reason=reason,
            detail=detail if made.value is None else f"{detail} {made.value:g}",
        )


def corrected(points: Iterable[Point], stack: Sequence[Correction]) -> list[Point]:
    """Give readings as corrections leave them, each applied to what those before it made."""
    if not stack:
        return list(points)
    return [changed for point in points if (changed := _corrected(point, stack)) is not None]


def _corrected(point: Point, stack: Sequence[Correction]) -> Point | None:
    v, quality = point.v, point.quality
    for one in stack:
        if one.start <= point.t < one.end:
            if one.kind is CorrectionKind.MASK or one.value is None:
                return None
            if one.kind is CorrectionKind.SHIFT:
                v += one.value
            else:
                v, quality = one.value, Quality.GOOD
    return Point(point.t, v, quality)


def _grouped(corrections: Iterable[Correction]) -> dict[SeriesName, list[Correction]]:
    found: dict[SeriesName, list[Correction]] = {}
    for one in corrections:
        found.setdefault(one.series, []).append(one)
    return found


def _ids(now: int) -> Iterator[str]:
    return (f"c{n:x}" for n in islice(count(now), TRIES))


def _correction(id: str, name: SeriesName, wanted: CorrectionPlan, caller: Caller, now: int) -> Correction:
    return Correction(
        id=id,
        series=name,
        start=wanted.start,
        end=wanted.end,
        kind=wanted.kind,
        value=wanted.value,
        reason=wanted.reason,
        by=caller.name,
        at=now,
    )


def _faults(wanted: CorrectionPlan, name: SeriesName | None) -> Iterator[Fault]:
    if name is None:
        yield Fault("/series", f"There is no series {wanted.series}.")
    if wanted.start >= wanted.end:
        yield Fault("/from", "This is not before `to`.")
    if wanted.kind is CorrectionKind.MASK:
        if wanted.value is not None:
            yield Fault("/value", "A mask has no value.")
    elif wanted.value is None:
        yield Fault("/value", f"To {wanted.kind.value} a stretch takes a value.")
    elif not -LARGEST <= wanted.value <= LARGEST:
        yield Fault("/value", f"A value lies between -{LARGEST:g} and {LARGEST:g}.")
