"""Doors: other people's protocols, opened and closed by admins."""

from collections.abc import Iterator
from typing import Any, Literal

from litestar import get, patch
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from krausen.errors import Fault
from krausen.model.door import DoorState
from krausen.server.doors import DoorFacts
from krausen.server.merging import merged
from krausen.server.web.bodies import faults
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Why, or_present, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, brewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso


class DoorPatch(Struct, frozen=True, kw_only=True):
    """What is to change of a door.

    `port` is an HTTP port of its own, null for none, which a door apart cannot have; `allow` the networks
    (CIDR) that guests call from. Of `settings`, null brings back what one is at first.
    """

    enabled: bool | UnsetType = UNSET
    port: int | UnsetType | None = UNSET
    allow: list[str] | UnsetType = UNSET
    may_switch: bool | UnsetType = UNSET
    settings: dict[str, Any] | UnsetType = UNSET
    reason: Why = ""


class KnockBody(Struct, frozen=True):
    """A guest who was let in: which node they spoke of, and how many readings they left."""

    at: str
    address: str
    node: str
    readings: int


class RefusalBody(Struct, frozen=True):
    """A guest who was refused so many times in a row, the last time `at`."""

    at: str
    address: str
    reason: str
    times: int


class DoorBody(Struct, frozen=True, kw_only=True):
    """A door. `knocks` and `refusals` count since the server's start; the last 50 of each come newest first.

    `schema` is the JSON Schema (draft 2020-12) of its settings. `problem` is what keeps a door from being
    open that is enabled. Without login, guests are known by their networks (`allow`) alone. It answers at
    `paths` by HTTP and at `sockets` by WebSocket; a part in braces is any. One that stands `apart` does so on
    a port of its own alone.
    """

    name: str
    title: str
    description: str
    enabled: bool
    port: int | None
    allow: tuple[str, ...]
    may_switch: bool
    settings: dict[str, Any]
    schema: dict[str, Any]
    proof: Literal["network", "login"]
    methods: list[str]
    paths: tuple[str, ...]
    sockets: tuple[str, ...]
    apart: bool
    tcp_port: int | None
    problem: str | None
    knocks: int
    refusals: int
    recent_knocks: list[KnockBody]
    recent_refusals: list[RefusalBody]
    revision: int


@get("/doors", guards=[brewer], summary="List the doors")
async def list_doors(request: Call, limit: Limit = USUAL, cursor: Cursor = None) -> Page[DoorBody]:
    """Doors by name, open or not."""
    page = paged(request.site.doors.all(), limit, cursor)
    return Page([_body(door) for door in page.items], page.next)


@get("/doors/{name:str}", guards=[brewer], summary="Read a door")
async def read_door(request: Call, name: FromPath[str]) -> DoorBody:
    """A door."""
    return _body(request.site.doors.one(name))


@patch("/doors/{name:str}", guards=[admin], opt={ALSO: (409,)}, summary="Change a door")
async def change_door(
    request: Call, name: FromPath[str], data: JSONBody[DoorPatch], if_match: IfMatch = None
) -> DoorBody:
    """The door, which is so at once. A port that cannot be had is refused, and nothing changes."""
    doors = request.site.doors
    kind = doors.one(name).door.settings

    def wanted(present: DoorState) -> tuple[DoorState, list[Fault]]:
        state = _patched(present, data)
        return state, list(_settings_faults(state, kind))

    changing = doors.change(name, wanted, request.caller, reason=data.reason, seen=seen_in(if_match))
    await or_present(changing, lambda: _present(request, name))
    return _body(doors.one(name))


async def _present(request: Call, name: str) -> DoorBody:
    return _body(request.site.doors.one(name))


def _patched(present: DoorState, patch: DoorPatch) -> DoorState:
    given = {name: value for name, value in _given(patch) if name not in {"settings", "reason"}}
    if isinstance(allow := given.get("allow"), list):
        given["allow"] = tuple(allow)
    if patch.settings is not UNSET:
        given["settings"] = merged(present.settings, patch.settings)
    return replace(present, **given)


def _given(patch: DoorPatch) -> Iterator[tuple[str, Any]]:
    for name in patch.__struct_fields__:
        if (value := getattr(patch, name)) is not UNSET:
            yield name, value


def _settings_faults(state: DoorState, kind: type[Struct]) -> Iterator[Fault]:
    return faults(state.settings, kind, "/settings")


def _body(facts: DoorFacts) -> DoorBody:
    state, tally, paths = facts.state, facts.tally, facts.door.paths
    return DoorBody(
        name=state.name,
        title=facts.door.title,
        description=facts.description,
        enabled=state.enabled,
        port=state.port,
        allow=state.allow,
        may_switch=state.may_switch,
        settings=facts.settings,
        schema=facts.schema,
        proof=facts.door.proof.value,
        methods=sorted(paths.methods) if paths is not None else [],
        paths=facts.opening.paths,
        sockets=facts.opening.sockets,
        apart=facts.door.own_port is not None,
        tcp_port=facts.opening.tcp_port,
        problem=facts.problem,
        knocks=tally.knocks,
        refusals=tally.refusals,
        recent_knocks=[
            KnockBody(iso(one.at), one.address, one.node, one.readings) for one in tally.recent_knocks
        ],
        recent_refusals=[
            RefusalBody(iso(one.at), one.address, one.reason, one.times) for one in tally.recent_refusals
        ],
        revision=state.revision,
    )
