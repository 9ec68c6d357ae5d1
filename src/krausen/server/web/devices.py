"""Devices of our agents."""

from typing import Annotated, Literal

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from krausen.server.devices import Device, Use, device_of, devices
from krausen.server.web.call import Call
from krausen.server.web.guards import viewer
from krausen.server.web.parsing import USUAL, Cursor, Limit, Page, paged
from krausen.wire.instants import iso, iso_or_none

State = Literal["adopted", "discovered"]
Which = Annotated[State | None, QueryParameter(name="state", description="Those in this state alone.")]


class DeviceBody(Struct, frozen=True, kw_only=True):
    """A device. `series` names series ids by metric; `value` is the newest of the one that says most of it."""

    id: str
    agent: str
    name: str
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
    """Devices by id, those of a kind, agent or state where one is given. Their series tell their kinds."""
    found = [
        device
        for device in await _all(request)
        if kind in (None, device.kind) and agent in (None, device.agent) and which != "discovered"
    ]
    page = paged(found, limit, cursor)
    return Page([_device(device) for device in page.items], page.next)


@get("/devices/{id:str}", guards=[viewer], summary="Read a device")
async def read_device(request: Call, id: FromPath[str]) -> DeviceBody:
    """A device."""
    return _device(device_of(id, await _all(request)))


async def _all(request: Call) -> list[Device]:
    site = request.site
    vessels = [record.vessel for record in await site.catalog.vessels()]
    return devices(await site.history.series(), site.roster.known_agents(), vessels)


def _device(device: Device) -> DeviceBody:
    latest = device.main.latest
    return DeviceBody(
        id=device.id,
        agent=device.agent,
        name=device.name,
        kind=device.kind,
        driver=None,
        state="adopted",
        series={record.name.metric: record.id for record in device.series},
        last_seen=iso_or_none(max((one.last for one in device.series if one.last is not None), default=None)),
        value=None if latest is None else latest.v,
        unit=device.main.unit,
        at=None if latest is None else iso(latest.t),
        quality=None if latest is None else latest.quality.value,
        uses=device.uses,
    )
