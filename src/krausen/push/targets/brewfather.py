"""Brewfather: recipes and batches, with the readings of custom streams drawn into a batch.

Speaks the custom stream as Brewfather documents it (docs.brewfather.app/integrations/custom-stream). A device
is known there by its name alone. Brewfather tells nothing of what it does with a report: one that comes
within 15 minutes of the last of the same name is ignored, and answered like any other. So a success means
here that the report arrived, and two devices of the same name take readings from each other.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct, json

from krausen.errors import TargetRefused
from krausen.ports.target import SECRET, Courier, Post, PushTarget, Shipment
from krausen.push.answers import counted
from krausen.push.devices import (
    GRAVITY_LETTERS,
    OURSELVES,
    DegreesIn,
    Device,
    GravityIn,
    degrees,
    devices,
    extract,
    known,
)
from krausen.push.requests import JSON

STREAM: Final = "https://log.brewfather.net/stream?id="
LEAST_S: Final = 901.0


class Settings(Struct, frozen=True, kw_only=True):
    """Which stream it is, and in which units it is told."""

    stream_id: Annotated[
        str,
        Meta(
            title="Id of the stream",
            description="In Brewfather: Settings, Power-ups, Custom Stream; what stands behind id=",
            pattern=r"^[A-Za-z0-9._~-]*$",
            max_length=100,
            extra_json_schema=SECRET,
        ),
    ] = ""
    temperatures: DegreesIn = "C"
    gravities: GravityIn = "SG"


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report each device of which anything is known. Raises TargetBusy, TargetRefused."""
    if not settings.stream_id:
        raise TargetRefused("Enter the id of the stream: Brewfather shows it under Settings, Power-ups.")
    for device in devices(shipment):
        body = report_of(device, settings)
        post = Post(url=STREAM + settings.stream_id, body=body, headers=JSON)
        counted(await courier.request(post), shipment.now, LEAST_S)


def report_of(device: Device, settings: Settings) -> bytes:
    """Give the report of a device; `aux_temp` is that of its chamber and `ext_temp` that of the room."""
    unit, gravity = settings.temperatures, extract(device.gravity, settings.gravities)
    report = {
        "name": device.name,
        "report_source": OURSELVES,
        "device_source": device.source,
        "beer": device.batch,
        "gravity": gravity,
        "gravity_unit": None if gravity is None else GRAVITY_LETTERS[settings.gravities],
        "temp": degrees(device.temperature, unit),
        "aux_temp": degrees(device.chamber, unit),
        "ext_temp": degrees(device.ambient, unit),
        "temp_target": degrees(device.target, unit),
        "temp_unit": unit,
        "device_state": device.doing,
        "battery": device.battery_v,
        "angle": device.angle,
        "rssi": device.signal_dbm,
    }
    return json.encode(known(report))


TARGET = PushTarget(
    name="brewfather",
    title="Brewfather",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=LEAST_S,
    why_least="Brewfather takes one report in 15 minutes of each device, and silently ignores others.",
    by_device=True,
    again_harmless=False,
)
