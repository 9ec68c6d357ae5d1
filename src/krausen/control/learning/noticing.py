"""Doubt: when what the probes say does not fit what was learned, and what that may be."""

from math import exp

from msgspec import Struct

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import PRIORS, At
from krausen.control.learning.foreseeing import Foresight

SETTLED_H = 24.0
"""What was learned by then is what later changes are measured by."""
_MEMORY_S = 3600.0
_LEAP = 6.0
_MISFIT, _FITS = 12.0, 3.0
_SAID_S = 6 * 3600.0
_WEAK, _DEAD = 0.6, 0.2
_UNTOLD = Foresight()
_SEE = {
    At.COOLING: "See whether the door closes, and whether the cooler is well.",
    At.HEATING: "See whether the door closes, and whether the heater is well.",
}
FORESEES_H = 10.0
"""Before, the chamber is still being learned, and nobody expects its next hour to be foretold well."""

Surprises = tuple[float | None, float | None]
"""How surprising the beer and the chamber probe were, in deviations; None for a silent one."""

MEASURES = (At.COOLING, At.HEATING, At.PLATE, At.TO_STORE, At.LOSS)
"""The quantities that tell a fault when they change."""


class Look(Struct, frozen=True, gc=False):
    """A look: the seconds it took in, what is believed after it, since how many hours, how that foretells."""

    seconds: float
    belief: Belief
    hours: float
    foresight: Foresight


class Watch(Struct, frozen=True, gc=False):
    """How well it fits: running means of squared surprises, in deviations, and how long ago each leap was, s.

    `forgot_s` is how long ago all was forgotten that had been learned with another beer. `first` are the
    quantities of `MEASURES` as they were learned at first, empty until then.
    """

    beer: float = 1.0
    air: float = 1.0
    doubtful: bool = False
    beer_leap_s: float = _SAID_S
    air_leap_s: float = _SAID_S
    first: tuple[float, ...] = ()
    forgot_s: float = _SAID_S


def watched(watch: Watch, surprises: Surprises, look: Look) -> Watch:
    """Take in the surprises of a look."""
    beer, air = surprises
    seconds, belief, hours = look.seconds, look.belief, look.hours
    share = seconds / (_MEMORY_S + seconds)
    beer_misfit = watch.beer if beer is None else watch.beer + share * (beer * beer - watch.beer)
    air_misfit = watch.air if air is None else watch.air + share * (air * air - watch.air)
    misfit = max(beer_misfit, air_misfit)
    first = watch.first
    if not first and hours >= SETTLED_H:
        first = tuple(belief.mean[place] for place in MEASURES)
    return Watch(
        beer=beer_misfit,
        air=air_misfit,
        doubtful=_is_doubtful(misfit, look.foresight, hours, was=watch.doubtful),
        beer_leap_s=0.0 if is_leap(beer) else watch.beer_leap_s + seconds,
        air_leap_s=0.0 if is_leap(air) else watch.air_leap_s + seconds,
        first=first,
        forgot_s=watch.forgot_s + seconds,
    )


def _is_doubtful(misfit: float, foresight: Foresight, hours: float, *, was: bool) -> bool:
    if was:
        return misfit > _FITS or foresight.stuck or not foresight.succeeds
    return misfit > _MISFIT or foresight.stuck or (foresight.fails and hours >= FORESEES_H)


def is_leap(surprise: float | None) -> bool:
    """Tell whether a probe leapt farther than any beer or air does by itself."""
    return surprise is not None and abs(surprise) > _LEAP


def suspected(foresight: Foresight) -> At | None:
    """Give the quantity of an output that does less than it should, None where neither does."""
    for power, place in ((foresight.cooling, At.COOLING), (foresight.heating, At.HEATING)):
        if power.share is not None and power.share < _WEAK:
            return place
    return None


def doubts(watch: Watch, belief: Belief, foresight: Foresight = _UNTOLD) -> tuple[str, ...]:
    """Say what is amiss, the worst first."""
    said = []
    if watch.doubtful:
        said.append(
            "What the probes say does not fit what was learned. "
            "See whether something was moved, or an output fails."
        )
    if watch.forgot_s < _SAID_S:
        said.append("What was learned with the last beer does not fit this one. It is learned anew.")
    if foresight.stuck:
        said.append(
            "The beer probe stood still for an hour in which it should have moved. See that it is well."
        )
    if watch.beer_leap_s < _SAID_S:
        said.append("The beer probe leapt within a minute. See whether it still sits where it was.")
    if watch.air_leap_s < _SAID_S:
        said.append("The air of the chamber leapt within a minute, as it does when the door is opened.")
    said.extend(_powers(belief, foresight) or _changes(watch, belief))
    return tuple(said)


def _powers(belief: Belief, foresight: Foresight) -> list[str]:
    """Say which output does nothing, or less than it should."""
    said = []
    for output, power, place in (
        ("cool", foresight.cooling, At.COOLING),
        ("heat", foresight.heating, At.HEATING),
    ):
        share = power.share
        if _is_none(belief, place) or (share is not None and share < _DEAD):
            said.append(
                f"{output.capitalize()}ing does nothing. "
                f"See that the {output}er has power and is wired to the output that {output}s."
            )
        elif share is not None and share < _WEAK:
            said.append(f"{output.capitalize()}ing brings about {share:.0%} of what it did. {_SEE[place]}")
    return said


def _changes(watch: Watch, belief: Belief) -> list[str]:
    """Say what has become worse since it was learned at first."""
    if not watch.first:
        return []
    share = {place: exp(belief.mean[place] - then) for place, then in zip(MEASURES, watch.first, strict=True)}
    if share[At.PLATE] < _WEAK and share[At.TO_STORE] < _WEAK:
        return ["Cold reaches the chamber worse than it did. The evaporator may be iced up."]
    said = []
    for place, name in ((At.COOLING, "cooler"), (At.HEATING, "heater")):
        if share[place] < _WEAK:
            said.append(f"The {name} has {share[place]:.0%} of the power it had at first. {_SEE[place]}")
    if share[At.LOSS] > 2.0:
        said.append("The chamber loses twice as much to the room as at first. See whether the door closes.")
    return said


def _is_none(belief: Belief, place: At) -> bool:
    """Tell whether an output was learned to do as little as can be believed, and that with certainty."""
    return belief.mean[place] < PRIORS[place].low + 0.1 and belief.deviation(place) < 0.5
