"""What became of batches, in numbers: a few for lists, all of them for the report."""

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from krausen.brewing.attenuation import alcohol, attenuation
from krausen.brewing.completeness import Cause, Evidence, Span, cause_of, completeness, gaps
from krausen.brewing.course import Course, Piece, Running, apart_ms, mean, pieces, running
from krausen.brewing.gravity import LEAST, MOST
from krausen.importing.brew import ADAPTER as IMPORTED
from krausen.model.batch import Batch, BatchState
from krausen.model.reading import Quality
from krausen.model.vessel import VESSEL_ADAPTER, ControlState, Role, VesselMetric
from krausen.ports import catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History, Point, SeriesRecord
from krausen.server.brews import Brew, Kept, Part, brew_of
from krausen.server.charts import LEAST_GAP_S, SAMPLE, usual_gap_s
from krausen.server.corrections import Corrections, corrected

DAY_MS = 86_400_000
PAGE = 20_000
RECKONED_MS = 60_000
"""How old the numbers of a list may be."""
MOST_GAPS = 200
"""Gaps of a role that are listed, the longest ones; all of them count."""
TOLD_BY = (Role.BEER, Role.CHAMBER, Role.GRAVITY)
"""The roles whose completeness stands for that of a batch, the first one that there is."""
GRAVITY_UNITS = ("SG", "")
HEATS = (ControlState.HEATING, ControlState.HEATING_MINIMUM)
COOLS = (ControlState.COOLING, ControlState.COOLING_MINIMUM)


class Summary(Struct, frozen=True, kw_only=True):
    """A batch in a few numbers: days it has lasted, gravities as SG, the rest in percent."""

    days: float | None = None
    first_gravity: float | None = None
    latest_gravity: float | None = None
    attenuation: float | None = None
    abv: float | None = None
    completeness: float | None = None


class Silence(Struct, frozen=True):
    """A time without readings, and what kept them away."""

    span: Span
    cause: Cause


class RoleReport(Struct, frozen=True, kw_only=True):
    """What a role's series told: values in their unit, the mean over time, completeness in percent."""

    role: str
    unit: str
    parts: Sequence[Part]
    readings: int
    min: float | None
    max: float | None
    mean: float | None
    gap_s: float
    completeness: float | None
    silences: Sequence[Silence]
    silences_left_out: int


class BrewReport(Struct, frozen=True, kw_only=True):
    """A batch in all its numbers; None is unknown. Out of band is beer too far off its setpoint."""

    brew: Brew
    summary: Summary
    roles: Sequence[RoleReport]
    out_of_band_ms: int | None
    heat: Running | None
    cool: Running | None


class _Told(Struct, frozen=True, kw_only=True):
    """What the series of a role told: when it spoke, and its course as corrected."""

    times: Sequence[int]
    course: Course


class Arranged(Kept, catalog.Agents, Protocol):
    """The part of the catalog that knows batches, and who sends readings."""


