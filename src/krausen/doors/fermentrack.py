"""The generic push, as Fermentrack, another Krausen and programs of their own send it.

Every push is answered with `{"status", "message"}` and the HTTP status 200, whether it was taken or not: that
is how Fermentrack's own receiver does it, and people look at the words. Senders are known by their `api_key`.
A controller or hydrometer is a node that is called like its sender, kind and number there, such as
`cellar/brewpi-3` or `cellar/sensor-1`; its title is the name that the sender gives it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from hmac import compare_digest
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from krausen.errors import Invalid
from krausen.ports.door import Answer, Door, Exchange, Introduction, Measured, Paths, Site, status_of
from krausen.protocols.fermentrack_push import Device, Devices, api_key_of, devices_of, opened
from krausen.wire.timestamps import check_measured, instant

JSON = "application/json"


class Sender(Struct, frozen=True, kw_only=True):
    """Who pushes here, and with which key."""

    name: Annotated[str, Meta(title="Name", pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", max_length=40)]
    key: Annotated[str, Meta(title="Key", description="Its api_key", min_length=1, max_length=256)]


class Settings(Struct, frozen=True, kw_only=True):
    """Whose pushes are taken."""

    senders: Annotated[
        tuple[Sender, ...],
        Meta(title="Senders", description="Keep the name: the readings stand under it", max_length=100),
    ] = ()
    strangers: Annotated[
        bool,
        Meta(
            title="Take pushes without a known key",
            description="Their sender is called by its network address",
        ),
    ] = False


def paths(_: Settings) -> Sequence[str]:
    """Give where Fermentrack's receiver takes pushes, with and without the slash."""
    return ["/target/", "/target"]


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Store what is pushed. Raises Invalid."""
    message = opened(request.body)
    sender = sender_of(settings, api_key_of(message), request.address)
    devices = devices_of(message)
    await site.store(list(_measured(sender, devices, site.now())))
    await site.introduce(list(_introduced(sender, devices)))
    counts = f"brewpi_devices {len(devices.controllers)}, gravity_sensors {len(devices.sensors)}"
    return _answer(200, "success", f"The push was processed: {counts}.")


def refusal(failure: Exception) -> Answer:
    """Say why in words; what is wrong with a push itself is told with status 200, as its senders know it."""
    status, headers = status_of(failure, usual=200)
    return _answer(status, "failed", str(failure), headers)


def sender_of(settings: Settings, key: str, address: str) -> str:
    """Give the name of who sends with a key from an address. Raises Invalid for one who is not known."""
    for sender in settings.senders:
        if compare_digest(sender.key.encode(), key.encode()):
            return sender.name
    if settings.strangers:
        return address
    if not key:
        raise Invalid("There is no api_key. Enter the one that was agreed on for this sender.")
    raise Invalid("This api_key is not known here. An admin adds it to the senders of the door fermentrack.")


def _nodes(sender: str, devices: Devices) -> Iterator[tuple[str, Device]]:
    for kind, found in (("brewpi", devices.controllers), ("sensor", devices.sensors)):
        for device in found:
            yield f"{sender}/{kind}-{device.number}", device


def _measured(sender: str, devices: Devices, now: int) -> Iterator[Measured]:
    for node, device in _nodes(sender, devices):
        measured_at = _time_of(device, now)
        for told in device.told:
            yield Measured(
                node=node,
                metric=told.metric,
                value=told.value,
                # The rest is as it is now; hydrometers sleep, and their gravity is pushed over and over.
                t=measured_at if told.metric == "gravity" else None,
                unit=told.unit,
                quality=told.quality,
            )


def _introduced(sender: str, devices: Devices) -> Iterator[Introduction]:
    for node, device in _nodes(sender, devices):
        if device.told:
            yield Introduction(node=node, title=device.name, kind=device.kind)


def _time_of(device: Device, now: int) -> int | None:
    """Give when the gravity of a device was measured, None where that was not told, or cannot be."""
    try:
        t = instant(device.gravity_time, UTC)
        check_measured(t, now)
    except Invalid:
        return None
    return t


def _answer(status: int, said: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    body = msgspec.json.encode({"status": said, "message": message})
    return Answer(status=status, body=body, media_type=JSON, headers=headers or {})


DOOR = Door(
    name="fermentrack",
    title="Fermentrack's generic push",
    settings=Settings,
    paths=Paths(methods=frozenset({"POST"}), paths=paths, exchange=exchange, refusal=refusal),
)
