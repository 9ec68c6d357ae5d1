"""What some controllers say besides: display, extended settings, network, memory."""

import re

from msgspec import Struct

from krausen.errors import Invalid
from krausen.protocols.brewpi.scalars import (
    Reading,
    braces,
    parsed,
    parsed_object,
    quoted,
    truth,
    whole,
    word,
)

DEGREE_OF_LCDS = "░"
"""The byte 0xB0, by which LCD builds mean the degree sign."""


class Screen(Struct, frozen=True):
    """The four lines of the display."""

    lines: tuple[str, str, str, str]


class Extended(Struct, frozen=True, kw_only=True):
    """Further settings of an ESP; None where its revision does not have one."""

    invert_screen: bool | None = None
    glycol: bool | None = None
    large_screen: bool | None = None
    low_delay: bool | None = None
    tilt: str | None = None


class Wireless(Struct, frozen=True):
    """The network an ESP is in, and how well it hears it, dBm."""

    ssid: str
    signal_dbm: int


class Memory(Struct, frozen=True):
    """The bytes of the memory that outlives a power cut, in lines of hexadecimal digits."""

    lines: tuple[str, ...]


def decode_screen(body: str) -> Screen:
    """Read the body of `L:`. Raises Invalid."""
    lines = parsed(body)
    if not isinstance(lines, list) or len(lines) != 4:
        raise Invalid("A display has four lines.")
    one, two, three, four = (word(text).replace(DEGREE_OF_LCDS, "°") for text in lines)
    return Screen((one, two, three, four))


def decode_extended(body: str) -> Extended:
    """Read the body of `X:`. Raises Invalid."""
    reading = Reading(parsed_object(body))
    flags = {name: reading.get(key, truth, None) for key, name in _EXTENDED.items()}
    extended = Extended(**flags, tilt=reading.get("tiltGravSensor", word, None))
    reading.finish()
    return extended


def decode_wireless(body: str) -> Wireless:
    """Read the body of `W:`. Raises Invalid."""
    reading = Reading(parsed_object(body))
    wireless = Wireless(reading.get("ssid", word, ""), reading.get("signalStrength", whole, 0))
    reading.finish()
    return wireless


def decode_memory(body: str) -> Memory:
    """Read the body of `E:`. Raises Invalid."""
    lines = parsed(body)
    if not isinstance(lines, list) or not all(re.fullmatch("[0-9A-Fa-f]*", word(one)) for one in lines):
        raise Invalid("This is no list of hexadecimal lines.")
    return Memory(tuple(word(one) for one in lines))


def encode_screen(screen: Screen) -> str:
    """Write the body of `L:`, with the degree sign of LCD builds."""
    return f"[{','.join(quoted(text.replace('°', DEGREE_OF_LCDS)) for text in screen.lines)}]"


def encode_extended(extended: Extended) -> str:
    """Write the body of `X:`, without what is None."""
    flags = ((key, getattr(extended, name)) for key, name in _EXTENDED.items())
    pairs = [(key, "true" if flag else "false") for key, flag in flags if flag is not None]
    if extended.tilt is not None:
        pairs.append(("tiltGravSensor", quoted(extended.tilt)))
    return braces(pairs)


def encode_wireless(told: Wireless) -> str:
    """Write the body of `W:`."""
    return braces((("ssid", quoted(told.ssid)), ("signalStrength", str(told.signal_dbm))))


def encode_memory(memory: Memory) -> str:
    """Write the body of `E:`."""
    return f"[{','.join(map(quoted, memory.lines))}]"


_EXTENDED = {
    "invertTFT": "invert_screen",
    "glycol": "glycol",
    "largeTFT": "large_screen",
    "lowDelay": "low_delay",
}
