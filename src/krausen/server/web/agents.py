"""Agents."""

from shlex import quote

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct
from msgspec.structs import asdict

from krausen.server.agents import AgentFacts
from krausen.server.web.call import Call
from krausen.server.web.changes import Reason, Why
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso_or_none


class AgentWish(Struct, frozen=True, kw_only=True):
    """An agent to be, by its name."""

    agent: str
    reason: Why = ""


class AgentBody(Struct, frozen=True, kw_only=True):
    """An agent. `state` is offline, connected, recognised or current; `queue` counts what it still owes.

    `given_up` counts the readings that it had to drop since this server started, because its disk was full;
    `clock_ms` is how far its clock was ahead of the server's when it said hello; `vessels` are ids. What is
    not known is null.
    """

    agent: str
    state: str
    queue: int | None
    given_up: int
    last_seen: str | None
    version: str | None
    clock_ms: int | None
    vessels: list[str]
    devices: int
    known_since: str | None


class NewAgent(AgentBody, frozen=True, kw_only=True):
    """An agent with the text of its token, which is shown this once, and the command that starts it."""

    token: str
    command: str


@get("/agents", guards=[viewer], summary="List the agents")
async def list_agents(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[AgentBody]:
    """Agents that were added, have called or hold a vessel, by name, with the state of their links."""
    page = paged(await request.site.agents.all(), limit, cursor)
    return Page([_agent(facts) for facts in page.items], page.next)


@get("/agents/{agent:str}", guards=[viewer], summary="Read an agent")
async def read_agent(request: Call, agent: FromPath[str]) -> AgentBody:
    """An agent."""
    return _agent(await request.site.agents.one(agent))


@post("/agents", guards=[admin], opt={ALSO: (409,)}, summary="Add an agent")
async def add_agent(request: Call, data: JSONBody[AgentWish]) -> Response[NewAgent]:
    """The agent, with its token and the command to start it. Both are shown now and never again."""
    facts, text = await request.site.agents.add(data.agent, request.caller, data.reason)
    words = ("krausen", "agent", data.agent, "--server", request.here, "--token", text)
    made = NewAgent(**asdict(_agent(facts)), token=text, command=" ".join(map(quote, words)))
    return Response(made, headers={"location": f"/api/v1/agents/{data.agent}"})


@delete("/agents/{agent:str}", guards=[admin], opt={ALSO: (409,)}, summary="Remove an agent")
async def remove_agent(request: Call, agent: FromPath[str], reason: Reason = "") -> None:
    """Only one that holds no vessel and is not connected. Its own tokens are worthless; its past stays."""
    await request.site.agents.remove(agent, request.caller, reason)


def _agent(facts: AgentFacts) -> AgentBody:
    known = facts.known
    return AgentBody(
        agent=facts.link.agent,
        state=facts.link.state,
        queue=facts.link.queue,
        given_up=facts.link.given_up,
        last_seen=iso_or_none(facts.last_seen),
        version=None if known is None else known.version,
        clock_ms=None if known is None else known.clock_ms,
        vessels=facts.vessels,
        devices=facts.devices,
        known_since=None if known is None else iso_or_none(known.known_since),
    )
