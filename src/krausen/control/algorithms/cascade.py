"""Cascade: the beer's error sets a temperature for the chamber, and a thermostat holds the chamber there.

The outer loop is a PI controller that integrates near the setpoint alone (conditional integration: Åström,
Hägglund: PID Controllers, 2nd ed., ISA 1995, chapter 3); what it wants of the chamber stays near the beer's
setpoint and moves slowly. Where there is one probe alone, or the chamber is what is to be held, the outer
loop rests and the thermostat holds that at the setpoint.
"""

from functools import lru_cache
from math import inf, isfinite
from typing import Annotated

from msgspec import Meta, Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.filtering import low_pass, passed_s
from krausen.control.turning import COOL, HEAT, Turn, acted, may_act
from krausen.model.level import Demand

EVERY_S = 30.0
"""Both loops work this often, and at once for another setpoint."""

_AIR_LAG_S = 300.0
_NEAR_C = 1.0


class Settings(Struct, frozen=True, kw_only=True):
    """How far and how fast the chamber follows the beer, and what keeps heater and cooler apart."""

    gain: Annotated[float, Meta(title="Gain, °C of the chamber per °C of the beer", ge=0.1, le=50.0)] = 5.0
    integral_h: Annotated[float, Meta(title="Integral time, hours", ge=0.1, le=200.0)] = 6.0
    band_c: Annotated[float, Meta(title="Farthest from the beer's setpoint, °C", ge=0.5, le=30.0)] = 10.0
    rate_c_h: Annotated[float, Meta(title="Fastest change, °C per hour", ge=0.5, le=100.0)] = 10.0
    idle_c: Annotated[float, Meta(title="Idle zone of the chamber, °C to either side", ge=0.1, le=5.0)] = 1.0
    between_c: Annotated[float, Meta(title="Dead band between heat and cold, °C", ge=0.05, le=5.0)] = 0.3
    rest_min: Annotated[float, Meta(title="Rest between heat and cold, minutes", ge=0.0, le=1440.0)] = 60.0


