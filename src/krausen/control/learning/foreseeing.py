"""How well what was learned foretells: each hour it says where the beer probe will be an hour later.

A model that follows the probes closely may still be wrong about what comes next, and it is by that that the
outputs are switched. So it is judged by errors many steps ahead (Ljung: System Identification, 2nd ed.,
Prentice Hall 1999, section 16.5), with the outputs as they really were. Beside it the same hour is led on as
if both outputs had been off: what really came, between these two, tells how much of its power an output has.
"""

from msgspec import Struct
from msgspec.structs import replace

from krausen.control.learning.belief import Belief, expected
from krausen.control.learning.chamber import At
from krausen.control.learning.gathering import Gathered

AHEAD_H = 1.0
_OFF_C, _OFF_SHARE = 0.25, 0.3
"""An hour is foretold badly if it misses by this, and by this share of what the probe moved."""
_STUCK_C, _SAME_C = 0.4, 1e-6
"""A probe sticks that reads the very same all through an hour in which it should have moved so far, until it
reads anything else."""
_BAD, _GOOD = 2, 3
_FORGET = 0.8
_AIR_COUNTS = 0.25
"""The air moves more than the beer, and strays more."""
_TELLING_C2 = 0.25
"""So much has to be seen of an output before its power is judged: half a degree in an hour, squared."""


class Power(Struct, frozen=True, gc=False):
    """What an output should have done to the probes in an hour, °C, squared and summed, and what it did."""

    due: float = 0.0
    done: float = 0.0

    @property
    def share(self) -> float | None:
        """How much of its power there is, None while too little was seen of it."""
        return self.done / self.due if self.due >= _TELLING_C2 else None


class Hour(Struct, frozen=True, gc=False):
    """What was believed at the beginning of an hour and led on without looking: `told` with its outputs.

    `idle` is the same without them; `heat_s` and `cool_s` are how long they ran. The probe read `from_c`, and
    all the time so far where it stands `still`.
    """

    told: Belief
    idle: Belief
    from_c: float
    hours: float = 0.0
    heat_s: float = 0.0
    cool_s: float = 0.0
    still: bool = True


class Foresight(Struct, frozen=True, gc=False):
    """This hour, and how those before it came out.

    `bad` counts the hours in a row that were foretold badly, `good` those that were not; `stuck` tells
    whether the probe stood still when it should have moved.
    """

    hour: Hour | None = None
    bad: int = 0
    good: int = 0
    stuck: bool = False
    heating: Power = Power()
    cooling: Power = Power()

    @property
    def fails(self) -> bool:
        """Whether what was foretold has been wrong for long enough to doubt the model."""
        return self.bad >= _BAD

    @property
    def succeeds(self) -> bool:
        """Whether it has come true for long enough to trust the model again."""
        return self.good >= _GOOD


def foreseen(before: Foresight, belief: Belief, seen: Gathered) -> Foresight:
    """Go on by a look; `belief` is what is believed after it. Without the beer probe nothing is foretold."""
    if seen.beer_c is None:
        return replace(before, hour=None)
    if before.hour is None:
        return replace(before, hour=Hour(belief, belief, seen.beer_c))
    hour = _led(before.hour, seen, seen.beer_c)
    if hour.hours < AHEAD_H:
        return replace(before, hour=hour)
    return replace(_judged(before, hour, seen.beer_c, seen.air_c), hour=Hour(belief, belief, seen.beer_c))


def _led(hour: Hour, seen: Gathered, beer_c: float) -> Hour:
    cool, heat = seen.cool_s / seen.seconds, seen.heat_s / seen.seconds
    return Hour(
        told=expected(hour.told, seen.seconds, cool=cool, heat=heat),
        idle=expected(hour.idle, seen.seconds, cool=0.0, heat=0.0),
        from_c=hour.from_c,
        hours=hour.hours + seen.seconds / 3600.0,
        heat_s=hour.heat_s + seen.heat_s,
        cool_s=hour.cool_s + seen.cool_s,
        still=hour.still and abs(beer_c - hour.from_c) < _SAME_C,
    )


def _judged(before: Foresight, hour: Hour, beer_c: float, air_c: float | None) -> Foresight:
    """Compare an hour that is over with what was foretold of it."""
    told_c, moved_c = hour.told.mean[At.BEER_PROBE], beer_c - hour.from_c
    stuck = hour.still and (before.stuck or abs(told_c - hour.from_c) > _STUCK_C)
    is_bad = stuck or abs(told_c - beer_c) > max(_OFF_C, _OFF_SHARE * abs(moved_c))
    effect = _effect(hour, beer_c, air_c)
    return Foresight(
        bad=before.bad + 1 if is_bad else 0,
        good=0 if is_bad else before.good + 1,
        stuck=stuck,
        heating=before.heating if hour.cool_s else _added(before.heating, effect),
        cooling=before.cooling if hour.heat_s else _added(before.cooling, effect),
    )


def _effect(hour: Hour, beer_c: float, air_c: float | None) -> Power:
    """Tell what the outputs of an hour should have done at its end, and what they did."""
    due = done = 0.0
    for place, seen_c, counts in ((At.BEER_PROBE, beer_c, 1.0), (At.AIR_PROBE, air_c, _AIR_COUNTS)):
        idle_c = hour.idle.mean[place]
        due_c = counts * (hour.told.mean[place] - idle_c)
        if seen_c is not None:
            due += due_c * due_c
            done += due_c * counts * (seen_c - idle_c)
    return Power(due, done)


def _added(before: Power, effect: Power) -> Power:
    if not effect.due:
        return before
    return Power(_FORGET * before.due + effect.due, _FORGET * before.done + effect.done)
