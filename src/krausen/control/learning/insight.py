"""What a learned model says in terms of people."""

from collections.abc import Iterator, Sequence
from math import exp, hypot, log, sqrt

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import PRIORS, At, chamber_of
from krausen.control.learning.keeping import believed
from krausen.control.learning.lasting import lasting, usual_share
from krausen.control.learning.slowmode import beer_of
from krausen.control.learning.stepping import NODES, Nodes, Stepping
from krausen.model.learned import Estimate, Insight, Learned, Standing

_NINE_OF_TEN = 1.645
_SURE, _LEARNING_H = 0.7, 1.0
_TELLING = (At.MIXING, At.TO_AIR, At.TO_STORE, At.PLATE, At.STORE_SHARE, At.COOLING, At.HEATING, At.LOSS)
_WARM_C, _COLD_C = 20.0, 2.0
_LOST_H, _BEGUN_H, _STEP_H = 240.0, 6.0, 1.0 / 60.0
"""What takes longer is never reached; from when on one can see that; and the steps of the way."""
_SLOWING = (At.TO_AIR, At.TO_STORE, At.PLATE, At.COOLING, At.SINK, At.AMBIENT)
"""What makes the way to cold long or short, besides how much of the loss lasts."""
_SURER = 1.5
"""So many times too sure is a filter whose model has fewer masses than the chamber."""
_WARMEST_C, _COLDEST_C = 40.0, -5.0
"""No fermentation is warmer, and no beer is kept colder."""


def insight(learned: Learned) -> Insight:
    """Put a model in words and numbers. Raises Invalid for one that is no model of a chamber."""
    belief = believed(learned)
    long_run = _LongRun(belief)
    quantities = dict(_quantities(belief, long_run))
    return Insight(
        standing=learned.standing,
        confidence=confidence(belief),
        watched_h=learned.watched_h,
        quantities=quantities,
        means=tuple(_means(belief, long_run)),
        doubts=learned.doubts,
    )


def confidence(belief: Belief) -> float:
    """Tell how much is known, 0 to 1: how much narrower what matters has become than it was at first.

    A quantity known to 15 % counts as known. One of a heater or cooler that never ran is not counted.
    """
    known = []
    for place in _TELLING:
        first, now = PRIORS[place].wide, belief.deviation(place)
        if place in (At.HEATING, At.COOLING) and now > 0.98 * first:
            continue
        known.append(min(1.0, max(0.0, log(first / max(now, 1e-3)) / log(first / 0.15))))
    return round(sum(known) / len(known), 2) if known else 0.0


def standing(belief: Belief, watched_h: float, *, doubtful: bool) -> Standing:
    """Tell how far the learning is."""
    if doubtful:
        return Standing.DOUBTFUL
    if watched_h < _LEARNING_H:
        return Standing.NEW
    return Standing.SURE if confidence(belief) >= _SURE else Standing.LEARNING


def hours_to(vector: Sequence[float], from_c: float, to_c: float) -> float | None:
    """Give the hours of full cooling from one temperature of the beer to a lower one, without yeast at work.

    The model itself runs, from beer at `from_c` and all else as warm as the room. None where it takes more
    than ten days.
    """
    return _cooled_down(vector, from_c, to_c)[0]


class _LongRun:
    """A belief as it is beyond the hour: the vector, and how sure its share of the loss is."""

    def __init__(self, belief: Belief) -> None:
        self.share, self.wide = usual_share(belief.mean)
        self.vector = lasting(belief.mean, self.share)
        other = lasting(belief.mean, self.share * exp(self.wide))
        self.room_wide_c = hypot(belief.deviation(At.AMBIENT), other[At.AMBIENT] - self.vector[At.AMBIENT])

    @property
    def room_c(self) -> float:
        return self.vector[At.AMBIENT]


