"""Devices of our agents."""

from typing import Annotated, Literal

from litestar import get, patch
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Struct, UnsetType

from krausen.server.devices import Device, Use
from krausen.server.web.call import Call
from krausen.server.web.changes import IfMatch, Why, or_present, seen_in
from krausen.server.web.errors import ALSO
from krausen.server.web.guards import brewer, viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso, iso_or_none

State = Literal["adopted", "discovered"]
Which = Annotated[State | None, QueryParameter(name="state", description="Those in this state alone.")]


class DevicePatch(Struct, frozen=True, kw_only=True):
    """What people call a device; null is its own name."""

    title: str | UnsetType | None = UNSET
    reason: Why = ""


class DeviceBody(Struct, frozen=True, kw_only=True):
    """A device. `series` names series ids by metric; `value` is the newest of the one that says most of it.

    `title` is what people call it, at first its own name; `driver` is null where its agent does not tell.
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
    found = [
        device
        for device in await request.site.devices.all()
        if kind in (None, device.kind) and agent in (None, device.agent) and which != "discovered"
    ]
    page = paged(found, limit, cursor)
    return Page([_device(device) for device in page.items], page.next)


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


async def _body(request: Call, id: str) -> DeviceBody:
    return _device(await request.site.devices.one(id))


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
