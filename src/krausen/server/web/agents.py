"""Agents."""

from litestar import get

from krausen.server.roster import AgentBody
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged


@get("/agents", guards=[viewer], summary="List the agents")
async def list_agents(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[AgentBody]:
    """Agents that have been seen since the server's start, by name, with the state of their links."""
    return paged(request.site.roster.agents(), limit, cursor)
