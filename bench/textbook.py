"""The PID of control textbooks as the reference bench had it, to be compared with: no product algorithm.

A share of full power from -1 (cold) to 1 (heat): proportional, integral within those limits, and derivative
of the filtered measurement. Shares below the minimum time on are not worth a start. Nothing stops the
integral while the output is at its limit, and nothing keeps heat and cold apart. A share once given is held
through its window.
"""

from msgspec import Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.filtering import low_pass, passed_s
from krausen.control.regulation import WINDOW_S
from krausen.model.level import Demand

EVERY_S = 60.0


class Settings(Struct, frozen=True, kw_only=True):
    """One tuning for all chambers, found by bringing the figures of the reference bench about."""

    gain: float = 0.25
    integral_h: float = 6.0
    derivative_h: float = 0.5
    filter_min: float = 10.0
    least: float = 0.1


class State(Struct, frozen=True, gc=False):
    """What it knew when it last worked; `share` is positive for heat, and held through a window."""

    at_s: float | None = None
    since_s: float = float("-inf")
    once_c: float = 0.0
    twice_c: float = 0.0
    integral: float = 0.0
    share: float = 0.0


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Go on once a minute; the share changes once a window."""
    if state.at_s is None or inputs.now_s - state.at_s >= EVERY_S:
        state = _next(settings, state, inputs)
    return state, Demand(max(state.share, 0.0), max(-state.share, 0.0))


def _next(settings: Settings, state: State, inputs: Inputs) -> State:
    seconds, lag_s = passed_s(state.at_s, inputs.now_s), settings.filter_min * 60.0
    once_c = low_pass(state.once_c, inputs.measured_c, seconds, lag_s)
    twice_c = low_pass(state.twice_c, once_c, seconds, lag_s)
    error_c = inputs.setpoint_c - inputs.measured_c
    slope_c_h = (once_c - twice_c) * 3600.0 / lag_s
    low, high = -float(inputs.can_cool), float(inputs.can_heat)
    integral = state.integral + settings.gain * error_c * seconds / (settings.integral_h * 3600.0)
    integral = min(max(integral, low), high)
    if inputs.now_s - state.since_s < WINDOW_S:
        return State(inputs.now_s, state.since_s, once_c, twice_c, integral, state.share)
    due = min(max(settings.gain * (error_c - settings.derivative_h * slope_c_h) + integral, low), high)
    share = due if abs(due) >= settings.least else 0.0
    return State(inputs.now_s, inputs.now_s, once_c, twice_c, integral, share)


TEXTBOOK = Algorithm(
    name="textbook", title="PID of the textbooks", settings=Settings, start=State(), step=step
)
