"""Single values on the wire: what controllers and hosts write for a number, a truth or nothing.

Numbers may stand in quotes, truths may be numbers, and nothing may be null, an empty text or, from an ESP,
zero.
"""

from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any, Literal, TypeVar

import msgspec

from krausen.errors import Fault, Invalid
from krausen.model.units import celsius, celsius_difference
from krausen.protocols.brewpi.boards import Family

Unit = Literal["C", "F"]
"""What a controller speaks."""
Scalar = str | int | float | bool | None

LARGEST = 1e9
_TRUTHS: Mapping[str, bool] = {"1": True, "0": False, "true": True, "false": False}

T = TypeVar("T")


def number(raw: object) -> float:
    """Read a number, in quotes or not. Raises Invalid."""
    try:
        value = float(raw) if isinstance(raw, int | float | str) and not isinstance(raw, bool) else inf
    except (ValueError, OverflowError):
        value = inf
    if not abs(value) <= LARGEST or (isinstance(raw, str) and "_" in raw):
        raise Invalid(f"{_shown(raw)} is no number.")
    return value


def whole(raw: object) -> int:
    """Read a whole number; a truth counts as 0 or 1. Raises Invalid."""
    value = float(raw) if isinstance(raw, bool) else number(raw)
    if value != int(value):
        raise Invalid(f"{_shown(raw)} is no whole number.")
    return int(value)


def truth(raw: object) -> bool:
    """Read a truth: true, false, 0 or 1, in quotes or not. Raises Invalid."""
    value = raw if isinstance(raw, bool) else _TRUTHS.get(_shown(raw).strip("' "))
    if value is None:
        raise Invalid(f"{_shown(raw)} is neither 0 nor 1.")
    return value


def word(raw: object) -> str:
    """Read a text; a number counts as its digits. Raises Invalid."""
    if isinstance(raw, str):
        return raw
    return f"{number(raw):.15g}"


def is_nothing(raw: object) -> bool:
    """Tell whether this stands for no value at all."""
    return raw is None or (isinstance(raw, str) and raw.strip() in ("", "null"))


def temperature(raw: object, unit: Unit) -> float:
    """Read a temperature; give °C. Raises Invalid."""
    return celsius(number(raw), unit)


def difference(raw: object, unit: Unit) -> float:
    """Read a temperature difference; give °C. Raises Invalid."""
    return celsius_difference(number(raw), unit)


def perhaps_temperature(raw: object, unit: Unit, family: Family) -> float | None:
    """Read a temperature that may be missing, which an ESP tells by an exact 0. Raises Invalid."""
    if is_nothing(raw) or (family is Family.ESP and number(raw) == 0.0):
        return None
    return temperature(raw, unit)


def in_unit(value_c: float, unit: Unit) -> float:
    """Give a temperature in °C in a unit; F = 1.8 C + 32."""
    return value_c * 1.8 + 32.0 if unit == "F" else value_c


def difference_in_unit(value_c: float, unit: Unit) -> float:
    """Give a difference in °C in a unit."""
    return value_c * 1.8 if unit == "F" else value_c


def fixed(value: float | None, decimals: int, family: Family) -> str:
    """Write a number as a firmware does: an AVR with a blank or a minus, none as null or as an ESP's 0."""
    if family is Family.ESP:
        return f"{value or 0.0:.{decimals}f}"
    return "null" if value is None else f"{value: .{decimals}f}"


def quoted(text: str | None) -> str:
    """Write a text, or null."""
    return msgspec.json.encode(text).decode()


def braces(pairs: Iterable[tuple[str, str]]) -> str:
    """Write an object of keys and written values."""
    return "{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}"


def parsed(text: str) -> Any:
    """Read JSON. Raises Invalid."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"This is no JSON: {error}.") from error


def parsed_object(text: str) -> dict[str, Any]:
    """Read a JSON object. Raises Invalid."""
    value = parsed(text)
    if not isinstance(value, dict):
        raise Invalid("This is no JSON object.")
    return value


def objects(text: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects. Raises Invalid."""
    listed = parsed(text)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Invalid("This is no JSON list of objects.")
    return listed


class Reading:
    """Reads one object key by key and gathers what is wrong with it."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = said
        self._faults: list[Fault] = []

    def get(self, key: str, read: Callable[[Any], T], missing: T) -> T:
        """Read a value; give `missing` where there is none."""
        raw = self._said.get(key)
        return missing if is_nothing(raw) else self._read(key, raw, read, missing)

    def need(self, key: str, read: Callable[[Any], T], missing: T) -> T:
        """Read a value that has to be there."""
        if key not in self._said:
            self._faults.append(Fault(f"/{key}", f"{key} is missing."))
            return missing
        return self._read(key, self._said[key], read, missing)

    def finish(self) -> None:
        """Raise Invalid if anything was wrong; its faults name every key."""
        if self._faults:
            raise Invalid(self._faults[0].message, self._faults)

    def _read(self, key: str, raw: Any, read: Callable[[Any], T], missing: T) -> T:
        try:
            return read(raw)
        except Invalid as failure:
            self._faults.append(Fault(f"/{key}", f"{key}: {failure}"))
            return missing


def _shown(raw: object) -> str:
    """Show a value in a message, however long it is."""
    if isinstance(raw, str):
        return repr(raw[:40])
    is_short = isinstance(raw, float) or (isinstance(raw, int) and abs(raw) < 10**15)
    return str(raw) if raw is None or is_short else "What is there"
