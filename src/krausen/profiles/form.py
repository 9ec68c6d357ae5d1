"""What a text form of profiles is: a way in which another system writes them down."""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.profile import RANGES, Run, Step
from krausen.model.units import celsius

MOST_FAULTS = 20
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})")
_COLDEST = min(limits.min for limits in RANGES.values())
_WARMEST = max(limits.max for limits in RANGES.values())

Unit = Literal["C", "F"]


class Locale(Struct, frozen=True, kw_only=True):
    """What a text leaves unsaid: the unit of its temperatures and the zone of its times.

    `instant` gives the UTC milliseconds of a local time such as `2026-05-01T18:30:00`, of two the earlier
    one, and raises Invalid for others. `local` is its inverse: the local time of UTC milliseconds.
    """

    instant: Callable[[str], int]
    local: Callable[[int], str]
    unit: Unit = "C"


class Outline(Struct, frozen=True, kw_only=True):
    """What a text says: the steps, the name and the start, UTC milliseconds, where it has them."""

    steps: tuple[Step, ...]
    name: str = ""
    start: int | None = None


class ProfileForm(Struct, frozen=True, kw_only=True):
    """One way of writing profiles as text.

    `recognises(text)` tells whether a text is of this form. `read(text, locale)` raises Invalid with faults
    such as `line:3`, counted from 1; what it gives may still ask for what no profile of a type does.
    `write(run, locale)` gives the course as it is laid out, to a second and to 0.01 degrees. Titles and
    events, which no such text has, are left out.
    """

    name: str
    title: str
    recognises: Callable[[str], bool]
    read: Callable[[str, Locale], Outline]
    write: Callable[[Run, Locale], str]


def refusal(faults: Sequence[Fault]) -> Invalid:
    """Make the failure of a text with these faults: its words are those of the first."""
    more = f" {len(faults)} lines are wrong." if len(faults) > 1 else ""
    where = faults[0].where.replace("line:", "Line ")
    return Invalid(f"{where}: {faults[0].message}{more}", faults[:MOST_FAULTS])


def number(text: str) -> float:
    """Give a plain decimal number. Raises Invalid."""
    if _NUMBER.fullmatch(text) is None:
        raise Invalid(f"{text[:40]!r} is no number.")
    return float(text)


def temperature(text: str, unit: Unit) -> float:
    """Give a temperature in °C. Raises Invalid where it is no number or none of beer, wort or mash."""
    value = celsius(number(text), unit)
    if not _COLDEST <= value <= _WARMEST:
        raise Invalid(f"{text[:40]} °{unit} is no temperature of beer or mash. Is the unit right?")
    return value


def degrees(value_c: float, unit: Unit) -> str:
    """Write a temperature in a unit, with two decimals."""
    value = value_c * 1.8 + 32.0 if unit == "F" else value_c
    return f"{round(value, 2) + 0.0:.2f}"
