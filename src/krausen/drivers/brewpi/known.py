"""What is known of a controller, and what is told of it: facts in plain words, readings, levels."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from krausen.drivers.brewpi.inventory import inventory
from krausen.errors import Invalid
from krausen.model.level import Levels
from krausen.model.units import celsius
from krausen.model.vessel import ControlState
from krausen.ports.sensor import Sample
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.devices import Device, Function
from krausen.protocols.brewpi.displayed import Displayed, displayed
from krausen.protocols.brewpi.extras import Extended
from krausen.protocols.brewpi.parameters import (
    Constants,
    Settings,
    Variables,
)
from krausen.protocols.brewpi.scalars import Unit
from krausen.protocols.brewpi.states import State
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

HELD_KEYS = {"mode", "beerSet", "fridgeSet"}
"""What is held is a wish with an author, and not written as a parameter."""
EXTENDED_KEYS: Mapping[str, str] = {
    "glycol": "glycol",
    "lowDelay": "low_delay",
    "invertTFT": "invert_screen",
    "largeTFT": "large_screen",
}
NEAR = 2.0
"""A probe that reads this close to zero, in its controller's unit, may well be filtered to an exact one."""
_FIRST_REVISION, _LAST_REVISION = 10, 16

_PROBES = {"beer_c": Function.BEER_TEMPERATURE, "fridge_c": Function.FRIDGE_TEMPERATURE}


class Known(Struct, frozen=True, kw_only=True):
    """All that a controller has told, the newest of each; None and nothing for what it has not told yet."""

    version: Version
    strange: str = ""
    settings: Settings | None = None
    constants: Constants | None = None
    variables: Variables | None = None
    temperatures: Temperatures | None = None
    extended: Extended | None = None
    screen: tuple[str, ...] = ()
    installed: tuple[Device, ...] | None = None
    found: tuple[Device, ...] = ()

    @property
    def family(self) -> Family:
        """The family of its firmware."""
        return self.version.family

    @property
    def shown(self) -> Displayed:
        """What its display shows."""
        return displayed(self.screen)

    @property
    def devices(self) -> tuple[Device, ...]:
        """Its devices, each once."""
        return inventory(self.installed or (), self.found)


def strangeness(version: Version) -> str:
    """Tell why a firmware is only read, nothing for one that is known."""
    if version.family is Family.AVR and version.letter in ("", "l", "s", "m"):
        known = version.version.startswith(("0.2.", "0.3."))
    elif version.family is Family.ESP:
        known = version.version.startswith("0.2.") and _is_known_revision(version.revision)
    else:
        known = False
    if known:
        return ""
    return (
        f"Its firmware {version.version} {version.revision} for {version.board.title} is not known here. It "
        "is read and never told anything, so that it cannot be told something that it takes otherwise."
    ).replace("  ", " ")


def code(state: State) -> ControlState:
    """Give the state of control; an open door changes nothing."""
    return ControlState.IDLE if state is State.DOOR_OPEN else ControlState(int(state))


def samples(known: Known) -> tuple[Sample, ...]:
    """Give the readings of the newest temperatures; nothing of what the controller does not have."""
    told = known.temperatures
    if told is None:
        return ()
    outputs = levels(known)
    values = {
        "beer": told.beer_c,
        "chamber": told.fridge_c,
        "room": told.room_c,
        "beer_setpoint": told.beer_set_c,
        "chamber_setpoint": told.fridge_set_c,
        "state": float(told.state),
        "heat": None if outputs.heat is None else float(outputs.heat),
        "cool": None if outputs.cool is None else float(outputs.cool),
    }
    return tuple(Sample(metric, value) for metric, value in values.items() if value is not None)


def levels(known: Known) -> Levels:
    """Tell what the outputs do: what is not installed is not there."""
    told = known.temperatures
    if told is None:
        return Levels()
    functions = None if known.installed is None else {one.function for one in known.installed}
    by_light = known.constants is not None and known.constants.light_as_heater
    heats = functions is None or Function.HEAT in functions or (by_light and Function.LIGHT in functions)
    cools = functions is None or Function.COOL in functions
    return Levels(told.state.heats if heats else None, told.state.cools if cools else None)


def is_doubtful(known: Known) -> bool:
    """Tell whether an ESP may mean a zero of its unit where it seems to have nothing to tell."""
    told = known.temperatures
    if known.family is not Family.ESP or told is None:
        return False
    installed = {one.function for one in known.installed or ()}
    return any(
        getattr(told, name) is None and (known.installed is None or function in installed)
        for name, function in _PROBES.items()
    )


def settled(known: Known, unit: Unit) -> Temperatures | None:
    """Give the newest temperatures, with the zeros that are meant, by probes that read close to it."""
    told = known.temperatures
    if told is None or known.family is not Family.ESP:
        return told
    reads = {one.function: one.value for one in known.installed or ()}
    zero_c = celsius(0.0, unit)
    meant = {
        name: zero_c
        for name, function in _PROBES.items()
        if getattr(told, name) is None and _is_near(reads.get(function), zero_c)
    }
    return replace(told, **meant)


def known_of(version: Version) -> Known:
    """Begin with what a controller says of itself. Raises Invalid where that is nothing."""
    if not version.version:
        raise Invalid("It does not say which firmware it has.")
    return Known(version=version, strange=strangeness(version))


def _is_known_revision(revision: str) -> bool:
    major, _, minor = revision.partition(".")
    known = range(_FIRST_REVISION, _LAST_REVISION + 1)
    return not revision or (major == "0" and minor[:2].isdecimal() and int(minor[:2]) in known)


def _is_near(value_c: float | None, zero_c: float) -> bool:
    return value_c is not None and abs(value_c - zero_c) <= NEAR
