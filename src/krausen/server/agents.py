"""Our agents as people see, add and remove them."""

from collections import Counter, defaultdict
from typing import Protocol

from msgspec import Struct

from krausen.errors import Fault, Invalid, NotFound, Stale
from krausen.model.agent import Agent, is_agent_name
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.ports import catalog
from krausen.ports.catalog import controllers
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change
from krausen.server.live import Live
from krausen.server.people import Reception
from krausen.server.roster import OFFLINE, AgentBody, Roster


class AgentFacts(Struct, frozen=True, kw_only=True):
    """An agent; `known` is None for one that vessels name and nobody has seen."""

    link: AgentBody
    known: Agent | None
    last_seen: int | None
    vessels: list[str]
    devices: int


class Known(catalog.Agents, controllers.Controllers, Protocol):
    """The part of the catalog that knows agents, and the controllers that some speak with."""


class Agents:
    """Lists, adds and removes agents."""

    def __init__(
        self,
        agents: Known,
        history: History,
        roster: Roster,
        reception: Reception,
        live: Live,
        clock: Clock,
    ) -> None:
        self._agents = agents
        self._history = history
        self._roster = roster
        self._reception = reception
        self._live = live
        self._clock = clock

    async def all(self) -> list[AgentFacts]:
        """Give the agents that were added, have called or hold a vessel, by name."""
        nodes: defaultdict[str, set[str]] = defaultdict(set)
        for series in await self._history.series():
            nodes[series.name.adapter].add(series.name.node)
        devices = Counter({adapter: len(found) for adapter, found in nodes.items()})
        links = {link.agent: link for link in self._roster.agents()}
        return [
            AgentFacts(
                link=links.get(name, AgentBody(agent=name, state=OFFLINE)),
                known=self._roster.known(name),
                last_seen=self._roster.last_seen(name),
                vessels=sorted(self._roster.vessels_of(name)),
                devices=devices[name],
            )
            for name in sorted(self._roster.known_agents())
        ]

    async def one(self, name: str) -> AgentFacts:
        """Give one. Raises NotFound."""
        for facts in await self.all():
            if facts.link.agent == name:
                return facts
        raise NotFound(f"There is no agent {name}.")

    async def add(self, name: str, caller: Caller, reason: str = "") -> tuple[AgentFacts, str]:
        """Add an agent; give it with the text of its token, which nobody can find out later.

        Raises Invalid when no agent can be called so, and Stale when one is.
        """
        if not is_agent_name(name):
            told = "An agent's name has up to 64 letters, digits, dots, dashes and underlines."
            raise Invalid(told, [Fault("/agent", told)])
        token, text = self._reception.minted(f"agent {name}", UserRole.AGENT, (name,), None)
        agent = Agent(name=name, known_since=self._clock.now())
        await self._agents.add_agent(agent, token, self._entry(name, "created", caller, reason))
        self._roster.added(agent)
        self._say("agent", name, "created", caller)
        self._say("token", token.id, "created", caller)
        return await self.one(name), text

    async def remove(self, name: str, caller: Caller, reason: str = "") -> None:
        """Remove an agent and its tokens. Raises NotFound, Stale while it holds a vessel or is here."""
        facts = await self.one(name)
        if facts.vessels:
            held = ", ".join(facts.vessels)
            raise Stale(f"{name} still holds {held}. Give that to another agent, or remove it, first.")
        if any(one.name == name for one in await self._agents.controllers()):
            raise Stale(f"{name} speaks with the controller {name}. Remove that; the agent goes with it.")
        if facts.link.state != OFFLINE:
            raise Stale(f"{name} is connected. Stop it on its machine first.")
        await self.dismiss(name, caller, reason)

    async def dismiss(self, name: str, caller: Caller, reason: str = "") -> None:
        """Remove an agent and its tokens, whatever it holds, here or not. Raises NotFound."""
        entry = self._entry(name, "deleted", caller, reason)
        tokens = await self._agents.remove_agent(name, entry)
        self._reception.worthless(tokens)
        self._roster.forgotten(name)
        self._say("agent", name, "deleted", caller)
        for token in tokens:
            self._say("token", token, "deleted", caller)

    def forget(self, name: str) -> None:
        """Take it that a dismissed agent has left."""
        self._roster.forgotten(name)

    def _say(self, what: str, id: str, action: str, caller: Caller) -> None:
        self._live.say("changes", Change(what=what, id=id, action=action, revision=1, by=caller.name))

    def _entry(self, name: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="agent", id=name, action=action, reason=reason)
