"""From ticks to belief: gather what is seen, and learn from it every half minute."""

from msgspec import Struct

from krausen.control.algorithm import Inputs
from krausen.control.learning.belief import Belief, begin, bounded, corrected, predicted, renewed, widened
from krausen.control.learning.chamber import At
from krausen.control.learning.gathering import Gathered, gathered
from krausen.control.learning.noticing import Watch, is_leap, watched

EVERY_S = 30.0
VALVE_S = 60.0
"""A cooler that may run for less than this is a valve; compressors take longer to be worth their start."""
GAP_S = 900.0
"""After a longer pause the probes are believed anew; what was learned stays."""

_BEER_C, _AIR_C = 0.06, 0.5
"""How far a look at each probe is trusted: their steps and noise, and what the model leaves out."""
_LEAPT = 25.0


class Watching(Struct, frozen=True, gc=False):
    """What is believed, since when, how long it has been learned, and how well it fits.

    `looked_s` is the last look, `tick_s` the last tick; `looks` counts the looks, so that one can tell a
    new one.
    """

    belief: Belief | None = None
    looked_s: float = 0.0
    tick_s: float | None = None
    looks: int = 0
    gathered: Gathered = Gathered()
    watch: Watch = Watch()
    watched_h: float = 0.0


def looked(before: Watching, inputs: Inputs) -> tuple[Watching, Belief]:
    """Take in a tick, and give what is believed; `looks` has grown where that brought a new look."""
    valve = is_valve(inputs)
    passed = -1.0 if before.tick_s is None else inputs.now_s - before.tick_s
    if before.belief is None or not 0.0 <= passed <= GAP_S:
        return _anew(before, inputs, valve=valve)
    seen = gathered(before.gathered, inputs, passed)
    if inputs.now_s - before.looked_s < EVERY_S:
        told = (before.looks, seen, before.watch, before.watched_h)
        return Watching(before.belief, before.looked_s, inputs.now_s, *told), before.belief
    belief, surprises = _learned(before.belief, seen)
    kept = bounded(belief, valve=valve)
    if kept is None:
        return _anew(Watching(looks=before.looks), inputs, valve=valve)
    hours = before.watched_h + seen.seconds / 3600.0
    watch = watched(before.watch, *surprises, seen.seconds, kept, hours)
    if watch.doubtful and not before.watch.doubtful:
        kept = widened(kept, valve=valve)
    now = Watching(kept, inputs.now_s, inputs.now_s, before.looks + 1, Gathered(), watch, hours)
    return now, kept


def is_valve(inputs: Inputs) -> bool:
    """Tell whether the cooler is a valve before a bath that is cold already."""
    cool = inputs.hardware.cool
    return cool is not None and cool.min_on_s < VALVE_S


def _anew(before: Watching, inputs: Inputs, *, valve: bool) -> tuple[Watching, Belief]:
    beer_c = inputs.measured_c if inputs.beer_c is None else inputs.beer_c
    if before.belief is None:
        belief = begin(beer_c, inputs.chamber_c, valve=valve)
    else:
        belief = renewed(before.belief, beer_c, inputs.chamber_c)
    told = (before.looks + 1, Gathered(), before.watch, before.watched_h)
    return Watching(belief, inputs.now_s, inputs.now_s, *told), belief


def _learned(belief: Belief, seen: Gathered) -> tuple[Belief, tuple[float | None, float | None]]:
    belief = predicted(belief, seen.seconds, cool=seen.cool_s / seen.seconds, heat=seen.heat_s / seen.seconds)
    belief, beer = _believed(belief, At.BEER_PROBE, seen.beer_c, _BEER_C)
    belief, air = _believed(belief, At.AIR_PROBE, seen.air_c, _AIR_C)
    return belief, (beer, air)


def _believed(belief: Belief, place: At, value: float | None, noise: float) -> tuple[Belief, float | None]:
    """Learn from a probe; of one that leapt, little."""
    if value is None:
        return belief, None
    learned, surprise = corrected(belief, place, value, noise)
    if is_leap(surprise):
        learned, _ = corrected(belief, place, value, noise * _LEAPT)
    return learned, surprise
