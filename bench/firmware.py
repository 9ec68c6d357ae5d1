"""What BrewPi's real firmware made on the reference bench, same chambers and scenarios, five seeds."""

SWITCHING = "abcdef"
STEPS = "abdg"
HOLDS = "acde"

SETTLE_H = {
    "fridge2014": (3.2, 13.6, 6.5, 6.9),
    "freezer20": (3.8, 18.8, 3.1, 8.4),
    "fridge20": (4.4, 28.0, 4.4, 8.0),
    "fridge20tape": (6.0, 30.3, 15.7, 7.4),
    "freezer60": (5.4, 28.5, 4.3, 8.7),
    "glycol300": (2.8, 8.1, 1.7, 4.1),
}
"""Settling in scenarios a, b, d and g."""

_WELL = (0.025, 32.42, 0.26)
MEANS = {
    "fridge2014": (0.124, 17.29, 0.70),
    "freezer20": _WELL,
    "fridge20": _WELL,
    "freezer60": _WELL,
    "fridge20tape": (0.201, 49.53, 0.74),
    "glycol300": (0.080, 37.43, 3.28),
}
"""Means: rmse, °C, over a c d e; starts a day over a to f; kWh a day over all.

The three chambers with a thermowell and a compressor are told as one.
"""
