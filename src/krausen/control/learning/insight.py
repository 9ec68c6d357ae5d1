"""What a learned model says in terms of people."""

from math import exp, log

from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import PRIORS, At, Chamber, chamber_of
from krausen.control.learning.keeping import believed
from krausen.model.learned import Estimate, Insight, Learned, Standing

_NINE_OF_TEN = 1.645
_SURE, _LEARNING_H = 0.7, 1.0
_TELLING = (At.MIXING, At.TO_AIR, At.TO_STORE, At.PLATE, At.STORE_SHARE, At.COOLING, At.HEATING, At.LOSS)
_LOST_H = 300.0


def insight(learned: Learned) -> Insight:
    """Put a model in words and numbers. Raises Invalid for one that is no model of a chamber."""
    belief = believed(learned)
    chamber = chamber_of(belief.mean)
    quantities = dict(_quantities(belief, chamber))
    return Insight(
        standing=learned.standing,
        confidence=confidence(belief),
        watched_h=learned.watched_h,
        quantities=quantities,
        means=tuple(_means(belief, chamber, quantities)),
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


def _quantities(belief: Belief, chamber: Chamber) -> list[tuple[str, Estimate]]:
    def factor(value: float, *places: At) -> Estimate:
        wide = exp(_NINE_OF_TEN * _together(belief, places))
        return Estimate(_neat(value), _neat(value / wide), _neat(value * wide))

    def plain(place: At) -> Estimate:
        value, wide = belief.mean[place], _NINE_OF_TEN * belief.deviation(place)
        return Estimate(_neat(value), _neat(value - wide), _neat(value + wide))

    released = chamber.plate + chamber.to_store
    found = [
        ("cooling_c_h", factor(chamber.drawn_c(0.0), At.COOLING)),
        ("heating_c_h", factor(chamber.heating, At.HEATING)),
        ("loss_h", factor(1.0 / chamber.loss, At.LOSS)),
        ("beer_lag_h", factor(1.0 / chamber.mixing, At.MIXING)),
        ("store_lag_h", factor(chamber.store_share / released, At.STORE_SHARE, At.PLATE)),
        ("heater_lag_h", factor(chamber.heater_lag, At.HEATER_LAG)),
        ("ambient_c", plain(At.AMBIENT)),
        ("fermentation_c_h", plain(At.FERMENTATION)),
        ("beer_probe_lag_s", factor(3600.0 * chamber.beer_lag, At.BEER_LAG)),
        ("chamber_probe_lag_s", factor(3600.0 * chamber.air_lag, At.AIR_LAG)),
    ]
    never = {"heating_c_h": At.HEATING, "heater_lag_h": At.HEATING, "cooling_c_h": At.COOLING}
    return [(name, one) for name, one in found if name not in never or _has_run(belief, never[name])]


def _means(belief: Belief, chamber: Chamber, quantities: dict[str, Estimate]) -> list[str]:
    ambient_c = belief.mean[At.AMBIENT]
    said = [f"The room seems to be at {ambient_c:.0f} °C."]
    if "cooling_c_h" in quantities:
        hours = hours_to(chamber, 20.0, 2.0, ambient_c)
        takes = "does not reach 2 °C" if hours is None else f"reaches 2 °C in about {hours:.0f} h"
        said.append(f"From 20 °C the beer {takes} when nothing ferments.")
    if "heating_c_h" in quantities:
        warmest_c = ambient_c + chamber.heating / max(chamber.loss, 1e-3)
        said.append(f"With the heater on the beer can be held at up to about {min(warmest_c, 99.0):.0f} °C.")
    return said


def hours_to(chamber: Chamber, from_c: float, to_c: float, ambient_c: float) -> float | None:
    """Give the hours of full cooling from one temperature to a lower one; None where it is never reached.

    The cold store is taken to stand between beer and sink as heat flows balance, the beer to be well mixed.
    """
    beer_c, hours, step_h = from_c, 0.0, 0.1
    inward = chamber.to_store + chamber.to_air * chamber.plate / (chamber.to_air + chamber.plate)
    pull = chamber.cooling / (5.0 - chamber.sink_c)
    while beer_c > to_c and hours < _LOST_H:
        store_c = (inward * beer_c + pull * chamber.sink_c) / (inward + pull)
        beer_c += step_h * (inward * (store_c - beer_c) + 0.5 * chamber.loss * (ambient_c - beer_c))
        hours += step_h
    return None if hours >= _LOST_H else hours


def _has_run(belief: Belief, place: At) -> bool:
    return belief.deviation(place) < 0.98 * PRIORS[place].wide


def _together(belief: Belief, places: tuple[At, ...]) -> float:
    return float(sum(belief.deviation(place) ** 2 for place in places) ** 0.5)


def _neat(value: float) -> float:
    return float(f"{value:.3g}")
