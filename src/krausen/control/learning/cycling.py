"""How wide a band is worth its starts: what a cycle of a width does to the beer, and how often it comes.

A first-harmonic (describing function) view of an on-off loop (Åström, Hägglund: PID Controllers, 2nd ed.,
ISA 1995, chapter 2): the output is a rectangular wave whose period follows from band, load and power; what
reaches the beer of its fundamental is told by the learned model at that frequency.
"""

from math import pi, sin, sqrt

from krausen.control.learning.chamber import OUTER, At
from krausen.control.learning.linear import solved
from krausen.control.learning.slowmode import NODES, SlowMode

WIDTHS_C = (0.0, 0.03, 0.05, 0.08, 0.11, 0.15, 0.2)
_SHORTEST_H = 1.0 / 120.0


def best_band(mode: SlowMode, shortest_h: float, start_cost: float) -> float:
    """Give the band to either side, °C, whose mean square error and starts together are least.

    `start_cost` is what a start a day may add to the mean square error, °C²; `shortest_h` the shortest run.
    """
    power = mode.cooling if mode.load >= 0.0 else mode.heating
    place = At.STORE if mode.load >= 0.0 else At.HEATER
    load, run_h = abs(mode.load), max(shortest_h, _SHORTEST_H)
    pulse = (mode.cooled(run_h) if mode.load >= 0.0 else power * run_h) - load * run_h
    if not (0.0 < load < power and pulse > 0.0):
        return WIDTHS_C[3]

    def cost(band_c: float) -> float:
        swing = max(2.0 * band_c, pulse)
        period_h = swing / load + swing / (power - load)
        error = _reaching(mode, place, power / mode.weights[place], load / power, 2.0 * pi / period_h)
        return error**2 + start_cost * 24.0 / period_h

    return min(WIDTHS_C, key=cost)


def _reaching(mode: SlowMode, place: At, power: float, share: float, omega: float) -> float:
    """Give the root mean square of the beer's swing for a wave that is on for a share; `omega` in 1/h."""
    square = [
        [complex(-one, omega if row == column else 0.0) for column, one in enumerate(line)]
        for row, line in enumerate(mode.matrix)
    ]
    states = solved(square, [complex(power * (number == place)) for number in range(NODES)])
    beer = (1.0 - OUTER) * states[At.CORE] + OUTER * states[At.LAYER]
    return abs(beer) * 2.0 / pi * sin(pi * share) / sqrt(2.0)
