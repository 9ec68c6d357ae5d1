"""The permanent memory of an emulated board, and the document it is kept as."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from krausen.errors import OperatorNeeded
from krausen.model.vessel import Role
from krausen.protocols.brewpi.boards import Use
from krausen.protocols.brewpi.devices import Device, Function, Hardware
from krausen.protocols.brewpi.extras import Extended
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.slots import Slots, empty
from krausen.simulation.brewpi.model import ADDRESSES, Model

NEW = Extended(invert_screen=False, glycol=False, large_screen=False)
"""The extended settings that an ESP begins with."""


class Kept(Struct, frozen=True, kw_only=True):
    """All that outlives a power cut: one device for each slot, names of probes by address."""

    board: Annotated[str, Meta(max_length=20)]
    slots: Slots
    constants: Constants = Constants()
    settings: Settings = Settings()
    extended: Extended = NEW
    names: dict[str, str] = {}


def blank(model: Model) -> Kept:
    """Give the memory of a board that nobody has set up."""
    return Kept(board=model.name, slots=empty(model.family))


def fresh(model: Model) -> Kept:
    """Give the memory of a board whose probes and relays are installed, and that holds nothing yet."""
    slots = list(empty(model.family))
    for device in _installed(model):
        slots[device.slot] = device
    return replace(blank(model), slots=tuple(slots))


def encode(kept: Kept) -> bytes:
    """Write a memory as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(kept), indent=2)


def decode(document: bytes, model: Model) -> Kept:
    """Read what `encode` wrote for a model. Raises OperatorNeeded for anything else."""
    try:
        kept = msgspec.json.decode(document, type=Kept)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OperatorNeeded(f"This is no memory of an emulated BrewPi: {error}.") from error
    if kept.board != model.name:
        raise OperatorNeeded(f"This is the memory of board {kept.board}: give --board {kept.board}.")
    if [one.slot for one in kept.slots] != list(range(model.board.slots)):
        raise OperatorNeeded(f"A memory of board {model.name} has the slots 0 to {model.board.slots - 1}.")
    return kept


def _installed(model: Model) -> tuple[Device, ...]:
    bus = model.pin(Use.BUS)
    probes = (
        (Function.FRIDGE_TEMPERATURE, Role.CHAMBER, 0),
        (Function.BEER_TEMPERATURE, Role.BEER, 1),
        (Function.ROOM_TEMPERATURE, Role.AMBIENT, 0),
    )
    installed = [
        Device(
            slot=slot,
            chamber=1,
            beer=beer,
            function=function,
            hardware=Hardware.ONE_WIRE_PROBE,
            pin=bus,
            address=ADDRESSES[role],
        )
        for slot, (function, role, beer) in enumerate(probes)
    ]
    for place, function in enumerate((Function.HEAT, Function.COOL)):
        pin = model.pin(Use.OUTPUT, place)
        relay = Device(
            slot=len(installed),
            chamber=1,
            function=function,
            hardware=Hardware.PIN,
            pin=pin,
            inverted=True,
        )
        installed.append(relay)
    return tuple(installed)
