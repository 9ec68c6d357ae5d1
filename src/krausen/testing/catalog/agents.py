"""Agents in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.agent import Agent, DeviceFacts
from krausen.model.journal import JournalEntry
from krausen.model.people import Token, is_for_agent
from krausen.testing.catalog.memory import check_seen
from krausen.testing.catalog.people import MemoryPeople


class MemoryAgents(MemoryPeople):
    """The part of the catalog port that knows agents."""

    def __init__(self) -> None:
        super().__init__()
        self._agents: dict[str, Agent] = {}
        self._devices: dict[tuple[str, str], DeviceFacts] = {}

    async def agents(self) -> list[Agent]:
        """Give all agents, ordered by name."""
        await self._turn()
        return [self._agents[name] for name in sorted(self._agents)]

    async def add_agent(self, agent: Agent, token: Token, entry: JournalEntry) -> None:
        """Add an agent that has not called yet, with its proof. Raises Stale when it is known."""
        await self._turn()
        if agent.name in self._agents:
            raise Stale(f"There is an agent {agent.name} already: choose another name.")
        self._add_token(token)
        self._agents[agent.name] = agent
        self._journal.append(entry)

    async def note_agent(self, agent: Agent) -> None:
        """Keep what an agent told of itself; since when it is known stays."""
        await self._turn()
        known_since = self._agents.get(agent.name, agent).known_since
        self._agents[agent.name] = replace(agent, known_since=known_since)

    async def remove_agent(self, name: str, entry: JournalEntry) -> list[str]:
        """Remove an agent, its devices and its tokens; give their ids. Raises NotFound."""
        await self._turn()
        if self._agents.pop(name, None) is None:
            raise NotFound(f"There is no agent {name}.")
        self._devices = {key: device for key, device in self._devices.items() if device.agent != name}
        ids = sorted(token.id for token in self._tokens.values() if is_for_agent(token, name))
        for id in ids:
            del self._tokens[id]
        self._journal.append(entry)
        return ids

    async def devices(self) -> list[DeviceFacts]:
        """Give what is known of devices, ordered by agent and node."""
        await self._turn()
        return [self._devices[key] for key in sorted(self._devices)]

    async def declare_devices(self, devices: Sequence[DeviceFacts]) -> None:
        """Keep kind and driver of devices; titles and revisions stay."""
        await self._turn()
        for device in devices:
            known = self._devices.get((device.agent, device.node), device)
            declared = replace(known, kind=device.kind, driver=device.driver)
            self._devices[device.agent, device.node] = declared

    async def title_device(
        self, device: DeviceFacts, entry: JournalEntry, *, seen: int | None = None
    ) -> DeviceFacts:
        """Keep the title of a device under the next revision. Raises Stale."""
        await self._turn()
        key = (device.agent, device.node)
        known = self._devices.get(key, replace(device, revision=0))
        check_seen(f"Device {device.node}", known.revision, seen)
        self._devices[key] = replace(known, title=device.title, revision=known.revision + 1)
        self._journal.append(entry)
        return self._devices[key]
