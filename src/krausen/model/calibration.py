"""Raw value to true value."""

from math import isfinite

from msgspec import Struct


class Calibration(Struct, frozen=True):
    """A polynomial in the raw value, lowest power first: `(0.3, 1.0)` adds 0.3, `(0.0, 1.02)` scales."""

    coefficients: tuple[float, ...] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if not self.coefficients or not all(map(isfinite, self.coefficients)):
            raise ValueError("A calibration has at least one coefficient, and each is a number.")

    def true(self, raw: float) -> float:
        """Give the calibrated value of a raw one (Horner's scheme)."""
        value = 0.0
        for coefficient in reversed(self.coefficients):
            value = value * raw + coefficient
        return value
