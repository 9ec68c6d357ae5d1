"""Brewer's Friend: recipes and brew sessions, with what devices report drawn into a session's fermentation.

Speaks the device stream as Brewer's Friend documents it (docs.brewersfriend.com/api/stream). A device
appears there by its name with the first report, and is then chosen in the session. What a vessel is set to
(target, heating or cooling) goes along in the same report where that is wanted.
"""

from typing import Annotated, Final
from urllib.parse import quote

from msgspec import Meta, Struct, json

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Courier, Post, PushTarget, Reply, Shipment, told
from krausen.push.answers import counted, spoken
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
from krausen.push.requests import JSON, Key

STREAM: Final = "https://log.brewersfriend.com/stream/"
LEAST_S: Final = 901.0


class Settings(Struct, frozen=True, kw_only=True):
    """Whose account it is, and in which units it is told."""

    key: Annotated[
        Key,
        Meta(
            title="API key",
            description="In Brewer's Friend: Profile, Integrations",
        ),
    ] = ""
    temperatures: DegreesIn = "C"
    gravities: GravityIn = "SG"
    device_settings: Annotated[
        bool,
        Meta(
            title="Device settings too", description="Also the temperature that is held, heating and cooling"
        ),
    ] = True


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report each device whose gravity or temperature is known. Raises TargetBusy, TargetRefused."""
    if not settings.key:
        raise TargetRefused("Enter the API key: in Brewer's Friend it stands under Profile, Integrations.")
    for device in devices(shipment):
        if device.gravity is not None or device.temperature is not None:
            url = STREAM + quote(settings.key, safe="")
            post = Post(url=url, body=report_of(device, settings), headers=JSON)
            _judge(await courier.request(post), shipment.now)


def report_of(device: Device, settings: Settings) -> bytes:
    """Give the report of a device: its readings, and what it is set to where that is wanted."""
    unit = settings.temperatures
    beer, gravity = degrees(device.temperature, unit), extract(device.gravity, settings.gravities)
    report: dict[str, object] = {
        "name": device.name,
        "report_source": OURSELVES,
        "device_source": device.source,
        "beer": device.batch,
        "gravity": gravity,
        "gravity_unit": None if gravity is None else GRAVITY_LETTERS[settings.gravities],
        "temp": beer,
        "temp_unit": unit,
        "ambient": degrees(device.ambient, unit),
        "battery": device.battery_v,
        "angle": device.angle,
        "RSSI": device.signal_dbm,
    }
    if settings.device_settings:
        report |= {"temp_target": degrees(device.target, unit), "heat_state": device.doing}
    return json.encode(known(report))


class _Answer(Struct, frozen=True):
    message: str = ""


def _judge(reply: Reply, now: int) -> None:
    answer = spoken(counted(reply, now, LEAST_S), _Answer)
    if answer.message != "success":
        raise TargetBusy(f"Brewer's Friend did not save it: {told(reply)}.")


TARGET = PushTarget(
    name="brewers_friend",
    title="Brewer's Friend",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=LEAST_S,
    why_least="Brewer's Friend takes one report in 15 minutes of each brew session.",
    by_device=True,
    again_harmless=False,
)
