"""Simulated time is a grid of whole seconds that only runs forward."""

from math import floor

from krausen.errors import Defect


def last_second(at_s: int, to_s: float) -> int:
    """Give the last whole second not after `to_s`. Raises Defect when it lies before `at_s`."""
    second = floor(to_s)
    if second < at_s:
        raise Defect(
            f"The simulation is at second {at_s} and cannot go back to {to_s}; restore a snapshot instead."
        )
    return second
