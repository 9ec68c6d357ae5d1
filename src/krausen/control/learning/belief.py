"""What is believed of states and learned quantities together: an extended Kalman filter on one vector.

Prediction and correction as in Gelb (ed.): Applied Optimal Estimation, MIT Press 1974, chapters 6 and 7,
with the learned quantities as states that hardly move. The covariance is predicted row by row, for a rate
depends on few places of the vector.
"""

from collections.abc import Sequence
from math import isfinite, sqrt

from msgspec import Struct

from krausen.control.learning.chamber import JACKET, PRIORS, SIZE, STATES, At, Prior, chamber_of
from krausen.control.learning.thermal import Row, rows

Vector = tuple[float, ...]

_MOVING = 7
"""So many states move by themselves; fermentation and ambient only wander."""
STEP_H = 15.0 / 3600.0
"""The longest step; air and coils answer within a minute."""
_FASTEST = 0.8
"""No state does more than this share of its way in a step, or the steps would swing."""
_ACTUATOR_S = (45.0, 20.0)
"""How slowly the cooler's flow builds up and dies away."""
_WANDER: dict[At, float] = {
    At.CORE: 0.004,
    At.LAYER: 0.02,
    At.AIR: 0.6,
    At.STORE: 0.4,
    At.HEATER: 0.05,
    At.BEER_PROBE: 0.01,
    At.AIR_PROBE: 0.05,
    At.FERMENTATION: 0.012,
    At.AMBIENT: 0.6,
}
"""What the equations leave out: a deviation after an hour, in the unit of each state."""
_LEVEL = (0, 0.0)
_POSSIBLE = {At.FERMENTATION: (-0.02, 1.5), At.AMBIENT: (-20.0, 45.0)}
_UNKNOWN_C = 8.0
"""How far the room may be from an ordinary one at first."""
_ROOM_C = 19.0
_FERMENTS = 0.03


class Belief(Struct, frozen=True, gc=False):
    """The expected vector, its covariance row by row, and how much of the cooler's flow runs."""

    mean: Vector
    spread: tuple[Vector, ...]
    flow: float = 0.0

    def deviation(self, place: At) -> float:
        """Give the standard deviation at a place."""
        return sqrt(max(self.spread[place][place], 0.0))


def begin(beer_c: float, air_c: float | None, *, valve: bool) -> Belief:
    """Believe nothing yet but what the probes read, and the priors."""
    mean, wide = _states(beer_c, air_c)
    for place in list(At)[STATES:]:
        prior = prior_of(place, valve=valve)
        mean.append(prior.middle)
        wide.append(prior.wide)
    return Belief(tuple(mean), tuple(_diagonal(number, wide[number]) for number in range(SIZE)))


def renewed(belief: Belief, beer_c: float, air_c: float | None) -> Belief:
    """Believe the probes anew, after a time in which nobody looked, and keep what was learned.

    Room and fermentation are taken for what they were, if less surely.
    """
    mean, wide = _states(beer_c, air_c)
    mean[_MOVING:] = belief.mean[_MOVING:STATES]
    rows = [_diagonal(number, wide[number]) for number in range(STATES)]
    rows += [(0.0,) * STATES + tuple(row[STATES:]) for row in belief.spread[STATES:]]
    return Belief((*mean, *belief.mean[STATES:]), tuple(rows))


def widened(belief: Belief, *, valve: bool) -> Belief:
    """Doubt what was learned: half as uncertain again as at first, on top of what it is."""
    spread = list(belief.spread)
    for place in list(At)[STATES:]:
        spread[place] = _raised(spread[place], place, (0.5 * prior_of(place, valve=valve).wide) ** 2)
    return Belief(belief.mean, tuple(spread), belief.flow)


def prior_of(place: At, *, valve: bool) -> Prior:
    """Give what is believed of a quantity at first."""
    return JACKET.get(place, PRIORS[place]) if valve else PRIORS[place]


