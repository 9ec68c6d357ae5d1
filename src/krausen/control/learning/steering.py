"""When to start and when to stop: by where the beer ends, not by where it is.

An output starts when the end is out of the band, or out by half of what its shortest run does, and stops
when the end is on the other side of it: so errors fall evenly to both sides, and what is on its way is
never chased with the other output. That one acts only where the load itself asks for it, or where waiting
would take hours. On a long way it stops as late as the beer's own course allows, for the load takes back
what is too much.
"""

from msgspec import Struct

from krausen.control.learning.slowmode import SlowMode
from krausen.control.turning import COOL, HEAT

FAR_C = 0.2
"""Farther off than this the beer is on its way, not held."""
_AGAINST_C = 1.0
"""A probe that feels some of the air may say that much while the outputs run."""
_NEW_PATIENCE_H = 1.0
"""So long one waits for a load that has not shown yet that it mends anything."""
_BEYOND_C = 0.05
_APART_C = 0.03
_UNSURE_C = 0.1
_CAUTION = 1.5
"""By so many deviations earlier than believed the first run ends, for nobody has seen yet what runs do."""
_LATE_H = 0.01
"""An output acts on for so long after it was decided: half a look, and the cooler's flow dying away."""


class Manner(Struct, frozen=True):
    """How to weigh: what a start a day may cost, °C²; how long the load may take to mend an error, h."""

    start_cost: float
    patience_h: float


class View(Struct, frozen=True, gc=False):
    """What is decided upon, °C: how far above its place the end is, how uncertain, the beer, and its probe.

    `coast_c` is how far above the setpoint the beer will be at its extreme if what runs goes off now; None
    while nothing runs; `waited_h` is for how long the end has been out of the band since then. `tried` tells
    whether it is known by now how the probe sits in the beer, `trusted` whether what was foretold has come
    true so far.
    """

    ahead_c: float
    doubt_c: float
    error_c: float
    probe_c: float
    coast_c: float | None = None
    waited_h: float = 0.0
    tried: bool = True
    trusted: bool = True


class Limits(Struct, frozen=True, gc=False):
    """The band to either side, °C, and the shortest runs of heater and cooler, hours."""

    band_c: float
    heat_h: float
    cool_h: float


def decided(mode: SlowMode, view: View, limits: Limits, manner: Manner, ways: tuple[int, int]) -> int:
    """Decide which way to go on, HEAT, COOL or 0; `ways` are the present one and the last that was not 0."""
    way, last = ways
    if way and not _is_enough(way, mode, view, limits):
        return way
    for turn in (COOL, HEAT):
        is_due = -turn * view.ahead_c >= _due_c(turn, mode, view, limits, last)
        if is_due and _is_plain(turn, view, last) and _is_worth(turn, mode, view, manner):
            return turn
    return 0


def _is_enough(way: int, mode: SlowMode, view: View, limits: Limits) -> bool:
    if _is_denied(way, view) or _is_beyond(way, view):
        return True
    if view.coast_c is not None and view.tried and -way * view.error_c > FAR_C:
        return way * view.coast_c >= _BEYOND_C
    late = _LATE_H * (mode.heating if way == HEAT else mode.cooling)
    if not view.tried:
        late += _CAUTION * view.doubt_c
    return way * view.ahead_c + late >= _mark_c(way, mode, limits)


def _is_denied(turn: int, view: View) -> bool:
    """Tell whether a probe not yet understood says that a beer believed to be on its way is there."""
    return not view.tried and -turn * view.error_c > FAR_C and -turn * view.probe_c < _UNSURE_C


def _mark_c(turn: int, mode: SlowMode, limits: Limits) -> float:
    """Give how far from its place to either side the end may be."""
    shortest = mode.heating * limits.heat_h if turn == HEAT else mode.cooled(limits.cool_h)
    return max(limits.band_c, 0.5 * shortest)


def _due_c(turn: int, mode: SlowMode, view: View, limits: Limits, last: int) -> float:
    """Give how far off the end has to be for a start."""
    due = _mark_c(turn, mode, limits)
    if last == -turn or turn * mode.load > 0.0:
        due = max(due, limits.band_c + _APART_C) + view.doubt_c
    return due


def _is_plain(turn: int, view: View, last: int) -> bool:
    """Tell whether nothing speaks against a start.

    That would be the probe, or a beer on its way while what the first run did is not to be seen yet.
    """
    rests = not view.tried and last == turn and -turn * view.error_c > FAR_C
    return not rests and not _is_beyond(turn, view)


def _is_beyond(turn: int, view: View) -> bool:
    """Tell whether the probe is so far on the other side that nobody could explain going on."""
    return turn * view.probe_c > (_AGAINST_C if view.trusted else FAR_C)


def _is_worth(turn: int, mode: SlowMode, view: View, manner: Manner) -> bool:
    """Tell whether waiting for the load, which mends so much an hour, would take too long, or has."""
    mending = turn * mode.load
    patience_h = manner.patience_h if view.trusted else _NEW_PATIENCE_H
    return mending <= 0.0 or abs(view.ahead_c) > mending * manner.patience_h or view.waited_h > patience_h
