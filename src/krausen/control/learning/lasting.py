"""What of a learned model lasts for days: what the room takes and how warm it is, beyond the hour.

The filter learns from runs of minutes to hours. In that time a wall of foam takes in several times the heat
that passes through it (ISO 13786: thermal admittance and steady transmittance), so the learned loss is too
large; and as room and loss are seen through their product alone, the room is then too near the beer. Here a
share of the loss stays, the product stays as it was learned, and what rooms are usually like helps to tell
the two apart.
"""

from collections.abc import Sequence
from math import exp, log, sqrt

from krausen.control.learning.chamber import At

Vector = tuple[float, ...]

_MIDDLE, _WIDE = log(0.55), 0.4
"""The share of the learned loss that lasts, as a logarithm; the simulated cabinets have 0.2 to 0.8."""
_ROOM_C, _ROOM_WIDE_C = 19.0, 7.0
"""Where people brew."""
_LOW_C, _HIGH_C = -20.0, 45.0
_GRID = tuple(0.1 * number for number in range(-16, 13))


def shares(vector: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Give shares of the learned loss that may last, each with its weight; the weights sum to 1."""
    weights = [exp(-0.5 * _strange(vector, one)) for one in _GRID]
    total = sum(weights)
    return tuple((exp(one), weight / total) for one, weight in zip(_GRID, weights, strict=True))


def usual_share(vector: Sequence[float]) -> tuple[float, float]:
    """Give the middle of the shares, and a deviation of their logarithm."""
    found = [(log(share), weight) for share, weight in shares(vector)]
    middle = sum(one * weight for one, weight in found)
    return exp(middle), sqrt(sum((one - middle) ** 2 * weight for one, weight in found))


def long_run(vector: Sequence[float]) -> Vector:
    """Give the vector as it lasts, for the middle of the shares."""
    return lasting(vector, usual_share(vector)[0])


def lasting(vector: Sequence[float], share: float) -> Vector:
    """Give the vector of which such a share of the loss lasts, and the same flow from the room as now."""
    kept = list(vector)
    kept[At.LOSS] += log(share)
    kept[At.AMBIENT] = min(max(_room_c(vector, share), _LOW_C), _HIGH_C)
    return tuple(kept)


def _room_c(vector: Sequence[float], share: float) -> float:
    beer_c = vector[At.CORE]
    return beer_c + (vector[At.AMBIENT] - beer_c) / share


def _strange(vector: Sequence[float], number: float) -> float:
    """Tell how strange a share and its room are: squared deviations, those of far rooms cut."""
    room = (_room_c(vector, exp(number)) - _ROOM_C) / _ROOM_WIDE_C
    return ((number - _MIDDLE) / _WIDE) ** 2 + min(room * room, 36.0)
