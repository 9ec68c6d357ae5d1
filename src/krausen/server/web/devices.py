"""Devices of our agents, and those that were found and that nobody uses yet."""

from typing import Annotated, Any, Literal

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.controller import Controller
from krausen.server.devices import Device, Use
from krausen.server.discoveries import Discovery
from krausen.server.web.acts import Step, act
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Reason, Why, or_present, seen_in
from krausen.server.web.controllers import NewController, made
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import admin, brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso, iso_or_none

State = Literal["adopted", "discovered", "ignored"]
Which = Annotated[
    State | None, QueryParameter(name="state", description="Those in this state; else those in use.")
]


class DevicePatch(Struct, frozen=True, kw_only=True):
    """What people call a device; null is its own name."""

    title: str | UnsetType | None = UNSET
    reason: Why = ""


class DeviceBody(Struct, frozen=True, kw_only=True):
    """A device. `series` names series ids by metric; `value` is the newest of the one that says most of it.

    `title` is what people call it, at first its own name; `driver` is null where its agent does not tell.
    One that nobody uses yet has no series, but `text`, which says what and where it is, and the `settings`
    with which its driver would open it; its `agent` has found it, the server itself where that is empty.
    """

    id: str
    agent: str
    name: str
    title: str
    revision: int
    kind: str
    driver: str | None
    state: State
    series: dict[str, str]
    last_seen: str | None
    value: float | None
    unit: str
    at: str | None
    quality: str | None
    uses: tuple[Use, ...]
    text: str = ""
    settings: dict[str, Any] = {}


class Adoption(Struct, frozen=True, kw_only=True):
    """What a device is to be called from now on. A controller holds a vessel that names it as its agent."""

    name: str
    vessel: str | None = None
    role: str | None = None
    reason: Why = ""


@get("/devices", guards=[viewer], summary="List the devices")
async def list_devices(
    request: Call,
    kind: FromQuery[str | None] = None,
    agent: FromQuery[str | None] = None,
    which: Which = None,
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> Page[DeviceBody]:
    """Devices by id, those of a kind, agent or state where one is given."""
    everyone = (
        [_device(device) for device in await request.site.devices.all()]
        if which in (None, "adopted")
        else [_discovered(one) for one in await request.site.discoveries.all() if one.state == which]
    )
    found = [one for one in everyone if kind in (None, one.kind) and agent in (None, one.agent)]
    return paged(found, limit, cursor)


@get("/devices/{id:str}", guards=[viewer], summary="Read a device")
async def read_device(request: Call, id: FromPath[str]) -> DeviceBody:
    """A device."""
    return await _body(request, id)


@patch("/devices/{id:str}", guards=[brewer], opt={ALSO: (409,)}, summary="Give a device a title")
async def change_device(
    request: Call, id: FromPath[str], data: JSONBody[DevicePatch], if_match: IfMatch = None
) -> DeviceBody:
    """The device; without a title it is called by its own name."""
    seen = seen_in(if_match)
    if data.title is not UNSET:
        title = data.title or ""
        calling = request.site.devices.call(id, title, request.caller, reason=data.reason, seen=seen)
        await or_present(calling, lambda: _body(request, id))
    return await _body(request, id)


@post("/devices/{id:str}/adopt", guards=[admin], opt={ALSO: (409,)}, summary="Adopt a discovered device")
async def adopt_device(request: Call, id: FromPath[str], data: JSONBody[Adoption]) -> Response[NewController]:
    """The controller that it is from now on. One that another machine has found has its agent there."""
    if data.vessel is not None or data.role is not None:
        told = "A controller has no role. Adopt it, then name it as the agent of a vessel."
        raise Invalid(told, [Fault("/vessel" if data.vessel is not None else "/role", told)])
    one = await request.site.discoveries.adoptable(id)
    wanted = Controller(name=data.name, driver=one.found.driver, settings=one.found.settings)
    elsewhere = not request.site.discoveries.is_here(one)
    post = await request.site.controllers.add(wanted, request.caller, data.reason, elsewhere=elsewhere)
    return await made(request, data.name, post)


@act("/devices/{id:str}/ignore", status=204, summary="Ignore a discovered device")
async def ignore_device(request: Call, id: FromPath[str], data: JSONBody[Step | None] = None) -> None:
    """It is not offered any more."""
    reason = data.reason if data else ""
    await request.site.discoveries.ignore(id, request.caller, reason=reason)


@delete("/devices/{id:str}/ignore", guards=[brewer], summary="Heed a discovered device again")
async def heed_device(request: Call, id: FromPath[str], reason: Reason = "") -> None:
    """It is offered again."""
    await request.site.discoveries.heed(id, request.caller, reason=reason)


async def _body(request: Call, id: str) -> DeviceBody:
    try:
        return _device(await request.site.devices.one(id))
    except NotFound:
        found = [one for one in await request.site.discoveries.all() if one.found.id == id]
        if not found:
            raise
        return _discovered(found[0])


def _discovered(one: Discovery) -> DeviceBody:
    found = one.found
    return DeviceBody(
        id=found.id,
        agent=one.agent,
        name=found.id,
        title=found.title,
        revision=0,
        kind=found.kind,
        driver=found.driver,
        state=one.state,
        series={},
        last_seen=None,
        value=None,
        unit="",
        at=None,
        quality=None,
        uses=(),
        text=found.text,
        settings=found.settings,
    )


def _device(device: Device) -> DeviceBody:
    latest = device.main.latest
    return DeviceBody(
        id=device.id,
        agent=device.agent,
        name=device.name,
        title=device.title,
        revision=device.revision,
        kind=device.kind,
        driver=device.driver or None,
        state="adopted",
        series={record.name.metric: record.id for record in device.series},
        last_seen=iso_or_none(max((one.last for one in device.series if one.last is not None), default=None)),
        value=None if latest is None else latest.v,
        unit=device.main.unit,
        at=None if latest is None else iso(latest.t),
        quality=None if latest is None else latest.quality.value,
        uses=device.uses,
    )
