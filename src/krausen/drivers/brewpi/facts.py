"""What is told of a controller, in plain words."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import asdict

from krausen.drivers.brewpi.explained import EXPLAINED, Explained
from krausen.drivers.brewpi.inventory import choices, io_device
from krausen.drivers.brewpi.known import EXTENDED_KEYS, HELD_KEYS, Known
from krausen.model.controller import ControllerFacts, Doing, Parameter
from krausen.protocols.brewpi.boards import SHIELDS, Family
from krausen.protocols.brewpi.parameters import CONSTANTS, SETTINGS, VARIABLES, Constants, Settings
from krausen.protocols.brewpi.parameters import Parameter as Written
from krausen.protocols.brewpi.states import State

_BRAKES_BY_PLUS = ("0.2.9", "0.2.10", "0.2.11")
"""Releases that begin with the other sign of Kd."""

_TEXTS: Mapping[State, str] = {
    State.IDLE: "Nothing to do for heater and cooler.",
    State.OFF: "Control is off.",
    State.DOOR_OPEN: "The door is open.",
    State.HEATING: "Heating.",
    State.COOLING: "Cooling.",
    State.WAITING_TO_COOL: "Waiting until the cooler may run again.",
    State.WAITING_TO_HEAT: "Waiting until the heater may run again.",
    State.WAITING_FOR_PEAK: "Waiting to see how far the chamber goes on by itself.",
    State.COOLING_MINIMUM: "Cooling, for the shortest time that spares the compressor.",
    State.HEATING_MINIMUM: "Heating, for the shortest time that it heats at all.",
}


def facts(known: Known) -> ControllerFacts:
    """Tell all that is known."""
    version, board = known.version, known.version.board
    revision = f" rev {version.revision}" if version.revision else ""
    shield = SHIELDS.get(version.shield, "") if board.family is Family.AVR else ""
    return ControllerFacts(
        strange=known.strange,
        firmware=f"{version.version}{revision}",
        board=f"{board.title}, shield {shield}" if shield else board.title,
        title=f"BrewPi {version.version}{revision} on {board.title}",
        slots=board.slots,
        display=tuple(line.rstrip() for line in known.screen),
        doing=_doing(known),
        parameters=tuple(_parameters(known)),
        devices=tuple(io_device(one, board) for one in known.devices),
        choices=() if known.strange else choices(board),
    )


def _doing(known: Known) -> Doing | None:
    told = known.temperatures
    if told is None:
        return None
    shown = known.shown
    remaining_s = shown.remaining_s if shown.state is told.state else None
    return Doing(code=int(told.state), text=_TEXTS[told.state], remaining_s=remaining_s)


def _parameters(known: Known) -> Iterator[Parameter]:
    defaults = {
        **asdict(Settings()),
        **asdict(Constants()),
        "kd": 1.5 if known.version.version in _BRAKES_BY_PLUS else -1.5,
    }
    if known.settings is not None:
        yield from _group("settings", SETTINGS, asdict(known.settings), defaults)
    if known.extended is not None:
        extended = asdict(known.extended)
        for key, attribute in EXTENDED_KEYS.items():
            if extended[attribute] is not None:
                yield _parameter(key, "settings", extended[attribute], default=False)
    if known.constants is not None:
        yield from _group("constants", CONSTANTS, asdict(known.constants), defaults)
    if known.variables is not None:
        yield from _group("variables", VARIABLES, asdict(known.variables), {})


def _group(
    group: str, written: tuple[Written, ...], values: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Iterator[Parameter]:
    for one in written:
        yield _parameter(one.key, group, values[one.attribute], default=defaults.get(one.attribute))


def _parameter(key: str, group: str, value: Any, *, default: Any) -> Parameter:
    explained = EXPLAINED.get(key) or Explained(key, "")
    return Parameter(
        key=key,
        group=group,
        title=explained.title,
        text=explained.text,
        value=_shown(value),
        unit=explained.unit,
        default=None if key in HELD_KEYS else _shown(default),
        least=explained.least,
        most=explained.most,
        options=explained.options,
        writable=group != "variables" and key not in HELD_KEYS,
    )


def _shown(value: Any) -> float | str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return str(value) if isinstance(value, str) else round(float(value), 4)
