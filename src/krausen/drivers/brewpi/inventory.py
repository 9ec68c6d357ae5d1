"""Devices of a firmware as everybody sees them, and what to define so that one does something else."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from krausen.model.controller import Choice, IoDevice
from krausen.protocols.brewpi.boards import Board, Family, Use
from krausen.protocols.brewpi.devices import (
    NOT_INSTALLED,
    PROBES,
    TITLES,
    Device,
    DeviceType,
    Function,
    Hardware,
    place_of,
    type_of,
)

WORDS: Mapping[Function, str] = {
    Function.NONE: "none",
    Function.DOOR: "door",
    Function.HEAT: "heat",
    Function.COOL: "cool",
    Function.LIGHT: "light",
    Function.FRIDGE_TEMPERATURE: "chamber_temperature",
    Function.ROOM_TEMPERATURE: "room_temperature",
    Function.FAN: "fan",
    Function.RESERVED: "manual",
    Function.BEER_TEMPERATURE: "beer_temperature",
    Function.BEER_TEMPERATURE_2: "beer_temperature_2",
    Function.BEER_HEAT: "beer_heat",
    Function.BEER_COOL: "beer_cool",
    Function.BEER_GRAVITY: "beer_gravity",
    Function.RESERVED_2: "reserved_14",
    Function.RESERVED_3: "reserved_15",
    Function.LOG_2: "log_2",
    Function.LOG_3: "log_3",
}
FUNCTIONS = {word: function for function, word in WORDS.items()}
_HARDWARE: Mapping[Hardware, str] = {
    Hardware.NONE: "none",
    Hardware.PIN: "pin",
    Hardware.ONE_WIRE_PROBE: "one_wire_probe",
    Hardware.DS2413: "ds2413",
    Hardware.DS2408: "ds2408",
    Hardware.INKBIRD: "inkbird",
    Hardware.TILT: "tilt",
    Hardware.KASA: "kasa",
}
_TYPES: Mapping[DeviceType, str] = {
    DeviceType.NONE: "none",
    DeviceType.PROBE: "probe",
    DeviceType.SWITCH: "switch",
    DeviceType.OUTPUT: "output",
    DeviceType.PWM_OUTPUT: "pwm_output",
    DeviceType.MANUAL_OUTPUT: "manual_output",
}
_PREFIXES: Mapping[Hardware, str] = {
    Hardware.ONE_WIRE_PROBE: "ow",
    Hardware.DS2413: "ow",
    Hardware.DS2408: "ow",
    Hardware.INKBIRD: "ink",
    Hardware.TILT: "tilt",
    Hardware.KASA: "kasa",
}
_ASSIGNABLE = (
    Function.DOOR,
    Function.HEAT,
    Function.COOL,
    Function.LIGHT,
    Function.FRIDGE_TEMPERATURE,
    Function.ROOM_TEMPERATURE,
    Function.FAN,
    Function.BEER_TEMPERATURE,
    Function.BEER_TEMPERATURE_2,
    Function.BEER_HEAT,
    Function.BEER_COOL,
)
_SWITCHING = (Hardware.PIN, Hardware.DS2413, Hardware.KASA)
_ON_ESP_ALONE = {Hardware.INKBIRD, Hardware.TILT, Hardware.KASA}


def id_of(device: Device) -> str:
    """Give the id that the place of its hardware gives a device."""
    if device.hardware in _PREFIXES:
        address = device.address.lower().replace(":", "")
        part = f"-{device.part}" if device.part else ""
        return f"{_PREFIXES[device.hardware]}-{address}{part}"
    return f"pin-{device.pin}"


def inventory(installed: Iterable[Device], found: Iterable[Device]) -> tuple[Device, ...]:
    """Give each device once: those in slots, in order, then what is free."""
    in_slots = sorted((one for one in installed if one.function), key=lambda one: one.slot)
    known = {place_of(one) for one in in_slots}
    free = (one for one in found if place_of(one) not in known and one.hardware is not Hardware.NONE)
    return (*in_slots, *(replace(one, slot=NOT_INSTALLED, function=Function.NONE) for one in free))


def io_device(device: Device, board: Board) -> IoDevice:
    """Show a device as everybody sees it."""
    is_free = device.slot == NOT_INSTALLED
    is_probe = device.hardware in PROBES
    value = device.value
    return IoDevice(
        id=id_of(device),
        slot=None if is_free else device.slot,
        chamber=0 if is_free else device.chamber,
        beer=0 if is_free else device.beer,
        function=WORDS[device.function],
        hardware=_HARDWARE[device.hardware],
        device_type=_TYPES[_type(device, board)],
        address=device.address,
        pin=device.pin
        if device.hardware in (Hardware.PIN, Hardware.ONE_WIRE_PROBE, Hardware.DS2413)
        else None,
        inverted=device.inverted,
        calibration=round(device.calibration_c, 4),
        value=value if value is None or is_probe else value != 0.0,
        title=_title(device, board),
    )


def choices(board: Board) -> tuple[Choice, ...]:
    """Give what devices of a board may be."""
    return (
        Choice(function="none", title="nothing", device_type="none", hardware=()),
        *(
            Choice(
                function=WORDS[function],
                title=TITLES[function],
                device_type=_TYPES[type_of(function)],
                hardware=tuple(_HARDWARE[one] for one in _suited(function, board)),
                of_beer=function.is_of_beer,
            )
            for function in _ASSIGNABLE
        ),
    )


def _suited(function: Function, board: Board) -> Iterator[Hardware]:
    kinds = (*sorted(PROBES),) if type_of(function) is DeviceType.PROBE else _SWITCHING
    return (one for one in kinds if board.family is Family.ESP or one not in _ON_ESP_ALONE)


def _type(device: Device, board: Board) -> DeviceType:
    """Tell what a device is, by its function, or by what it is wired to while it has none."""
    if device.hardware in PROBES:
        return DeviceType.PROBE
    if device.function is not Function.NONE:
        return device.type
    pin = board.pin(device.pin) if device.hardware is Hardware.PIN else None
    if pin is not None and pin.use is Use.DOOR:
        return DeviceType.SWITCH
    return DeviceType.OUTPUT if device.hardware in _SWITCHING else DeviceType.NONE


def _title(device: Device, board: Board) -> str:
    if device.hardware is Hardware.PIN:
        pin = board.pin(device.pin)
        label = device.alias or (pin.label if pin else "")
        return f"{label} (pin {device.pin})" if label else f"Pin {device.pin}"
    title = _NAMES.get(device.hardware, "Device")
    part = f", channel {device.part}" if device.part else ""
    return f"{title} {device.alias or device.address}{part}"


_NAMES: Mapping[Hardware, str] = {
    Hardware.ONE_WIRE_PROBE: "Probe",
    Hardware.DS2413: "One-wire switch",
    Hardware.DS2408: "One-wire valve driver",
    Hardware.INKBIRD: "Inkbird",
    Hardware.TILT: "Tilt",
    Hardware.KASA: "Kasa plug",
}
