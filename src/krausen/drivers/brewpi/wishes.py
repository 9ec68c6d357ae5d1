"""What a firmware is to hold, in its own settings: what has to be written for it, and how often that may be.

A firmware keeps its settings in an EEPROM that bears some hundred thousand writes. It writes them all on each
change of mode and of a setpoint, but in profile mode only when the beer's setpoint has moved by more than a
quarter of a degree from what is written. So nothing is written that is held already, a profile moves in steps
of a hundredth of a degree and rests between two small ones, and a quarrel with another host ends in patience.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.protocols.brewpi import states
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.scalars import Unit, in_unit

STEP_C = 0.01
SMALL_C = 0.1
REST_S = 30.0
"""A profile whose setpoint has moved by less than that is not written again before this time is over."""
BURST = 6
SECONDS_A_WRITE = 20.0
"""So many writes at once, and one more after each of these times."""
ROUNDING = {Family.AVR: 0.0075, Family.ESP: 0.055, Family.SPARK: 0.0075}
"""How far what a firmware shows may be from what it was told, in its unit: it counts in 1/512 °C, and an ESP
shows one decimal."""

_MODES: Mapping[Mode, states.Mode] = {
    Mode.OFF: states.Mode.OFF,
    Mode.CHAMBER: states.Mode.FRIDGE,
    Mode.BEER: states.Mode.BEER,
    Mode.PROFILE: states.Mode.PROFILE,
}
_HELD = {theirs: ours for ours, theirs in _MODES.items()} | {states.Mode.TEST: Mode.OFF}


class Speech(Struct, frozen=True):
    """How a firmware speaks of temperatures."""

    family: Family
    unit: Unit


def refused(wish: Held, constants: Constants | None) -> None:
    """Raise Invalid for what a firmware with these constants cannot hold."""
    if wish.mode is Mode.OFF:
        return
    if wish.value is None:
        raise Invalid(f"The mode {wish.mode.value} needs a temperature.")
    lowest_c, highest_c = (constants.lowest_c, constants.highest_c) if constants else (-16.0, 112.0)
    if not lowest_c - STEP_C <= wish.value <= highest_c + STEP_C:
        raise Invalid(
            f"The controller's own limits are {lowest_c:g} to {highest_c:g} °C, and {wish.value:g} °C is "
            "beyond. Change its constants tempSetMin and tempSetMax, or the setpoint."
        )


def held(settings: Settings, written: Held | None, speech: Speech) -> Held:
    """Tell what a firmware holds. What it shows of what we wrote is taken for that, all decimals included."""
    mode = _HELD[settings.mode]
    if mode is Mode.OFF:
        return Held(Mode.OFF)
    seen_c = setpoint_c(settings)
    if written is not None and written.mode is mode and agrees(seen_c, written.value, speech):
        return written
    return Held(mode, seen_c)


def setpoint_c(settings: Settings) -> float | None:
    """Give the setpoint that counts in a firmware's mode, °C."""
    return settings.fridge_set_c if settings.mode is states.Mode.FRIDGE else settings.beer_set_c


def agrees(seen_c: float | None, wanted_c: float | None, speech: Speech) -> bool:
    """Tell whether a firmware that was told one temperature may show the other.

    One that is told a zero of its unit may say as well that it has nothing to hold.
    """
    if wanted_c is None:
        return seen_c is None
    wanted = in_unit(wanted_c, speech.unit)
    if seen_c is None:
        return speech.family is Family.ESP and abs(wanted) <= ROUNDING[Family.ESP]
    return abs(in_unit(seen_c, speech.unit) - wanted) <= ROUNDING[speech.family]


def changes(wish: Held, settings: Settings, speech: Speech) -> tuple[Change, ...]:
    """Give what to write so that a firmware with these settings holds something, nothing if it shows that.

    The mode is not written again: a firmware that waits would begin anew. With a new mode goes its setpoint,
    since the firmware may drop the former one.
    """
    mode = _MODES[wish.mode]
    if settings.mode is not mode:
        return (Change("mode", mode.value), *_setpoint(wish))
    is_shown = wish.mode is Mode.OFF or _is_shown(setpoint_c(settings), wish.value, speech.unit)
    return () if is_shown else _setpoint(wish)


def moved(written: Held, wish: Held, rested_s: float) -> tuple[Change, ...]:
    """Give what to write where a firmware still holds what was written `rested_s` ago.

    A wish of another mode is written whole, a small step of a profile only after a rest.
    """
    if wish.mode is not written.mode:
        return (Change("mode", _MODES[wish.mode].value), *_setpoint(wish))
    moved_c = abs((wish.value or 0.0) - (written.value or 0.0))
    is_small = wish.mode is Mode.PROFILE and moved_c < SMALL_C and rested_s < REST_S
    return () if moved_c < STEP_C / 2 or is_small else _setpoint(wish)


def _setpoint(wish: Held) -> tuple[Change, ...]:
    if wish.mode is Mode.OFF:
        return ()
    return (Change("fridgeSet" if wish.mode is Mode.CHAMBER else "beerSet", wish.value),)


def _is_shown(seen_c: float | None, wanted_c: float | None, unit: Unit) -> bool:
    """Tell whether a firmware shows just this, as far as two decimals go."""
    if seen_c is None or wanted_c is None:
        return seen_c is wanted_c
    return abs(in_unit(seen_c, unit) - in_unit(wanted_c, unit)) <= ROUNDING[Family.AVR]


class Allowance(Struct, frozen=True):
    """How many writes are allowed at an instant, and when that was counted."""

    left: float = float(BURST)
    at_s: float = 0.0

    def after(self, now_s: float) -> "Allowance | None":
        """Give what is allowed after one more write, None if that would be one too many."""
        left = min(float(BURST), self.left + max(0.0, now_s - self.at_s) / SECONDS_A_WRITE)
        return None if left < 1.0 else replace(self, left=left - 1.0, at_s=now_s)
