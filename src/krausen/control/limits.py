"""Is this wish allowed for this vessel?"""

from math import inf, isfinite

from msgspec import Struct

from krausen.errors import Fault
from krausen.model.setpoint import Mode
from krausen.model.vessel import Limits, Role, Vessel


class Bounds(Struct, frozen=True):
    """The setpoints allowed beside the hardware, °C, both ends allowed, whatever is arranged elsewhere."""

    min: float = -inf
    max: float = inf

    def __post_init__(self) -> None:
        if not self.min <= self.max:
            raise ValueError("The highest setpoint allowed is not below the lowest.")


_NEEDS = {Mode.BEER: Role.BEER, Mode.CHAMBER: Role.CHAMBER}


def faults(vessel: Vessel, mode: Mode, value: float | None, profile: str | None) -> list[Fault]:
    """Name everything that stands against a wish; an empty list allows it. `value` in °C."""
    found: list[Fault] = []
    if mode in _NEEDS:
        found += _value_faults(vessel.limits, value)
        if _NEEDS[mode] not in vessel.roles:
            found.append(Fault("/mode", f"{vessel.name} has no {_NEEDS[mode].value} probe to hold."))
    elif value is not None:
        found.append(Fault("/value", f"Mode {mode.value} takes no value."))
    if mode is Mode.PROFILE:
        found.append(Fault("/profile", "There are no profiles yet; hold the beer or the chamber instead."))
    elif profile is not None:
        found.append(Fault("/profile", f"Mode {mode.value} takes no profile."))
    return found


def beyond(bounds: Bounds, value: float | None, whose: str) -> list[Fault]:
    """Name what stands against a setpoint, °C, where the hardware is; `whose` limit it is goes into words."""
    if value is None or bounds.min <= value <= bounds.max:
        return []
    way, bound = ("above", bounds.max) if value > bounds.max else ("below", bounds.min)
    return [Fault("/value", f"{value:g} °C is {way} {bound:g} °C, the limit of {whose}.")]


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
