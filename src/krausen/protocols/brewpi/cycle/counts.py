"""The numbers a firmware counts in: 1/512 °C in 16 bits, temperatures from -16 to 112 °C."""

from krausen.protocols.brewpi.parameters import COUNTS_PER_C

EXTRA_BITS = 16
"""Filters go on counting in so many bits below a count."""
LARGEST = 2**15 - 1
LOWEST = -16 * COUNTS_PER_C + 2
"""The two lowest numbers of a temperature stand for none."""
HIGHEST = 112 * COUNTS_PER_C - 1
PROBE_STEPS_PER_C = 16
"""Probes tell 1/16 °C."""


def temperature(celsius: float) -> int:
    """Give the nearest temperature that can be counted."""
    return min(max(round(celsius * COUNTS_PER_C), LOWEST), HIGHEST)


def difference(celsius: float) -> int:
    """Give the nearest difference, or gain, that can be counted: up to 64 °C."""
    return saturated(round(celsius * COUNTS_PER_C))


def saturated(counts: int) -> int:
    """Keep a difference in 16 bits."""
    return min(max(counts, -LARGEST - 1), LARGEST)


def reading(celsius: float) -> int:
    """Give what a probe reports, in counts."""
    return round(celsius * PROBE_STEPS_PER_C) * (COUNTS_PER_C // PROBE_STEPS_PER_C)


def celsius(counts: int) -> float:
    """Give °C, exactly."""
    return counts / COUNTS_PER_C


def perhaps(counts: int | None) -> float | None:
    """Give °C, exactly; None for none."""
    return None if counts is None else counts / COUNTS_PER_C


def product(one: int, other: int) -> int:
    """Multiply two numbers counted in 1/512, within 16 bits."""
    return saturated(one * other // COUNTS_PER_C)
