"""Our agents, and what they say of their devices."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select

from krausen.errors import NotFound
from krausen.model.agent import Agent, DeviceFacts
from krausen.model.journal import JournalEntry
from krausen.model.people import Token, is_for_agent
from krausen.storage.catalog import tables
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.people import add_token
from krausen.storage.catalog.rows import all_of, check_seen, one_of, put, row_of, taken


class SqlAgents(CatalogFile):
    """The part of the catalog port that knows agents."""

    async def agents(self) -> list[Agent]:
        """Give all agents, ordered by name."""
        return await self._read(_agents)

    async def add_agent(self, agent: Agent, token: Token, entry: JournalEntry) -> None:
        """Add an agent that has not called yet, with its proof. Raises Stale when it is known."""
        await self._change(entry, _add, agent, token)

    async def note_agent(self, agent: Agent) -> None:
        """Keep what an agent told of itself; since when it is known stays."""
        await self._write(_note, agent)

    async def remove_agent(self, name: str, entry: JournalEntry) -> list[str]:
        """Remove an agent, its devices and its tokens; give their ids. Raises NotFound."""
        return await self._change(entry, _remove, name)

    async def devices(self) -> list[DeviceFacts]:
        """Give what is known of devices, ordered by agent and node."""
        return await self._read(_devices)

    async def declare_devices(self, devices: Sequence[DeviceFacts]) -> None:
        """Keep kind and driver of devices; titles and revisions stay."""
        await self._write(_declare, devices)

    async def title_device(
        self, device: DeviceFacts, entry: JournalEntry, *, seen: int | None = None
    ) -> DeviceFacts:
        """Keep the title of a device under the next revision. Raises Stale."""
        return await self._change(entry, _title, device, seen)


def _agents(connection: Connection) -> list[Agent]:
    return all_of(Agent, connection, select(tables.agent).order_by(tables.agent.c.name))


def _add(connection: Connection, agent: Agent, token: Token) -> None:
    with taken(f"There is an agent {agent.name} already: choose another name."):
        connection.execute(insert(tables.agent).values(row_of(agent)))
    add_token(connection, token)


def _note(connection: Connection, agent: Agent) -> None:
    row = row_of(agent)
    known_since = row.pop("known_since")
    put(connection, tables.agent, row, known_since=known_since)


def _remove(connection: Connection, name: str) -> list[str]:
    if not connection.execute(delete(tables.agent).where(tables.agent.c.name == name)).rowcount:
        raise NotFound(f"There is no agent {name}.")
    connection.execute(delete(tables.device).where(tables.device.c.agent == name))
    tokens = all_of(Token, connection, select(tables.token).order_by(tables.token.c.id))
    ids = [token.id for token in tokens if is_for_agent(token, name)]
    connection.execute(delete(tables.token).where(tables.token.c.id.in_(ids)))
    return ids


def _devices(connection: Connection) -> list[DeviceFacts]:
    order = (tables.device.c.agent, tables.device.c.node)
    return all_of(DeviceFacts, connection, select(tables.device).order_by(*order))


def _device(connection: Connection, agent: str, node: str) -> DeviceFacts | None:
    this = (tables.device.c.agent == agent) & (tables.device.c.node == node)
    return one_of(DeviceFacts, connection, select(tables.device).where(this))


def _declare(connection: Connection, devices: Sequence[DeviceFacts]) -> None:
    for device in devices:
        known = _device(connection, device.agent, device.node) or device
        put(connection, tables.device, row_of(replace(known, kind=device.kind, driver=device.driver)))


def _title(connection: Connection, device: DeviceFacts, seen: int | None) -> DeviceFacts:
    known = _device(connection, device.agent, device.node) or replace(device, revision=0)
    check_seen(f"Device {device.node}", known.revision, seen)
    titled = replace(known, title=device.title, revision=known.revision + 1)
    put(connection, tables.device, row_of(titled))
    return titled
