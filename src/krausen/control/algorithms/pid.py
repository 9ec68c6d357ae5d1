"""PID: a share of full heat or cold that grows with the error, with how long it lasts and how fast it moves.

The textbook form with its usual mends (Åström, Hägglund: PID Controllers, 2nd ed., ISA 1995, chapter 3): the
derivative is that of the measurement after two equal low-pass filters, so that neither a new setpoint nor the
steps of a probe jolt it; the integral stands still while the output cannot follow (conditional integration).
"""

from functools import lru_cache
from math import isfinite
from typing import Annotated

from msgspec import Meta, Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.filtering import low_pass, passed_s
from krausen.control.turning import COOL, HEAT, Turn, acted, may_act
from krausen.model.level import Demand

EVERY_S = 60.0
"""The share is worked out anew this often, and at once for another setpoint."""

_LEAP_C = 2.0
_KEEP = 0.75


class Settings(Struct, frozen=True, kw_only=True):
    """How hard, how long and how soon it answers, and what keeps heater and cooler apart."""

    gain: Annotated[float, Meta(title="Gain, share of full power per °C", ge=0.01, le=10.0)] = 0.5
    integral_h: Annotated[float, Meta(title="Integral time, hours", ge=0.1, le=200.0)] = 8.0
    derivative_h: Annotated[float, Meta(title="Derivative time, hours", ge=0.0, le=10.0)] = 0.4
    filter_min: Annotated[float, Meta(title="Filter of the derivative, minutes", ge=1.0, le=120.0)] = 10.0
    least: Annotated[float, Meta(title="Least share worth a start, 0 to 1", ge=0.0, le=0.9)] = 0.2
    between_c: Annotated[float, Meta(title="Dead band between heat and cold, °C", ge=0.0, le=5.0)] = 0.2
    rest_min: Annotated[float, Meta(title="Rest between heat and cold, minutes", ge=0.0, le=1440.0)] = 60.0


class State(Struct, frozen=True, gc=False):
    """Where it stood when it last worked; `share` is positive for heat and negative for cold."""

    at_s: float | None = None
    setpoint_c: float = 0.0
    error_c: float = 0.0
    once_c: float = 0.0
    twice_c: float = 0.0
    integral: float = 0.0
    share: float = 0.0
    turn: Turn = Turn()


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Work out the share once a minute, and give it in between."""
    at_s = state.at_s
    if at_s is None or not 0.0 <= inputs.now_s - at_s < EVERY_S or state.setpoint_c != inputs.setpoint_c:
        state = _next(settings, state, inputs)
    share = state.share
    if not (inputs.can_heat if share > 0.0 else inputs.can_cool):
        share = 0.0
    can = inputs.can_cool if state.error_c < 0.0 else inputs.can_heat
    return state, _demand(share, state.error_c, inputs.setpoint_c, state.turn.way, can=can)


def take_over(settings: Settings, inputs: Inputs, demand: Demand) -> State:
    """Choose the integral so that the share goes on as it was, as far as its limits allow."""
    low, high = _range(inputs)
    share = min(max(demand.heat - demand.cool, low), high)
    error_c, measured_c = inputs.setpoint_c - inputs.measured_c, inputs.measured_c
    due = settings.gain * error_c
    wanted = max(due, share) if share == high else min(due, share) if share == low else share
    integral = min(max(wanted - due, low), high)
    turn = Turn(HEAT if share > 0.0 else COOL, inputs.now_s) if share else Turn()
    return State(inputs.now_s, inputs.setpoint_c, error_c, measured_c, measured_c, integral, share, turn)


def _next(settings: Settings, state: State, inputs: Inputs) -> State:
    now_s, error_c = inputs.now_s, inputs.setpoint_c - inputs.measured_c
    if not isfinite(error_c):
        return State(integral=state.integral, turn=state.turn)
    seconds = passed_s(state.at_s, now_s)
    once_c, twice_c = _filtered(settings, state, inputs.measured_c, seconds)
    slope_c_h = (once_c - twice_c) * 60.0 / settings.filter_min
    due = settings.gain * (error_c - settings.derivative_h * slope_c_h)
    low, high = _range(inputs)
    integral, wanted = state.integral, due + state.integral
    way = HEAT if wanted > 0.0 else COOL
    may = may_act(state.turn, way, way * error_c, (settings.between_c, settings.rest_min * 60.0), now_s)
    if (may and low < wanted < high) or wanted * error_c < 0.0:
        integral += settings.gain * error_c * seconds / (settings.integral_h * 3600.0)
    integral = min(max(integral, low), high)
    share = _worth(settings, state, min(max(due + integral, low), high)) if may else 0.0
    turn = acted(state.turn, way if share else 0, now_s)
    return State(now_s, inputs.setpoint_c, error_c, once_c, twice_c, integral, share, turn)


def _worth(settings: Settings, state: State, wanted: float) -> float:
    """Give the share to ask for; the least one starts an output, and three quarters of it let it go on."""
    least = settings.least * (_KEEP if wanted * state.share > 0.0 else 1.0)
    return round(wanted, 2) if abs(wanted) >= least else 0.0


def _filtered(settings: Settings, state: State, measured_c: float, seconds: float) -> tuple[float, float]:
    """Filter the measurement twice; a leap is that of another probe, and everything begins anew."""
    if abs(measured_c - state.once_c) > _LEAP_C:
        seconds = 0.0
    lag_s = settings.filter_min * 60.0
    once_c = low_pass(state.once_c, measured_c, seconds, lag_s)
    return once_c, low_pass(state.twice_c, once_c, seconds, lag_s)


def _range(inputs: Inputs) -> tuple[float, float]:
    return -float(inputs.can_cool), float(inputs.can_heat)


@lru_cache(maxsize=4096)
def _demand(share: float, error_c: float, setpoint_c: float, way: int, *, can: bool) -> Demand:
    """Put it in words; cached, because shares are rounded and words are slow."""
    side, means = ("below", "heat") if error_c > 0.0 else ("above", "cool")
    where = f"It is {abs(error_c):.2f} °C {side} the setpoint of {setpoint_c:.1f} °C"
    if share > 0.0:
        return Demand(share, 0.0, (f"{where}; heat {share:.0%} of the time.",))
    if share < 0.0:
        return Demand(0.0, -share, (f"{where}; cool {-share:.0%} of the time.",))
    if not can:
        return Demand(why=(f"{where}, and there is no {means}er.",))
    if way * error_c < 0.0:
        return Demand(why=(f"{where}; after {'heat' if way == HEAT else 'cold'}, {means} waits for need.",))
    return Demand(why=(f"{where}; not enough for a start.",))


ALGORITHM = Algorithm(
    name="pid", title="PID", settings=Settings, start=State(), step=step, take_over=take_over
)
