"""Thermostat: on at the edge of a band, off at the setpoint."""

from functools import lru_cache
from typing import Annotated

from msgspec import Meta, Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.model.level import Demand


class Settings(Struct, frozen=True, kw_only=True):
    """How far the temperature may stray before something is done."""

    band_c: Annotated[float, Meta(title="Hysteresis, °C to either side", ge=0.05, le=5.0)] = 0.3


class State(Struct, frozen=True, gc=False):
    """Which way it is driving."""

    heating: bool = False
    cooling: bool = False


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Switch on outside the band and off on reaching the setpoint."""
    error_c = inputs.measured_c - inputs.setpoint_c
    heating = inputs.can_heat and error_c < 0 and (state.heating or error_c <= -settings.band_c)
    cooling = inputs.can_cool and error_c > 0 and (state.cooling or error_c >= settings.band_c)
    if (heating, cooling) != (state.heating, state.cooling):
        state = State(heating, cooling)
    return state, _demand(settings, state, error_c, inputs.setpoint_c)


def take_over(_: Settings, __: Inputs, demand: Demand) -> State:
    """Go on with whichever ran for most of the time."""
    return State(heating=demand.heat >= 0.5, cooling=demand.cool >= 0.5)


@lru_cache(maxsize=1024)
def _demand(settings: Settings, state: State, error_c: float, setpoint_c: float) -> Demand:
    """Put it in words; cached, because probes give few different values and words are slow."""
    side = "above" if error_c > 0 else "below"
    where = f"{abs(error_c):.2f} °C {side} the setpoint of {setpoint_c:.1f} °C"
    if state.heating:
        return Demand(1.0, 0.0, (f"It is {where}; heat until it is reached.",))
    if state.cooling:
        return Demand(0.0, 1.0, (f"It is {where}; cool until it is reached.",))
    if abs(error_c) >= settings.band_c:
        return Demand(0.0, 0.0, (f"It is {where}, and there is no {'cooler' if error_c > 0 else 'heater'}.",))
    return Demand(0.0, 0.0, (f"It is {where}, inside the band of ± {settings.band_c:.2f} °C.",))


ALGORITHM = Algorithm(
    name="hysteresis", title="Thermostat", settings=Settings, start=State(), step=step, take_over=take_over
)
