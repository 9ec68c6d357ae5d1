"""What a host asks of a controller: a letter, for some letters with a body, `j{"mode":"b","beerSet":19.50}`.

`encode` writes what both families understand as they are meant; `decode` is the firmware's side. Nothing
says which answer belongs to which request but their order.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.protocols.brewpi import parameters
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.commands import Command
from krausen.protocols.brewpi.devices import Device, Hardware
from krausen.protocols.brewpi.extras import Extended, decode_extended, encode_extended
from krausen.protocols.brewpi.scalars import (
    Reading,
    Scalar,
    Unit,
    braces,
    difference,
    difference_in_unit,
    quoted,
    truth,
    whole,
    word,
)

MOST_CHANGES = 6
"""So many changes an ESP has room for in one request, whatever they are."""


class Ask(StrEnum):
    """Requests that are a letter alone."""

    VERSION = "n"
    TEMPERATURES = "t"
    SETTINGS = "s"
    CONSTANTS = "c"
    VARIABLES = "v"
    SCREEN = "l"
    DEFAULT_CONSTANTS = "C"
    DEFAULT_SETTINGS = "S"
    RESTART = "R"
    ALARM_ON = "A"
    ALARM_OFF = "a"
    FLASH = "F"
    DUMP = "e"
    ZAP = "Z"
    BACKLIGHT = "b"
    NAMES = "p"
    RAW_PROBES = "T"
    FORGET_NETWORK = "w"
    NETWORK = "W"
    EXTENDED = "x"


class Erase(Struct, frozen=True):
    """Forget everything; an ESP asks for confirmation."""

    confirmed: bool = True


class Change(Struct, frozen=True):
    """A setting or constant by its key, to a value in °C, s or its own kind; None is no setpoint."""

    key: str
    value: Scalar


class Alter(Struct, frozen=True):
    """Change settings and constants, one after the other; `wrong` says what of it could not be read."""

    changes: tuple[Change, ...]
    wrong: tuple[Fault, ...] = ()


class ListInstalled(Struct, frozen=True, kw_only=True):
    """List what is installed: one slot or all (None); -2 is the camera light. `write` switches an output."""

    slot: int | None = None
    values: bool = False
    empty: bool = False
    write: bool | None = None


class FindHardware(Struct, frozen=True, kw_only=True):
    """List the hardware there is: of a kind, at a pin, only what is free, only what suits a function."""

    hardware: Hardware | None = None
    pin: int | None = None
    values: bool = False
    free_only: bool = False
    function: int | None = None


class Define(Struct, frozen=True, kw_only=True):
    """Install, change or remove (function 0) the device of a slot; None is what was not said."""

    slot: int | None
    chamber: int | None = None
    beer: int | None = None
    function: int | None = None
    hardware: int | None = None
    deactivated: bool | None = None
    pin: int | None = None
    inverted: bool | None = None
    address: str | None = None
    part: str | None = None
    calibration_c: float | None = None


class KeepNames(Struct, frozen=True):
    """Keep names of devices, by address."""

    names: dict[str, str]


class AlterExtended(Struct, frozen=True):
    """Change extended settings, those that are not None."""

    extended: Extended


Request = Ask | Erase | Alter | ListInstalled | FindHardware | Define | KeepNames | AlterExtended

BY_ESP_ALONE = {Ask.BACKLIGHT, Ask.NAMES, Ask.RAW_PROBES, Ask.FORGET_NETWORK, Ask.NETWORK, Ask.EXTENDED}
BY_AVR_ALONE = {Ask.FLASH, Ask.DUMP, Ask.ZAP}


def definition(device: Device) -> Define:
    """Make the complete definition of a device, which an ESP needs: it resets what is not said."""
    return Define(
        slot=device.slot,
        chamber=device.chamber,
        beer=device.beer,
        function=int(device.function),
        hardware=int(device.hardware),
        deactivated=device.deactivated,
        pin=device.pin,
        inverted=device.inverted,
        address=device.address or None,
        part=device.part or None,
        calibration_c=device.calibration_c,
    )


def in_parts(request: Alter) -> tuple[Alter, ...]:
    """Cut changes into requests that an ESP has room for; a change of unit comes last and alone."""
    units = [one for one in request.changes if one.key == "tempFormat"]
    others = [one for one in request.changes if one.key != "tempFormat"]
    parts = [others[at : at + MOST_CHANGES] for at in range(0, len(others), MOST_CHANGES)]
    parts += [[one] for one in units[-1:]]
    return tuple(Alter(tuple(part)) for part in parts)


def encode(request: Request, family: Family, unit: Unit = "C") -> bytes:
    """Write a request to a controller of a family that speaks a unit, with the line end it is good to send.

    Raises Invalid for what the controller cannot do or would misunderstand.
    """
    text = _encoded(request, family, unit)
    try:
        return text.encode("ascii") + b"\n"
    except UnicodeEncodeError as error:
        raise Invalid(
            f"{text[error.start]!r} cannot be sent: use letters, digits and signs of ASCII."
        ) from error


def decode(command: Command, family: Family, unit: Unit = "C") -> Request:
    """Read a command as the firmware of a family does. Raises Invalid for one that it does not know."""
    said = dict(command.body)
    match command.letter:
        case "j":
            return _altering(command.body, family, unit)
        case "d":
            return _listing(Reading(said), family)
        case "h":
            return _finding(Reading(said))
        case "U":
            return _defining(Reading(said), unit)
        case "E":
            return Erase(family is Family.AVR or said.get("confirmReset") is True)
        case "o" if family is Family.ESP:
            return KeepNames({address: str(name) for address, name in said.items()})
        case "X" if family is Family.ESP:
            return AlterExtended(
                decode_extended(braces((key, quoted_scalar(one)) for key, one in said.items()))
            )
        case letter:
            return _asked(letter, family)


def quoted_scalar(value: Scalar) -> str:
    """Write a value as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if value is None or isinstance(value, str) else f"{value:.9g}"


