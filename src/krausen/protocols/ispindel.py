"""What the floating hydrometers iSpindel and GravityMon say of themselves: one JSON object.

`{"name": "spin1", "ID": 1234567, "angle": 45.2, "temperature": 20.1, "temp_units": "C", "gravity": 8.31, …}`,
after the firmwares universam1/iSpindel and mp-se/gravitymon, whose keys changed over the years and may be
edited by their users. PressureMon and what GravityMon sends to brewing services are understood as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from typing import Any, Literal

import msgspec
from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.quantities import BOUNDS, Bounds, Quantity
from krausen.model.reading import Quality
from krausen.model.series import is_name
from krausen.model.units import TemperatureUnit, celsius, gravity_of

GravityUnit = Literal["auto", "SG", "Plato"]
"""What gravities are in where a device does not say so; `auto` lets the value tell."""

LOWEST_SG, HIGHEST_SG = 0.9, 1.3
"""What lies beyond is °Plato, where the value tells."""
NOT_MEASURED_C = frozenset({-127.0, 85.0})
"""What a DS18B20 and its usual library give instead of a temperature."""

_TEMPERATURE_UNITS: Mapping[str, TemperatureUnit] = {"C": "C", "F": "F", "K": "K"}
_GRAVITY_UNITS: Mapping[str, GravityUnit] = {"G": "SG", "SG": "SG", "P": "Plato", "PLATO": "Plato"}
_PRESSURE_UNITS_KPA = {"PSI": 6.894757, "KPA": 1.0, "BAR": 100.0}

_LARGEST = 1e12
"""Beyond it nothing is measured, and conversions might overflow."""
_DANGLING = re.compile(rb",\s*\}$")

Message = Mapping[str, Any]


class Told(Struct, frozen=True):
    """One quantity of a report, in its canonical unit; in none where a device does not tell it."""

    metric: str
    value: float
    unit: str
    quality: Quality = Quality.GOOD


class Report(Struct, frozen=True):
    """What a device said: what it calls itself, else its id, and what it measured."""

    name: str
    told: tuple[Told, ...]


def decode(body: bytes, gravity_unit: GravityUnit = "auto") -> Report:
    """Give what a device reports: °C, SG, kPa, degrees, V, dBm and seconds.

    Where neither the device nor `gravity_unit` tells what gravities are in, those from 0.9 to 1.3 are SG and
    all others °Plato. What cannot be true is told as bad. Raises Invalid with every key that is wrong.
    """
    message = _message(body)
    told: list[Told] = []
    faults: list[Fault] = []
    for kind in _KINDS:
        try:
            told += _told(kind, message, gravity_unit)
        except Invalid as failure:
            faults += failure.faults
    if faults:
        raise Invalid(faults[0].message, faults)
    name = _name(message)
    if _MEASURED.isdisjoint(one.metric for one in told):
        raise Invalid(f"{name} says neither temperature nor gravity, pressure or angle.")
    return Report(name, tuple(told))


class _Kind(Struct, frozen=True):
    """One quantity: the keys it goes by, its unit, and the range outside which it cannot be true.

    `convert` takes the value, the unit that the device names, in capitals, and the usual unit of gravities.
    """

    metric: str
    keys: tuple[str, ...]
    bounds: Bounds
    unit_keys: tuple[str, ...] = ()
    convert: Callable[[float, str, GravityUnit], float] | None = None


def _temperature(value: float, unit: str, _: GravityUnit) -> float:
    return celsius(value, _TEMPERATURE_UNITS[unit or "C"])


def _gravity(value: float, unit: str, usual: GravityUnit) -> float:
    kind = _GRAVITY_UNITS[unit] if unit else usual
    if kind == "auto":
        # No polynomial gives zero: a device sends it that has none.
        kind = "SG" if value == 0.0 or LOWEST_SG <= value <= HIGHEST_SG else "Plato"
    return gravity_of(value) if kind == "Plato" else value


def _pressure(value: float, unit: str, _: GravityUnit) -> float:
    return value * _PRESSURE_UNITS_KPA[unit] if unit else value


_TEMPERATURE_KEYS = ("temp_units", "temp-units", "temp_unit", "temperature-unit", "temperature_unit")
_GRAVITY_KEYS = ("gravity-unit", "gravity_unit")
_PRESSURE_KEYS = ("pressure-unit", "pressure_unit")
_SG = BOUNDS[Quantity.GRAVITY]
_ANY_TIME = Bounds("s", 0.0, inf)
_KINDS = (
    _Kind(
        "temperature",
        ("temperature", "temp"),
        BOUNDS[Quantity.TEMPERATURE],
        _TEMPERATURE_KEYS,
        _temperature,
    ),
    _Kind("gravity", ("gravity",), _SG, _GRAVITY_KEYS, _gravity),
    _Kind("corrected_gravity", ("corr-gravity", "corr_gravity"), _SG, _GRAVITY_KEYS, _gravity),
    _Kind("pressure", ("pressure",), BOUNDS[Quantity.PRESSURE], _PRESSURE_KEYS, _pressure),
    _Kind("angle", ("angle", "tilt"), Bounds("°", 0.0, 180.0)),
    _Kind("battery", ("battery",), Bounds("V", 1.0, 6.0)),
    _Kind("rssi", ("RSSI", "rssi"), Bounds("dBm", -130.0, 0.0)),
    _Kind("interval", ("interval",), _ANY_TIME),
    _Kind("run_time", ("run-time", "run_time"), _ANY_TIME),
    _Kind("velocity", ("velocity",), BOUNDS[Quantity.ANY]),
)
_MEASURED = {"temperature", "gravity", "pressure", "angle"}


def _message(body: bytes) -> Message:
    # A template of GravityMon's gateway leaves a comma before the brace.
    text = _DANGLING.sub(b"}", body.strip(b"\0 \t\r\n"))
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"This is no JSON: {error}.") from error
    if not isinstance(message, dict):
        raise Invalid("This is no JSON object.")
    return message


def _name(message: Message) -> str:
    name = message.get("name")
    if not isinstance(name, str) or not name.strip():
        name = message.get("ID", message.get("id"))
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not is_name(name.strip()):
        raise _wrong("name", "The device gives neither a name nor an ID of 1 to 128 printable characters.")
    return name.strip()


def _told(kind: _Kind, message: Message, usual: GravityUnit) -> Iterator[Told]:
    key = _said(kind.keys, message)
    if key is None:
        return
    value = _number(key, message[key])
    # To brewing services, who call it `temp`, GravityMon sends zeros for what it does not measure.
    if value == 0.0 and "temp" in message:
        return
    value, unit = _converted(kind, value, message, usual)
    absent = kind.metric == "temperature" and value in NOT_MEASURED_C
    is_good = kind.bounds.lowest <= value <= kind.bounds.highest and not absent
    yield Told(kind.metric, value, unit, Quality.GOOD if is_good else Quality.BAD)


def _converted(kind: _Kind, value: float, message: Message, usual: GravityUnit) -> tuple[float, str]:
    if kind.convert is None:
        return value, kind.bounds.unit
    key = _said(kind.unit_keys, message)
    unit = "" if key is None else str(message[key]).strip().upper()
    try:
        converted = kind.convert(value, unit, usual)
    except KeyError as error:
        raise _wrong(str(key), f"{key} is {unit[:20]!r}, which no {kind.metric} is in.") from error
    return converted, kind.bounds.unit if unit or kind.convert is not _pressure else ""


def _said(keys: Iterable[str], message: Message) -> str | None:
    return next((key for key in keys if message.get(key) not in (None, "")), None)


def _number(key: str, raw: object) -> float:
    try:
        value = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else inf
    except (ValueError, OverflowError):
        value = inf
    if not abs(value) <= _LARGEST or "_" in str(raw):
        raise _wrong(key, f"{key} is no number, or an absurd one.")
    return value


def _wrong(key: str, words: str) -> Invalid:
    return Invalid(words, [Fault("/" + key, words)])
