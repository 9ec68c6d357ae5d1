"""What became of batches, in numbers: a few for lists, all of them for the report."""

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from krausen.brewing.attenuation import alcohol, attenuation
from krausen.brewing.completeness import Span, completeness, gaps
from krausen.brewing.course import Course, Piece, Running, apart_ms, mean, pieces, running
from krausen.brewing.gravity import LEAST, MOST
from krausen.model.batch import Batch, BatchState
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.model.vessel import ControlState, Role, VesselMetric
from krausen.ports import catalog
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.brews import Brew, Kept, Part, brew_of
from krausen.server.charts import LEAST_GAP_S, SAMPLE, usual_gap_s
from krausen.server.corrections import Corrections, corrected
from krausen.server.silences import Silence, Silences, Witnesses

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
POWER, WATT = "power", "W"
"""The metric and the unit of an output that tells what it draws."""
OUTPUTS = (Role.HEAT, Role.COOL)
MS_W_PER_KWH = 3.6e9
COOLS = (ControlState.COOLING, ControlState.COOLING_MINIMUM)


class Summary(Struct, frozen=True, kw_only=True):
    """A batch in a few numbers: days it has lasted, gravities as SG, the rest in percent."""

    days: float | None = None
    first_gravity: float | None = None
    latest_gravity: float | None = None
    attenuation: float | None = None
    abv: float | None = None
    completeness: float | None = None


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
    energy_kwh: float | None


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
        self.silences = Silences(kept, history)
        """What kept series silent."""
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
            energy_kwh=await self._energy_kwh(brew),
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

    async def _energy_kwh(self, brew: Brew) -> float | None:
        """Add up what the outputs drew; None unless every one of them tells its power beside its level."""
        units = {record.name: record.unit for record in await self._history.series()}
        outputs = [part for part in brew.parts if part.role in OUTPUTS and part.series in units]
        meters = {(_meter(part.series), part.start): part for part in outputs}
        if not meters or any(units.get(series) != WATT for series, _ in meters):
            return None
        drawn = 0.0
        for (series, _), part in meters.items():
            course = (await self._told([replace(part, series=series)])).course
            drawn += sum(piece.v * piece.length_ms for piece in pieces(course, brew.spans))
        return drawn / MS_W_PER_KWH

    async def _told(self, parts: Sequence[Part]) -> _Told:
        """Read what the series of a role told, without what is bad."""
        times, t, v = array("q"), array("q"), array("d")
        head: list[int] = []
        for part in parts:
            series = await self._history.id_of(part.series)
            start = part.start
            while series is not None and start < part.end:
                page = await self._history.points(series, start, part.end, PAGE)
                good = [point for point in page if point.quality is not Quality.BAD]
                head = head or [point.t for point in good[:SAMPLE]]
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
        witnesses = await self.silences.witnesses()
        record = next((one for one in witnesses.records if one.name == parts[-1].series), None)
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
            silences=[await self._silence(witnesses, parts, gap) for gap in longest],
            silences_left_out=len(missing) - len(longest),
        )

    async def _silence(self, witnesses: Witnesses, parts: Sequence[Part], gap: Span) -> Silence:
        part = next((one for one in reversed(parts) if one.start <= gap.start), parts[0])
        own = {one.series for one in parts}
        return Silence(gap, await self.silences.cause(witnesses, part.series, gap, own))


def _meter(output: SeriesName) -> SeriesName:
    return SeriesName(output.adapter, output.node, POWER)


def _ran(held: Mapping[str, Sequence[Piece]], output: VesselMetric, codes: Collection[int]) -> Running | None:
    if held.get(output):
        return running(held[output], lambda v: v >= 0.5)
    if held.get(VesselMetric.STATE):
        return running(held[VesselMetric.STATE], lambda v: v in codes)
    return None
