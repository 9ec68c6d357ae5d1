"""Conversion at the edges; inside, temperatures are °C and gravities SG.

A temperature and a temperature difference convert differently: 0 °C is 32 °F, a difference of 0 °C is 0 °F.
"""

from typing import Literal

TemperatureUnit = Literal["C", "F", "K"]


def celsius(value: float, unit: TemperatureUnit) -> float:
    """Give a temperature in °C. Kelvin and Fahrenheit by their definitions (BIPM, SI brochure, 9th edition)."""
    match unit:
        case "C":
            return value
        case "F":
            return (value - 32.0) / 1.8
        case "K":
            return value - 273.15


def celsius_difference(value: float, unit: TemperatureUnit) -> float:
    """Give a temperature difference in °C."""
    return value / 1.8 if unit == "F" else value
