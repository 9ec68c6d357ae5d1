"""Chambers: where vessels stand."""

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType

from krausen.model.agent import Chamber
from krausen.ports.catalog import Dates, Kind
from krausen.server.chambers import ChamberPlan
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso


class ChamberWish(Struct, frozen=True, kw_only=True):
    """A chamber to be; the agent keeps it, where there is one."""

    name: str
    agent: str = ""
    reason: Why = ""


class ChamberPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way; an agent that is null is none."""

    name: str | UnsetType = UNSET
    agent: str | UnsetType | None = UNSET
    reason: Why = ""


class ChamberBody(Struct, frozen=True, kw_only=True):
    """A chamber."""

    id: str
    name: str
    agent: str
    revision: int
    created_at: str
    updated_at: str


@get("/chambers", guards=[viewer], summary="List the chambers")
async def list_chambers(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[ChamberBody]:
    """Chambers in the order of their ids."""
    page = paged(await request.site.catalog.chambers(), limit, cursor)
    dates = await request.site.catalog.dates(Kind.CHAMBER)
    return Page([_chamber(one, dates[one.id]) for one in page.items if one.id in dates], page.next)


@get("/chambers/{id:str}", guards=[viewer], summary="Read a chamber")
async def read_chamber(request: Call, id: FromPath[str]) -> ChamberBody:
    """A chamber."""
    return await _body(request, id)


@post("/chambers", guards=[brewer], opt={ALSO: (409,)}, summary="Add a chamber")
async def add_chamber(request: Call, data: JSONBody[ChamberWish]) -> Response[ChamberBody]:
    """The chamber, in which nothing stands yet."""
    wanted = ChamberPlan(name=data.name, agent=data.agent)
    chamber = await request.site.chambers.add(wanted, request.caller, data.reason)
    return Response(await _body(request, chamber.id), headers={"location": f"/api/v1/chambers/{chamber.id}"})


@patch("/chambers/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Change a chamber")
async def change_chamber(
    request: Call, id: FromPath[str], data: JSONBody[ChamberPatch], if_match: IfMatch = None
) -> ChamberBody:
    """The chamber with a merge patch in it. It belongs to the agent of the vessels that stand in it."""
    change = request.site.chambers.change(
        id,
        lambda present: patched(present, data),
        request.caller,
        reason=data.reason,
        seen=seen_in(if_match),
    )
    await or_present(change, lambda: _body(request, id))
    return await _body(request, id)


@delete("/chambers/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Remove a chamber")
async def remove_chamber(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """Only one in which no vessel stands."""
    removal = request.site.chambers.remove(id, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, id))


async def _body(request: Call, id: str) -> ChamberBody:
    chamber = await request.site.catalog.chamber(id)
    return _chamber(chamber, (await request.site.catalog.dates(Kind.CHAMBER))[id])


def _chamber(chamber: Chamber, dates: Dates) -> ChamberBody:
    return ChamberBody(
        id=chamber.id,
        name=chamber.name,
        agent=chamber.agent,
        revision=chamber.revision,
        created_at=iso(dates.created_at),
        updated_at=iso(dates.updated_at),
    )
