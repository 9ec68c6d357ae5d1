"""Is this wish allowed for this vessel?"""

from math import inf, isfinite

from msgspec import Struct

from krausen.errors import Fault
from krausen.model import profile as profiles
from krausen.model.profile import Run
from krausen.model.setpoint import Mode
from krausen.model.vessel import Limits, Role, Vessel


class Bounds(Struct, frozen=True):
    """The setpoints allowed beside the hardware, °C, both ends allowed, whatever is arranged elsewhere."""

    min: float = -inf
    max: float = inf

    def __post_init__(self) -> None:
        if not self.min <= self.max:
            raise ValueError("The highest setpoint allowed is not below the lowest.")


MOST_TOLD = 20
"""Faults of one profile that are told; who has more will look again."""
_NEEDS = {Mode.BEER: Role.BEER, Mode.CHAMBER: Role.CHAMBER, Mode.PROFILE: Role.BEER}


def faults(
    vessel: Vessel, mode: Mode, value: float | None, profile: str | None, run: Run | None = None
) -> list[Fault]:
    """Name everything that stands against a wish; an empty list allows it. `value` in °C.

    In the mode profile, `profile` is an id, and `run` how that profile is followed.
    """
    found: list[Fault] = []
    if mode in (Mode.BEER, Mode.CHAMBER):
        found += _value_faults(vessel.limits, value)
    elif value is not None:
        found.append(Fault("/value", f"Mode {mode.value} takes no value."))
    if mode in _NEEDS and _NEEDS[mode] not in vessel.roles:
        found.append(Fault("/mode", f"{vessel.name} has no {_NEEDS[mode].value} probe to hold."))
    if mode is Mode.PROFILE:
        found += _profile_faults(vessel.limits, profile, run)
    elif profile is not None or run is not None:
        found.append(Fault("/profile", f"Mode {mode.value} takes no profile."))
    return found


def beyond(bounds: Bounds, value: float | None, whose: str) -> list[Fault]:
    """Name what stands against a setpoint, °C, where the hardware is; `whose` limit it is goes into words."""
    if value is None or bounds.min <= value <= bounds.max:
        return []
    way, bound = ("above", bounds.max) if value > bounds.max else ("below", bounds.min)
    return [Fault("/value", f"{value:g} °C is {way} {bound:g} °C, the limit of {whose}.")]


def _profile_faults(limits: Limits, profile: str | None, run: Run | None) -> list[Fault]:
    if profile is None or run is None:
        return [Fault("/profile", "Say which profile to follow.")]
    against = [*profiles.faults(run.profile), *profiles.faults_within(run.profile, limits)][:MOST_TOLD]
    return [Fault("/profile", f"{_place(fault.where)}: {fault.message}") for fault in against]


def _place(where: str) -> str:
    """Give the part of a profile that a JSON Pointer leads to, in words: `Step 2` for `/steps/1/hours`."""
    parts = where.strip("/").split("/")
    number = f" {int(parts[1]) + 1}" if len(parts) > 1 else ""
    return f"{parts[0].removesuffix('s' if number else '').capitalize()}{number}"


def _value_faults(limits: Limits, value: float | None) -> list[Fault]:
    if value is None:
        return [Fault("/value", "Say which temperature to hold.")]
    if not isfinite(value):
        return [Fault("/value", "The temperature must be a number.")]
    if value > limits.max:
        return [Fault("/value", f"{value:g} °C is above this vessel's limit of {limits.max:g} °C.")]
    if value < limits.min:
        return [Fault("/value", f"{value:g} °C is below this vessel's limit of {limits.min:g} °C.")]
    return []
