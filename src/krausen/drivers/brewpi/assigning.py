"""What has to be defined so that a device becomes something else, and why it cannot."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from krausen.drivers.brewpi.inventory import FUNCTIONS, id_of
from krausen.errors import Fault, Invalid
from krausen.protocols.brewpi.boards import Board, Family
from krausen.protocols.brewpi.devices import (
    NOT_INSTALLED,
    PROBES,
    TITLES,
    Device,
    Function,
    misfits,
    place_of,
)

LARGEST_CALIBRATION_C = 7.9
"""A firmware keeps it as a signed byte of sixteenths of a degree."""


class Assignment(Struct, frozen=True, forbid_unknown_fields=True):
    """What a device shall be; what is UNSET stays as it is."""

    device: str
    slot: int | msgspec.UnsetType | None = msgspec.UNSET
    chamber: int | msgspec.UnsetType = msgspec.UNSET
    beer: int | msgspec.UnsetType = msgspec.UNSET
    function: str | msgspec.UnsetType = msgspec.UNSET
    inverted: bool | msgspec.UnsetType = msgspec.UNSET
    calibration: float | msgspec.UnsetType = msgspec.UNSET


class Plan(Struct, frozen=True):
    """Definitions to make, one after the other, and what the last of them has to come to."""

    freed: tuple[Device, ...]
    defined: Device | None


def planned(body: Mapping[str, Any], devices: Sequence[Device], board: Board) -> Plan:
    """Tell what to define so that a device becomes what an assignment says. Raises Invalid with faults."""
    try:
        wanted = msgspec.convert(dict(body), Assignment)
    except msgspec.ValidationError as error:
        where = str(error).rpartition(" - at `$")[2].rstrip("`").replace(".", "/").replace("...", "")
        raise Invalid(f"{error}.", [Fault(where if where.startswith("/") else "", f"{error}.")]) from error
    device = next((one for one in devices if id_of(one) == wanted.device), None)
    if device is None:
        text = "The controller has no such device. Scan it, if the device is new."
        raise Invalid(text, [Fault("/device", text)])
    others = [one for one in devices if one is not device]
    after = _after(device, wanted, others, board)
    if after.function is Function.NONE:
        return Plan((device,) if device.slot != NOT_INSTALLED else (), None)
    faults = [*_faults(after, others, board)]
    if faults:
        raise Invalid(faults[0].message, faults)
    moves = device.slot not in (NOT_INSTALLED, after.slot)
    return Plan((device,) if moves else (), after)


def is_as(device: Device | None, wanted: Device) -> bool:
    """Tell whether a device stands as it was wanted; a calibration may be rounded to sixteenths."""
    if device is None or abs(device.calibration_c - wanted.calibration_c) > 1 / 16:
        return False
    compared = ("slot", "chamber", "beer", "function", "hardware", "inverted")
    same = all(getattr(device, name) == getattr(wanted, name) for name in compared)
    return same and place_of(device) == place_of(wanted)


def _after(device: Device, wanted: Assignment, others: Sequence[Device], board: Board) -> Device:
    function = device.function
    if wanted.function is not msgspec.UNSET:
        if wanted.function not in FUNCTIONS:
            text = f"There is no function {wanted.function[:40]!r}. Choose one of those the controller lists."
            raise Invalid(text, [Fault("/function", text)])
        function = FUNCTIONS[wanted.function]
    # Chamber and beer of a function are 1 where nobody says more; an ESP knows no others.
    chamber = wanted.chamber if wanted.chamber is not msgspec.UNSET else device.chamber or 1
    beer = wanted.beer if wanted.beer is not msgspec.UNSET else device.beer if function.is_of_beer else 0
    if wanted.beer is msgspec.UNSET and function.is_of_beer and not beer:
        beer = 1
    return replace(
        device,
        function=function,
        chamber=chamber,
        beer=beer,
        slot=_slot(device, wanted, others, board),
        inverted=device.inverted if wanted.inverted is msgspec.UNSET else wanted.inverted,
        calibration_c=device.calibration_c if wanted.calibration is msgspec.UNSET else wanted.calibration,
        deactivated=False,
        value=None,
    )


def _slot(device: Device, wanted: Assignment, others: Sequence[Device], board: Board) -> int:
    if isinstance(wanted.slot, int):
        return wanted.slot
    if device.slot != NOT_INSTALLED:
        return device.slot
    taken = {one.slot for one in others}
    return next((slot for slot in range(board.slots) if slot not in taken), board.slots)


def _faults(after: Device, others: Sequence[Device], board: Board) -> Iterator[Fault]:
    if board.family is Family.ESP and (after.chamber != 1 or after.beer not in (0, 1)):
        where = "/chamber" if after.chamber != 1 else "/beer"
        yield Fault(where, f"A {board.title} has one chamber and one beer, number 1.")
    for one in others:
        if one.slot == after.slot and one.function:
            text = (
                f"Slot {after.slot} holds the {TITLES[one.function]}. Choose another, or free that one first."
            )
            yield Fault("/slot", text)
    if abs(after.calibration_c) > LARGEST_CALIBRATION_C:
        yield Fault("/calibration", f"A calibration is at most {LARGEST_CALIBRATION_C} °C either way.")
    if after.calibration_c and after.hardware not in PROBES:
        yield Fault("/calibration", "Only probes are calibrated.")
    yield from misfits(after, board, others)
