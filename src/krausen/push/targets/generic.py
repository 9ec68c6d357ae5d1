"""Anything that takes the generic push: another Krausen, Fermentrack's receivers, a program of your own.

One JSON document for each push, by HTTP as the body of a POST, or by TCP with a line feed behind it. By HTTP
the answer is judged, its status and its `{"status": "failed", "message": …}`; by TCP there is none.
"""

from math import isfinite
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.setpoint import Mode
from krausen.ports.target import (
    SECRET,
    Courier,
    Place,
    Post,
    PushTarget,
    Reply,
    SensorNow,
    Shipment,
    VesselNow,
    judged,
    told,
)
from krausen.wire.export import (
    MEDIA_TYPE,
    VERSION,
    Controller,
    ControlMode,
    Push,
    Sensor,
    TemperatureFormat,
    encode,
)
from krausen.wire.instants import iso

MODES: Final[dict[Mode, ControlMode]] = {
    Mode.OFF: "o",
    Mode.BEER: "b",
    Mode.CHAMBER: "f",
    Mode.PROFILE: "p",
}


class Settings(Struct, frozen=True, kw_only=True):
    """Where it goes, and as whom."""

    url: Annotated[
        str,
        Meta(
            title="Address",
            description="http://…, https://…, or for TCP tcp://HOST:PORT or tls://HOST:PORT",
            pattern=r"^(?:(?:https?|tcp|tls)://|(?!\S*://))[^\s/]\S*$",
            max_length=500,
        ),
    ]
    api_key: Annotated[
        str,
        Meta(
            title="Key",
            description="By which the receiver knows you; empty where it wants none",
            max_length=256,
            extra_json_schema=SECRET,
        ),
    ] = ""
    temp_format: Annotated[TemperatureFormat, Meta(title="Unit of temperatures")] = "C"


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Send one push with everything in it. Raises TargetBusy, TargetRefused."""
    body = encode(push_of(settings, shipment))
    place = _place(settings.url)
    if place is not None:
        await courier.write(place, body + b"\n")
        return
    url = settings.url if "://" in settings.url else f"http://{settings.url}"
    post = Post(url=url, body=body, headers={"Content-Type": MEDIA_TYPE})
    _taken(judged(await courier.request(post), shipment.now))


def push_of(settings: Settings, shipment: Shipment) -> Push:
    """Give how things stand in the public format."""
    return Push(
        api_key=settings.api_key,
        version=VERSION,
        brewpi_devices=tuple(_controller(one, settings.temp_format) for one in shipment.vessels),
        gravity_sensors=tuple(_sensor(one, settings.temp_format) for one in shipment.sensors),
        time=iso(shipment.now),
    )


def _controller(vessel: VesselNow, unit: TemperatureFormat) -> Controller:
    return Controller(
        name=vessel.name,
        internal_id=vessel.number,
        temp_format=unit,
        control_mode=MODES[vessel.mode],
        beer_temp=_degrees(vessel.beer, unit),
        fridge_temp=_degrees(vessel.chamber, unit),
        room_temp=_degrees(vessel.ambient, unit),
        beer_setting=_degrees(vessel.beer_setpoint, unit),
        fridge_setting=_degrees(vessel.chamber_setpoint, unit),
        controller_state=UNSET if vessel.state is None else float(vessel.state),
        gravity=_known(vessel.gravity),
        batch=vessel.batch or UNSET,
        heating=UNSET if vessel.heat is None else vessel.heat,
        cooling=UNSET if vessel.cool is None else vessel.cool,
    )


def _sensor(sensor: SensorNow, unit: TemperatureFormat) -> Sensor:
    temperature, gravity = _degrees(sensor.temperature, unit), _known(sensor.gravity)
    return Sensor(
        name=sensor.name,
        internal_id=sensor.number,
        sensor_type=sensor.kind,
        gravity=gravity,
        temp=temperature,
        temp_format=UNSET if temperature is UNSET else unit,
        gravity_time=UNSET if sensor.at is None or gravity is UNSET else iso(sensor.at),
        battery=_known(sensor.battery_v),
        angle=_known(sensor.angle),
        rssi=_known(sensor.signal_dbm),
        brewpi_device=UNSET if sensor.vessel is None else sensor.vessel.number,
    )


def _degrees(celsius: float | None, unit: TemperatureFormat) -> float | UnsetType:
    """Give a temperature in a unit, to a ten-thousandth; receivers keep ten decimals at most."""
    known = _known(celsius)
    if known is UNSET:
        return UNSET
    return round(known * 1.8 + 32.0 if unit == "F" else known, 4)


def _known(value: float | None) -> float | UnsetType:
    return UNSET if value is None or not isfinite(value) else value


def _place(url: str) -> Place | None:
    """Give where an address of TCP leads, None for one of HTTP. Raises TargetRefused."""
    if not url.startswith(("tcp://", "tls://")):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        raise TargetRefused("By TCP the address names host and port, such as tcp://192.168.1.20:9502.")
    return Place(host=host, port=port, tls=url.startswith("tls://"))


class _Answer(Struct, frozen=True):
    """What Fermentrack's receivers and Krausen's own door answer, always with status 200."""

    status: str = ""
    message: str = ""


def _taken(reply: Reply) -> None:
    """Raise what a receiver means that answers with success, and says in words that it failed."""
    try:
        answer = msgspec.json.decode(reply.body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return  # it is no receiver of the family: its status is all it says
    if answer.status.lower() != "failed":
        return
    if "key" in answer.message.lower():
        raise TargetRefused(f"The receiver does not know our key ({told(reply)}). Check it.")
    raise TargetBusy(f"The receiver did not take it: {told(reply)}.")


TARGET = PushTarget(
    name="generic",
    title="Krausen, Fermentrack or your own program",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    usual_s=60.0,
)
