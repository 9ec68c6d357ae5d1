"""What the floating hydrometers iSpindel and GravityMon report, by HTTP or TCP.

By HTTP a post of one JSON object is answered with `{"status": "ok"}`, or with `failed` and why. By TCP a
connection brings one object and is answered with the byte ACK, or NAK for what is refused. A device is known
by the name that it gives itself, else by its id; it sends no time, so the moment of arrival counts.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from krausen.errors import Invalid, KrausenError, LinkLost
from krausen.ports.door import Answer, Door, Exchange, Measured, Paths, Port, Site, Stream, status_of
from krausen.protocols.ispindel import GravityUnit, decode

ACK, NAK = b"\x06", b"\x15"
LARGEST = 4096
"""Bytes of a message by TCP; those of known firmwares have less than 400."""
JSON = "application/json"

_BLANK = b"\0 \t\r\n"


class Settings(Struct, frozen=True, kw_only=True):
    """How its devices are understood, and where those call that speak TCP."""

    gravity_unit: Annotated[
        GravityUnit,
        Meta(
            title="Unit of gravities",
            description="For devices that do not tell it. With auto, 0.9 to 1.3 is SG and all else °Plato",
        ),
    ] = "auto"
    tcp_port: Annotated[int, Meta(title="TCP port", ge=1, le=65535)] = 9501


def paths(_: Settings) -> Sequence[str]:
    """Give the spellings that firmwares and guides use, with and without a slash behind."""
    return [f"/{name}{end}" for name in ("ispindel", "iSpindel", "ispindle") for end in ("", "/")]


async def exchange(settings: Settings, request: Exchange, site: Site) -> Answer:
    """Store what a device posts. Raises Invalid."""
    await _store(settings, request.body, site)
    return _answer(200, {"status": "ok"})


def refusal(failure: Exception) -> Answer:
    """Say why in words; only what may succeed later is answered as such, so that a device tries again."""
    status, headers = status_of(failure, usual=422)
    return _answer(status, {"status": "failed", "message": str(failure)}, headers)


async def converse(settings: Settings, stream: Stream, site: Site) -> None:
    """Store the one message of a connection and acknowledge it; the word `close` alone is acknowledged too.

    Raises Invalid, after the guest was told.
    """
    try:
        message = await _message(stream)
        if message.strip(_BLANK) != b"close":
            await _store(settings, message, site)
    except KrausenError:
        with suppress(LinkLost):
            await stream.send(NAK)
        raise
    await stream.send(ACK)


async def _message(stream: Stream) -> bytes:
    """Give what a guest says up to the closing brace, in however many pieces it comes."""
    said = b""
    while chunk := await stream.receive():
        said += chunk
        if len(said) > LARGEST:
            raise Invalid(f"This is longer than {LARGEST} bytes, and no message of a hydrometer.")
        message = said.strip(_BLANK)
        if message and (not message.startswith(b"{") or message.endswith(b"}")):
            return message
    if not said.strip(_BLANK):
        raise Invalid("It hung up before it had said anything.")
    return said


async def _store(settings: Settings, message: bytes, site: Site) -> None:
    report = decode(message, settings.gravity_unit)
    await site.store(
        [
            Measured(
                node=report.name, metric=told.metric, value=told.value, unit=told.unit, quality=told.quality
            )
            for told in report.told
        ]
    )


def _answer(status: int, said: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    return Answer(status=status, body=msgspec.json.encode(said), media_type=JSON, headers=headers or {})


DOOR = Door(
    name="ispindel",
    title="iSpindel and GravityMon",
    settings=Settings,
    paths=Paths(methods=frozenset({"POST"}), paths=paths, exchange=exchange, refusal=refusal),
    port=Port(number=lambda settings: settings.tcp_port, converse=converse),
)
