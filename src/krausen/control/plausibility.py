"""Is a reading good, doubtful or bad? The same judgement for agents and for fast simulation.

A value beyond the range of its quantity, no number at all, or the power-on value of a DS18B20 (85 °C, data
sheet, "power-on reset") out of the blue is bad. A jump faster than matter allows is doubtful until it has
been seen `confirm` times in a row; a value that has not moved at all for `frozen_s` is doubtful until it
moves.
"""

from math import inf, isfinite

from msgspec import Struct

from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.reading import Quality

POWER_ON_C = 85.0


class Plausible(Struct, frozen=True, kw_only=True):
    """What is believed of one series. A jump is more than `slack`, plus `per_s` for each second passed."""

    quantity: Quantity
    slack: float = float("inf")
    per_s: float = 0.0
    confirm: int = 3
    frozen_s: float = float("inf")


class Memory(Struct, frozen=True, gc=False):
    """The last value that was believed, the one before judgement, and how long things have been so."""

    good_v: float | None = None
    good_s: float = 0.0
    raw_v: float | None = None
    moved_s: float = 0.0
    jumps: int = 0


NOTHING_YET = Memory()


def plausible(quantity: Quantity) -> Plausible:
    """Give what is believed of a quantity unless a driver knows better."""
    if quantity is Quantity.TEMPERATURE:
        return Plausible(quantity=quantity, slack=3.0, per_s=0.5, frozen_s=12 * 3600.0)
    return Plausible(quantity=quantity)


def judge(belief: Plausible, memory: Memory, t_s: float, value: float) -> tuple[Memory, Quality]:
    """Judge a value taken at `t_s` seconds, and remember it."""
    if memory.good_v is not None and memory.raw_v != value and _near(belief, memory.good_v, value):
        return Memory(value, t_s, value, t_s), Quality.GOOD
    if _absurd(belief, memory, value):
        return memory, Quality.BAD
    moved_s = t_s if value != memory.raw_v else memory.moved_s
    if _jumped(belief, memory, t_s, value):
        near = memory.raw_v is not None and abs(value - memory.raw_v) <= belief.slack
        jumps = memory.jumps + 1 if near or memory.jumps == 0 else 1
        if jumps < belief.confirm:
            return Memory(memory.good_v, memory.good_s, value, moved_s, jumps), Quality.DOUBTFUL
    quality = Quality.DOUBTFUL if t_s - moved_s >= belief.frozen_s else Quality.GOOD
    return Memory(value, t_s, value, moved_s), quality


def _near(belief: Plausible, good_v: float, value: float) -> bool:
    """The common case at little cost: a finite step within the slack, inside the range."""
    bounds = BOUNDS[belief.quantity]
    return abs(value - good_v) <= belief.slack < inf and bounds.lowest <= value <= bounds.highest


def _absurd(belief: Plausible, memory: Memory, value: float) -> bool:
    bounds = BOUNDS[belief.quantity]
    if not isfinite(value) or not bounds.lowest <= value <= bounds.highest:
        return True
    if belief.quantity is not Quantity.TEMPERATURE or value != POWER_ON_C:
        return False
    return memory.good_v is None or abs(memory.good_v - POWER_ON_C) > belief.slack


def _jumped(belief: Plausible, memory: Memory, t_s: float, value: float) -> bool:
    """Time allows a change while nothing is heard; it makes nothing true that contradicts itself."""
    if memory.good_v is None:
        return False
    unheard_s = 0.0 if memory.jumps else max(0.0, t_s - memory.good_s)
    return abs(value - memory.good_v) > belief.slack + belief.per_s * unheard_s
