"""The outer loop: how warm the fridge has to be so that the beer comes to its setpoint.

    fridge = beer setpoint + Kp e + Ki I + Kd s

with the error e of the slowly filtered beer, its sum I and its slope s in °C/h.
"""

from krausen.protocols.brewpi.cycle.counts import product, saturated
from krausen.protocols.brewpi.cycle.running import Pid, Running
from krausen.protocols.brewpi.cycle.tuning import Tuning
from krausen.protocols.brewpi.parameters import COUNTS_PER_C
from krausen.protocols.brewpi.states import State

EVERY_CYCLES = 61
"""The integral is looked at this often."""
FAR = 2 * COUNTS_PER_C
"""A fridge that is so far on the wrong side of its setpoint can do no more."""
LOSS = 8
"""Of the integral goes one part in so many, where the error is large."""


def led(tuning: Tuning, running: Running) -> tuple[Pid, int | None]:
    """Give the PID after this second, and the fridge's setpoint; nothing moves without a beer probe."""
    beer, beer_set, pid = running.beer, running.beer_set, running.pid
    if beer_set is None:
        return pid, None
    if beer is None:
        return pid, running.fridge_set
    error, slope = saturated(beer_set - beer.slow_counts), beer.slope_counts
    integral, cycles = pid.integral, pid.cycles + 1
    if cycles >= EVERY_CYCLES:
        cycles = 0
        if running.state is State.IDLE:
            integral = _summed(tuning, running, error, beer_set)
    p, i, d = product(tuning.kp, error), product(tuning.ki, integral), product(tuning.kd, slope)
    fridge_set = limited(tuning, beer_set, beer_set + p + i + d)
    return Pid(error, integral, slope, p, i, d, cycles), fridge_set


def limited(tuning: Tuning, beer_set: int, fridge_set: int) -> int:
    """Keep the fridge's setpoint near the beer's, and within the absolute limits, which count more."""
    near = min(max(fridge_set, beer_set - tuning.pid_max), beer_set + tuning.pid_max)
    return min(max(near, tuning.lowest), tuning.highest)


def _summed(tuning: Tuning, running: Running, error: int, beer_set: int) -> int:
    """Update the integral: it grows slowly, shrinks fast, and leaks where the error is large."""
    integral = running.pid.integral
    if abs(error) >= tuning.i_max_error:
        return integral - int(integral / LOSS)
    if integral * error < 0:
        return integral + 2 * error
    return integral if _is_saturated(tuning, running, error, beer_set) else integral + error


def _is_saturated(tuning: Tuning, running: Running, error: int, beer_set: int) -> bool:
    fridge, fridge_set = running.fridge, running.fridge_set
    if fridge_set is None or fridge is None:
        return False
    if not tuning.lowest < fridge_set < tuning.highest or abs(fridge_set - beer_set) >= tuning.pid_max:
        return True
    short = fridge_set - fridge.fast_counts
    return short > FAR if error > 0 else short < -FAR
