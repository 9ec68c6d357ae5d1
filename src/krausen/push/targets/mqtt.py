"""MQTT: how things stand, one topic a value or one JSON a device, for whatever listens to a broker."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, json

from krausen.errors import TargetRefused
from krausen.ports.target import Courier, PushTarget, SensorNow, Shipment, Value, VesselNow
from krausen.push.brokers import AtBroker

Told = dict[str, str | float | bool | None]
"""What is told of a device, None unknown; the names are those of topics and of JSON."""

_HOLDS = ("kind", "id", "name", "number", "value")
_PLACE = re.compile(r"\{([^{}]*)\}")
_UNFIT = re.compile(r"[/+#\x00-\x1f\x7f]")


class Settings(AtBroker, frozen=True, kw_only=True):
    """The broker, the topics, and how values are told."""

    client: Annotated[
        str,
        Meta(title="Client id", description="One that nobody else has.", min_length=1, max_length=60),
    ] = "krausen-mqtt"
    topic: Annotated[
        str,
        Meta(
            title="Topic",
            description="{kind} is vessel, sensor or series, {id}, {number} and {name} are its own, {value} "
            "names a value. As JSON, {value} is left out together with the slash before it.",
            pattern=r"^[^+#\x00-\x1f]{1,200}$",
        ),
    ] = "krausen/{kind}/{id}/{value}"
    form: Annotated[
        Literal["values", "json"], Meta(title="Form", description="One topic a value, or one JSON a device.")
    ] = "values"
    temperature_unit: Annotated[Literal["C", "F"], Meta(title="Unit of temperatures")] = "C"
    retain: Annotated[
        bool,
        Meta(
            title="Retained",
            description="The broker keeps the last one for whoever comes later. "
            "What is no longer known is cleared.",
        ),
    ] = True


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Publish how every vessel and sensor is. Raises TargetBusy, TargetRefused."""
    messages = list(_messages(settings, shipment))
    async with courier.line(settings.broker(settings.client)) as line:
        for topic, payload in messages:
            await line.publish(topic, payload, retain=settings.retain)


def _messages(settings: Settings, shipment: Shipment) -> Iterable[tuple[str, bytes]]:
    unit = settings.temperature_unit
    for vessel in shipment.vessels:
        names = {"kind": "vessel", "id": vessel.id, "name": vessel.name, "number": str(vessel.number)}
        yield from _told(settings, names, _of_vessel(vessel, unit))
    for sensor in shipment.sensors:
        names = {"kind": "sensor", "id": sensor.id, "name": sensor.name, "number": str(sensor.number)}
        yield from _told(settings, names, _of_sensor(sensor, unit))
    for value in shipment.values:
        names = {"kind": "series", "id": value.series, "name": value.node, "number": value.series}
        yield from _told(settings, names, _of_value(value, unit))


def _told(settings: Settings, names: Mapping[str, str], told: Told) -> Iterable[tuple[str, bytes]]:
    """Give the messages about one device."""
    if settings.form == "json":
        known = {name: value for name, value in told.items() if value is not None}
        yield _topic(settings.topic, names, None), json.encode(known)
        return
    for name, value in told.items():
        if value is not None or settings.retain:
            yield _topic(settings.topic, names, name), _payload(value)


def _topic(template: str, names: Mapping[str, str], value: str | None) -> str:
    """Give a topic; without `value` the template's own is left out. Raises TargetRefused."""
    if value is None:
        template = template.replace("/{value}", "").replace("{value}", "")
    held = {**names, "value": value or ""}
    unknown = [one for one in _PLACE.findall(template) if one not in held]
    topic = _PLACE.sub(lambda found: _UNFIT.sub("_", held.get(found[1], "")), template)
    if unknown or not topic:
        known = ", ".join(f"{{{one}}}" for one in _HOLDS)
        raise TargetRefused(f"The topic may hold {known} and must not be empty. Change it.")
    return topic


def _payload(value: str | float | bool | None) -> bytes:  # noqa: FBT001 any value at all
    return b"" if value is None else (value.encode() if isinstance(value, str) else json.encode(value))


def _of_vessel(vessel: VesselNow, unit: Literal["C", "F"]) -> Told:
    return {
        "name": vessel.name,
        "time": _time(vessel.at),
        "mode": vessel.mode.value,
        "state": None if vessel.state is None else vessel.state.name.lower(),
        "beer": _degrees(vessel.beer, unit),
        "chamber": _degrees(vessel.chamber, unit),
        "ambient": _degrees(vessel.ambient, unit),
        "beer_setpoint": _degrees(vessel.beer_setpoint, unit),
        "chamber_setpoint": _degrees(vessel.chamber_setpoint, unit),
        "heating": vessel.heat,
        "cooling": vessel.cool,
        "gravity": _rounded(vessel.gravity, 5),
        "batch": vessel.batch or None,
    }


def _of_sensor(sensor: SensorNow, unit: Literal["C", "F"]) -> Told:
    return {
        "name": sensor.name,
        "sensor": sensor.kind,
        "time": _time(sensor.at),
        "gravity": _rounded(sensor.gravity, 5),
        "temperature": _degrees(sensor.temperature, unit),
        "battery": _rounded(sensor.battery_v),
        "angle": _rounded(sensor.angle),
        "signal": _rounded(sensor.signal_dbm),
        "vessel": None if sensor.vessel is None else sensor.vessel.id,
    }


def _of_value(value: Value, unit: Literal["C", "F"]) -> Told:
    v = _degrees(value.v, unit) if value.unit == "°C" else value.v
    return {"time": _time(value.t), value.metric or "value": v}


def _time(at: int | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000.0, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _degrees(celsius: float | None, unit: Literal["C", "F"]) -> float | None:
    return _rounded(celsius if celsius is None or unit == "C" else celsius * 1.8 + 32.0)


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(value, digits)


TARGET = PushTarget(
    name="mqtt",
    title="MQTT",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    usual_s=60.0,
)
