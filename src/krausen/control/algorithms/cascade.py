"""Cascade: the beer's error sets a temperature for the chamber, and a thermostat holds the chamber there.

The outer loop is a PI controller with conditional integration (Åström, Hägglund: PID Controllers, 2nd ed., ISA
1995, chapter 3); what it asks for stays near the beer's setpoint and moves slowly. Without a chamber probe, a
plain thermostat holds the beer; where the chamber itself is to be held, the outer loop rests.
"""

from functools import lru_cache
from math import inf
from typing import Annotated

from msgspec import Meta, Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.algorithms import hysteresis
from krausen.control.filtering import low_pass, passed_s
from krausen.control.turning import COOL, HEAT, Turn, acted, may_act
from krausen.model.level import Demand

EVERY_S = 30.0
"""Both loops work this often, and at once for another setpoint."""

_AIR_LAG_S = 300.0
_NEAR_C = 1.0
_PLAIN = hysteresis.Settings()


class Settings(Struct, frozen=True, kw_only=True):
    """How far and how fast the chamber follows the beer, and what keeps heater and cooler apart."""

    gain: Annotated[float, Meta(title="Gain, °C of the chamber per °C of the beer", ge=0.1, le=50.0)] = 5.0
    integral_h: Annotated[float, Meta(title="Integral time, hours", ge=0.1, le=200.0)] = 6.0
    band_c: Annotated[float, Meta(title="Farthest from the beer's setpoint, °C", ge=0.5, le=30.0)] = 10.0
    rate_c_h: Annotated[float, Meta(title="Fastest change, °C per hour", ge=0.5, le=100.0)] = 10.0
    idle_c: Annotated[float, Meta(title="Idle zone of the chamber, °C to either side", ge=0.1, le=5.0)] = 1.0
    between_c: Annotated[
        float, Meta(title="Dead band: °C beyond the setpoint before heat follows cold", ge=0.0, le=5.0)
    ] = 0.3
    rest_min: Annotated[float, Meta(title="Rest between cold and heat, minutes", ge=0.0, le=1440.0)] = 60.0


class State(Struct, frozen=True, gc=False):
    """Where it stood when it last worked; `way` is HEAT, COOL or 0 for neither.

    `by_beer` tells whether the beer is what is held, by way of the chamber.
    """

    at_s: float | None = None
    setpoint_c: float = 0.0
    by_beer: bool = True
    target_c: float = 0.0
    air_c: float = 0.0
    integral_c: float = 0.0
    way: int = 0
    turn: Turn = Turn()


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Work out every half minute whether to heat or to cool, and stay with it in between."""
    if inputs.chamber_c is None:
        return _alone(state, inputs)
    at_s = state.at_s
    if at_s is None or not 0.0 <= inputs.now_s - at_s < EVERY_S or state.setpoint_c != inputs.setpoint_c:
        state = _next(settings, state, inputs, inputs.chamber_c)
    way = state.way if _can(state.way, inputs) else 0
    said = _ACTS[way] if way else _rest(settings, state, inputs)
    where = round(state.target_c, 1), round(state.air_c, 1)
    return state, _demand(way, inputs.setpoint_c if state.by_beer else None, where, said)


def take_over(settings: Settings, inputs: Inputs, demand: Demand) -> State:
    """Set the chamber's temperature so that whichever ran for most of the time goes on."""
    way = HEAT if demand.heat >= 0.5 else COOL if demand.cool >= 0.5 else 0
    turn = acted(Turn(), way, inputs.now_s)
    if inputs.chamber_c is None:
        return State(way=way, turn=turn)
    setpoint_c, air_c, by_beer = inputs.setpoint_c, inputs.chamber_c, _by_beer(State(), inputs)
    if not by_beer:
        return State(inputs.now_s, setpoint_c, False, setpoint_c, air_c, 0.0, way, turn)
    due_c = setpoint_c + settings.gain * (setpoint_c - inputs.measured_c)
    lowest_c = air_c + settings.idle_c if way == HEAT else -inf if way == COOL else air_c - settings.idle_c
    highest_c = air_c - settings.idle_c if way == COOL else inf if way == HEAT else air_c + settings.idle_c
    target_c = _within(settings, setpoint_c, min(max(due_c, lowest_c), highest_c))
    integral_c = min(max(target_c - due_c, -settings.band_c), settings.band_c)
    return State(inputs.now_s, setpoint_c, True, target_c, air_c, integral_c, way, turn)


def _alone(state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Hold the only probe there is with a thermostat."""
    driving = hysteresis.State(state.way == HEAT, state.way == COOL)
    driving, demand = hysteresis.step(_PLAIN, driving, inputs)
    way = HEAT if driving.heating else COOL if driving.cooling else 0
    return State(integral_c=state.integral_c, way=way, turn=acted(state.turn, way, inputs.now_s)), demand


def _next(settings: Settings, state: State, inputs: Inputs, chamber_c: float) -> State:
    seconds = passed_s(state.at_s, inputs.now_s)
    by_beer = _by_beer(state, inputs)
    target_c, integral_c = inputs.setpoint_c, state.integral_c
    if by_beer:
        target_c, integral_c = _outer(settings, state, inputs, seconds)
    air_c = low_pass(state.air_c, chamber_c, seconds, _AIR_LAG_S)
    way = _inner(settings, state, inputs, target_c - air_c)
    turn = acted(state.turn, way, inputs.now_s)
    return State(inputs.now_s, inputs.setpoint_c, by_beer, target_c, air_c, integral_c, way, turn)


def _outer(settings: Settings, state: State, inputs: Inputs, seconds: float) -> tuple[float, float]:
    """Give the temperature wanted of the chamber, and the integral that is part of it."""
    setpoint_c, integral_c = inputs.setpoint_c, state.integral_c
    error_c = setpoint_c - inputs.measured_c
    off_c = settings.gain * error_c + integral_c
    if abs(error_c) < _NEAR_C and (abs(off_c) < settings.band_c or off_c * error_c < 0.0):
        grown_c = integral_c + settings.gain * error_c * seconds / (settings.integral_h * 3600.0)
        integral_c = min(max(grown_c, -settings.band_c), settings.band_c)
    target_c = setpoint_c + settings.gain * error_c + integral_c
    if seconds > 0.0:
        farthest_c = settings.rate_c_h * seconds / 3600.0
        target_c = min(max(target_c, state.target_c - farthest_c), state.target_c + farthest_c)
    return _within(settings, setpoint_c, target_c), integral_c


def _inner(settings: Settings, state: State, inputs: Inputs, lacking_c: float) -> int:
    """Give the way in which to drive the chamber, or 0; half the idle zone is left to what is on its way."""
    way = HEAT if lacking_c > 0.0 else COOL
    edge_c = settings.idle_c * (0.5 if state.way == way else 1.0)
    need_c = way * (inputs.setpoint_c - inputs.measured_c)
    if way * lacking_c < edge_c or need_c < 0.0 or not _can(way, inputs):
        return 0
    rule = settings.between_c, settings.rest_min * 60.0
    return way if may_act(state.turn, way, need_c, rule, inputs.now_s) else 0


def _within(settings: Settings, setpoint_c: float, target_c: float) -> float:
    return min(max(target_c, setpoint_c - settings.band_c), setpoint_c + settings.band_c)


def _by_beer(state: State, inputs: Inputs) -> bool:
    """Tell whether the beer is held; while both probes read the same nobody can tell, and all stays."""
    if inputs.measured_c != inputs.beer_c:
        return False
    return state.by_beer or inputs.measured_c != inputs.chamber_c


def _can(way: int, inputs: Inputs) -> bool:
    return inputs.can_heat if way == HEAT else inputs.can_cool


_ACTS = {HEAT: "heat until it is reached", COOL: "cool until it is reached"}


def _rest(settings: Settings, state: State, inputs: Inputs) -> str:
    """Say why nothing runs."""
    lacking_c = state.target_c - state.air_c
    if abs(lacking_c) < settings.idle_c:
        return "near enough"
    way = HEAT if lacking_c > 0.0 else COOL
    if not _can(way, inputs):
        return "and there is no heater" if way == HEAT else "and there is no cooler"
    return "heat waits for need" if way == HEAT else "cold waits for need"


@lru_cache(maxsize=4096)
def _demand(way: int, beer_c: float | None, where: tuple[float, float], said: str) -> Demand:
    """Put it in words; cached, because words are slow. `where` is what is wanted of the chamber, and is."""
    wanted_c, air_c = where
    what = f"the chamber shall be at {wanted_c:.1f} °C and is at {air_c:.1f} °C; {said}."
    why = what.capitalize() if beer_c is None else f"To hold the beer at {beer_c:.1f} °C, {what}"
    return Demand(float(way == HEAT), float(way == COOL), (why,))


ALGORITHM = Algorithm(
    name="cascade", title="Cascade", settings=Settings, start=State(), step=step, take_over=take_over
)
