"""From belief to a way: where the beer ends, the band worth its starts, and what follows for the outputs."""

from math import exp

from msgspec import Struct

from krausen.control.algorithm import Inputs
from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import At, chamber_of
from krausen.control.learning.cycling import best_band
from krausen.control.learning.slowmode import SlowMode, beer_of, coasting, slow_mode
from krausen.control.learning.steering import Limits, Manner, View, decided
from krausen.control.learning.watching import is_valve

_ANEW_S = 120.0
"""The slow mode is worked out so often while nothing runs, and at every look while something does."""
RAMP_S = 2400.0
"""How slowly a setpoint that moves is followed."""
JUMP_C = 0.6
"""A setpoint that moves farther than this at once jumps, and is no ramp."""
_VALVE_PRICE = 3.0
"""So many times as dear is the start of a valve: it could hold to hundredths that nobody asks for."""
_SHOWN_S, _CLEAR_S, _CLEAR_C = 1500.0, 600.0, 0.06
"""A rest of this length shows what the run before it did, and how the probe sits in the beer. A shorter one
does where the doubt of the end is by then less than a step of a probe."""


class Course(Struct, frozen=True, gc=False):
    """The way that was decided and the last that was not 0, and by what: the slow mode since when, and the
    band.

    `slow_c` follows the setpoint slowly, which tells how fast that moves. The way is the same since
    `since_s`; `tried` tells whether a run has been followed by a rest that shows what became of it, `trusted`
    whether hours have come true as they were foretold. Since `out_s` nothing runs although the end is out of
    the band; None where that is not so.
    """

    way: int = 0
    last: int = 0
    mode: SlowMode | None = None
    mode_s: float = 0.0
    setpoint_c: float | None = None
    slow_c: float = 0.0
    band_c: float = 0.08
    ahead_c: float = 0.0
    since_s: float = 0.0
    tried: bool = False
    trusted: bool = False
    out_s: float | None = None


def is_stale(course: Course, inputs: Inputs) -> bool:
    """Tell whether the setpoint has changed since it was decided."""
    return course.setpoint_c != inputs.setpoint_c


def steered(course: Course, belief: Belief, inputs: Inputs, manner: Manner) -> Course:
    """Decide for now."""
    mode = course.mode
    if mode is None or course.way or is_stale(course, inputs) or inputs.now_s - course.mode_s >= _ANEW_S:
        course = _balanced(course, mode := _mode(course, belief, inputs), inputs, manner)
    view = _view(course, mode, belief, inputs)
    way = decided(mode, view, _limits(course.band_c, inputs), manner, (course.way, course.last))
    way = way if inputs.can(way) else 0
    return Course(
        way=way,
        last=way or course.last,
        mode=mode,
        mode_s=course.mode_s,
        setpoint_c=course.setpoint_c,
        slow_c=course.slow_c,
        band_c=course.band_c,
        ahead_c=view.ahead_c,
        since_s=course.since_s if way == course.way else inputs.now_s,
        tried=course.tried or _has_shown(course, view, inputs),
        trusted=course.trusted,
        out_s=None if way or abs(view.ahead_c) <= course.band_c else _since(course.out_s, inputs.now_s),
    )


def _since(begun_s: float | None, now_s: float) -> float:
    return now_s if begun_s is None else begun_s


def _has_shown(course: Course, view: View, inputs: Inputs) -> bool:
    if course.way != 0 or course.last == 0:
        return False
    return inputs.now_s - course.since_s >= (_CLEAR_S if view.doubt_c <= _CLEAR_C else _SHOWN_S)


def _mode(course: Course, belief: Belief, inputs: Inputs) -> SlowMode:
    rate_c_h = (inputs.setpoint_c - _followed(course, inputs)) * 3600.0 / RAMP_S
    return slow_mode(belief.mean, chamber_of(belief.mean), inputs.setpoint_c, rate_c_h)


def _balanced(course: Course, mode: SlowMode, inputs: Inputs, manner: Manner) -> Course:
    limits, cools = _limits(0.0, inputs), mode.load >= 0.0
    price = manner.start_cost * (_VALVE_PRICE if cools and is_valve(inputs) else 1.0)
    return Course(
        way=course.way,
        last=course.last,
        mode=mode,
        mode_s=inputs.now_s,
        setpoint_c=inputs.setpoint_c,
        slow_c=_followed(course, inputs),
        band_c=best_band(mode, limits.cool_h if cools else limits.heat_h, price),
        since_s=course.since_s,
        tried=course.tried,
        trusted=course.trusted,
        out_s=course.out_s,
    )


def _followed(course: Course, inputs: Inputs) -> float:
    if course.mode is None or abs(inputs.setpoint_c - course.slow_c) > JUMP_C:
        return inputs.setpoint_c
    passed = max(0.0, inputs.now_s - course.mode_s)
    return course.slow_c + (inputs.setpoint_c - course.slow_c) * (1.0 - exp(-passed / RAMP_S))


def _view(course: Course, mode: SlowMode, belief: Belief, inputs: Inputs) -> View:
    setpoint_c, way = inputs.setpoint_c, course.way
    return View(
        ahead_c=mode.ahead(belief.mean),
        doubt_c=mode.deviation(belief.spread),
        error_c=beer_of(belief.mean) - setpoint_c,
        probe_c=belief.mean[At.BEER_PROBE] - setpoint_c,
        coast_c=coasting(mode, belief.mean, way) - setpoint_c if way else None,
        waited_h=0.0 if course.out_s is None else (inputs.now_s - course.out_s) / 3600.0,
        tried=course.tried,
        trusted=course.trusted,
    )


def _limits(band_c: float, inputs: Inputs) -> Limits:
    heat, cool = inputs.hardware.heat, inputs.hardware.cool
    return Limits(
        band_c,
        heat_h=0.0 if heat is None else heat.min_on_s / 3600.0,
        cool_h=0.0 if cool is None else cool.min_on_s / 3600.0,
    )