class State(Struct, frozen=True, gc=False):
    """Where it stood when it last worked: what is held at which target, filtered, and which way it drives.

    `outer` tells whether the target is that of the outer loop; `way` is HEAT, COOL or 0.
    """

    at_s: float | None = None
    setpoint_c: float = 0.0
    outer: bool = True
    target_c: float = 0.0
    held_c: float = 0.0
    integral_c: float = 0.0
    way: int = 0
    turn: Turn = Turn()


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Work out every half minute whether to heat or to cool, and stay with it in between."""
    at_s = state.at_s
    if at_s is None or not 0.0 <= inputs.now_s - at_s < EVERY_S or state.setpoint_c != inputs.setpoint_c:
        state = _next(settings, state, inputs)
    way = state.way if inputs.can(state.way) else 0
    lacking_c = state.target_c - state.held_c
    can = abs(lacking_c) < settings.idle_c or inputs.can(HEAT if lacking_c > 0.0 else COOL)
    beer_c = inputs.setpoint_c if state.outer else None
    return state, _demand(way, beer_c, state.target_c, state.held_c, can=can)


def take_over(settings: Settings, inputs: Inputs, demand: Demand) -> State:
    """Choose the target so that whichever ran for most of the time goes on, as far as its limits allow."""
    way = HEAT if demand.heat >= 0.5 else COOL if demand.cool >= 0.5 else 0
    turn = acted(Turn(), way, inputs.now_s)
    held_c, outer, setpoint_c = *_held(State(), inputs), inputs.setpoint_c
    if not outer:
        return State(inputs.now_s, setpoint_c, outer, setpoint_c, held_c, 0.0, way, turn)
    due_c = setpoint_c + _within(settings.band_c, settings.gain * (setpoint_c - inputs.measured_c))
    margin_c = settings.idle_c * (1.0 if way else 0.5)
    lowest_c = -inf if way == COOL else held_c + (way or -1) * margin_c
    highest_c = inf if way == HEAT else held_c + (way or 1) * margin_c
    target_c = _within(settings.band_c, min(max(due_c, lowest_c), highest_c), setpoint_c)
    integral_c = _within(settings.band_c, target_c - due_c)
    return State(inputs.now_s, setpoint_c, outer, target_c, held_c, integral_c, way, turn)


def _next(settings: Settings, state: State, inputs: Inputs) -> State:
    held_c, outer = _held(state, inputs)
    if not isfinite(inputs.setpoint_c - inputs.measured_c + held_c):
        return State(integral_c=state.integral_c, turn=state.turn)
    seconds = passed_s(state.at_s, inputs.now_s) if outer is state.outer else 0.0
    target_c, integral_c = inputs.setpoint_c, state.integral_c
    if outer:
        target_c, integral_c = _wanted(settings, state, inputs, seconds)
    held_c = low_pass(state.held_c, held_c, seconds, _AIR_LAG_S)
    way = _way(settings, state, inputs, target_c - held_c)
    turn = acted(state.turn, way, inputs.now_s)
    return State(inputs.now_s, inputs.setpoint_c, outer, target_c, held_c, integral_c, way, turn)


def _wanted(settings: Settings, state: State, inputs: Inputs, seconds: float) -> tuple[float, float]:
    """Give what the outer loop wants of the chamber, and the integral that is part of it."""
    setpoint_c, integral_c = inputs.setpoint_c, state.integral_c
    error_c = setpoint_c - inputs.measured_c
    if abs(error_c) < _NEAR_C:
        grown_c = settings.gain * error_c * seconds / (settings.integral_h * 3600.0)
        integral_c = _within(settings.band_c, integral_c + grown_c)
    target_c = setpoint_c + settings.gain * error_c + integral_c
    if seconds > 0.0:
        target_c = _within(settings.rate_c_h * seconds / 3600.0, target_c, state.target_c)
    return _within(settings.band_c, target_c, setpoint_c), integral_c


def _way(settings: Settings, state: State, inputs: Inputs, lacking_c: float) -> int:
    """Give the way in which to drive, or 0; half the idle zone is left to what is on its way."""
    way = HEAT if lacking_c > 0.0 else COOL
    idle_c = settings.between_c if inputs.chamber_c is None else settings.idle_c
    need_c = way * (inputs.setpoint_c - inputs.measured_c)
    if way * lacking_c < idle_c * (0.5 if state.way == way else 1.0) or need_c < 0.0 or not inputs.can(way):
        return 0
    rule = settings.between_c, settings.rest_min * 60.0
    return way if may_act(state.turn, way, need_c, rule, inputs.now_s) else 0


def _held(state: State, inputs: Inputs) -> tuple[float, bool]:
    """Give what the thermostat holds, and whether at the target of the outer loop.

    Both probes there, and the beer wanted: that is the chamber. While both read the same nobody can tell
    which is wanted, and all stays as it was.
    """
    if inputs.chamber_c is None or inputs.measured_c != inputs.beer_c:
        return inputs.measured_c, False
    return inputs.chamber_c, state.outer or inputs.measured_c != inputs.chamber_c


def _within(far: float, value: float, middle: float = 0.0) -> float:
    return min(max(value, middle - far), middle + far)


_ACTS = {HEAT: "heat until it is reached", COOL: "cool until it is reached", 0: "nothing is needed yet"}


@lru_cache(maxsize=256)
def _demand(way: int, beer_c: float | None, target_c: float, held_c: float, *, can: bool) -> Demand:
    """Put it in words; cached for the ticks in between, because words are slow."""
    act = _ACTS[way] if can else f"there is no {'heater' if target_c > held_c else 'cooler'}"
    who = "It" if beer_c is None else f"To hold the beer at {beer_c:.1f} °C, the chamber"
    why = f"{who} shall be at {target_c:.1f} °C and is at {held_c:.1f} °C; {act}."
    return Demand(float(way == HEAT), float(way == COOL), (why,))


ALGORITHM = Algorithm(
    name="cascade", title="Cascade", settings=Settings, start=State(), step=step, take_over=take_over
)
