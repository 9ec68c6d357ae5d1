"""Google Sheets, by Baron Brew's script for Tilt hydrometers: a sheet for each beer, a row for each report.

The script runs in the brewer's own Google account. Google publishes no description of it: the form, and that
its answer lies behind a redirect and is JSON, are known from TiltBridge, which reports every 10 minutes.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct, json

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import SECRET, Courier, Post, PushTarget, Reply, Shipment, told
from krausen.push.answers import counted, is_page, spoken
from krausen.push.devices import Device, degrees, extract, known, measured
from krausen.push.local_time import Zone, local
from krausen.push.requests import JSON, Address

LEAST_S: Final = 600.0

_LOGIN: Final = (b"accounts.google.com", b"ServiceLogin")
_FAILED: Final = ("error", "fail", "denied", "invalid")


class Settings(Struct, frozen=True, kw_only=True):
    """Which script it is, and for whom it writes."""

    url: Annotated[
        Address,
        Meta(
            title="Address of the script",
            description="From the script: Deploy, Web app, for anyone; https://script.google.com/macros/s/…/exec",
            extra_json_schema=SECRET,
        ),
    ]
    email: Annotated[
        str,
        Meta(title="E-mail", description="To whom the script sends the link of a new sheet", max_length=200),
    ] = ""
    zone: Zone = "UTC"

    def __post_init__(self) -> None:
        local(0, self.zone)


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Report each device whose gravity is known. Raises TargetBusy, TargetRefused."""
    for device in measured(shipment):
        body, headers = row_of(device, settings, shipment.now), JSON
        post = Post(url=settings.url, body=body, headers=headers, follow=True)
        _judge(await courier.request(post), shipment.now)


def row_of(device: Device, settings: Settings, now: int) -> bytes:
    """Give the row of a device as a Tilt's, in °F and SG; the sheet is called like the batch."""
    offset = local(now, settings.zone).utcoffset()
    hours = 0.0 if offset is None else offset.total_seconds() / 3600.0
    row = {
        "Beer": device.batch or device.name,
        "SG": extract(device.gravity, "SG"),
        "Temp": degrees(device.temperature, "F"),
        "Color": device.name,
        "Email": settings.email,
        "tzOffset": round(hours) if hours.is_integer() else hours,
    }
    return json.encode(known(row))


class _Answer(Struct, frozen=True):
    result: object = ""


def _judge(reply: Reply, now: int) -> None:
    if is_page(reply) and any(word in reply.body for word in _LOGIN):
        raise TargetRefused("Google asks for a login: deploy the script as a web app for anyone.")
    result = spoken(counted(reply, now, LEAST_S), _Answer).result
    if any(word in str(result).lower() for word in _FAILED):
        raise TargetBusy(f"The script did not write it: {told(reply)}.")


TARGET = PushTarget(
    name="google_sheets",
    title="Google Sheets (Tilt script)",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=900.0,
    why_least="The script writes a row for each report, and Google limits how long it may work in a day.",
    by_device=True,
    again_harmless=False,
)
