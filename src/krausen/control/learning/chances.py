"""What may lie before a chamber: learned quantities as far as they are uncertain, the room, and the yeast.

The room swings with the day and wanders for days (an Ornstein-Uhlenbeck process). The yeast follows the
logistic course of attenuation (Speers, Rogers, Smith: J. Inst. Brew. 109, 2003), faster when warm (Arrhenius,
60 kJ/mol); all of it can warm the beer by up to 13 °C, for a kilogram of extract gives 586 kJ.
"""

from collections.abc import Callable
from math import exp, pi, sin, sqrt
from typing import TYPE_CHECKING

from krausen.control.learning.belief import Belief, bounded
from krausen.control.learning.chamber import SIZE, At
from krausen.control.learning.lasting import lasting, shares
from krausen.control.learning.lives import Surroundings

if TYPE_CHECKING:
    from random import Random

Vector = tuple[float, ...]
Rows = tuple[Vector, ...]

_FARTHEST = 2.0
"""What lies farther off, in deviations, is not drawn."""
_SURER = 1.5
"""So many times too sure is a filter whose model has fewer masses than the chamber."""
_MOST_K = 13.0
_PITCHED = 0.011
"""The share of the attenuation that pitching counts for."""
_SPEED_H = 0.085
_SPEED_WIDE = 0.3
_ACTIVATION_K = 7217.0
_WARM_K = 293.15
_DAYS_H = 48.0
_WANDER_C = 1.0
_SWING_C = 2.0
_FADES_H = 24.0


def halves(belief: Belief) -> Rows:
    """Give the lower triangle that times itself is the covariance (Cholesky); mere rounding is 0."""
    spread, made = belief.spread, [[0.0] * SIZE for _ in range(SIZE)]
    for row in range(SIZE):
        for column in range(row + 1):
            known = sum(one * other for one, other in zip(made[row][:column], made[column], strict=False))
            rest = spread[row][column] - known
            if row == column:
                made[row][row] = sqrt(rest) if rest > 1e-12 else 0.0
            elif made[column][column] > 0.0:
                made[row][column] = rest / made[column][column]
    return tuple(map(tuple, made))


def drawn(belief: Belief, half: Rows, chance: "Random", *, valve: bool) -> Vector:
    """Draw a vector that may be the true one."""
    away = [max(-_FARTHEST, min(_FARTHEST, chance.gauss(0.0, 1.0))) for _ in range(SIZE)]
    mean = tuple(
        one + _SURER * sum(share * far for share, far in zip(row, away, strict=True))
        for one, row in zip(belief.mean, half, strict=True)
    )
    found = bounded(Belief(mean, belief.spread, belief.flow), valve=valve)
    return belief.mean if found is None else found.mean


def lasted(vector: Vector, chance: "Random") -> Vector:
    """Draw how much of a vector's loss lasts for days, and give it so."""
    found = shares(vector)
    (share,) = chance.choices([one for one, _ in found], [weight for _, weight in found])
    return lasting(vector, share)


def quiet(vector: Vector, pitched_h: float | None) -> Surroundings:
    """Give surroundings in which everything goes the middle way."""
    heat = _heat(vector, pitched_h, _SPEED_H, 0.5 * _MOST_K)
    return Surroundings(lambda _: vector[At.AMBIENT], heat)


def lively(vector: Vector, pitched_h: float | None, chance: "Random") -> Surroundings:
    """Give surroundings of one life; `pitched_h` is how long ago yeast was pitched, None for not yet."""
    speed = _SPEED_H * exp(_SPEED_WIDE * chance.gauss(0.0, 1.0))
    heat = _heat(vector, pitched_h, speed, _MOST_K * chance.random())
    return Surroundings(_room(vector[At.AMBIENT], chance), heat)


def _room(mean_c: float, chance: "Random") -> Callable[[float], float]:
    swing_c, phase = _SWING_C * chance.random(), 2.0 * pi * chance.random()
    away_c, last_h = 0.0, 0.0

    def room_c(at_h: float) -> float:
        nonlocal away_c, last_h
        left = exp(-(at_h - last_h) / _DAYS_H)
        away_c = left * away_c + _WANDER_C * sqrt(1.0 - left * left) * chance.gauss(0.0, 1.0)
        last_h = at_h
        return mean_c + swing_c * sin(2.0 * pi * at_h / 24.0 + phase) + away_c

    return room_c


def _heat(
    vector: Vector, pitched_h: float | None, speed: float, whole_k: float
) -> Callable[[float, float], float]:
    """Give the heat of the yeast: of pitched one all that follows from now; else what is seen now fades."""
    seen = max(vector[At.FERMENTATION], 0.0)
    done = 1.0 / (1.0 + (1.0 / _PITCHED - 1.0) * exp(-speed * (pitched_h or 0.0)))
    fading = seen
    if pitched_h is not None:
        whole_k, fading = min(seen / (speed * done * (1.0 - done)), _MOST_K), 0.0
    last_h = 0.0

    def heat(at_h: float, beer_c: float) -> float:
        nonlocal done, last_h
        rate = speed * exp(_ACTIVATION_K / _WARM_K - _ACTIVATION_K / (beer_c + 273.15)) * done * (1.0 - done)
        done = min(1.0, done + rate * (at_h - last_h))
        last_h = at_h
        return fading * exp(-at_h / _FADES_H) + whole_k * rate

    return heat
