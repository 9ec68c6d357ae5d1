"""How far a fermentation has come, told by two densities."""

from krausen.brewing.gravity import plato_of

_TRUE, _SEEMING = 0.1808, 0.8192
_ETHANOL = 0.794
"""Density of ethanol at 20 °C, against water."""


def attenuation(original: float, present: float) -> float | None:
    """Give the apparent attenuation in percent of the extract: (OE - AE) / OE, both in °Plato.

    None where there was no extract. Negative where the gravity has risen.
    """
    extract = plato_of(original)
    return None if original <= 1.0 or extract <= 0.0 else 100.0 * (extract - plato_of(present)) / extract


def alcohol(original: float, present: float) -> float | None:
    """Give the alcohol in percent by volume; None where there was no extract or the gravity has risen.

    By Balling (1865), as J. De Clerck gives it in "A Textbook of Brewing" (1957): the real extract is
    0.1808 OE + 0.8192 AE, and what is gone of it made (OE - RE) / (2.0665 - 0.010665 OE) percent by weight.
    """
    if original <= 1.0 or present > original:
        return None
    extract = plato_of(original)
    real = _TRUE * extract + _SEEMING * plato_of(present)
    by_weight = (extract - real) / (2.0665 - 0.010665 * extract)
    return by_weight * present / _ETHANOL