def predicted(belief: Belief, seconds: float, *, cool: float, heat: float) -> Belief:
    """Let time pass; `cool` and `heat` are the shares of it in which the outputs were on."""
    steps = max(1, round(seconds / 3600.0 / STEP_H + 0.49))
    hours, mean, spread, flow = seconds / 3600.0 / steps, list(belief.mean), list(belief.spread), belief.flow
    chamber = chamber_of(mean)
    for _ in range(steps):
        flow += (cool - flow) * min(1.0, hours * 3600.0 / _ACTUATOR_S[cool < flow])
        moved = [
            _damped(row, hours, number)
            for number, row in enumerate(rows(mean, chamber, flow=flow, heat=heat))
        ]
        spread = _spread(spread, moved)
        for number, (change, _) in enumerate(moved):
            mean[number] += change
    for number in range(SIZE):
        spread[number] = _raised(spread[number], number, _wander(number, seconds))
    return Belief(tuple(mean), tuple(spread), flow)


def corrected(belief: Belief, place: At, value: float, noise: float) -> tuple[Belief, float]:
    """Learn from a probe; give also how surprising it was, in deviations."""
    spread, column = belief.spread, belief.spread[place]
    variance = column[place] + noise * noise
    surprise = value - belief.mean[place]
    gains = [one / variance for one in column]
    mean = tuple([one + gain * surprise for one, gain in zip(belief.mean, gains, strict=True)])
    less = [
        tuple([one - gain * other for one, other in zip(row, column, strict=True)])
        for row, gain in zip(spread, gains, strict=True)
    ]
    return Belief(mean, tuple(less), belief.flow), surprise / sqrt(variance)


def bounded(belief: Belief, *, valve: bool) -> Belief | None:
    """Keep the quantities to what is possible. None where the numbers are none any more."""
    if not all(map(isfinite, belief.mean)) or not all(isfinite(belief.spread[n][n]) for n in range(SIZE)):
        return None
    mean = list(belief.mean)
    for place in list(At)[STATES:]:
        prior = prior_of(place, valve=valve)
        mean[place] = min(max(mean[place], prior.low), prior.high)
    for place, (low, high) in _POSSIBLE.items():
        mean[place] = min(max(mean[place], low), high)
    return Belief(tuple(mean), belief.spread, belief.flow)


def _states(beer_c: float, air_c: float | None) -> tuple[list[float], list[float]]:
    """Give the states that fit what the probes read, and how wide each is."""
    air = beer_c if air_c is None else air_c
    mean = [beer_c, beer_c, air, air, 0.0, beer_c, air, 0.0, _ROOM_C]
    return mean, [0.15, 0.3, 0.5, 2.0, 0.05, 0.1, 0.3, _FERMENTS, _UNKNOWN_C]


def _diagonal(number: int, wide: float) -> Vector:
    return _raised((0.0,) * SIZE, number, wide * wide)


def _raised(row: Vector, number: int, variance: float) -> Vector:
    return (*row[:number], row[number] + variance, *row[number + 1 :])


def _damped(row: Row, hours: float, number: int) -> Row:
    """Give the change in a step instead of the rate."""
    rate, slopes = row
    own = next(slope for place, slope in slopes if place == number)
    scale = hours * min(1.0, _FASTEST / max(-own * hours, 1e-9))
    return rate * scale, tuple((place, slope * scale) for place, slope in slopes)


def _spread(spread: list[Vector], moved: list[Row]) -> list[Vector]:
    """Give (1 + S) P (1 + S)' for the sparse slopes S of a step."""
    once = _moved(spread, moved)
    return _moved(list(zip(*once, strict=True)), moved)


def _moved(spread: list[Vector], moved: list[Row]) -> list[Vector]:
    changed: list[Vector] = []
    for number, (_, slopes) in enumerate(moved):
        row: Sequence[float] = spread[number]
        # Two at a time: this is where the time goes.
        for (place, slope), (other, inclined) in zip(slopes[::2], (*slopes[1::2], _LEVEL), strict=False):
            row = [
                a + slope * b + inclined * c
                for a, b, c in zip(row, spread[place], spread[other], strict=True)
            ]
        changed.append(tuple(row))
    return changed + spread[_MOVING:]


def _wander(number: int, seconds: float) -> float:
    place = At(number)
    if place in _WANDER:
        return _WANDER[place] ** 2 * seconds / 3600.0
    return PRIORS[place].drift ** 2 * seconds / 86400.0
