"""The device table of a firmware: what `U` does to it, and what `d` and `h` list of it."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from krausen.protocols.brewpi.boards import SLOTS, Family
from krausen.protocols.brewpi.devices import (
    NOT_INSTALLED,
    PROBES,
    Device,
    DeviceType,
    Function,
    Hardware,
    objection,
    place_of,
    type_of,
)
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.requests import Define, FindHardware, ListInstalled

INVALID_DEFINITION = 3
UNKNOWN_FUNCTION = 6
UNFIT_HARDWARE = 8
CALIBRATION_STEPS_PER_C = 16
LARGEST_CALIBRATION = 127
"""A calibration is a signed byte of sixteenths of a degree."""

Slots = tuple[Device, ...]
"""One device for each slot, in order; one without a function is none."""


class Outcome(Struct, frozen=True):
    """The slots after a definition, what was logged, and what is answered, None for no answer at all."""

    slots: Slots
    logs: tuple[Log, ...] = ()
    answer: Device | None = None


def empty(family: Family) -> Slots:
    """Give the slots of a firmware that has no devices yet."""
    return tuple(Device(slot=slot) for slot in range(SLOTS[family]))


def define(slots: Slots, wanted: Define, family: Family) -> Outcome:
    """Install, change or remove a device, as a firmware of a family does.

    What an AVR is not told stays as it was in the slot; an ESP resets it. The function's former holder loses
    it. What cannot be leaves everything as it was.
    """
    if wanted.slot is None or not 0 <= wanted.slot < len(slots):
        return Outcome(slots, answer=Device(slot=0) if family is Family.ESP else None)
    before = slots[wanted.slot]
    refused = _unknown(wanted)
    if refused is not None:
        return Outcome(slots, (refused, _error(INVALID_DEFINITION)), before)
    device = _merged(before, wanted, family)
    why_not = objection(device)
    if why_not is not None:
        return Outcome(slots, (_error(why_not.log, *why_not.values), _error(INVALID_DEFINITION)), before)
    changed, logs = _installed(slots, device)
    return Outcome(changed, logs, device)


def installed(slots: Slots, asked: ListInstalled) -> Slots:
    """Give the devices that a host asked for."""
    return tuple(
        device
        for device in slots
        if asked.slot in (None, device.slot) and (asked.empty or device.function is not Function.NONE)
    )


def found(hardware: Iterable[Device], slots: Slots, asked: FindHardware) -> tuple[Device, ...]:
    """Give the hardware that a host asked for: as it is installed, or for chamber 1 without a function."""
    held = {place_of(device): device for device in slots if device.function is not Function.NONE}
    listed = (_listed(one, held.get(place_of(one))) for one in hardware)
    return tuple(device for device in listed if _is_asked(device, asked))


def fitting(slots: Sequence[Device], function: Function) -> Device | None:
    """Give the device that does something, None if there is none or it is switched off for good."""
    return next((one for one in slots if one.function is function and not one.deactivated), None)


def _unknown(wanted: Define) -> Log | None:
    """Refuse numbers that stand for nothing."""
    if wanted.function is not None and wanted.function not in tuple(Function):
        return _error(UNKNOWN_FUNCTION, wanted.function)
    if wanted.hardware is not None and wanted.hardware not in tuple(Hardware):
        return _error(UNFIT_HARDWARE, int(type_of(Function(wanted.function or 0))), wanted.hardware)
    return None


def _merged(before: Device, wanted: Define, family: Family) -> Device:
    kept = Device(slot=before.slot) if family is Family.ESP else before
    if (kept.function if wanted.function is None else wanted.function) == Function.NONE:
        return Device(slot=before.slot)
    said = {name: getattr(wanted, name) for name in Define.__struct_fields__ if name != "slot"}
    changes = {name: value for name, value in said.items() if value is not None}
    changes |= {
        name: kind(changes[name])
        for name, kind in (("function", Function), ("hardware", Hardware))
        if name in changes
    }
    if wanted.calibration_c is not None:
        changes["calibration_c"] = _calibrated(wanted.calibration_c)
    device = replace(kept, **changes)
    return device if family is Family.AVR else _owned(device)


def _calibrated(offset_c: float) -> float:
    steps = round(offset_c * CALIBRATION_STEPS_PER_C)
    return min(max(steps, -LARGEST_CALIBRATION - 1), LARGEST_CALIBRATION) / CALIBRATION_STEPS_PER_C


def _owned(device: Device) -> Device:
    """Give a device to the one chamber, and the one beer, that an ESP knows."""
    return replace(device, chamber=1, beer=1 if device.function.is_of_beer else 0, deactivated=False)


def _installed(slots: Slots, device: Device) -> tuple[Slots, tuple[Log, ...]]:
    changed, logs = list(slots), list[Log]()
    for other in slots:
        has_function = other.function is not Function.NONE
        same = (other.function, other.chamber, other.beer) == (device.function, device.chamber, device.beer)
        if has_function and (other.slot == device.slot or same):
            logs.append(_note(_REMOVED, other.function))
            changed[other.slot] = Device(slot=other.slot)
    changed[device.slot] = device
    if device.function is not Function.NONE:
        logs.append(_note(_INSTALLED, device.function))
    return tuple(changed), tuple(logs)


def _listed(hardware: Device, holder: Device | None) -> Device:
    if holder is not None:
        return replace(holder, value=hardware.value, alias=hardware.alias)
    return replace(hardware, slot=NOT_INSTALLED, chamber=1, beer=0, function=Function.NONE)


def _is_asked(device: Device, asked: FindHardware) -> bool:
    if asked.hardware not in (None, device.hardware) or asked.pin not in (None, device.pin):
        return False
    if asked.free_only and device.slot != NOT_INSTALLED:
        return False
    return asked.function is None or _can_be(device, asked.function)


def _can_be(device: Device, function: int) -> bool:
    if function not in tuple(Function):
        return False
    needed = type_of(Function(function))
    return (needed is DeviceType.PROBE) == (device.hardware in PROBES)


def _error(place: int, *values: int) -> Log:
    return Log(LogKind.ERROR, place, values)


_REMOVED = {DeviceType.PROBE: 3, DeviceType.OUTPUT: 4, DeviceType.SWITCH: 5}
_INSTALLED = {DeviceType.PROBE: 6, DeviceType.OUTPUT: 7, DeviceType.SWITCH: 8}
_INSTALLED_OTHERWISE = 9


def _note(places: dict[DeviceType, int], function: Function) -> Log:
    return Log(LogKind.NOTE, places.get(type_of(function), _INSTALLED_OTHERWISE), (int(function),))
