"""The thermal model: heat flows between beer, air, cold store and heater, all per heat capacity of the beer.

A grey box (Sossan et al., arXiv 1510.06855): the structure is that of a fermenter in a cabinet or a jacket,
lumped to as few masses as two probes can tell apart; the numbers are learned. Temperatures and times of
switching fix ratios alone, so every conductance is a rate (1/h), every power a heating rate of the whole beer
(K/h) and every capacity a share of the beer's.

The vector has the states first, then the quantities that are learned: most as natural logarithms, shares as
they are.
"""

from collections.abc import Sequence
from enum import IntEnum
from math import exp, log

from msgspec import Struct

OUTER = 0.25
"""The share of the beer's heat capacity in its outer layer."""

STIRRING_H = 7.0
"""Fermentation at 1 K/h mixes the beer so many times as well again as it mixes when at rest."""

RATED_C = 5.0
"""The temperature of the cold store for which the cooling power is told."""


class At(IntEnum):
    """The place of each state and each learned quantity in the vector."""

    CORE = 0
    LAYER = 1
    AIR = 2
    STORE = 3
    HEATER = 4
    BEER_PROBE = 5
    AIR_PROBE = 6
    FERMENTATION = 7
    AMBIENT = 8
    MIXING = 9
    TO_AIR = 10
    TO_STORE = 11
    PLATE = 12
    LOSS = 13
    AIR_SHARE = 14
    STORE_SHARE = 15
    COOLING = 16
    SINK = 17
    HEATING = 18
    HEATER_LAG = 19
    EXPOSURE = 20
    DEPTH = 21
    CONTACT = 22
    BEER_LAG = 23
    AIR_LAG = 24


SIZE = len(At)
STATES = 9


class Prior(Struct, frozen=True):
    """What is believed before anything was seen: the middle, how wide it is (one deviation), and how it may
    drift.

    `drift` is a deviation after a day; of what lies outside `low` to `high` nothing is believed.
    """

    middle: float
    wide: float
    drift: float
    low: float
    high: float


def _log(middle: float, wide: float, drift: float = 0.03) -> Prior:
    return Prior(log(middle), wide, drift, log(middle) - 2.5 * wide, log(middle) + 2.5 * wide)


PRIORS: dict[At, Prior] = {
    At.MIXING: _log(0.85, 0.35, 0.1),
    At.TO_AIR: _log(0.06, 0.8),
    At.TO_STORE: _log(0.04, 1.0),
    At.PLATE: _log(0.15, 0.7),
    At.LOSS: _log(0.04, 0.8),
    At.AIR_SHARE: _log(0.025, 0.9),
    At.STORE_SHARE: _log(0.045, 0.8),
    At.COOLING: Prior(log(5.5), 0.5, 0.03, log(0.2), log(20.0)),
    At.SINK: _log(45.0, 0.4),
    At.HEATING: Prior(log(1.8), 0.6, 0.03, log(0.1), log(10.0)),
    At.HEATER_LAG: _log(0.13, 0.7),
    At.EXPOSURE: Prior(0.015, 0.04, 0.0, 0.0, 0.16),
    At.DEPTH: Prior(0.5, 0.3, 0.0, 0.0, 1.0),
    At.CONTACT: Prior(0.15, 0.3, 0.0, 0.0, 1.0),
    At.BEER_LAG: _log(0.04, 0.5),
    At.AIR_LAG: _log(0.035, 0.6),
}
"""Wide enough for a fridge with a bucket and for a conical with a jacket."""

JACKET: dict[At, Prior] = {
    At.SINK: Prior(log(10.0), 0.6, 0.03, log(2.0), log(60.0)),
    At.TO_STORE: Prior(log(0.35), 0.6, 0.03, log(0.01), log(2.0)),
    At.TO_AIR: Prior(log(0.015), 0.9, 0.03, log(0.001), log(0.5)),
}
"""What is another way where the cooler may switch every minute: a valve of a jacket, with a cold bath."""


class Chamber(Struct, frozen=True, gc=False):
    """The learned quantities in plain units: rates 1/h, powers K/h, shares 0 to 1, lags h, and °C."""

    mixing: float
    to_air: float
    to_store: float
    plate: float
    loss: float
    air_share: float
    store_share: float
    cooling: float
    sink_c: float
    heating: float
    heater_lag: float
    exposure: float
    depth: float
    contact: float
    beer_lag: float
    air_lag: float

    def drawn_c(self, store_c: float) -> float:
        """Give the cooling power at a temperature of the cold store, K/h of the beer."""
        return max(0.0, self.cooling * (store_c - self.sink_c) / (RATED_C - self.sink_c))


def chamber_of(vector: Sequence[float]) -> Chamber:
    """Read the learned quantities out of a vector."""
    return Chamber(
        mixing=exp(vector[At.MIXING]),
        to_air=exp(vector[At.TO_AIR]),
        to_store=exp(vector[At.TO_STORE]),
        plate=exp(vector[At.PLATE]),
        loss=exp(vector[At.LOSS]),
        air_share=exp(vector[At.AIR_SHARE]),
        store_share=exp(vector[At.STORE_SHARE]),
        cooling=exp(vector[At.COOLING]),
        sink_c=RATED_C - exp(vector[At.SINK]),
        heating=exp(vector[At.HEATING]),
        heater_lag=exp(vector[At.HEATER_LAG]),
        exposure=vector[At.EXPOSURE],
        depth=vector[At.DEPTH],
        contact=vector[At.CONTACT],
        beer_lag=exp(vector[At.BEER_LAG]),
        air_lag=exp(vector[At.AIR_LAG]),
    )