class Reports:
    """Reckons with what history has of batches, corrected where people did so."""

    def __init__(self, kept: Arranged, history: History, corrections: Corrections, clock: Clock) -> None:
        self._kept = kept
        self._history = history
        self._corrections = corrections
        self._clock = clock
        self._reckoned: dict[str, tuple[tuple[int, int], int, Summary]] = {}

    async def brew(self, batch: Batch) -> Brew:
        """Give a batch with its series in time."""
        return await brew_of(self._kept, batch, self._clock.now())

    async def summary(self, brew: Brew) -> Summary:
        """Give a few numbers of a batch, reckoned a minute ago at most."""
        now, key = self._clock.now(), (brew.batch.revision, self._corrections.version)
        known = self._reckoned.get(brew.batch.id)
        if known is None or known[0] != key or not 0 <= now - known[1] < RECKONED_MS:
            known = (key, now, await self._summary(brew))
            self._reckoned[brew.batch.id] = known
        return known[2]

    async def report(self, batch: Batch, band_c: float) -> BrewReport:
        """Give all numbers of a batch; beer is out of band when more than `band_c` °C off its setpoint."""
        brew = await self.brew(batch)
        told = {role: await self._told(parts) for role, parts in brew.roles().items()}
        held = {role: list(pieces(one.course, brew.spans)) for role, one in told.items()}
        roles = [await self._role(brew, role, one, held[role]) for role, one in told.items() if one.times]
        beer, wanted = held.get(Role.BEER, []), held.get(VesselMetric.SETPOINT_BEER, [])
        return BrewReport(
            brew=brew,
            summary=await self._summary(brew),
            roles=roles,
            out_of_band_ms=apart_ms(beer, wanted, band_c),
            heat=_ran(held, VesselMetric.HEAT, HEATS),
            cool=_ran(held, VesselMetric.COOL, COOLS),
        )

    async def _summary(self, brew: Brew) -> Summary:
        batch, roles = brew.batch, brew.roles()
        if batch.started_at is None:
            return Summary()
        end = batch.finished_at if batch.state is BatchState.FINISHED else None
        first, latest = await self._gravities(roles.get(Role.GRAVITY, ()))
        original = batch.original_gravity or first
        return Summary(
            days=max(0, (end or self._clock.now()) - batch.started_at) / DAY_MS,
            first_gravity=first,
            latest_gravity=latest,
            attenuation=None if original is None or latest is None else attenuation(original, latest),
            abv=None if original is None or latest is None else alcohol(original, latest),
            completeness=await self._completeness(brew, roles),
        )

    async def _completeness(self, brew: Brew, roles: dict[str, list[Part]]) -> float | None:
        for role in TOLD_BY:
            if role in roles:
                told = await self._told(roles[role])
                return completeness(list(gaps(told.times, brew.spans, told.course.longest_ms)), brew.spans)
        return None

    async def _gravities(self, parts: Sequence[Part]) -> tuple[float | None, float | None]:
        units = {record.name: record.unit for record in await self._history.series()}
        fitting = [part for part in parts if units.get(part.series) in GRAVITY_UNITS]
        v = [v for v in (await self._told(fitting)).course.v if LEAST <= v <= MOST]
        return (v[0], v[-1]) if v else (None, None)

    async def _told(self, parts: Sequence[Part]) -> _Told:
        """Read what the series of a role told, without what is bad."""
        times, t, v = array("q"), array("q"), array("d")
        head: list[Point] = []
        for part in parts:
            series = await self._history.id_of(part.series)
            start = part.start
            while series is not None and start < part.end:
                page = await self._history.points(series, start, part.end, PAGE)
                good = [point for point in page if point.quality is not Quality.BAD]
                head = head or good[:SAMPLE]
                stack = await self._corrections.of(series, start, part.end)
                kept = [p for p in corrected(page, stack) if p.quality is not Quality.BAD] if stack else good
                times.extend(point.t for point in good)
                t.extend(point.t for point in kept)
                v.extend(point.v for point in kept)
                start = part.end if len(page) < PAGE else page[-1].t + 1
        longest_ms = int(1000 * (usual_gap_s(head) or LEAST_GAP_S))
        return _Told(times=times, course=Course(t=t, v=v, longest_ms=longest_ms))

    async def _role(self, brew: Brew, role: str, told: _Told, held: Sequence[Piece]) -> RoleReport:
        parts, course = brew.roles()[role], told.course
        missing = list(gaps(told.times, brew.spans, course.longest_ms))
        longest = sorted(sorted(missing, key=lambda gap: -gap.length_ms)[:MOST_GAPS])
        agents, records = await self._agents(brew.batch), await self._history.series()
        record = next((one for one in records if one.name == parts[-1].series), None)
        return RoleReport(
            role=role,
            unit="" if record is None else record.unit,
            parts=parts,
            readings=len(told.times),
            min=min(course.v, default=None),
            max=max(course.v, default=None),
            mean=mean(held) if held else None,
            gap_s=course.longest_ms / 1000,
            completeness=completeness(missing, brew.spans),
            silences=[Silence(gap, await self._cause(agents, parts, gap, records)) for gap in longest],
            silences_left_out=len(missing) - len(longest),
        )

    async def _cause(
        self, agents: Mapping[str, str], parts: Sequence[Part], gap: Span, records: Iterable[SeriesRecord]
    ) -> Cause:
        """Tell what kept a role silent; `agents` are ours, by the adapters whose readings they send."""
        part = next((one for one in reversed(parts) if one.start <= gap.start), parts[0])
        adapter, own = part.series.adapter, {one.series for one in parts}
        if adapter == IMPORTED:
            return Cause.UNKNOWN
        sender = agents.get(adapter, adapter)
        around = [one for one in records if one.name not in own and _would_speak(one, gap)]
        near = [one for one in around if one.name.adapter == sender]
        far = [one for one in around if one.name.adapter != sender]
        return cause_of(
            Evidence(
                from_agent=adapter in agents,
                adapter_spoke=await self._spoke(near, gap),
                others_spoke=await self._spoke(far, gap),
            )
        )

    async def _agents(self, batch: Batch) -> dict[str, str]:
        """Give our agents by adapter: their own, and that of the vessel's series."""
        vessels = [record.vessel for record in await self._kept.vessels()]
        names = {agent.name for agent in await self._kept.agents()}
        names |= {vessel.agent for vessel in vessels if vessel.agent}
        holding = next((vessel.agent for vessel in vessels if vessel.id == batch.vessel), "")
        return {name: name for name in names} | ({VESSEL_ADAPTER: holding} if holding else {})

    async def _spoke(self, records: Sequence[SeriesRecord], gap: Span) -> bool | None:
        """Tell whether any of these had a reading well within a gap; None where there are none."""
        inner = _inner(gap)
        for record in records:
            if await self._history.points(record.id, inner.start, inner.end, 1):
                return True
        return False if records else None


def _would_speak(record: SeriesRecord, gap: Span) -> bool:
    """Tell whether a series speaks so often that its silence within a gap would say something."""
    if record.first is None or record.last is None or record.name.adapter in {VESSEL_ADAPTER, IMPORTED}:
        return False
    if record.count < 2 or record.first >= gap.end or record.last <= gap.start:
        return False
    return 2 * (record.last - record.first) / (record.count - 1) < _inner(gap).length_ms


def _inner(gap: Span) -> Span:
    """Give the middle half of a gap, for nobody falls silent at exactly the same time as another."""
    return Span(gap.start + gap.length_ms // 4, gap.end - gap.length_ms // 4)


def _ran(held: Mapping[str, Sequence[Piece]], output: VesselMetric, codes: Collection[int]) -> Running | None:
    if held.get(output):
        return running(held[output], lambda v: v >= 0.5)
    if held.get(VesselMetric.STATE):
        return running(held[VesselMetric.STATE], lambda v: v in codes)
    return None
