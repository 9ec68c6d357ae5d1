"""What the cycle is set to, in the numbers it counts in; minimum times."""

from msgspec import Struct

from krausen.protocols.brewpi.cycle.counts import difference, temperature
from krausen.protocols.brewpi.cycle.filters import Exponents
from krausen.protocols.brewpi.parameters import Constants

LARGEST_SHIFT = 31
"""Beyond this exponent a filter would never move."""


class Times(Struct, frozen=True, kw_only=True):
    """The shortest times of cooler and heater, and how long a peak is waited for, s."""

    cool_off_s: int = 300
    cool_off_fridge_s: int = 600
    cool_on_s: int = 180
    heat_off_s: int = 300
    heat_on_s: int = 180
    switch_s: int = 600
    cool_peak_s: int = 1800
    heat_peak_s: int = 900


LOW_DELAY = Times(cool_off_s=60, cool_off_fridge_s=60, cool_on_s=20)
"""For glycol, where no compressor has to rest; an ESP has it to choose."""


class Applied(Struct, frozen=True):
    """The filters in use, which an ESP does not show as they are."""

    beer: Exponents
    fridge: Exponents


class Tuning(Struct, frozen=True, kw_only=True):
    """Constants in counts, and times."""

    lowest: int
    highest: int
    pid_max: int
    kp: int
    ki: int
    kd: int
    i_max_error: int
    idle_high: int
    idle_low: int
    heat_target_high: int
    heat_target_low: int
    cool_target_high: int
    cool_target_low: int
    longest_heat_s: int
    longest_cool_s: int
    light_as_heater: bool
    times: Times


def tuning(constants: Constants, times: Times | None = None) -> Tuning:
    """Give the constants as the cycle needs them, with the usual times if none are given."""
    return Tuning(
        lowest=temperature(constants.lowest_c),
        highest=temperature(constants.highest_c),
        pid_max=difference(constants.pid_max_c),
        kp=difference(constants.kp),
        ki=difference(constants.ki),
        kd=difference(constants.kd),
        i_max_error=difference(constants.i_max_error_c),
        idle_high=difference(constants.idle_high_c),
        idle_low=difference(constants.idle_low_c),
        heat_target_high=difference(constants.heat_target_high_c),
        heat_target_low=difference(constants.heat_target_low_c),
        cool_target_high=difference(constants.cool_target_high_c),
        cool_target_low=difference(constants.cool_target_low_c),
        longest_heat_s=constants.longest_heat_s,
        longest_cool_s=constants.longest_cool_s,
        light_as_heater=constants.light_as_heater,
        times=times or Times(),
    )


def applied(constants: Constants) -> Applied:
    """Give the filters that constants ask for."""
    return Applied(
        beer=_exponents(constants.beer_fast, constants.beer_slow, constants.beer_slope),
        fridge=_exponents(constants.fridge_fast, constants.fridge_slow, constants.fridge_slope),
    )


def _exponents(fast: int, slow: int, slope: int) -> Exponents:
    return Exponents(min(fast, LARGEST_SHIFT), min(slow, LARGEST_SHIFT), min(slope, LARGEST_SHIFT))
