"""Batches and what happened to them."""

from collections.abc import Sequence
from typing import Annotated, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from krausen.model.batch import Batch, BatchEvent
from krausen.ports.catalog import Dates, Kind
from krausen.server.batches import BatchPlan
from krausen.server.brews import Part
from krausen.server.report import Summary
from krausen.server.web.acts import Step, act
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.instants import Instant, read_instant
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.server.web.times import site_zone
from krausen.wire.instants import iso, iso_or_none


class BatchWish(BatchPlan, frozen=True, kw_only=True):
    """A batch to be: it is planned until it is started. Gravities as SG, `vessel` is the id of one."""

    reason: Why = ""


class BatchPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way; what is null is unknown again. A vessel is for planned ones alone."""

    name: str | UnsetType = UNSET
    vessel: str | UnsetType | None = UNSET
    style: str | UnsetType | None = UNSET
    volume_l: float | UnsetType | None = UNSET
    yeast: str | UnsetType | None = UNSET
    original_gravity: float | UnsetType | None = UNSET
    target_gravity: float | UnsetType | None = UNSET
    reason: Why = ""


class TimedStep(Struct, frozen=True, kw_only=True):
    """When, now where it is left out, and why."""

    at: Instant | None = None
    reason: Why = ""


class EventWish(Struct, frozen=True, kw_only=True):
    """What happened, now where no time is given."""

    text: str
    kind: str = "note"
    at: Instant | None = None


class IntervalBody(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """The series, by id, that had a role in a batch from then until just before then."""

    role: str
    series: str
    start: str
    end: str


class BatchBody(Struct, frozen=True, kw_only=True):
    """A batch.

    `roles` names the latest series of each role by id, `intervals` all of them in time; `source` says where
    an imported one came from. `days` it has lasted; gravities are SG, where `first_gravity` and
    `latest_gravity` were measured; attenuation (apparent, by extract), alcohol by volume (Balling) and
    completeness are percent, null where unknown, as they were at most a minute ago. `deleted_at` says since
    when it lies in the bin.
    """

    id: str
    name: str
    vessel: str | None
    style: str
    volume_l: float | None
    yeast: str
    original_gravity: float | None
    target_gravity: float | None
    state: Literal["planned", "running", "paused", "finished"]
    started_at: str | None
    finished_at: str | None
    roles: dict[str, str]
    intervals: list[IntervalBody]
    source: str
    days: float | None
    first_gravity: float | None
    latest_gravity: float | None
    attenuation: float | None
    abv: float | None
    completeness: float | None
    deleted_at: str | None
    revision: int
    created_at: str
    updated_at: str


class EventBody(Struct, frozen=True):
    """Something that happened to a batch."""

    id: str
    at: str
    kind: str
    text: str


StateFilter = Annotated[
    Literal["planned", "running", "paused", "finished", "deleted"] | None,
    QueryParameter(name="state", description="Only those; `deleted` are those in the bin."),
]


@get("/batches", guards=[viewer], summary="List the batches")
async def list_batches(
    request: Call,
    stage: StateFilter = None,
    vessel: FromQuery[str | None] = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[BatchBody]:
    """Batches, the latest start first, planned ones last; those in the bin only where they are asked for."""
    site = request.site
    if stage == "deleted":
        found = await site.batches.binned()
    else:
        found = [one for one in await site.catalog.batches() if stage in {None, one.state.value}]
    page = paged([one for one in found if vessel in {None, one.vessel}], limit, cursor)
    dates = await site.catalog.dates(Kind.BATCH)
    return Page([await batch_body(request, batch, dates) for batch in page.items], page.next)


@get("/batches/{id:str}", guards=[viewer], summary="Read a batch")
async def read_batch(request: Call, id: FromPath[str]) -> BatchBody:
    """A batch."""
    return await _body(request, id)


@post("/batches", guards=[brewer], opt={ALSO: (409,)}, summary="Plan a batch")
async def add_batch(request: Call, data: JSONBody[BatchWish]) -> Response[BatchBody]:
    """The batch, which is planned."""
    batch = await request.site.batches.add(data, request.caller, data.reason)
    body = await batch_body(request, batch)
    return Response(body, headers={"location": f"/api/v1/batches/{batch.id}"})


@patch("/batches/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Change a batch")
async def change_batch(
    request: Call, id: FromPath[str], data: JSONBody[BatchPatch], if_match: IfMatch = None
) -> BatchBody:
    """The batch with a merge patch in it."""
    change = request.site.batches.change(
        id,
        lambda present: patched(present, data),
        request.caller,
        reason=data.reason,
        seen=seen_in(if_match),
    )
    return await batch_body(request, await or_present(change, lambda: _body(request, id)))


@delete("/batches/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Put a batch into the bin")
async def remove_batch(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """It lies there for 30 days and can be had back; its readings stay in any case."""
    removal = request.site.batches.remove(id, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, id))


@act("/batches/{id:str}/restore", summary="Take a batch out of the bin")
async def restore_batch(request: Call, id: FromPath[str], data: JSONBody[Step | None] = None) -> BatchBody:
    """The batch, as it was."""
    return await batch_body(
        request, await request.site.batches.restore(id, request.caller, data.reason if data else "")
    )


@act("/batches/{id:str}/start", also=(409,), summary="Start a batch")
async def start_batch(request: Call, id: FromPath[str], data: JSONBody[TimedStep | None] = None) -> BatchBody:
    """The batch, which runs from then on. A vessel holds one at a time."""
    step = data or TimedStep()
    at = await _instant(request, step.at)
    return await batch_body(request, await request.site.batches.start(id, at, request.caller, step.reason))


@act("/batches/{id:str}/pause", also=(409,), summary="Pause a batch")
async def pause_batch(request: Call, id: FromPath[str], data: JSONBody[Step | None] = None) -> BatchBody:
    """The batch, which keeps its vessel. What is not recorded meanwhile is not missed."""
    reason = data.reason if data else ""
    return await batch_body(request, await request.site.batches.pause(id, request.caller, reason))


@act("/batches/{id:str}/resume", also=(409,), summary="Let a paused batch go on")
async def resume_batch(request: Call, id: FromPath[str], data: JSONBody[Step | None] = None) -> BatchBody:
    """The batch, which runs again."""
    reason = data.reason if data else ""
    return await batch_body(request, await request.site.batches.resume(id, request.caller, reason))


@act("/batches/{id:str}/finish", also=(409,), summary="Finish a batch")
async def finish_batch(
    request: Call, id: FromPath[str], data: JSONBody[TimedStep | None] = None
) -> BatchBody:
    """The batch, which ended then; its vessel is free."""
    step = data or TimedStep()
    at = await _instant(request, step.at)
    return await batch_body(request, await request.site.batches.finish(id, at, request.caller, step.reason))


@get("/batches/{id:str}/events", guards=[viewer], summary="List what happened to a batch")
async def list_batch_events(
    request: Call, id: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[EventBody]:
    """What happened to a batch, in the order of time."""
    await request.site.catalog.batch(id)
    page = paged(await request.site.catalog.events(id), limit, cursor)
    return Page([event_body(event) for event in page.items], page.next)


@post("/batches/{id:str}/events", guards=[brewer], summary="Write down what happened to a batch")
async def add_batch_event(request: Call, id: FromPath[str], data: JSONBody[EventWish]) -> Response[EventBody]:
    """The event, now where no time is given. The same again is the same event."""
    at = await _instant(request, data.at)
    event = BatchEvent(request.site.clock.now() if at is None else at, data.kind, data.text)
    noted = await request.site.batches.note(id, event, request.caller)
    location = f"/api/v1/batches/{id}/events/{noted.id}"
    return Response(event_body(noted), headers={"location": location})


@delete(
    "/batches/{id:str}/events/{event:str}",
    guards=[brewer],
    opt={ALSO: (409,)},
    summary="Strike out what happened to a batch",
)
async def remove_batch_event(
    request: Call, id: FromPath[str], event: FromPath[str], reason: Reason = ""
) -> None:
    """How it went from state to state stays."""
    await request.site.batches.unnote(id, event, request.caller, reason)


async def batch_body(request: Call, batch: Batch, dates: dict[str, Dates] | None = None) -> BatchBody:
    """Give a batch as it stands now."""
    site = request.site
    dated = (await site.catalog.dates(Kind.BATCH) if dates is None else dates)[batch.id]
    brew = await site.reports.brew(batch)
    intervals = await intervals_of(request, brew.parts, batch.finished_at)
    return _batch(batch, intervals, await site.reports.summary(brew), dated)


async def intervals_of(request: Call, parts: Sequence[Part], last: int | None) -> list[IntervalBody]:
    """Give the series that history has, by id, in order of role and time, none beyond the end of a batch."""
    found = [(part, await request.site.history.id_of(part.series)) for part in parts]
    return [
        IntervalBody(
            role=part.role,
            series=series,
            start=iso(part.start),
            end=iso(part.end if last is None else min(part.end, last)),
        )
        for part, series in sorted(found, key=lambda one: (one[0].role, one[0].start))
        if series is not None
    ]


def event_body(event: BatchEvent) -> EventBody:
    """Give an event."""
    return EventBody(event.id, iso(event.at), event.kind, event.text)


async def _instant(request: Call, given: str | int | None) -> int | None:
    return None if given is None else read_instant("/at", given, await site_zone(request.site))


async def _body(request: Call, id: str) -> BatchBody:
    return await batch_body(request, await request.site.catalog.batch(id))


def _batch(batch: Batch, intervals: list[IntervalBody], summary: Summary, dates: Dates) -> BatchBody:
    return BatchBody(
        id=batch.id,
        name=batch.name,
        vessel=batch.vessel,
        style=batch.style,
        volume_l=batch.volume_l,
        yeast=batch.yeast,
        original_gravity=batch.original_gravity,
        target_gravity=batch.target_gravity,
        state=batch.state.value,
        started_at=iso_or_none(batch.started_at),
        finished_at=iso_or_none(batch.finished_at),
        roles={interval.role: interval.series for interval in intervals},
        intervals=intervals,
        source=batch.source,
        days=summary.days,
        first_gravity=summary.first_gravity,
        latest_gravity=summary.latest_gravity,
        attenuation=summary.attenuation,
        abv=summary.abv,
        completeness=summary.completeness,
        deleted_at=iso_or_none(batch.deleted_at),
        revision=batch.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )
