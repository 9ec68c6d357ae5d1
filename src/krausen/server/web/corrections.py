"""Corrections of readings."""

from typing import Annotated, Literal

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from krausen.model.correction import Correction, CorrectionKind
from krausen.server.corrections import CorrectionPlan
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason, Why
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.instants import Instant, read_instant
from krausen.server.web.parsing import EARLIEST, USUAL, Cursor, End, Limit, Page, Start, paged
from krausen.server.web.times import site_zone, span
from krausen.wire.instants import LATEST_MS, iso

KindName = Literal["mask", "shift", "replace"]
SeriesId = Annotated[str | None, QueryParameter(name="series", description="Only those of this series.")]


class CorrectionWish(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """A correction to be: leave readings out (`mask`), add `value` to them, or put `value` in their place.

    It holds for the readings of a series, by id, from then until just before then.
    """

    series: str
    start: Instant
    end: Instant
    kind: KindName
    value: float | None = None
    reason: Why = ""


class CorrectionBody(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """A correction of readings of a series, by id. Those made later count upon what those before made."""

    id: str
    series: str
    start: str
    end: str
    kind: KindName
    value: float | None
    reason: str
    by: str
    revision: int
    created_at: str
    updated_at: str


@get("/corrections", guards=[viewer], summary="List the corrections")
async def list_corrections(
    request: Call,
    series: SeriesId = None,
    start: Start = None,
    end: End = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[CorrectionBody]:
    """Corrections that touch a span, in the order in which they were made."""
    site = request.site
    first, last = await span(site, start, end, until=LATEST_MS, back_ms=LATEST_MS - EARLIEST)
    name = None if series is None else await site.history.name_of(series)
    found = [
        one
        for one in await site.corrections.all()
        if (series is None or one.series == name) and one.start < last and one.end > first
    ]
    page = paged(found, limit, cursor)
    return Page([await _body(request, one) for one in page.items], page.next)


@get("/corrections/{id:str}", guards=[viewer], summary="Read a correction")
async def read_correction(request: Call, id: FromPath[str]) -> CorrectionBody:
    """A correction."""
    return await _body(request, await request.site.corrections.one(id))


@post("/corrections", guards=[brewer], opt={ALSO: (409,)}, summary="Correct readings")
async def add_correction(request: Call, data: JSONBody[CorrectionWish]) -> Response[CorrectionBody]:
    """The correction. What was stored stays as it is."""
    zone = await site_zone(request.site)
    wanted = CorrectionPlan(
        series=data.series,
        start=read_instant("/from", data.start, zone),
        end=read_instant("/to", data.end, zone),
        kind=CorrectionKind(data.kind),
        value=data.value,
        reason=data.reason.strip(),
    )
    made = await request.site.corrections.add(wanted, request.caller)
    return Response(await _body(request, made), headers={"location": f"/api/v1/corrections/{made.id}"})


@delete("/corrections/{id:str}", guards=[brewer], summary="Undo a correction")
async def remove_correction(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """The readings are again as they were stored, or as other corrections leave them."""
    await request.site.corrections.remove(id, request.caller, reason)


async def _body(request: Call, one: Correction) -> CorrectionBody:
    return CorrectionBody(
        id=one.id,
        series=await request.site.history.id_of(one.series) or "",
        start=iso(one.start),
        end=iso(one.end),
        kind=one.kind.value,
        value=one.value,
        reason=one.reason,
        by=one.by,
        revision=1,
        created_at=iso(one.at),
        updated_at=iso(one.at),
    )