def _encoded(request: Request, family: Family, unit: Unit) -> str:
    match request:
        case Ask():
            return _asked(request, family)
        case Erase():
            # To an AVR the body would be so many commands, a restart among them.
            return 'E{"confirmReset": true}' if family is Family.ESP else "E"
        case Alter():
            return _alter(request, family, unit)
        case ListInstalled():
            return _list(request)
        case FindHardware():
            return _find(request)
        case Define():
            return _define(request, unit)
        case _:
            return _for_esp(request, family)


def _asked(letter: str, family: Family) -> Ask:
    try:
        asked = Ask(letter)
    except ValueError as error:
        raise Invalid(f"{letter!r} is no command of a controller.") from error
    if asked in (BY_AVR_ALONE if family is Family.ESP else BY_ESP_ALONE):
        raise Invalid(f"This controller does not know the command {letter!r}.")
    return asked


def _alter(request: Alter, family: Family, unit: Unit) -> str:
    keys = [one.key for one in request.changes]
    if len(keys) > MOST_CHANGES:
        raise Invalid(f"At most {MOST_CHANGES} settings are changed at once; send the others after these.")
    if "tempFormat" in keys and len(keys) > 1:
        raise Invalid("The unit is changed alone, so that nothing is taken in the wrong one.")
    return "j" + braces(
        (one.key, parameters.write(one.key, one.value, unit, family)) for one in request.changes
    )


def _list(request: ListInstalled) -> str:
    pairs: dict[str, int | None] = {"i": request.slot}
    if request.values:
        # One family asks for values by r, the other by v.
        pairs |= {"r": 1, "v": 1}
    pairs |= {"w": None if request.write is None else int(request.write), "e": 1 if request.empty else None}
    return "d" + _numbers(pairs)


def _find(request: FindHardware) -> str:
    pairs: dict[str, int | None] = {
        "h": request.hardware,
        "p": request.pin,
        "u": -1 if request.free_only else None,
        "v": 1 if request.values else None,
        "f": request.function,
    }
    return "h" + _numbers(pairs)


def _numbers(pairs: Mapping[str, int | None]) -> str:
    return braces((key, str(int(value))) for key, value in pairs.items() if value is not None)


def _define(request: Define, unit: Unit) -> str:
    if request.slot is None:
        raise Invalid("A device is defined by its slot, and none is given.")
    return "U" + braces(_definition(request, unit))


def _definition(request: Define, unit: Unit) -> Iterator[tuple[str, str]]:
    for key, name in _WHOLE.items():
        value = getattr(request, name)
        if value is not None:
            yield key, str(int(value))
    for key, name in _WORDS.items():
        value = getattr(request, name)
        if value is not None:
            yield key, quoted(value)
    if request.calibration_c is not None:
        yield "j", f"{difference_in_unit(request.calibration_c, unit):.3f}"


def _for_esp(request: KeepNames | AlterExtended, family: Family) -> str:
    if family is not Family.ESP:
        # An AVR takes every letter of it for a command.
        raise Invalid("Only controllers with an ESP keep names and extended settings.")
    if isinstance(request, AlterExtended):
        return "X" + encode_extended(request.extended)
    return "o" + braces((quoted(address)[1:-1], quoted(name)) for address, name in request.names.items())


def _altering(body: tuple[tuple[str, Scalar], ...], family: Family, unit: Unit) -> Alter:
    changes: list[Change] = []
    wrong: list[Fault] = []
    for key, raw in body:
        try:
            change = Change(key, parameters.read(key, raw, unit, family))
        except Invalid as failure:
            wrong.append(Fault(f"/{key}", str(failure)))
            continue
        changes.append(change)
        if change.value in ("C", "F") and key == "tempFormat":
            unit = "F" if change.value == "F" else "C"
    return Alter(tuple(changes), tuple(wrong))


def _listing(reading: Reading, family: Family) -> ListInstalled:
    slot = reading.get("i", whole, -1)
    listing = ListInstalled(
        slot=None if slot == -1 else slot,
        values=reading.get("v" if family is Family.ESP else "r", truth, missing=False),
        empty=reading.get("e", truth, missing=False),
        write=reading.get("w", truth, None),
    )
    reading.finish()
    return listing


def _finding(reading: Reading) -> FindHardware:
    hardware, pin = reading.get("h", _hardware, -1), reading.get("p", whole, -1)
    finding = FindHardware(
        hardware=None if hardware == -1 else Hardware(hardware),
        pin=None if pin == -1 else pin,
        values=reading.get("v", truth, missing=False),
        free_only=reading.get("u", whole, 0) != 0,
        function=reading.get("f", whole, None),
    )
    reading.finish()
    return finding


def _hardware(raw: object) -> int:
    kind = whole(raw)
    if kind != -1 and kind not in tuple(Hardware):
        raise Invalid(f"{kind} is no kind of hardware.")
    return kind


def _defining(reading: Reading, unit: Unit) -> Define:
    said: dict[str, Any] = {name: reading.get(key, whole, None) for key, name in _WHOLE.items()}
    said |= {name: reading.get(key, word, None) for key, name in _WORDS.items()}
    said |= {name: None if said[name] is None else said[name] != 0 for name in ("deactivated", "inverted")}
    define = Define(**said, calibration_c=reading.get("j", lambda raw: difference(raw, unit), None))
    reading.finish()
    return define


_WHOLE = {
    "i": "slot",
    "c": "chamber",
    "b": "beer",
    "f": "function",
    "h": "hardware",
    "p": "pin",
    "d": "deactivated",
    "x": "inverted",
}
_WORDS = {"a": "address", "n": "part"}
