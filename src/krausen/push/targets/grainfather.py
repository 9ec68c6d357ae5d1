"""Grainfather: the community's recipes and brews, with what a hydrometer reports.

Each device has an address of its own there, whose end says in which of three forms it is told: that of an
iSpindel, of a Tilt, or of a custom device. Grainfather publishes no description; the forms are those that
Fermentrack, TiltBridge and others send with success. More than one report in 15 minutes is refused with
429 and the seconds to wait.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct, json

from krausen.errors import TargetRefused
from krausen.ports.target import SECRET, Courier, Post, PushTarget, Reply, Shipment, told
from krausen.push.answers import counted
from krausen.push.devices import OURSELVES, Device, degrees, extract, known, measured, the_only
from krausen.push.requests import JSON, Address

LEAST_S: Final = 901.0


class Settings(Struct, frozen=True, kw_only=True):
    """Which device it is."""

    url: Annotated[
        Address,
        Meta(
            title="Address of the device",
            description="The Grainfather community shows it at the fermentation device; "
            "it ends with /ispindel, /tilt or /custom",
            extra_json_schema=SECRET,
        ),
    ]


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report the hydrometer, or the vessel with one. Raises TargetBusy, TargetRefused."""
    device = the_only(measured(shipment))
    report = None if device is None else _form(settings.url)(device, shipment.every_s)
    if report is not None:
        body, headers = json.encode(known(report)), JSON
        post = Post(url=settings.url, body=body, headers=headers)
        _judge(await courier.request(post), shipment.now)


def as_ispindel(device: Device, every_s: float) -> Mapping[str, object]:
    """Give what an iSpindel would report. The end of its name says that the gravity is SG, not °Plato."""
    return {
        "report_source": OURSELVES,
        "name": f"{device.name},SG",
        "ID": device.number,
        "token": "grainfather",
        "interval": round(every_s),
        "gravity": extract(device.gravity, "SG"),
        "temperature": degrees(device.temperature, "C"),
        "temp_units": "C",
        "angle": device.angle,
        "battery": device.battery_v,
        "RSSI": device.signal_dbm,
    }


def as_tilt(device: Device, _: float) -> Mapping[str, object] | None:
    """Give what a Tilt would report, in °F, if its temperature is known."""
    return (
        None
        if device.temperature is None
        else {"SG": extract(device.gravity, "SG"), "Temp": degrees(device.temperature, "F")}
    )


def as_custom(device: Device, _: float) -> Mapping[str, object] | None:
    """Give what a device of one's own reports, if its temperature is known: Grainfather wants both."""
    temperature = degrees(device.temperature, "C")
    if temperature is None:
        return None
    return {"specific_gravity": extract(device.gravity, "SG"), "temperature": temperature, "unit": "celsius"}


FORMS: Final[Mapping[str, Callable[[Device, float], Mapping[str, object] | None]]] = {
    "ispindel": as_ispindel,
    "tilt": as_tilt,
    "custom": as_custom,
}


def _form(url: str) -> Callable[[Device, float], Mapping[str, object] | None]:
    form = FORMS.get(url.rstrip("/").rpartition("/")[2])
    if form is None:
        raise TargetRefused("The address of a device ends with /ispindel, /tilt or /custom. Copy it again.")
    return form


def _judge(reply: Reply, now: int) -> None:
    if reply.status == 422:
        raise TargetRefused(
            f"Grainfather does not take the report ({told(reply)}). Check that this is the device's address."
        )
    counted(reply, now, LEAST_S)


TARGET = PushTarget(
    name="grainfather",
    title="Grainfather",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=LEAST_S,
    why_least="Grainfather takes one report in 15 minutes of each device.",
    again_harmless=False,
)