def _quantities(belief: Belief, long_run: _LongRun) -> list[tuple[str, Estimate]]:
    chamber = chamber_of(long_run.vector)

    def factor(value: float, *places: At, wide: float = 0.0) -> Estimate:
        wide = exp(_NINE_OF_TEN * hypot(wide, *map(belief.deviation, places)))
        return Estimate(_neat(value), _neat(value / wide), _neat(value * wide))

    def plain(value: float, deviation: float) -> Estimate:
        wide = _NINE_OF_TEN * deviation
        return Estimate(_neat(value), _neat(value - wide), _neat(value + wide))

    released = chamber.plate + chamber.to_store
    found = [
        ("cooling_c_h", factor(chamber.drawn_c(0.0), At.COOLING)),
        ("heating_c_h", factor(chamber.heating, At.HEATING)),
        ("loss_h", factor(1.0 / chamber.loss, At.LOSS, wide=long_run.wide)),
        ("beer_lag_h", factor(1.0 / chamber.mixing, At.MIXING)),
        ("store_lag_h", factor(chamber.store_share / released, At.STORE_SHARE, At.PLATE)),
        ("heater_lag_h", factor(chamber.heater_lag, At.HEATER_LAG)),
        ("ambient_c", plain(long_run.room_c, long_run.room_wide_c)),
        ("fermentation_c_h", plain(belief.mean[At.FERMENTATION], belief.deviation(At.FERMENTATION))),
        ("beer_probe_lag_s", factor(3600.0 * chamber.beer_lag, At.BEER_LAG)),
        ("chamber_probe_lag_s", factor(3600.0 * chamber.air_lag, At.AIR_LAG)),
    ]
    never = {"heating_c_h": At.HEATING, "heater_lag_h": At.HEATING, "cooling_c_h": At.COOLING}
    return [(name, one) for name, one in found if name not in never or _has_run(belief, never[name])]


def _means(belief: Belief, long_run: _LongRun) -> Iterator[str]:
    yield f"The room seems to be at {long_run.room_c:.0f} °C."
    if _has_run(belief, At.COOLING):
        yield _cooling(belief, long_run)
    if _has_run(belief, At.HEATING):
        yield _heating(long_run)


def _cooling(belief: Belief, long_run: _LongRun) -> str:
    hours, end_c = _cooled_down(long_run.vector, _WARM_C, _COLD_C)
    if hours is None:
        return (
            f"From {_WARM_C:.0f} °C the beer does not reach {_COLD_C:.0f} °C when nothing ferments; "
            f"it comes down to about {max(end_c, _COLDEST_C):.0f} °C."
        )
    wide = exp(_NINE_OF_TEN * _slowness(belief, long_run, hours))
    low, high = max(1, round(hours / wide)), round(min(hours * wide, _LOST_H))
    takes = f"about {low} to {high} h" if high > low else f"about {hours:.0f} h"
    takes = takes if hours * wide < _LOST_H else f"{low} h or more"
    return f"From {_WARM_C:.0f} °C the beer reaches {_COLD_C:.0f} °C in {takes} when nothing ferments."


def _heating(long_run: _LongRun) -> str:
    chamber = chamber_of(long_run.vector)
    warmest_c = long_run.room_c + chamber.heating / max(chamber.loss, 1e-3)
    if warmest_c > _WARMEST_C:
        return "With the heater on the beer can be held at anything a fermentation asks for."
    if warmest_c < _COLDEST_C:
        return "In this room the heater alone does not keep the beer from freezing."
    return f"With the heater on the beer can be held at up to about {warmest_c:.0f} °C."


def _slowness(belief: Belief, long_run: _LongRun, hours: float) -> float:
    """Give one deviation of the logarithm of the hours (first order, with the covariances)."""

    def slope(place: At, by: float) -> float:
        other = list(long_run.vector)
        other[place] += by
        return log((hours_to(other, _WARM_C, _COLD_C) or _LOST_H) / hours) / by

    slopes = [slope(place, max(belief.deviation(place), 1e-3)) for place in _SLOWING]
    variance = sum(
        one * other * belief.spread[place][beside]
        for place, one in zip(_SLOWING, slopes, strict=True)
        for beside, other in zip(_SLOWING, slopes, strict=True)
    )
    lost = slope(At.LOSS, long_run.wide) * hypot(long_run.wide, belief.deviation(At.LOSS))
    return hypot(_SURER * sqrt(max(variance, 0.0)), lost)


def _cooled_down(vector: Sequence[float], from_c: float, to_c: float) -> tuple[float | None, float]:
    """Give the hours, None for never, and where the beer then is, °C."""
    room_c = vector[At.AMBIENT]
    nodes: Nodes = (from_c, from_c, room_c, room_c, 0.0)
    still = (*nodes, *vector[NODES : At.FERMENTATION], 0.0, *vector[At.AMBIENT :])
    stepping, beer_c, hours = Stepping(still, chamber_of(still), _STEP_H), from_c, 0.0
    while beer_c > to_c:
        nodes = stepping.moved(nodes, 1.0, heat=False)
        fallen_c, beer_c = beer_c - beer_of(nodes), beer_of(nodes)
        hours += _STEP_H
        if hours > _BEGUN_H and fallen_c / _STEP_H * (_LOST_H - hours) < beer_c - to_c:
            return None, beer_c - fallen_c
    return hours, beer_c


def _has_run(belief: Belief, place: At) -> bool:
    return belief.deviation(place) < 0.98 * PRIORS[place].wide


def _neat(value: float) -> float:
    return float(f"{value:.3g}")
