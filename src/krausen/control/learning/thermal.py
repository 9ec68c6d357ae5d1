"""How the states move, and how that depends on everything: rates per hour and their derivatives."""

from collections.abc import Sequence

from krausen.control.learning.chamber import OUTER, RATED_C, STIRRING_H, At, Chamber

Slope = tuple[int, float]
Row = tuple[float, tuple[Slope, ...]]
"""The rate of a state per hour, and its derivatives by places of the vector."""

CORE = 1.0 - OUTER


def rows(vector: Sequence[float], chamber: Chamber, *, flow: float, heat: float) -> tuple[Row, ...]:
    """Give the rates of the seven states that move by themselves, in order.

    `flow` is how much of the cooler's full flow runs, `heat` for what share of the time the heater is on.
    """
    return (
        _core(vector, chamber),
        _layer(vector, chamber),
        _air(vector, chamber),
        _store(vector, chamber, flow),
        _heater(vector, chamber, heat),
        _beer_probe(vector, chamber),
        _air_probe(vector, chamber),
    )


def _mixing(vector: Sequence[float], chamber: Chamber) -> tuple[float, float]:
    ferment = max(vector[At.FERMENTATION], 0.0)
    return chamber.mixing * (1.0 + STIRRING_H * ferment), chamber.mixing * STIRRING_H * (ferment > 0.0)


def _core(vector: Sequence[float], chamber: Chamber) -> Row:
    mixing, more = _mixing(vector, chamber)
    apart = vector[At.CORE] - vector[At.LAYER]
    down = mixing / CORE
    return vector[At.FERMENTATION] - down * apart, (
        (At.CORE, -down),
        (At.LAYER, down),
        (At.FERMENTATION, 1.0 - more * apart / CORE),
        (At.MIXING, -down * apart),
    )


def _layer(vector: Sequence[float], chamber: Chamber) -> Row:
    mixing, more = _mixing(vector, chamber)
    core, layer = vector[At.CORE], vector[At.LAYER]
    to_air, to_store = chamber.to_air / OUTER, chamber.to_store / OUTER
    warmed, up = chamber.contact / OUTER, mixing / OUTER
    apart, by_air, by_store = core - layer, vector[At.AIR] - layer, vector[At.STORE] - layer
    heater = vector[At.HEATER]
    rate = vector[At.FERMENTATION] + up * apart + to_air * by_air + to_store * by_store + warmed * heater
    return rate, (
        (At.CORE, up),
        (At.LAYER, -up - to_air - to_store),
        (At.AIR, to_air),
        (At.STORE, to_store),
        (At.HEATER, warmed),
        (At.FERMENTATION, 1.0 + more * apart / OUTER),
        (At.MIXING, up * apart),
        (At.TO_AIR, to_air * by_air),
        (At.TO_STORE, to_store * by_store),
        (At.CONTACT, heater / OUTER),
    )


def _air(vector: Sequence[float], chamber: Chamber) -> Row:
    share, air, heater = chamber.air_share, vector[At.AIR], vector[At.HEATER]
    to_beer, to_store, loss = chamber.to_air / share, chamber.plate / share, chamber.loss / share
    warmed = (1.0 - chamber.contact) / share
    by_beer, by_store, by_room = vector[At.LAYER] - air, vector[At.STORE] - air, vector[At.AMBIENT] - air
    rate = to_beer * by_beer + to_store * by_store + loss * by_room + warmed * heater
    return rate, (
        (At.LAYER, to_beer),
        (At.AIR, -to_beer - to_store - loss),
        (At.STORE, to_store),
        (At.HEATER, warmed),
        (At.AMBIENT, loss),
        (At.TO_AIR, to_beer * by_beer),
        (At.PLATE, to_store * by_store),
        (At.LOSS, loss * by_room),
        (At.AIR_SHARE, -rate),
        (At.CONTACT, -heater / share),
    )


def _store(vector: Sequence[float], chamber: Chamber, flow: float) -> Row:
    share, store = chamber.store_share, vector[At.STORE]
    to_beer, to_air = chamber.to_store / share, chamber.plate / share
    by_beer, by_air = vector[At.LAYER] - store, vector[At.AIR] - store
    drawn = flow * chamber.drawn_c(store) / share
    span = RATED_C - chamber.sink_c
    pulled = flow * chamber.cooling / (span * share) if drawn > 0.0 else 0.0
    rate = to_beer * by_beer + to_air * by_air - drawn
    slopes = (
        (At.LAYER, to_beer),
        (At.AIR, to_air),
        (At.STORE, -to_beer - to_air - pulled),
        (At.TO_STORE, to_beer * by_beer),
        (At.PLATE, to_air * by_air),
        (At.STORE_SHARE, -rate),
    )
    if drawn <= 0.0:
        return rate, slopes
    # The sink moves with its own logarithm: d drawn / d ln span = pulled * (RATED_C - store).
    return rate, (*slopes, (At.COOLING, -drawn), (At.SINK, -pulled * (RATED_C - store)))


def _heater(vector: Sequence[float], chamber: Chamber, heat: float) -> Row:
    rate = (chamber.heating * heat - vector[At.HEATER]) / chamber.heater_lag
    return rate, (
        (At.HEATER, -1.0 / chamber.heater_lag),
        (At.HEATING, chamber.heating * heat / chamber.heater_lag),
        (At.HEATER_LAG, -rate),
    )


def _beer_probe(vector: Sequence[float], chamber: Chamber) -> Row:
    lag, seen = chamber.beer_lag, 1.0 - chamber.exposure
    beer = chamber.depth * vector[At.CORE] + (1.0 - chamber.depth) * vector[At.LAYER]
    rate = (seen * beer + chamber.exposure * vector[At.AIR] - vector[At.BEER_PROBE]) / lag
    return rate, (
        (At.CORE, seen * chamber.depth / lag),
        (At.LAYER, seen * (1.0 - chamber.depth) / lag),
        (At.AIR, chamber.exposure / lag),
        (At.BEER_PROBE, -1.0 / lag),
        (At.EXPOSURE, (vector[At.AIR] - beer) / lag),
        (At.DEPTH, seen * (vector[At.CORE] - vector[At.LAYER]) / lag),
        (At.BEER_LAG, -rate),
    )


def _air_probe(vector: Sequence[float], chamber: Chamber) -> Row:
    rate = (vector[At.AIR] - vector[At.AIR_PROBE]) / chamber.air_lag
    return rate, (
        (At.AIR, 1.0 / chamber.air_lag),
        (At.AIR_PROBE, -1.0 / chamber.air_lag),
        (At.AIR_LAG, -rate),
    )
