"""ThingSpeak: channels of eight fields, with charts and MATLAB, by MathWorks.

Speaks `update.json` (MathWorks, "ThingSpeak: Write Data" and "Error Codes"). A channel holds one stream of
values, so that one device goes into one channel; what each of its fields holds can be chosen, and is at first
what Fermentrack put there. Free accounts take one update in 15 seconds of each channel.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, json

from krausen.errors import TargetBusy, TargetRefused
from krausen.ports.target import Courier, Post, PushTarget, Reply, Shipment, told
from krausen.push.answers import counted, spoken
from krausen.push.devices import DegreesIn, Device, GravityIn, beers, degrees, extract, known, the_only
from krausen.push.requests import JSON, Key

UPDATE: Final = "https://api.thingspeak.com/update.json"
LEAST_S: Final = 16.0

What = Literal[
    "nothing", "batch", "name", "unit", "beer", "chamber", "ambient", "target", "gravity", "battery"
]


class Settings(Struct, frozen=True, kw_only=True):
    """Which channel it is, and what its fields hold."""

    key: Annotated[
        Key,
        Meta(
            title="Write API key",
            description="In ThingSpeak: the channel, API Keys",
        ),
    ] = ""
    temperatures: DegreesIn = "C"
    gravities: GravityIn = "SG"
    field1: Annotated[What, Meta(title="Field 1")] = "batch"
    field2: Annotated[What, Meta(title="Field 2")] = "name"
    field3: Annotated[What, Meta(title="Field 3")] = "unit"
    field4: Annotated[What, Meta(title="Field 4")] = "beer"
    field5: Annotated[What, Meta(title="Field 5")] = "chamber"
    field6: Annotated[What, Meta(title="Field 6")] = "ambient"
    field7: Annotated[What, Meta(title="Field 7")] = "gravity"
    field8: Annotated[What, Meta(title="Field 8")] = "target"


async def send(settings: Settings, shipment: Shipment, courier: Courier) -> None:
    """Update the channel with the device. Raises TargetBusy, TargetRefused."""
    if not settings.key:
        raise TargetRefused("Enter the write API key: in ThingSpeak it stands at the channel, API Keys.")
    device = the_only(beers(shipment))
    if device is not None:
        body, headers = update_of(device, settings), JSON
        _judge(await courier.request(Post(url=UPDATE, body=body, headers=headers)), shipment.now)


def update_of(device: Device, settings: Settings) -> bytes:
    """Give the update of the channel: each field holds what was chosen for it, if that is known."""
    unit = settings.temperatures
    held = {
        "batch": device.batch,
        "name": device.name,
        "unit": unit,
        "beer": degrees(device.temperature, unit),
        "chamber": degrees(device.chamber, unit),
        "ambient": degrees(device.ambient, unit),
        "target": degrees(device.target, unit),
        "gravity": extract(device.gravity, settings.gravities),
        "battery": device.battery_v,
    }
    fields = {f"field{n}": held.get(getattr(settings, f"field{n}")) for n in range(1, 9)}
    return json.encode({"api_key": settings.key, **known(fields)})


def _judge(reply: Reply, now: int) -> None:
    """Raise what an answer means; a bare 0 or -1 is how ThingSpeak says that it did nothing."""
    if reply.status == 402:
        raise TargetRefused(f"The messages of this ThingSpeak licence are used up ({told(reply)}).")
    if not isinstance(spoken(counted(reply, now, LEAST_S), object), dict):
        raise TargetBusy(
            f"ThingSpeak made no entry ({told(reply)}): perhaps the last was too short ago.", LEAST_S
        )


TARGET = PushTarget(
    name="thingspeak",
    title="ThingSpeak",
    settings=Settings,
    send=send,
    takes=frozenset({"vessels", "sensors"}),
    least_s=LEAST_S,
    usual_s=300.0,
    why_least="ThingSpeak takes one update in 15 seconds of each channel.",
    again_harmless=False,
)
