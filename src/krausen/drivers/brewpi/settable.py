"""Parameters that people set: what has to be written for them, and whether it was taken."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import asdict, replace

from krausen.drivers.brewpi.explained import EXPLAINED
from krausen.drivers.brewpi.known import EXTENDED_KEYS, HELD_KEYS, Known
from krausen.errors import Fault, Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.extras import Extended
from krausen.protocols.brewpi.parameters import SETTABLE, Kind
from krausen.protocols.brewpi.requests import Alter, AlterExtended, Change, in_parts
from krausen.protocols.brewpi.scalars import Scalar

CLOSE = 0.06
"""A firmware shows some parameters to a tenth of its degree, and counts in 1/512."""


def writes(body: Mapping[str, Any], known: Known) -> tuple[Alter | AlterExtended, ...]:
    """Tell what to write so that parameters have these values. Raises Invalid with every fault."""
    faults = tuple(_faults(body, known))
    if faults:
        raise Invalid(faults[0].message, faults)
    alters = in_parts(Alter(tuple(Change(key, body[key]) for key in body if key in SETTABLE)))
    # One at a time, as other hosts do it: revisions differ in what they take.
    extended = (
        AlterExtended(replace(Extended(), **{EXTENDED_KEYS[key]: body[key]}))
        for key in body
        if key in EXTENDED_KEYS
    )
    return (*alters, *extended)


def refused(body: Mapping[str, Any], known: Known) -> tuple[Fault, ...]:
    """Tell what the controller did not take, by what it shows now."""
    return tuple(
        Fault(f"/{key}", f"The controller did not take {key}: it shows {_value(key, known)}.")
        for key, wanted in body.items()
        # An ESP takes a filter and goes on showing the former one.
        if not (known.family is Family.ESP and key.endswith("Filt"))
        and not _is_as(_value(key, known), wanted)
    )


def _faults(body: Mapping[str, Any], known: Known) -> Iterator[Fault]:
    for key, value in body.items():
        why = _why_not(key, value, known)
        if why:
            yield Fault(f"/{key}", why)


def _why_not(key: str, value: Any, known: Known) -> str:
    if key in HELD_KEYS:
        return "What is held is set by the vessel's setpoint."
    if key in EXTENDED_KEYS:
        has_it = known.extended is not None and getattr(known.extended, EXTENDED_KEYS[key]) is not None
        return _no_truth(value) if has_it else f"This firmware has no {key}."
    if key not in SETTABLE:
        return f"There is no parameter {key[:40]!r} to set."
    match SETTABLE[key].kind:
        case Kind.FLAG:
            return _no_truth(value)
        case Kind.UNIT:
            return "" if value in ("C", "F") else "Choose C or F."
        case kind:
            return _no_number(key, value, whole=kind is Kind.WHOLE)


def _no_truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "Choose true or false."


def _no_number(key: str, value: Any, *, whole: bool) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "Give a number."
    if whole and value != int(value):
        return "Give a whole number."
    explained = EXPLAINED[key]
    least, most = explained.least or 0.0, explained.most or 0.0
    return "" if least <= value <= most else f"Give a number from {least:g} to {most:g}."


def _value(key: str, known: Known) -> Scalar:
    if key in EXTENDED_KEYS:
        return None if known.extended is None else getattr(known.extended, EXTENDED_KEYS[key])
    values = {**asdict(known.settings or _NOTHING), **asdict(known.constants or _NOTHING)}
    value: Scalar = values.get(SETTABLE[key].attribute)
    return value


_NOTHING = Extended()


def _is_as(shown: Scalar, wanted: Any) -> bool:
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return shown == wanted
    return isinstance(shown, int | float) and abs(shown - wanted) <= CLOSE
