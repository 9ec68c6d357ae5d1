"""What became of a batch, and what kept series silent."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from krausen.brewing.completeness import Span
from krausen.brewing.course import Running
from krausen.server.report import RoleReport
from krausen.server.silences import Silence
from krausen.server.web.batches import (
    BatchBody,
    EventBody,
    IntervalBody,
    batch_body,
    event_body,
    intervals_of,
)
from krausen.server.web.call import Call
from krausen.server.web.chart import DAY_MS, Asked, asked_of
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import viewer
from krausen.server.web.times import span
from krausen.wire.instants import iso

USUAL_BAND_C = 0.5
MINUTE_MS = 60_000

Band = Annotated[
    float,
    QueryParameter(
        name="band_c", ge=0, le=100, description="Beyond how many °C off its setpoint beer counts."
    ),
]


class GapBody(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """A time without readings. `cause`: device silent, agent away, server away or not recorded."""

    start: str
    end: str
    minutes: float
    cause: str


class RoleReportBody(Struct, frozen=True, kw_only=True):
    """What the series of a role told, as corrected.

    `mean` is over time. A silence of more than `gap_s` seconds is a gap: the longest are listed,
    `gaps_left_out` says how many more there are. Completeness is percent of the time that the batch ran.
    """

    role: str
    unit: str
    intervals: list[IntervalBody]
    readings: int
    min: float | None
    max: float | None
    mean: float | None
    gap_s: float
    completeness: float | None
    gaps: list[GapBody]
    gaps_left_out: int


class OutputBody(Struct, frozen=True):
    """How long an output was on, and how often it was started."""

    run_minutes: float
    starts: int


class ReportBody(Struct, frozen=True, kw_only=True):
    """What became of a batch; null is unknown.

    `out_of_band_minutes` is for how long the beer was more than `band_c` °C off its setpoint. `energy_kwh` is
    known where every output tells its power: in a series of the same device named `power`, in W.
    """

    batch: BatchBody
    band_c: float
    out_of_band_minutes: float | None
    completeness: float | None
    roles: list[RoleReportBody]
    heat: OutputBody | None
    cool: OutputBody | None
    energy_kwh: float | None
    events: list[EventBody]


@get("/batches/{id:str}/report", guards=[viewer], summary="Report of a batch")
async def read_report(request: Call, id: FromPath[str], band_c: Band = USUAL_BAND_C) -> ReportBody:
    """What became of a batch: how well it was held, and how complete its record is."""
    batch = await request.site.catalog.batch(id)
    found = await request.site.reports.report(batch, band_c)
    out_ms = found.out_of_band_ms
    return ReportBody(
        batch=await batch_body(request, batch),
        band_c=band_c,
        out_of_band_minutes=None if out_ms is None else out_ms / MINUTE_MS,
        completeness=found.summary.completeness,
        roles=[await _role(request, role, batch.finished_at) for role in found.roles],
        heat=_output(found.heat),
        cool=_output(found.cool),
        energy_kwh=found.energy_kwh,
        events=[event_body(event) for event in found.brew.events],
    )


@get(
    "/series/{id:str}/silence",
    guards=[viewer],
    dependencies={"asked": Provide(asked_of)},
    opt={ALSO: (404,)},
    summary="What kept a series silent",
)
async def read_silence(request: Call, id: FromPath[str], asked: NamedDependency[Asked]) -> GapBody:
    """What kept readings away over a span in which a series had none, by default the last 24 hours."""
    site = request.site
    asked_for = Span(*await span(site, asked.start, asked.end, until=site.clock.now(), back_ms=DAY_MS))
    return _gap(await site.reports.silences.of(id, asked_for))


async def _role(request: Call, role: RoleReport, last: int | None) -> RoleReportBody:
    return RoleReportBody(
        role=role.role,
        unit=role.unit,
        intervals=await intervals_of(request, role.parts, last),
        readings=role.readings,
        min=role.min,
        max=role.max,
        mean=role.mean,
        gap_s=role.gap_s,
        completeness=role.completeness,
        gaps=[_gap(silence) for silence in role.silences],
        gaps_left_out=role.silences_left_out,
    )


def _gap(silence: Silence) -> GapBody:
    return GapBody(
        start=iso(silence.span.start),
        end=iso(silence.span.end),
        minutes=silence.span.length_ms / MINUTE_MS,
        cause=silence.cause.value,
    )


def _output(ran: Running | None) -> OutputBody | None:
    return None if ran is None else OutputBody(ran.run_ms / MINUTE_MS, ran.starts)
