"""What a controller says, line by line: `T:{"BeerTemp": 20.06,…}` to values and back.

A letter, a colon and JSON; what has no such front is plain text that a firmware prints in passing. Numbers
are in the unit the controller speaks, which its constants tell. An AVR writes null for what it does not have,
an ESP 0, an empty text, or nothing at all.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from krausen.errors import Invalid
from krausen.protocols.brewpi import devices, extras, logs, parameters, temperatures, version
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.devices import Device
from krausen.protocols.brewpi.extras import Extended, Memory, Screen, Wireless
from krausen.protocols.brewpi.logs import Log, Text
from krausen.protocols.brewpi.parameters import Constants, Settings, Variables
from krausen.protocols.brewpi.scalars import Unit, objects, parsed_object
from krausen.protocols.brewpi.temperatures import RawProbes, Temperatures
from krausen.protocols.brewpi.version import Names, Version


class Installed(Struct, frozen=True):
    """The devices in slots."""

    devices: tuple[Device, ...]


class Found(Struct, frozen=True):
    """The hardware that was found, installed or not."""

    devices: tuple[Device, ...]


class Defined(Struct, frozen=True):
    """How a device stands after it was defined."""

    device: Device


Message = (
    Version
    | Names
    | Temperatures
    | Settings
    | Constants
    | Variables
    | Screen
    | Log
    | Text
    | Installed
    | Found
    | Defined
    | Extended
    | Wireless
    | RawProbes
    | Memory
)


def decode(line: str, family: Family, unit: Unit = "C") -> Message:
    """Read a line from a controller of a family that speaks a unit. Raises Invalid.

    The lines `N:` and `C:` can be read before family and unit are known.
    """
    letter, colon, body = line[:1], line[1:2], line[2:]
    if colon != ":" or not letter.isalpha() or not letter.isascii():
        return Text(line)
    read = _READERS.get(letter)
    if read is None:
        raise Invalid(f"No controller is known to say {letter}:.")
    return read(body, family, unit)


def encode(message: Message, family: Family, unit: Unit = "C", *, with_values: bool = False) -> str:
    """Write a line as a controller of a family does, without its end; lists of devices with values or not."""
    match message:
        case Text():
            return message.text
        case Installed() | Found():
            listed = (devices.encode(one, unit, family, with_value=with_values) for one in message.devices)
            return f"{'d' if isinstance(message, Installed) else 'h'}:[{','.join(listed)}]"
        case Settings() | Constants() | Variables():
            return f"{type(message).__name__[0]}:{parameters.encode(message, unit, family)}"
        case Temperatures():
            return f"T:{temperatures.encode(message, family, unit)}"
        case Version():
            return f"N:{version.encode(message, family)}"
        case Defined():
            return f"U:{devices.encode(message.device, unit, family)}"
        case RawProbes():
            return f"R:{temperatures.encode_raw(message, unit)}"
        case _:
            return _plainly(message)


def _plainly(message: Log | Names | Screen | Extended | Wireless | Memory) -> str:
    """Write what is the same in every unit and from every family."""
    match message:
        case Log():
            return f"D:{logs.encode(message)}"
        case Names():
            return f"N:{version.encode_names(message)}"
        case Screen():
            return f"L:{extras.encode_screen(message)}"
        case Extended():
            return f"X:{extras.encode_extended(message)}"
        case Wireless():
            return f"W:{extras.encode_wireless(message)}"
        case _:
            return f"E:{extras.encode_memory(message)}"


def _listed(body: str, unit: Unit) -> tuple[Device, ...]:
    return tuple(devices.decode(said, unit) for said in objects(body))


_READERS: Mapping[str, Callable[[str, Family, Unit], Message]] = {
    "N": lambda body, _, __: version.decode(body),
    "T": temperatures.decode,
    "S": lambda body, family, unit: parameters.decode(Settings, body, unit, family),
    "C": lambda body, family, unit: parameters.decode(Constants, body, unit, family),
    "V": lambda body, family, unit: parameters.decode(Variables, body, unit, family),
    "L": lambda body, _, __: extras.decode_screen(body),
    "D": lambda body, _, __: logs.decode(body),
    "d": lambda body, _, unit: Installed(_listed(body, unit)),
    "h": lambda body, _, unit: Found(_listed(body, unit)),
    "U": lambda body, _, unit: Defined(devices.decode(parsed_object(body), unit)),
    "X": lambda body, _, __: extras.decode_extended(body),
    "W": lambda body, _, __: extras.decode_wireless(body),
    "R": lambda body, _, unit: temperatures.decode_raw(body, unit),
    "E": lambda body, _, __: extras.decode_memory(body),
}
