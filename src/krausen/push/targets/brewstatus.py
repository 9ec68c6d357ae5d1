"""BrewStatus: the state of a brewery on a page, told as the app of the Tilt hydrometer does.

BrewStatus publishes no description: the form is what TiltBridge sends, one message for each hydrometer,
known by its colour; here that is the name. Times are days since the end of 1899 in local time, as
spreadsheets count them.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from msgspec import Meta, Struct

from krausen.ports.target import SECRET, Courier, Post, PushTarget, Shipment
from krausen.push.answers import counted
from krausen.push.devices import Device, degrees, known, measured
from krausen.push.local_time import Zone, local
from krausen.push.requests import Address

LEAST_S: Final = 30.0

_ORIGIN: Final = datetime(1899, 12, 30, tzinfo=UTC)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Settings(Struct, frozen=True, kw_only=True):
    """Whose page it is, and where the brewery is."""

    url: Annotated[
        Address,
        Meta(
            title="Address",
            description="The cloud URL that BrewStatus shows for a Tilt",
            extra_json_schema=SECRET,
        ),
    ]
    zone: Zone = "UTC"

    def __post_init__(self) -> None:
        local(0, self.zone)


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report each device whose gravity is known. Raises TargetBusy, TargetRefused."""
    for device in measured(shipment):
        body = form_of(device, local(shipment.now, settings.zone))
        counted(
            await courier.request(Post(url=settings.url, body=body, headers=_FORM)), shipment.now, LEAST_S
        )


def form_of(device: Device, at: datetime) -> bytes:
    """Give the report of a device as a Tilt's, in °F and SG, at a local time."""
    days = (at.replace(tzinfo=UTC) - _ORIGIN) / timedelta(days=1)
    temperature = degrees(device.temperature, "F")
    form = {
        "SG": f"{device.gravity:.4f}",
        "Temp": None if temperature is None else f"{temperature:.1f}",
        "Color": device.name,
        "Timepoint": f"{days:.11f}",
        "Beer": device.batch or "Undefined",
    }
    return urlencode(known(form) | {"Comment": ""}).encode()


TARGET = PushTarget(
    name="brewstatus",
    title="BrewStatus",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=300.0,
    why_least="The bridges that BrewStatus was made for tell it of a hydrometer every 30 seconds at most.",
    by_device=True,
    again_harmless=False,
)
