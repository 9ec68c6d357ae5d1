"""Settings, constants and variables of a controller: the answers `S:`, `C:` and `V:`, and the keys of `j`."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.scalars import (
    Reading,
    Scalar,
    Unit,
    braces,
    difference,
    difference_in_unit,
    fixed,
    in_unit,
    is_nothing,
    number,
    parsed_object,
    perhaps_temperature,
    quoted,
    temperature,
    truth,
    whole,
)
from krausen.protocols.brewpi.states import Mode

COUNTS_PER_C = 512
"""Firmwares count temperatures in 1/512 °C."""


class Settings(Struct, frozen=True, kw_only=True):
    """What a controller is to hold, and how far it has learned to overshoot, °C per hour of running."""

    mode: Mode = Mode.OFF
    beer_set_c: float | None = None
    fridge_set_c: float | None = None
    heat_estimator: float = 102 / COUNTS_PER_C
    cool_estimator: float = 5.0


class Constants(Struct, frozen=True, kw_only=True):
    """How a controller controls, with the defaults of the firmware, in steps of 1/512 where it counts so.

    Gains are per °C; a filter is an exponent, of which each one more doubles the delay. The sign of `kd`
    differs between releases: 0.2.9 to 0.2.11 begin with 1.5.
    """

    unit: Unit = "C"
    lowest_c: float = 1.0
    highest_c: float = 30.0
    pid_max_c: float = 10.0
    kp: float = 5.0
    ki: float = 0.25
    kd: float = -1.5
    i_max_error_c: float = 0.5
    idle_high_c: float = 1.0
    idle_low_c: float = -1.0
    heat_target_high_c: float = 153 / COUNTS_PER_C
    heat_target_low_c: float = -102 / COUNTS_PER_C
    cool_target_high_c: float = 102 / COUNTS_PER_C
    cool_target_low_c: float = -153 / COUNTS_PER_C
    longest_heat_s: int = 600
    longest_cool_s: int = 1200
    fridge_fast: int = 1
    fridge_slow: int = 4
    fridge_slope: int = 3
    beer_fast: int = 3
    beer_slow: int = 4
    beer_slope: int = 4
    light_as_heater: bool = False
    half_steps: bool = False


class Variables(Struct, frozen=True, kw_only=True):
    """Where the PID and the peak detection stand; the slope is °C per hour."""

    beer_error_c: float = 0.0
    integral_c: float = 0.0
    beer_slope_c_h: float = 0.0
    p_c: float = 0.0
    i_c: float = 0.0
    d_c: float = 0.0
    estimated_peak_c: float | None = None
    low_peak_estimate_c: float | None = None
    high_peak_estimate_c: float | None = None
    low_peak_c: float | None = None
    high_peak_c: float | None = None


class Kind(Enum):
    """How a parameter is written; a setpoint is a temperature that may be missing."""

    UNIT = "unit"
    MODE = "mode"
    SETPOINT = "setpoint"
    PEAK = "peak"
    TEMPERATURE = "temperature"
    DIFFERENCE = "difference"
    FIXED = "fixed"
    WHOLE = "whole"
    FLAG = "flag"


class Parameter(Struct, frozen=True):
    """A parameter: its key in messages, its attribute here, and how it is written."""

    key: str
    attribute: str
    kind: Kind


SETTINGS = (
    Parameter("mode", "mode", Kind.MODE),
    Parameter("beerSet", "beer_set_c", Kind.SETPOINT),
    Parameter("fridgeSet", "fridge_set_c", Kind.SETPOINT),
    Parameter("heatEst", "heat_estimator", Kind.FIXED),
    Parameter("coolEst", "cool_estimator", Kind.FIXED),
)
CONSTANTS = (
    Parameter("tempFormat", "unit", Kind.UNIT),
    Parameter("tempSetMin", "lowest_c", Kind.TEMPERATURE),
    Parameter("tempSetMax", "highest_c", Kind.TEMPERATURE),
    Parameter("pidMax", "pid_max_c", Kind.DIFFERENCE),
    Parameter("Kp", "kp", Kind.FIXED),
    Parameter("Ki", "ki", Kind.FIXED),
    Parameter("Kd", "kd", Kind.FIXED),
    Parameter("iMaxErr", "i_max_error_c", Kind.DIFFERENCE),
    Parameter("idleRangeH", "idle_high_c", Kind.DIFFERENCE),
    Parameter("idleRangeL", "idle_low_c", Kind.DIFFERENCE),
    Parameter("heatTargetH", "heat_target_high_c", Kind.DIFFERENCE),
    Parameter("heatTargetL", "heat_target_low_c", Kind.DIFFERENCE),
    Parameter("coolTargetH", "cool_target_high_c", Kind.DIFFERENCE),
    Parameter("coolTargetL", "cool_target_low_c", Kind.DIFFERENCE),
    Parameter("maxHeatTimeForEst", "longest_heat_s", Kind.WHOLE),
    Parameter("maxCoolTimeForEst", "longest_cool_s", Kind.WHOLE),
    Parameter("fridgeFastFilt", "fridge_fast", Kind.WHOLE),
    Parameter("fridgeSlowFilt", "fridge_slow", Kind.WHOLE),
    Parameter("fridgeSlopeFilt", "fridge_slope", Kind.WHOLE),
    Parameter("beerFastFilt", "beer_fast", Kind.WHOLE),
    Parameter("beerSlowFilt", "beer_slow", Kind.WHOLE),
    Parameter("beerSlopeFilt", "beer_slope", Kind.WHOLE),
    Parameter("lah", "light_as_heater", Kind.FLAG),
    Parameter("hs", "half_steps", Kind.FLAG),
)
VARIABLES = (
    Parameter("beerDiff", "beer_error_c", Kind.DIFFERENCE),
    Parameter("diffIntegral", "integral_c", Kind.DIFFERENCE),
    Parameter("beerSlope", "beer_slope_c_h", Kind.DIFFERENCE),
    Parameter("p", "p_c", Kind.FIXED),
    Parameter("i", "i_c", Kind.FIXED),
    Parameter("d", "d_c", Kind.FIXED),
    Parameter("estPeak", "estimated_peak_c", Kind.PEAK),
    Parameter("negPeakEst", "low_peak_estimate_c", Kind.PEAK),
    Parameter("posPeakEst", "high_peak_estimate_c", Kind.PEAK),
    Parameter("negPeak", "low_peak_c", Kind.PEAK),
    Parameter("posPeak", "high_peak_c", Kind.PEAK),
)
SETTABLE: Mapping[str, Parameter] = {one.key: one for one in (*SETTINGS, *CONSTANTS)}
"""What `j` may set, by key."""

_OPTIONAL = {"lah", "hs"}
S = TypeVar("S", Settings, Constants, Variables)


def decode(kind: type[S], text: str, unit: Unit, family: Family) -> S:
    """Read the body of `S:`, `C:` or `V:`, whose numbers are in a unit; `C:` names its own.

    Raises Invalid with every key that is wrong or missing; early firmwares know no `lah` and `hs`.
    """
    said = parsed_object(text)
    if kind is Constants:
        unit = _unit(said.get("tempFormat"))
    reading, values = Reading(said), dict[str, Any]()
    for one in _TABLES[kind]:
        take = reading.get if one.key in _OPTIONAL else reading.need
        values[one.attribute] = take(one.key, _reader(one.kind, unit, family), None)
    reading.finish()
    return kind(**{name: value for name, value in values.items() if name not in _FLAGS or value is not None})


def encode(value: Settings | Constants | Variables, unit: Unit, family: Family) -> str:
    """Write the body of `S:`, `C:` or `V:`; `C:` is in its own unit."""
    if isinstance(value, Constants):
        unit = value.unit
    numbers = asdict(value)
    return braces(
        (one.key, _written(one.kind, numbers[one.attribute], unit, family)) for one in _TABLES[type(value)]
    )


def read(key: str, raw: object, unit: Unit, family: Family) -> Scalar:
    """Read the value that `j` gives for a key, to °C. Raises Invalid for an unknown key or a wrong value."""
    if key not in SETTABLE:
        raise Invalid(f"{key[:40]!r} is no setting of a controller.")
    value: Scalar = _changing_reader(SETTABLE[key].kind, unit, family)(raw)
    return value


def write(key: str, value: Scalar, unit: Unit, family: Family) -> str:
    """Write a value for `j`. Raises Invalid for an unknown key, a wrong value, and none for an ESP."""
    if key not in SETTABLE:
        raise Invalid(f"{key[:40]!r} is no setting of a controller.")
    kind = SETTABLE[key].kind
    if kind is Kind.SETPOINT and value is None:
        if family is Family.ESP:
            raise Invalid(f"{key}: an ESP takes no value for zero; set its mode to off instead.")
        return "null"
    # What is written here is checked the way it will be read.
    own = _reader(kind, "C", Family.AVR)(value)
    if kind in _DECIMALS_TO_SET:
        return f"{_converted(kind, own, unit):.{_DECIMALS_TO_SET[kind]}f}"
    return _written(kind, own, unit, family).strip()


_FLAGS = {one.attribute for one in CONSTANTS if one.key in _OPTIONAL}
_TABLES: Mapping[type[Struct], tuple[Parameter, ...]] = {
    Settings: SETTINGS,
    Constants: CONSTANTS,
    Variables: VARIABLES,
}
_DECIMALS_TO_SET: Mapping[Kind, int] = {
    Kind.SETPOINT: 2,
    Kind.TEMPERATURE: 2,
    Kind.DIFFERENCE: 4,
    Kind.FIXED: 4,
}


def _reader(kind: Kind, unit: Unit, family: Family) -> Callable[[Any], Any]:
    readers: Mapping[Kind, Callable[[Any], Any]] = {
        Kind.UNIT: _unit,
        Kind.MODE: _mode,
        Kind.SETPOINT: lambda raw: perhaps_temperature(raw, unit, family),
        Kind.PEAK: lambda raw: perhaps_temperature(raw, unit, family),
        Kind.TEMPERATURE: lambda raw: temperature(raw, unit),
        Kind.DIFFERENCE: lambda raw: difference(raw, unit),
        Kind.FIXED: number,
        Kind.WHOLE: _count,
        Kind.FLAG: truth,
    }
    return readers[kind]


def _changing_reader(kind: Kind, unit: Unit, family: Family) -> Callable[[Any], Any]:
    """Give how a firmware reads what it is to set: nothing is no setpoint to an AVR, and 0 to an ESP."""
    if kind is not Kind.SETPOINT:
        return _reader(kind, unit, family)
    if family is Family.ESP:
        return lambda raw: temperature(0.0 if is_nothing(raw) else raw, unit)
    return lambda raw: perhaps_temperature(raw, unit, family)


def _written(kind: Kind, value: Any, unit: Unit, family: Family) -> str:
    if kind in (Kind.UNIT, Kind.MODE):
        return quoted(str(value))
    if kind is Kind.FLAG:
        return str(int(value))
    if kind is Kind.WHOLE:
        return str(value)
    decimals = 3 if kind in (Kind.DIFFERENCE, Kind.FIXED) else 1
    if kind is Kind.SETPOINT and family is not Family.ESP:
        decimals = 2
    return fixed(None if value is None else _converted(kind, value, unit), decimals, family)


def _converted(kind: Kind, value: float, unit: Unit) -> float:
    if kind is Kind.FIXED:
        return value
    return difference_in_unit(value, unit) if kind is Kind.DIFFERENCE else in_unit(value, unit)


def _unit(raw: object) -> Unit:
    if raw == "C":
        return "C"
    if raw == "F":
        return "F"
    raise Invalid("The unit is neither C nor F.")


def _mode(raw: object) -> Mode:
    try:
        return Mode(str(raw)[:1])
    except ValueError as error:
        raise Invalid("The mode is none of f, b, p, o and t.") from error


def _count(raw: object) -> int:
    value = whole(raw)
    if value < 0:
        raise Invalid(f"{value} is negative.")
    return value
