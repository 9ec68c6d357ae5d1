"""Vessels."""

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType

from krausen.server.fitting import Arrangement
from krausen.server.vessels import VesselBody
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, patched, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


class LimitsPatch(Struct, frozen=True, kw_only=True):
    """Other limits, °C."""

    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET


class VesselWish(Arrangement, frozen=True, kw_only=True):
    """A vessel to be. `roles` names series ids, `chamber` is the id of where it stands.

    Without an agent it is only watched. Where the agent is a controller's, its firmware holds it: there is no
    other algorithm then, and what the controller measures takes the roles that are not named.
    """

    reason: Why = ""


class VesselPatch(Struct, frozen=True, kw_only=True):
    """What is to be another way; what is null returns to what it is by itself."""

    name: str | UnsetType = UNSET
    kind: str | UnsetType | None = UNSET
    agent: str | UnsetType | None = UNSET
    limits: LimitsPatch | UnsetType | None = UNSET
    roles: dict[str, str | None] | UnsetType | None = UNSET
    algorithm: str | UnsetType | None = UNSET
    settings: dict[str, Any] | UnsetType | None = UNSET
    chamber: str | UnsetType | None = UNSET
    reason: Why = ""


@get("/vessels", guards=[viewer], summary="List the vessels")
async def list_vessels(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[VesselBody]:
    """Vessels in the order of their ids, each with what was requested, accepted, demanded and observed."""
    page = paged(await request.site.catalog.vessels(), limit, cursor)
    return Page([await request.site.roster.body(record) for record in page.items], page.next)


@get("/vessels/{id:str}", guards=[viewer], summary="Read a vessel")
async def read_vessel(request: Call, id: FromPath[str]) -> VesselBody:
    """A vessel, with what was requested, accepted, demanded and observed. Temperatures in °C."""
    return await _body(request, id)


@post("/vessels", guards=[brewer], opt={ALSO: (409,)}, summary="Add a vessel")
async def add_vessel(request: Call, data: JSONBody[VesselWish], reason: Reason = "") -> Response[VesselBody]:
    """The vessel, which is off. One without an agent is only watched."""
    record = await request.site.arrangements.add(data, request.caller, data.reason or reason)
    location = {"location": f"/api/v1/vessels/{record.vessel.id}"}
    return Response(await request.site.roster.body(record), headers=location)


@patch("/vessels/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Change a vessel")
async def change_vessel(
    request: Call,
    id: FromPath[str],
    data: JSONBody[VesselPatch],
    if_match: IfMatch = None,
    reason: Reason = "",
) -> VesselBody:
    """The vessel with a merge patch in it. A role that changes ends now, and another begins."""
    change = request.site.arrangements.change(
        id,
        lambda present: patched(present, data),
        request.caller,
        reason=data.reason or reason,
        seen=seen_in(if_match),
    )
    await or_present(change, lambda: _body(request, id))
    return await _body(request, id)


@delete("/vessels/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Remove a vessel")
async def remove_vessel(
    request: Call, id: FromPath[str], if_match: IfMatch = None, reason: Reason = ""
) -> None:
    """Only one that is off; its past stays."""
    removal = request.site.arrangements.remove(id, request.caller, reason=reason, seen=seen_in(if_match))
    await or_present(removal, lambda: _body(request, id))


async def _body(request: Call, id: str) -> VesselBody:
    return await request.site.roster.body(await request.site.catalog.vessel(id))
