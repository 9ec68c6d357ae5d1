"""Agents."""

from litestar import get
from msgspec import Struct

from krausen.server.roster import OFFLINE
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso_or_none


class AgentBody(Struct, frozen=True, kw_only=True):
    """An agent. `queue` counts what it still owes, null when unknown; it was seen since the server began."""

    agent: str
    state: str
    queue: int | None
    last_seen: str | None


@get("/agents", guards=[viewer], summary="List the agents")
async def list_agents(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[AgentBody]:
    """Agents that hold a vessel or were seen since the server's start, with the state of their links."""
    roster = request.site.roster
    linked = {agent.agent: agent for agent in roster.agents()}
    found = [
        AgentBody(
            agent=name,
            state=linked[name].state if name in linked else OFFLINE,
            queue=linked[name].queue if name in linked else None,
            last_seen=iso_or_none(roster.last_seen(name)),
        )
        for name in sorted(roster.known_agents())
    ]
    return paged(found, limit, cursor)
