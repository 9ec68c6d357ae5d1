"""What is believed of states and learned quantities together: an extended Kalman filter on one vector.

Prediction and correction as in Gelb (ed.): Applied Optimal Estimation, MIT Press 1974, chapters 6 and 7,
with the learned quantities as states that hardly move. The covariance is predicted row by row, for a rate
depends on few places of the vector.
"""

from collections.abc import Sequence
from math import isfinite, sqrt

from msgspec import Struct

from krausen.control.learning.chamber import JACKET, PRIORS, SIZE, STATES, At, Chamber, Prior, chamber_of
from krausen.control.learning.thermal import Row, Slope, rows

Vector = tuple[float, ...]

_MOVING = 7
"""So many states move by themselves; fermentation and ambient only wander."""
STEP_H = 30.0 / 3600.0
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
_LEFT_C = 3.0
_WHOLLY = 2.5
_UNSEEN = 0.002
"""Where nobody reads the air, how much of it the beer probe feels cannot be learned."""


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
        wide.append(_UNSEEN if place is At.EXPOSURE and air_c is None else prior.wide)
    return Belief(tuple(mean), tuple(_diagonal(number, wide[number]) for number in range(SIZE)))


def renewed(belief: Belief, beer_c: float, air_c: float | None) -> Belief:
    """Believe the probes anew, after a time in which nobody looked, and keep what was learned.

    Room and fermentation are taken for what they were, if less surely, and what the beer's probe is known to
    feel of the air is taken off. What ran just before may have left the cold store far from the air.
    """
    felt = 0.0 if air_c is None else belief.mean[At.EXPOSURE] * (air_c - beer_c)
    mean, wide = _states(beer_c - felt / (1.0 - belief.mean[At.EXPOSURE]), air_c)
    mean[At.BEER_PROBE], wide[At.STORE] = beer_c, _LEFT_C
    mean[_MOVING:] = belief.mean[_MOVING:STATES]
    rows = [_diagonal(number, wide[number]) for number in range(STATES)]
    rows += [(0.0,) * STATES + tuple(row[STATES:]) for row in belief.spread[STATES:]]
    return Belief((*mean, *belief.mean[STATES:]), tuple(rows))


def widened(belief: Belief, *, valve: bool, suspect: At | None = None) -> Belief:
    """Doubt what was learned, half as uncertain again as at first, on top of what it is.

    Where one quantity is suspected, that alone is doubted, and wholly.
    """
    spread = list(belief.spread)
    for place in (suspect,) if suspect is not None else list(At)[STATES:]:
        wide = prior_of(place, valve=valve).wide * (0.5 if suspect is None else _WHOLLY)
        spread[place] = _raised(spread[place], place, wide * wide)
    return Belief(belief.mean, tuple(spread), belief.flow)


def prior_of(place: At, *, valve: bool) -> Prior:
    """Give what is believed of a quantity at first."""
    return JACKET.get(place, PRIORS[place]) if valve else PRIORS[place]


def predicted(belief: Belief, seconds: float, *, cool: float, heat: float) -> Belief:
    """Let time pass; `cool` and `heat` are the shares of it in which the outputs were on."""
    steps, hours = _steps(seconds)
    mean, spread, flow = belief.mean, list(belief.spread), belief.flow
    chamber = chamber_of(mean)
    for _ in range(steps):
        flow = _flow(flow, cool, hours)
        moves = _moves(mean, chamber, flow, heat, hours)
        mean, spread = _moved(mean, moves), _spread(spread, moves)
    for number in range(SIZE):
        spread[number] = _raised(spread[number], number, _wander(number, seconds))
    return Belief(mean, tuple(spread), flow)


def expected(belief: Belief, seconds: float, *, cool: float, heat: float) -> Belief:
    """Let time pass for the expected vector alone; how sure it is stays as it was."""
    steps, hours = _steps(seconds)
    mean, flow, chamber = belief.mean, belief.flow, chamber_of(belief.mean)
    for _ in range(steps):
        flow = _flow(flow, cool, hours)
        mean = _moved(mean, _moves(mean, chamber, flow, heat, hours))
    return Belief(mean, belief.spread, flow)


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


def loosened(belief: Belief, places: Sequence[At], deviation: float) -> Belief:
    """Doubt some states as if all of them had moved together by an unknown deviation."""
    spread = list(belief.spread)
    for row in places:
        for column in places:
            spread[row] = _raised(spread[row], column, deviation * deviation)
    return Belief(belief.mean, tuple(spread), belief.flow)


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


def _steps(seconds: float) -> tuple[int, float]:
    """Give how many steps there are in a time, and how long each is, hours."""
    steps = max(1, round(seconds / 3600.0 / STEP_H + 0.49))
    return steps, seconds / 3600.0 / steps


def _flow(flow: float, cool: float, hours: float) -> float:
    return flow + (cool - flow) * min(1.0, hours * 3600.0 / _ACTUATOR_S[cool < flow])


def _moves(mean: Vector, chamber: Chamber, flow: float, heat: float, hours: float) -> list[Row]:
    """Give the change of each state in a step, and the slopes of that."""
    moving = rows(mean, chamber, flow=flow, heat=heat)
    return [_damped(row, hours, number) for number, row in enumerate(moving)]


def _moved(mean: Vector, moves: list[Row]) -> Vector:
    return tuple([one + change for one, (change, _) in zip(mean, moves, strict=False)]) + mean[_MOVING:]


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
    """Give (1 + S) P (1 + S)' for the sparse slopes S of a step; symmetry gives the rows that do not move."""
    once = [_mixed(number, slopes, spread) for number, (_, slopes) in enumerate(moved)]
    corner = [
        [
            row[number] + sum([slope * row[place] for place, slope in slopes])
            for number, (_, slopes) in enumerate(moved)
        ]
        for row in once
    ]
    rows = [(*left, *row[_MOVING:]) for left, row in zip(corner, once, strict=True)]
    columns = list(zip(*once, strict=True))
    return rows + [
        (*column, *row[_MOVING:]) for column, row in zip(columns[_MOVING:], spread[_MOVING:], strict=True)
    ]


def _mixed(number: int, slopes: Sequence[Slope], spread: Sequence[Vector]) -> Sequence[float]:
    """Give a row of (1 + S) P."""
    row: Sequence[float] = spread[number]
    # Two at a time: this is where the time goes.
    for (place, slope), (other, inclined) in zip(slopes[::2], (*slopes[1::2], _LEVEL), strict=False):
        row = [
            a + slope * b + inclined * c for a, b, c in zip(row, spread[place], spread[other], strict=True)
        ]
    return row


def _wander(number: int, seconds: float) -> float:
    place = At(number)
    if place in _WANDER:
        return _WANDER[place] ** 2 * seconds / 3600.0
    return PRIORS[place].drift ** 2 * seconds / 86400.0
