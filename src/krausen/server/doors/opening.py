"""What follows from the way a door is to be: its settings, its addresses, and what is wrong with them."""

import sys
from collections.abc import Iterable, Iterator
from inspect import cleandoc

import msgspec
from msgspec import Struct

from krausen.errors import Fault
from krausen.model.door import DoorState
from krausen.ports.door import Door, Proof
from krausen.server.doors.addresses import Addresses, overlap
from krausen.server.doors.admission import PRIVATE, faults_in
from krausen.server.doors.listening import Place, Speech

OURS = ("/api/v1", "/socket.io", "/metrics", "/assets")
"""At these and below them Krausen answers itself."""


class Opening(Struct, frozen=True, kw_only=True):
    """A door as it is to be: its settings, where it answers, and what keeps it from being open.

    `paths` are answered by HTTP, `sockets` by WebSocket; `apart`, on a port of its own alone.
    """

    settings: Struct | None
    paths: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    apart: bool = False
    places: frozenset[Place] = frozenset()
    tcp_port: int | None = None
    problem: str | None = None

    @property
    def shared(self) -> tuple[str, ...]:
        """The paths that are answered on the main port."""
        return () if self.apart else (*self.paths, *self.sockets)

    def leads_in(self, path: str, *, by_socket: bool) -> bool:
        """Tell whether a path is answered, by WebSocket or by HTTP."""
        return any(overlap(pattern, path) for pattern in (self.sockets if by_socket else self.paths))


def at_first(door: Door) -> DoorState:
    """Give how a door is that nobody has changed."""
    allow = PRIVATE if door.proof is Proof.NETWORK else ()
    return DoorState(name=door.name, enabled=door.open_at_first, port=door.own_port, allow=allow)


def opening_of(door: Door, state: DoorState) -> Opening:
    """Give what follows from a state. Settings that fit no more are told as a problem."""
    try:
        settings = msgspec.convert(state.settings, door.settings)
    except msgspec.ValidationError as error:
        return Opening(settings=None, problem=f"Its settings do not fit: {error}. Change them.")
    tcp_port = door.port.number(settings) if door.port is not None else None
    places = {Place(Speech.TCP, tcp_port)} if tcp_port is not None else set()
    if state.port is not None:
        places.add(Place(Speech.HTTP, state.port))
    return Opening(
        settings=settings,
        paths=tuple(door.paths.paths(settings)) if door.paths is not None else (),
        sockets=tuple(door.sockets.paths(settings)) if door.sockets is not None else (),
        apart=door.own_port is not None,
        places=frozenset(places) if state.enabled else frozenset(),
        tcp_port=tcp_port,
    )


def faults_of(door: Door, state: DoorState) -> Iterator[Fault]:
    """Name what is wrong with a state, besides the values of its settings."""
    if state.port is None and door.own_port is not None:
        told = f"This door answers on a port of its own alone, at first {door.own_port}: name one."
        yield Fault("/port", told)
    if state.port is not None and door.paths is None and door.sockets is None:
        yield Fault("/port", "This door does not speak HTTP: it has no such port.")
    elif state.port is not None and not 1 <= state.port <= 65535:
        yield Fault("/port", "A port is a whole number from 1 to 65535.")
    if not state.allow and door.proof is Proof.NETWORK:
        told = "Name at least one network, for guests of this door cannot say who they are."
        yield Fault("/allow", told)
    yield from faults_in(state.allow, "/allow")
    for name in state.settings.keys() - {
        field.encode_name for field in msgspec.structs.fields(door.settings)
    }:
        yield Fault(f"/settings/{name.replace('~', '~0').replace('/', '~1')}", "There is no such setting.")


def path_faults(paths: Iterable[str], others: Addresses) -> Iterator[Fault]:
    """Name the paths of a door's settings that are taken, by another door or by Krausen itself."""
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            yield Fault("/settings", f"{path} is there twice.")
        elif (other := others.clash(path)) is not None:
            yield Fault("/settings", f"{path} is a path of the door {other}: choose another.")
        elif path in {"/", "/api"} or path.startswith(OURS):
            yield Fault("/settings", f"{path} is a path of Krausen's own: choose another.")
        seen.add(path)


def description_of(door: Door) -> str:
    """Give what the file of a door says of it."""
    return cleandoc(sys.modules[door.settings.__module__].__doc__ or "")
