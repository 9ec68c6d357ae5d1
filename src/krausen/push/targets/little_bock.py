"""Little Bock: recipes and brews, with what a hydrometer reports.

Each hydrometer has an address of its own there, the one that is entered into an iSpindel. Little Bock
publishes no description: the form is what iSpindel-TCP-Server sends it. It answers in JSON, and says that a
hydrometer is not attached as long as no brew has been chosen for it. How often it may be told is not known,
so it is as often as the hydrometers for which it was made report.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct, json

from krausen.errors import TargetBusy
from krausen.ports.target import SECRET, Courier, Post, PushTarget, Reply, Shipment, told
from krausen.push.answers import counted, spoken
from krausen.push.devices import Device, degrees, extract, known, measured, the_only
from krausen.push.requests import JSON, Address

LEAST_S: Final = 900.0


class Settings(Struct, frozen=True, kw_only=True):
    """Which hydrometer it is."""

    url: Annotated[
        Address,
        Meta(
            title="Address of the hydrometer",
            description="Little Bock shows it at the hydrometer; http://www.littlebock.fr/api/log/ispindle/…/…",
            extra_json_schema=SECRET,
        ),
    ]


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report the hydrometer, or the vessel with one. Raises TargetBusy, TargetRefused."""
    device = the_only(measured(shipment))
    if device is not None:
        body, headers = report_of(device), JSON
        post = Post(url=settings.url, body=body, headers=headers)
        _judge(await courier.request(post), shipment.now)


def report_of(device: Device) -> bytes:
    """Give the report of a hydrometer, °C and SG."""
    temperature = degrees(device.temperature, "C")
    report = {
        "temperature": temperature,
        "gravity": extract(device.gravity, "SG"),
        "battery": device.battery_v,
    }
    return json.encode(known(report))


class _Answer(Struct, frozen=True):
    success: bool = True
    message: str = ""


def _judge(reply: Reply, now: int) -> None:
    """Raise what an answer means. An unattached hydrometer is tried again: its brew is chosen there."""
    if b"not attached" in reply.body.lower():
        raise TargetBusy(
            f"The hydrometer has no brew in Little Bock: attach it to one there ({told(reply)}).", LEAST_S
        )
    if not spoken(counted(reply, now, LEAST_S), _Answer).success:
        raise TargetBusy(f"Little Bock did not save it: {told(reply)}.")


TARGET = PushTarget(
    name="little_bock",
    title="Little Bock",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=LEAST_S,
    why_least="Little Bock was made for hydrometers that report every 15 minutes, and names no other limit.",
    again_harmless=False,
)
