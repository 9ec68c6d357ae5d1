"""Where the beer ends: the slow mode of beer, air, cold store and heater with everything switched off.

A chamber that is left alone forgets its fast differences within the hour and then drifts as one. The left
eigenvector of the slowest mode (Luenberger: Introduction to Dynamic Systems, Wiley 1979, chapter 5) weighs
what is stored everywhere by how much of it the beer will feel, so a cold plate counts before the beer is
cold.
"""

from math import exp
from operator import mul

from msgspec import Struct

from krausen.control.learning.belief import Vector
from krausen.control.learning.chamber import OUTER, RATED_C, At, Chamber
from krausen.control.learning.linear import Square, solved
from krausen.control.learning.thermal import rows

NODES = 5
BEER = (1.0 - OUTER, OUTER, 0.0, 0.0, 0.0)
"""The mean temperature of the beer by core and layer."""

_ITERATIONS = 6
_COAST_H = 1.0 / 30.0
_TURNED_C = 0.002


class SlowMode(Struct, frozen=True, gc=False):
    """The chamber as steering sees it; rates per hour.

    `matrix` and `driven` move core, layer, air, store (°C) and heater (K/h) while everything is off.
    `weights` turn them into the temperature at which all ends; `rest` are those states when the beer is
    held on its course; `load` is what then has to be taken away, K/h of the end, negative where heat is
    missing. `cooling` and `heating` are what the outputs do to the end, K/h; a cold store that is still
    warm takes `rush` more at first, which dies away with the time constant `rush_h`.
    """

    matrix: Square
    driven: Vector
    weights: Vector
    rest: Vector
    load: float
    cooling: float
    heating: float
    rush: float
    rush_h: float

    def cooled(self, hours: float) -> float:
        """Give how far a run of the cooler from rest brings the end down, °C."""
        return self.cooling * hours + self.rush * self.rush_h * (1.0 - exp(-hours / self.rush_h))

    def ahead(self, mean: Vector) -> float:
        """Give how far above its place the end is, °C, if everything went off now."""
        return sum(
            weight * (one - other) for weight, one, other in zip(self.weights, mean, self.rest, strict=False)
        )

    def deviation(self, spread: tuple[Vector, ...]) -> float:
        """Give how uncertain that is, one deviation, °C."""
        return _deviation(self.weights, spread)


def beer_of(mean: Vector) -> float:
    """Give the mean temperature of the beer."""
    return (1.0 - OUTER) * mean[At.CORE] + OUTER * mean[At.LAYER]


def beer_deviation(spread: tuple[Vector, ...]) -> float:
    """Give how uncertain that is, one deviation."""
    return _deviation(BEER, spread)


def slow_mode(mean: Vector, chamber: Chamber, setpoint_c: float, rate_c_h: float = 0.0) -> SlowMode:
    """Work out the slow mode, and the balance at a setpoint with ambient and fermentation as they are.

    `rate_c_h` is how fast the setpoint moves. Raises ZeroDivisionError where no balance is possible.
    """
    matrix, driven = _off(mean, chamber)
    weights = _weights(matrix)
    wanted = tuple(rate_c_h * (number != At.HEATER) - one for number, one in enumerate(driven))
    rest, power = _balance(matrix, wanted, At.STORE, -1.0 / chamber.store_share, setpoint_c)
    by_store, by_heater = weights[At.STORE] / chamber.store_share, weights[At.HEATER] / chamber.heater_lag
    load = power * by_store
    if power < 0.0:
        rest, power = _balance(matrix, wanted, At.HEATER, 1.0 / chamber.heater_lag, setpoint_c)
        load = -power * by_heater
    full, lasting, rush_h = _power(mean, chamber, setpoint_c)
    return SlowMode(
        matrix=matrix,
        driven=driven,
        weights=weights,
        rest=rest,
        load=load,
        cooling=lasting * by_store,
        heating=chamber.heating * by_heater,
        rush=(full - lasting) * by_store,
        rush_h=rush_h,
    )


def coasting(mode: SlowMode, mean: Vector, way: int, hours: float = 3.0) -> float:
    """Give how far the beer goes in a way, +1 or -1, within hours if everything goes off now, °C."""
    forward = _stepped(mode.matrix, _COAST_H)
    states, extreme = mean[:NODES], way * beer_of(mean)
    for _ in range(round(hours / _COAST_H)):
        pushed = [x + _COAST_H * drive for x, drive in zip(states, mode.driven, strict=True)]
        states = tuple([sum(map(mul, row, pushed)) for row in forward])
        beer = way * beer_of(states)
        if beer < extreme - _TURNED_C:
            break
        extreme = max(extreme, beer)
    return way * extreme


def _stepped(matrix: Square, hours: float) -> Square:
    """Give the matrix of a step of backward Euler, which no fast mass can make swing."""
    square = [
        [float(row == column) - hours * one for column, one in enumerate(line)]
        for row, line in enumerate(matrix)
    ]
    columns = (solved(square, [float(row == column) for row in range(NODES)]) for column in range(NODES))
    return tuple(zip(*columns, strict=True))


def _power(mean: Vector, chamber: Chamber, setpoint_c: float) -> tuple[float, float, float]:
    """Give the cooler's power at rest and in a long run, K/h, and the time constant between them, h.

    In a long run the cold store stands where what comes in by air and beer is what is drawn.
    """
    pull = chamber.cooling / (RATED_C - chamber.sink_c)
    layer_c = min(mean[At.LAYER], setpoint_c + 1.0)
    air_way = chamber.plate * chamber.to_air / (chamber.plate + chamber.to_air)
    inward = chamber.to_store + air_way
    lasting_c = (inward * layer_c + pull * chamber.sink_c) / (inward + pull)
    rush_h = chamber.store_share / (chamber.to_store + chamber.plate + pull)
    return chamber.drawn_c(layer_c), chamber.drawn_c(lasting_c), rush_h


def _deviation(weights: Vector, spread: tuple[Vector, ...]) -> float:
    total = sum(
        weight * other * spread[row][column]
        for row, weight in enumerate(weights)
        for column, other in enumerate(weights)
    )
    return float(max(total, 0.0) ** 0.5)


def _off(mean: Vector, chamber: Chamber) -> tuple[Square, Vector]:
    vector = list(mean)
    matrix, driven = [], []
    for rate, slopes in rows(vector, chamber, flow=0.0, heat=0.0)[:NODES]:
        row = [0.0] * NODES
        for place, slope in slopes:
            if place < NODES:
                row[place] = slope
        matrix.append(tuple(row))
        driven.append(rate - sum(one * x for one, x in zip(row, vector, strict=False)))
    return tuple(matrix), tuple(driven)


def _weights(matrix: Square) -> Vector:
    """Find the slowest left eigenvector by inverse iteration."""
    turned = tuple(zip(*matrix, strict=True))
    weights: Vector = (1.0 - OUTER, OUTER, 0.01, 0.01, 0.01)
    for _ in range(_ITERATIONS):
        weights = solved(turned, weights)
        total = sum(weights[:4])
        weights = tuple(one / total for one in weights)
    return weights


def _balance(
    matrix: Square, wanted: Vector, place: At, effect: float, setpoint_c: float
) -> tuple[Vector, float]:
    """Give the states and the power at `place` with which the beer goes on at the setpoint."""
    square = (
        *((*row, effect if number == place else 0.0) for number, row in enumerate(matrix)),
        (*BEER, 0.0),
    )
    *states, power = solved(square, (*wanted, setpoint_c))
    return tuple(states), power
