"""From ticks to belief: gather what is seen, and learn from it every half minute."""

from math import sqrt

from msgspec import Struct

from krausen.control.algorithm import Inputs
from krausen.control.learning.belief import (
    Belief,
    begin,
    bounded,
    corrected,
    loosened,
    predicted,
    renewed,
    widened,
)
from krausen.control.learning.chamber import At
from krausen.control.learning.foreseeing import Foresight, foreseen
from krausen.control.learning.gathering import Gathered, gathered
from krausen.control.learning.noticing import Look, Surprises, Watch, is_leap, suspected, watched
from krausen.control.learning.slowmode import beer_of

EVERY_S = 30.0
VALVE_S = 60.0
"""A cooler that may run for less than this is a valve; compressors take longer to be worth their start."""
GAP_S = 900.0
"""After a longer pause the probes are believed anew; what was learned stays."""
_OTHER_C, _KNOWN_H = 2.0, 10.0
"""After a pause a beer so far from where the last one was is another. In so many hours it shows whether what
was learned before fits it too."""

_BEER_C, _AIR_C = 0.06, 0.5
"""How far a look at each probe is trusted: their steps and noise, and what the model leaves out."""
_LEAPT = 25.0
_COURSE = 3.0


class Watching(Struct, frozen=True, gc=False):
    """What is believed, since when, how long it has been learned, and how well it fits.

    `looked_s` is the last look, `tick_s` the last tick; `looks` counts the looks, so that one can tell a
    new one. `beer_h` is how long the beer has been another than it was learned with, None where it is not.
    """

    belief: Belief | None = None
    looked_s: float = 0.0
    tick_s: float | None = None
    looks: int = 0
    gathered: Gathered = Gathered()
    watch: Watch = Watch()
    watched_h: float = 0.0
    foresight: Foresight = Foresight()
    beer_h: float | None = None

    @property
    def meets_another(self) -> bool:
        """Whether another beer has just come: other litres, and nobody knows how the probe sits in it."""
        return self.beer_h == 0.0


def looked(before: Watching, inputs: Inputs) -> tuple[Watching, Belief]:
    """Take in a tick, and give what is believed; `looks` has grown where that brought a new look."""
    valve = is_valve(inputs)
    passed = -1.0 if before.tick_s is None else inputs.now_s - before.tick_s
    if before.belief is None or not 0.0 <= passed <= GAP_S:
        return _anew(before, inputs, valve=valve)
    seen = gathered(before.gathered, inputs, passed)
    if inputs.now_s - before.looked_s < EVERY_S:
        told = (before.looks, seen, before.watch, before.watched_h, before.foresight, before.beer_h)
        return Watching(before.belief, before.looked_s, inputs.now_s, *told), before.belief
    belief, surprises = _learned(before.belief, seen, is_stuck=before.foresight.stuck)
    kept = bounded(belief, valve=valve)
    if kept is None:
        return _anew(Watching(looks=before.looks), inputs, valve=valve)
    return _judged(before, kept, surprises, inputs, seen, valve=valve)


def is_valve(inputs: Inputs) -> bool:
    """Tell whether the cooler is a valve before a bath that is cold already."""
    cool = inputs.hardware.cool
    return cool is not None and cool.min_on_s < VALVE_S


def _anew(before: Watching, inputs: Inputs, *, valve: bool) -> tuple[Watching, Belief]:
    beer_c = inputs.measured_c if inputs.beer_c is None else inputs.beer_c
    beer_h = before.beer_h
    if before.belief is None:
        belief = begin(beer_c, inputs.chamber_c, valve=valve)
    else:
        belief = renewed(before.belief, beer_c, inputs.chamber_c)
        moved_c = abs(beer_of(belief.mean) - beer_of(before.belief.mean))
        beer_h = 0.0 if inputs.beer_c is not None and moved_c > _OTHER_C else beer_h
    told = (before.looks + 1, Gathered(), before.watch, before.watched_h, Foresight(), beer_h)
    return Watching(belief, inputs.now_s, inputs.now_s, *told), belief


def _judged(
    before: Watching,
    belief: Belief,
    surprises: Surprises,
    inputs: Inputs,
    seen: Gathered,
    *,
    valve: bool,
) -> tuple[Watching, Belief]:
    """Judge how well it fits, and doubt or forget what was learned where it does not."""
    passed_h = seen.seconds / 3600.0
    hours, beer_h = before.watched_h + passed_h, None if before.beer_h is None else before.beer_h + passed_h
    foresight = foreseen(before.foresight, belief, seen)
    watch = watched(before.watch, surprises, Look(seen.seconds, belief, hours, foresight))
    suspect = suspected(foresight)
    if suspect is not None and suspected(before.foresight) is None:
        belief = widened(belief, valve=valve, suspect=suspect)
    elif watch.doubtful and not before.watch.doubtful:
        if beer_h is not None and beer_h < _KNOWN_H and not foresight.stuck:
            return _anew(Watching(looks=before.looks, watch=Watch(forgot_s=0.0)), inputs, valve=valve)
        belief = widened(belief, valve=valve)
    told = (before.looks + 1, Gathered(), watch, hours, foresight, beer_h)
    return Watching(belief, inputs.now_s, inputs.now_s, *told), belief


def _learned(belief: Belief, seen: Gathered, *, is_stuck: bool) -> tuple[Belief, Surprises]:
    belief = predicted(belief, seen.seconds, cool=seen.cool_s / seen.seconds, heat=seen.heat_s / seen.seconds)
    belief, beer = _heard(belief, At.BEER_PROBE, None if is_stuck else seen.beer_c, _BEER_C)
    belief = _followed(belief, seen.air_c)
    belief, air = _heard(belief, At.AIR_PROBE, seen.air_c, _AIR_C)
    return belief, (beer, air)


def _followed(belief: Belief, air_c: float | None) -> Belief:
    """Doubt the air where it leaves its course: an open door says nothing of the chamber."""
    if air_c is None:
        return belief
    off_c = abs(air_c - belief.mean[At.AIR_PROBE])
    usual_c = _COURSE * sqrt(belief.spread[At.AIR_PROBE][At.AIR_PROBE] + _AIR_C**2)
    return loosened(belief, (At.AIR, At.AIR_PROBE), off_c) if off_c > usual_c else belief


def _heard(belief: Belief, place: At, value: float | None, noise: float) -> tuple[Belief, float | None]:
    """Learn from a probe; of one that leapt, little."""
    if value is None:
        return belief, None
    learned, surprise = corrected(belief, place, value, noise)
    if is_leap(surprise):
        learned, _ = corrected(belief, place, value, noise * _LEAPT)
    return learned, surprise
