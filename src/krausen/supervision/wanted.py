"""Which processes an installation wants, and how each is started."""

from pathlib import Path

from msgspec import Struct

from krausen.model.agent import is_agent_name

SERVER = "server"
AGENT = "dev-"
"""What the names of agent processes begin with."""
TOKEN = "token"  # noqa: S105 the name of a file
"""The file of an agent's proof for the server, in its folder."""


class Wanted(Struct, frozen=True):
    """A process that is to run: its name, and the command that starts it."""

    name: str
    command: tuple[str, ...]


class Place(Struct, frozen=True):
    """Where the server is to listen."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address of the server for programs on the same machine."""
        here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 what to call it, not what to listen on
        named = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{here.get(self.host, named)}:{self.port}"


class Recipe(Struct, frozen=True):
    """How the processes of a data folder are started. `program` begins every command."""

    program: tuple[str, ...]
    data: Path
    place: Place

    def server(self) -> Wanted:
        """Give the server."""
        place = ("--host", self.place.host, "--port", str(self.place.port))
        return Wanted(SERVER, (*self.program, "server", "--data", str(self.data), *place))

    def agent(self, name: str) -> Wanted:
        """Give an agent, which knows its token from its folder."""
        command = (*self.program, "agent", name, "--data", str(self.data), "--server", self.place.url)
        return Wanted(f"{AGENT}{name}", command)


class Agents(Struct, frozen=True):
    """The agents that are wanted here, and folders that look like one but whose names do not serve."""

    names: frozenset[str]
    unfit: frozenset[str]


def wanted_agents(folder: Path) -> Agents:
    """Give the agents of a folder `agents`: each has a folder of its name there, with its token in it.

    Where the token is taken away the agent is not wanted any more, though its readings may still be there.
    """
    if not folder.is_dir():
        return Agents(frozenset(), frozenset())
    names = {path.name for path in folder.iterdir() if (path / TOKEN).is_file()}
    fit = {name for name in names if is_agent_name(name)}
    return Agents(frozenset(fit), frozenset(names - fit))
