"""Batches and what happened to them."""

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from krausen.model.batch import Batch
from krausen.ports.catalog import Dates, Kind
from krausen.ports.history import History
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso, iso_or_none


class BatchBody(Struct, frozen=True, kw_only=True):
    """A batch. `roles` names series ids; `source` says where an imported one came from."""

    id: str
    name: str
    vessel: str | None
    state: str
    started_at: str | None
    finished_at: str | None
    roles: dict[str, str]
    source: str
    revision: int
    created_at: str
    updated_at: str


class EventBody(Struct, frozen=True):
    """Something that happened to a batch."""

    at: str
    kind: str
    text: str


@get("/batches", guards=[viewer], summary="List the batches")
async def list_batches(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[BatchBody]:
    """Batches, the latest start first."""
    page = paged(await request.site.catalog.batches(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.BATCH)
    history = request.site.history
    return Page([await _batch(batch, history, dates[batch.id]) for batch in page.items], page.next)


@get("/batches/{id:str}", guards=[viewer], summary="Read a batch")
async def read_batch(request: Call, id: FromPath[str]) -> BatchBody:
    """A batch."""
    batch = await request.site.catalog.batch(id)
    return await _batch(batch, request.site.history, (await request.site.catalog.dates(Kind.BATCH))[id])


@get("/batches/{id:str}/events", guards=[viewer], summary="List what happened to a batch")
async def list_batch_events(
    request: Call, id: FromPath[str], limit: Limit = USUAL, cursor: Cursor = None
) -> Page[EventBody]:
    """What happened to a batch, in the order of time."""
    page = paged(await request.site.catalog.events(id), limit, cursor)
    return Page([EventBody(iso(event.at), event.kind, event.text) for event in page.items], page.next)


async def _batch(batch: Batch, history: History, dates: Dates) -> BatchBody:
    ids = {role: await history.id_of(name) for role, name in batch.roles.items()}
    return BatchBody(
        id=batch.id,
        name=batch.name,
        vessel=batch.vessel,
        state=batch.state.value,
        started_at=iso_or_none(batch.started_at),
        finished_at=iso_or_none(batch.finished_at),
        roles={role: id for role, id in ids.items() if id is not None},
        source=batch.source,
        revision=batch.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )
