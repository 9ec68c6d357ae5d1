"""Devices of a controller: what a slot holds, what hardware was found, and which assignments cannot be.

A device is a line of the lists `d:` and `h:` and of `U:`. Numbers of functions, hardware and types after the
device managers of both firmwares.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from msgspec import Struct

from krausen.errors import Fault
from krausen.protocols.brewpi.boards import Board, Family, Use
from krausen.protocols.brewpi.scalars import (
    Reading,
    Unit,
    braces,
    difference,
    difference_in_unit,
    fixed,
    in_unit,
    number,
    quoted,
    temperature,
    truth,
    whole,
    word,
)

CHAMBERS = range(5)
BEERS = range(7)
NOT_INSTALLED = -1


class Function(IntEnum):
    """What a device does for a chamber or a beer."""

    NONE = 0
    DOOR = 1
    HEAT = 2
    COOL = 3
    LIGHT = 4
    FRIDGE_TEMPERATURE = 5
    ROOM_TEMPERATURE = 6
    FAN = 7
    RESERVED = 8
    BEER_TEMPERATURE = 9
    BEER_TEMPERATURE_2 = 10
    BEER_HEAT = 11
    BEER_COOL = 12
    BEER_GRAVITY = 13
    RESERVED_2 = 14
    RESERVED_3 = 15
    LOG_2 = 17
    LOG_3 = 18

    @property
    def is_of_beer(self) -> bool:
        """Whether it serves one beer and not the whole chamber."""
        return self >= Function.BEER_TEMPERATURE


class Hardware(IntEnum):
    """How a device is reached."""

    NONE = 0
    PIN = 1
    ONE_WIRE_PROBE = 2
    DS2413 = 3
    DS2408 = 4
    INKBIRD = 5
    TILT = 6
    KASA = 7


class DeviceType(IntEnum):
    """What a device is."""

    NONE = 0
    PROBE = 1
    SWITCH = 2
    OUTPUT = 3
    PWM_OUTPUT = 4
    MANUAL_OUTPUT = 5


TITLES: Mapping[Function, str] = {
    Function.NONE: "nothing",
    Function.DOOR: "door switch",
    Function.HEAT: "chamber heater",
    Function.COOL: "chamber cooler",
    Function.LIGHT: "chamber light",
    Function.FRIDGE_TEMPERATURE: "chamber temperature",
    Function.ROOM_TEMPERATURE: "room temperature",
    Function.FAN: "chamber fan",
    Function.RESERVED: "manual output",
    Function.BEER_TEMPERATURE: "beer temperature",
    Function.BEER_TEMPERATURE_2: "second beer temperature",
    Function.BEER_HEAT: "beer heater",
    Function.BEER_COOL: "beer cooler",
    Function.BEER_GRAVITY: "beer gravity",
    Function.RESERVED_2: "reserved function 14",
    Function.RESERVED_3: "reserved function 15",
    Function.LOG_2: "second logged temperature",
    Function.LOG_3: "third logged temperature",
}
HARDWARE_TITLES: Mapping[Hardware, str] = {
    Hardware.NONE: "no hardware",
    Hardware.PIN: "pin",
    Hardware.ONE_WIRE_PROBE: "one-wire probe",
    Hardware.DS2413: "one-wire switch DS2413",
    Hardware.DS2408: "one-wire valve driver DS2408",
    Hardware.INKBIRD: "Inkbird Bluetooth thermometer",
    Hardware.TILT: "Tilt hydrometer",
    Hardware.KASA: "Kasa smart plug",
}
PROBES = {Hardware.ONE_WIRE_PROBE, Hardware.INKBIRD, Hardware.TILT}
"""What measures a temperature; it has an address and a calibration."""

_PROBE_FUNCTIONS = {
    Function.FRIDGE_TEMPERATURE,
    Function.ROOM_TEMPERATURE,
    Function.BEER_TEMPERATURE,
    Function.BEER_TEMPERATURE_2,
}
_OUTPUT_FUNCTIONS = {
    Function.HEAT,
    Function.COOL,
    Function.LIGHT,
    Function.FAN,
    Function.BEER_HEAT,
    Function.BEER_COOL,
}
_ONE_WIRE = {Hardware.ONE_WIRE_PROBE, Hardware.DS2413}
_SWITCHING = {Hardware.PIN, Hardware.DS2413, Hardware.KASA}


class Device(Struct, frozen=True, kw_only=True):
    """A device in a slot, or one that was found and is not installed (`slot` -1, no function).

    `value` is a temperature in °C of a probe and 0 or 1 of anything else. `part` is the channel of a DS2413,
    or the child of a smart plug; `alias` is what an ESP calls the device by itself.
    """

    slot: int = NOT_INSTALLED
    chamber: int = 0
    beer: int = 0
    function: Function = Function.NONE
    hardware: Hardware = Hardware.NONE
    deactivated: bool = False
    pin: int = 0
    inverted: bool = False
    address: str = ""
    part: str = ""
    calibration_c: float = 0.0
    value: float | None = None
    alias: str = ""

    @property
    def type(self) -> DeviceType:
        """What the function needs."""
        return type_of(self.function)


class Objection(Struct, frozen=True):
    """Why a firmware refuses a definition: the error it logs, its parameters, and plain words."""

    log: int
    values: tuple[int, ...]
    why: str


def type_of(function: Function) -> DeviceType:
    """Give what kind of device a function needs."""
    if function is Function.DOOR:
        return DeviceType.SWITCH
    if function in _OUTPUT_FUNCTIONS:
        return DeviceType.OUTPUT
    return DeviceType.PROBE if function in _PROBE_FUNCTIONS else DeviceType.NONE


def decode(said: Mapping[str, Any], unit: Unit) -> Device:
    """Read one device of a list, whose temperatures are in a unit. Raises Invalid with every wrong key.

    What is not installed has no function, whatever a firmware claims.
    """
    reading = Reading(said)
    slot = reading.get("i", whole, NOT_INSTALLED)
    function = reading.get("f", lambda raw: Function(_of(Function, raw)), Function.NONE)
    hardware = reading.get("h", lambda raw: Hardware(_of(Hardware, raw)), Hardware.NONE)
    device = Device(
        slot=slot,
        chamber=reading.get("c", whole, 0),
        beer=reading.get("b", whole, 0),
        function=function if slot != NOT_INSTALLED else Function.NONE,
        hardware=hardware,
        deactivated=reading.get("d", truth, missing=False),
        pin=reading.get("p", whole, 0),
        inverted=reading.get("x", truth, missing=False),
        address=reading.get("a", word, ""),
        part=reading.get("n", word, ""),
        calibration_c=reading.get("j", lambda raw: difference(raw, unit), 0.0),
        value=reading.get("v", lambda raw: temperature(raw, unit if hardware in PROBES else "C"), None),
        alias=reading.get("r", word, ""),
    )
    reading.finish()
    return device


def encode(device: Device, unit: Unit, family: Family, *, with_value: bool = False) -> str:
    """Write one device of a list as a firmware of a family does."""
    pairs = _esp(device, unit) if family is Family.ESP else _avr(device, unit)
    if with_value:
        pairs["v"] = _value(device, unit, family)
    return braces((key, pairs[key]) for key in _ORDER[family] if key in pairs)


def objection(device: Device) -> Objection | None:
    """Give the first reason, in a firmware's own order, for which it refuses to install a device."""
    return next(_objections(device), None)


def unfit(device: Device, board: Board, others: Sequence[Device] = ()) -> tuple[str, ...]:
    """Tell in plain words everything that keeps a device from being what it shall be; nothing if it can.

    `others` are the devices installed by now. Only boards whose pins are known judge pins.
    """
    return tuple(one.message for one in misfits(device, board, others))


def misfits(device: Device, board: Board, others: Sequence[Device] = ()) -> Iterator[Fault]:
    """Tell the same, each with what of it is wrong: `/slot`, `/chamber`, `/beer` or `/function`."""
    for one in _objections(device):
        yield Fault(_where(one, device), one.why)
    if device.function is not Function.NONE:
        for why in (*_unfit_hardware(device, board), *_taken(device, others)):
            yield Fault("/function", why)
    if device.slot not in range(board.slots):
        yield Fault("/slot", f"A {board.title} has the slots 0 to {board.slots - 1}, not {device.slot}.")


def _where(objection: Objection, device: Device) -> str:
    owner = "/beer" if device.function.is_of_beer else "/chamber"
    return {4: "/chamber", 5: "/beer", 7: owner}.get(objection.log, "/function")


def _of(kind: type[IntEnum], raw: object) -> int:
    value = whole(raw)
    # Numbers from the future are as good as none: the rest of the list is worth reading.
    return value if value in tuple(kind) else 0


def _objections(device: Device) -> Iterator[Objection]:
    function, title = device.function, TITLES[device.function]
    if device.chamber not in CHAMBERS:
        yield Objection(4, (device.chamber,), f"There are the chambers 0 to 4, not {device.chamber}.")
    if device.beer not in BEERS:
        yield Objection(5, (device.beer,), f"There are the beers 0 to 6, not {device.beer}.")
    if function > Function.RESERVED_3:
        yield Objection(6, (int(function),), f"A {title} is something that only newer firmwares know.")
    owner = _owner_fault(device)
    if owner:
        yield Objection(7, (_owner(function), device.beer, device.chamber), owner)
    if not _suits(device):
        why = f"A {HARDWARE_TITLES[device.hardware]} cannot be a {title}."
        yield Objection(8, (int(device.type), int(device.hardware)), why)


def _owner(function: Function) -> int:
    """Give whom a function serves, as firmwares count: 1 a chamber, 2 a beer."""
    return 2 if function.is_of_beer else 1


def _owner_fault(device: Device) -> str:
    if device.function is Function.NONE:
        return ""
    if device.function.is_of_beer and device.beer < 1:
        return f"A {TITLES[device.function]} needs the number of its beer, from 1."
    if not device.function.is_of_beer and device.chamber < 1:
        return f"A {TITLES[device.function]} needs the number of its chamber, from 1."
    return ""


def _suits(device: Device) -> bool:
    if device.function is Function.NONE:
        return True
    if device.function is Function.BEER_GRAVITY:
        return device.hardware is Hardware.TILT
    return device.hardware in (PROBES if device.type is DeviceType.PROBE else _SWITCHING)


def _unfit_hardware(device: Device, board: Board) -> Iterator[str]:
    if device.hardware > Hardware.DS2413 and board.family is not Family.ESP:
        yield f"A {board.title} cannot reach a {HARDWARE_TITLES[device.hardware]}."
    if device.hardware > Hardware.PIN and not device.address:
        yield f"A {HARDWARE_TITLES[device.hardware]} needs its address."
    if device.hardware is Hardware.PIN and board.pins:
        yield from _unfit_pin(device, board, Use.DOOR if device.type is DeviceType.SWITCH else Use.OUTPUT)
    if device.hardware in _ONE_WIRE and board.pins:
        yield from _unfit_pin(device, board, Use.BUS)


def _unfit_pin(device: Device, board: Board, use: Use) -> Iterator[str]:
    pin = board.pin(device.pin)
    if pin is None:
        yield f"A {board.title} has nothing at pin {device.pin}."
    elif pin.use is not use:
        yield f"Pin {device.pin} of a {board.title} is wired as {pin.use}, not as {use}."


def _taken(device: Device, others: Sequence[Device]) -> Iterator[str]:
    for other in others:
        if other.slot == device.slot or other.function is Function.NONE:
            continue
        if (other.function, other.chamber, other.beer) == (device.function, device.chamber, device.beer):
            yield f"There is a {TITLES[other.function]} already, in slot {other.slot}; it would be removed."
        if place_of(other) == place_of(device):
            yield f"The same hardware is the {TITLES[other.function]} in slot {other.slot} already."


def place_of(device: Device) -> tuple[Hardware, int, str, str]:
    """Give what tells the hardware of one device from that of another."""
    pin = device.pin if device.hardware is Hardware.PIN else 0
    return device.hardware, pin, device.address, device.part


_ORDER: Mapping[Family, str] = {
    Family.AVR: "itcbfhdpvxanj",
    Family.ESP: "icbfhdpvxanjr",
    Family.SPARK: "itcbfhdpvxanj",
}


def _avr(device: Device, unit: Unit) -> dict[str, str]:
    pairs = {"t": str(int(device.type))} | _shared(device)
    pairs["d"] = str(int(device.deactivated))
    if device.hardware in (Hardware.PIN, Hardware.DS2413):
        pairs["x"] = str(int(device.inverted))
    if device.hardware is Hardware.DS2413:
        pairs["n"] = "1" if device.part == "1" else "0"
    if device.hardware is Hardware.ONE_WIRE_PROBE:
        pairs["j"] = fixed(difference_in_unit(device.calibration_c, unit), 3, Family.AVR)
    return pairs


def _esp(device: Device, unit: Unit) -> dict[str, str]:
    pairs = _shared(device)
    pairs["d"] = "true" if device.deactivated else "false"
    pairs["x"] = "true" if device.inverted else "false"
    if device.hardware in (Hardware.DS2413, Hardware.KASA):
        pairs["n"] = quoted(device.part)
    if device.hardware in PROBES:
        pairs["j"] = quoted(fixed(difference_in_unit(device.calibration_c, unit), 3, Family.AVR))
    if device.alias:
        pairs["r"] = quoted(device.alias)
    return pairs


def _shared(device: Device) -> dict[str, str]:
    pairs = {
        "i": str(device.slot),
        "c": str(device.chamber),
        "b": str(device.beer),
        "f": str(int(device.function)),
        "h": str(int(device.hardware)),
        "p": str(device.pin),
    }
    if device.address:
        pairs["a"] = quoted(device.address)
    return pairs


def _value(device: Device, unit: Unit, family: Family) -> str:
    if device.hardware in PROBES:
        value_c = None if device.value is None else in_unit(device.value, unit)
        text = fixed(value_c, 3, Family.AVR)
    else:
        text = "null" if device.value is None else f"{number(device.value):.0f}"
    return quoted(text) if family is Family.ESP else text
