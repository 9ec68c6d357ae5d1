"""Doubt: when what the probes say does not fit what was learned, and what that may be."""

from math import exp

from msgspec import Struct

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import PRIORS, At

SETTLED_H = 24.0
"""What was learned by then is what later changes are measured by."""
_MEMORY_S = 3600.0
_LEAP = 6.0
_MISFIT, _FITS = 12.0, 3.0
_SAID_S = 6 * 3600.0
_WEAK = 0.6

MEASURES = (At.COOLING, At.HEATING, At.PLATE, At.TO_STORE, At.LOSS)
"""The quantities that tell a fault when they change."""


class Watch(Struct, frozen=True, gc=False):
    """How well it fits: running means of squared surprises, in deviations, and how long ago each leap was, s.

    `first` are the quantities of `MEASURES` as they were learned at first, empty until then.
    """

    beer: float = 1.0
    air: float = 1.0
    doubtful: bool = False
    beer_leap_s: float = _SAID_S
    air_leap_s: float = _SAID_S
    first: tuple[float, ...] = ()


def watched(
    watch: Watch, beer: float | None, air: float | None, seconds: float, belief: Belief, hours: float
) -> Watch:
    """Take in the surprises of a look, None for a silent probe."""
    share = seconds / (_MEMORY_S + seconds)
    beer_misfit = watch.beer if beer is None else watch.beer + share * (beer * beer - watch.beer)
    air_misfit = watch.air if air is None else watch.air + share * (air * air - watch.air)
    worst = max(beer_misfit, air_misfit)
    first = watch.first
    if not first and hours >= SETTLED_H:
        first = tuple(belief.mean[place] for place in MEASURES)
    return Watch(
        beer=beer_misfit,
        air=air_misfit,
        doubtful=worst > (_FITS if watch.doubtful else _MISFIT),
        beer_leap_s=0.0 if is_leap(beer) else watch.beer_leap_s + seconds,
        air_leap_s=0.0 if is_leap(air) else watch.air_leap_s + seconds,
        first=first,
    )


def is_leap(surprise: float | None) -> bool:
    """Tell whether a probe leapt farther than any beer or air does by itself."""
    return surprise is not None and abs(surprise) > _LEAP


def doubts(watch: Watch, belief: Belief) -> tuple[str, ...]:
    """Say what is amiss, the worst first."""
    said = []
    if watch.doubtful:
        said.append(
            "What the probes say does not fit what was learned. "
            "See whether something was moved, or an output fails."
        )
    if watch.beer_leap_s < _SAID_S:
        said.append("The beer probe leapt within a minute. See whether it still sits where it was.")
    if watch.air_leap_s < _SAID_S:
        said.append("The air of the chamber leapt within a minute, as it does when the door is opened.")
    said.extend(_changes(watch, belief))
    return tuple(said)


def _changes(watch: Watch, belief: Belief) -> list[str]:
    now = dict(zip(MEASURES, (belief.mean[place] for place in MEASURES), strict=True))
    if _is_none(belief, At.COOLING):
        return ["Cooling does nothing. See that the cooler has power and is wired to the output that cools."]
    if _is_none(belief, At.HEATING):
        return ["Heating does nothing. See that the heater has power and is wired to the output that heats."]
    if not watch.first:
        return []
    share = {place: exp(now[place] - then) for place, then in zip(MEASURES, watch.first, strict=True)}
    if share[At.PLATE] < _WEAK and share[At.TO_STORE] < _WEAK:
        return ["Cold reaches the chamber worse than it did. The evaporator may be iced up."]
    said = []
    for place, name in ((At.COOLING, "cooler"), (At.HEATING, "heater")):
        if share[place] < _WEAK:
            said.append(f"The {name} has {share[place]:.0%} of the power it had at first.")
    if share[At.LOSS] > 2.0:
        said.append("The chamber loses twice as much to the room as at first. See whether the door closes.")
    return said


def _is_none(belief: Belief, place: At) -> bool:
    """Tell whether an output was learned to do as little as can be believed, and that with certainty."""
    return belief.mean[place] < PRIORS[place].low + 0.1 and belief.deviation(place) < 0.5
