"""A few doors of no known protocol, over a site in memory."""

import asyncio
import socket
from typing import Annotated

from msgspec import Meta, Struct

from krausen.errors import OperatorNeeded
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller, UserRole
from krausen.ports.clock import Clock
from krausen.ports.door import Answer, Door, Exchange, Measured, Paths, Port, Proof, Site, Stream
from krausen.server.adapters import Adapters
from krausen.server.doors import Doors
from krausen.server.doors.asking import Backing
from krausen.server.doors.storing import Storage
from krausen.server.ingest import Ingest
from krausen.server.live import Live
from krausen.server.roster import Roster
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.history import MemoryHistory

ADMIN = Caller(id="a", login="anna", name="Anna", role=UserRole.ADMIN)
NEAR = "127.0.0.1"


class Settings(Struct, frozen=True, kw_only=True):
    """Where the doors of this hall are."""

    path: Annotated[str, Meta(title="Path", min_length=1)] = "/line"
    tcp_port: Annotated[int, Meta(title="TCP port", ge=1, le=65535)] = 9999


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Store a number, and say it again; a word makes it stumble."""
    value = float(request.body)
    await site.store([Measured(node="one", metric="v", value=value)])
    return Answer(body=f"{settings.path} {value:g}".encode())


async def converse(_: Settings, stream: Stream, site: Site) -> None:
    """Store the number of every line, and count them aloud."""
    count, rest = 0, b""
    while piece := await stream.receive():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            count += 1
            await site.store([Measured(node="one", metric="v", value=float(line))])
            await stream.send(b"%d\n" % count)


LINE = Door(
    name="line",
    title="A line",
    settings=Settings,
    paths=Paths(methods=frozenset({"POST"}), paths=lambda settings: [settings.path], exchange=exchange),
    port=Port(number=lambda settings: settings.tcp_port, converse=converse),
)
BACK = Door(
    name="back",
    title="The back door",
    settings=Settings,
    proof=Proof.LOGIN,
    paths=Paths(methods=frozenset({"GET", "POST"}), paths=lambda _: ["/back"], exchange=exchange, largest=10),
    open_at_first=True,
)
PIPE = Door(
    name="pipe",
    title="A pipe",
    settings=Settings,
    port=Port(number=lambda settings: settings.tcp_port, converse=converse),
)
DOORS = {door.name: door for door in (LINE, BACK, PIPE)}


class Hall:
    """Doors over a site in memory; its parts can be reached."""

    def __init__(
        self, clock: Clock, catalog: MemoryCatalog | None = None, *, patience_s: float = 30.0
    ) -> None:
        self.clock = clock
        self.catalog = MemoryCatalog() if catalog is None else catalog
        self.history = MemoryHistory()
        self.live = Live(clock, "run1")
        self.ingest = Ingest(self.history, self.live)
        self.roster = Roster(self.catalog, self.history, self.live, clock)
        self.adapters = Adapters(self.catalog, self.history, self.live, clock)
        storage = Storage(clock, self.history, self.ingest, self.adapters, self.roster)
        self.storage = storage
        self.backing = Backing(self.live, self.catalog)
        self.doors = Doors(DOORS, self.catalog, storage, self.live, patience_s=patience_s)


class Loopback:
    """A network that is this machine; who is served by HTTP is in `serving`."""

    def __init__(self) -> None:
        self.serving: dict[str, int] = {}

    def bind(self, port: int) -> socket.socket:
        """Take a port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((NEAR, port))
            listener.listen()
        except OSError as error:
            listener.close()
            raise OperatorNeeded(f"Port {port} cannot be used: {error.strerror}.") from error
        listener.setblocking(False)
        return listener

    async def serve(self, listener: socket.socket, door: str) -> None:
        """Answer nothing, until cancelled."""
        self.serving[door] = listener.getsockname()[1]
        try:
            await asyncio.Event().wait()
        finally:
            del self.serving[door]


def entry(id: str) -> JournalEntry:
    """Give a journal entry of the set-up."""
    return JournalEntry(at=0, by="set-up", what="door", id=id, action="updated")


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as taken:
        taken.bind((NEAR, 0))
        port: int = taken.getsockname()[1]
    return port
