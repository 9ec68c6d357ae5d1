"""Taplist.io: tap lists on screens, with gravity and temperature of what ferments.

Each account has a webhook for Tilt hydrometers. Taplist.io publishes no description: the form is what
TiltBridge and tilt-pitch send it, one message for each hydrometer, known by its colour; here that is the
name.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct, json

from krausen.ports.target import SECRET, Courier, Post, PushTarget, Shipment
from krausen.push.answers import counted
from krausen.push.devices import DegreesIn, Device, degrees, extract, known, measured
from krausen.push.requests import JSON, Address

LEAST_S: Final = 300.0


class Settings(Struct, frozen=True, kw_only=True):
    """Whose account it is, and in which unit it is told."""

    url: Annotated[
        Address,
        Meta(
            title="Webhook",
            description="Taplist.io shows it where a Tilt hydrometer is set up",
            extra_json_schema=SECRET,
        ),
    ]
    temperatures: DegreesIn = "F"


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report each device whose gravity is known. Raises TargetBusy, TargetRefused."""
    for device in measured(shipment):
        body = report_of(device, settings)
        post = Post(url=settings.url, body=body, headers=JSON)
        counted(await courier.request(post), shipment.now, LEAST_S)


def report_of(device: Device, settings: Settings) -> bytes:
    """Give the report of a device as a Tilt's."""
    unit = settings.temperatures
    report = {
        "Color": device.name,
        "SG": extract(device.gravity, "SG"),
        "gravity_unit": "G",
        "Temp": degrees(device.temperature, unit),
        "temperature_unit": unit,
    }
    return json.encode(known(report))


TARGET = PushTarget(
    name="taplist",
    title="Taplist.io",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=900.0,
    why_least="The bridges that Taplist.io was made for tell it of a hydrometer every 5 minutes at most.",
    by_device=True,
    again_harmless=False,
)
