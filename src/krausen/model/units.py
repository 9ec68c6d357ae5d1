"""Conversion at the edges; inside, temperatures are °C and gravities SG.

A temperature and a temperature difference convert differently: 0 °C is 32 °F, a difference of 0 °C is 0 °F.
"""

from typing import Literal

TemperatureUnit = Literal["C", "F", "K"]

_POLE = 1e-6


def celsius(value: float, unit: TemperatureUnit) -> float:
    """Give a temperature in °C. Kelvin and Fahrenheit by their definitions (BIPM, SI brochure, 9th edition).

    Rounded to a billionth, so that a round number of °C comes out as one: 17.6 °F is -8 °C, not a hair more.
    """
    if unit == "F":
        return round((value - 32.0) / 1.8, 9)
    if unit == "K":
        return round(value - 273.15, 9)
    return value


def celsius_difference(value: float, unit: TemperatureUnit) -> float:
    """Give a temperature difference in °C."""
    return value / 1.8 if unit == "F" else value


def gravity_of(plato: float) -> float:
    """Give the specific gravity 20/20 of an extract in °Plato, SG = 1 + P / (258.6 - 227.1 P / 258.2).

    That is the usual fit to the tables of the ASBC. What no extract can be gives what no gravity can be.
    """
    divisor = 258.6 - 227.1 / 258.2 * plato
    return 1.0 + plato / divisor if abs(divisor) > _POLE else -1.0
