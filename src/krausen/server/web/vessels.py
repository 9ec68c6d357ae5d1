"""Vessels."""

from litestar import get
from litestar.params import FromPath

from krausen.server.roster import VesselBody
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


@get("/vessels", guards=[viewer], summary="List the vessels")
async def list_vessels(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[VesselBody]:
    """Vessels in the order of their ids, each with what was requested, accepted, demanded and observed."""
    page = paged(await request.site.catalog.vessels(), limit, cursor)
    return Page([await request.site.roster.body(record) for record in page.items], page.next)


@get("/vessels/{id:str}", guards=[viewer], summary="Read a vessel")
async def read_vessel(request: Call, id: FromPath[str]) -> VesselBody:
    """A vessel, with what was requested, accepted, demanded and observed. Temperatures in °C."""
    return await request.site.roster.body(await request.site.catalog.vessel(id))
