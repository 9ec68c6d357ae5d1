"""What a firmware makes of a probe: a fast and a slow filter, and the slope of the slow one.

Each filter is three equal sections of second order in a row. One section with the exponent b, a = 2 b + 4:

    y0 = (2 - 2^-b) y1 - (1 - 2^-b + 2^-(a-2)) y2 + 2^-a (x0 + 2 x1 + x2)

Its gain is 1 and its delay 4 * 2^b - 1 samples, so that of a filter 12 * 2^b - 3.
"""

from msgspec import Struct

from krausen.protocols.brewpi.cycle.counts import EXTRA_BITS, reading, saturated

LOST_AFTER = 60
"""A probe is lost when it has failed more often than this in a row."""
SLOPE_AFTER_S = 255
SLOPE_EVERY_S = 3
SLOPES_PER_HOUR = 1200
STEEPEST = 27
"""The slope counts no more than so many counts in three seconds, about 63 °C/h."""

Cascade = tuple[int, int, int, int, int, int, int, int, int]
"""The newest two values before each section, and the newest three behind the last, the newest first."""


class Exponents(Struct, frozen=True):
    """How slow the filters of a probe are."""

    fast: int
    slow: int
    slope: int


class Probe(Struct, frozen=True, gc=False):
    """A probe that answers, and its filters; `failed` counts the reads in a row that gave nothing."""

    fast: Cascade
    slow: Cascade
    slope: Cascade
    failed: int = 0
    slope_in_s: int = SLOPE_AFTER_S
    slow_before: int | None = None

    @property
    def fast_counts(self) -> int:
        """The temperature that decides on and off."""
        return self.fast[6] >> EXTRA_BITS

    @property
    def slow_counts(self) -> int:
        """The temperature that the PID goes by."""
        return self.slow[6] >> EXTRA_BITS

    @property
    def slope_counts(self) -> int:
        """The slope, counts per hour."""
        return saturated(self.slope[6] >> EXTRA_BITS)


def settled(value: int) -> Cascade:
    """Give a filter that has seen one value for ever."""
    return value, value, value, value, value, value, value, value, value


def filtered(cascade: Cascade, x0: int, b: int) -> Cascade:
    """Put a value through a filter of exponent b; counts with 16 bits below."""
    x1, x2, u1, u2, v1, v2, w1, w2, _ = cascade
    c, a = 2 * b + 2, 2 * b + 4
    u0 = 2 * u1 - (u1 >> b) - u2 + (u2 >> b) - (u2 >> c) + ((x0 + 2 * x1 + x2) >> a)
    v0 = 2 * v1 - (v1 >> b) - v2 + (v2 >> b) - (v2 >> c) + ((u0 + 2 * u1 + u2) >> a)
    w0 = 2 * w1 - (w1 >> b) - w2 + (w2 >> b) - (w2 >> c) + ((v0 + 2 * v1 + v2) >> a)
    return x0, x1, u0, u1, v0, v1, w0, w1, w2


def highest(cascade: Cascade) -> int | None:
    """Give the value before the last if it was a local maximum, in counts."""
    w0, w1, w2 = cascade[6:]
    return w1 >> EXTRA_BITS if w0 < w1 >= w2 else None


def lowest(cascade: Cascade) -> int | None:
    """Give the value before the last if it was a local minimum, in counts."""
    w0, w1, w2 = cascade[6:]
    return w1 >> EXTRA_BITS if w0 > w1 <= w2 else None


def heard(probe: Probe | None, celsius: float | None, exponents: Exponents) -> Probe | None:
    """Take what a probe told this second, None for nothing; give None for a lost one.

    One that comes back begins anew.
    """
    if celsius is None:
        return _missed(probe)
    x0 = reading(celsius) << EXTRA_BITS
    if probe is None:
        return Probe(settled(x0), settled(x0), settled(0))
    fast = filtered(probe.fast, x0, exponents.fast)
    slow = filtered(probe.slow, x0, exponents.slow)
    if probe.slope_in_s > 1:
        return Probe(fast, slow, probe.slope, 0, probe.slope_in_s - 1, probe.slow_before)
    slope, now = probe.slope, slow[6]
    if probe.slow_before is not None:
        most = STEEPEST << EXTRA_BITS
        change = min(max(now - probe.slow_before, -most), most)
        slope = filtered(slope, change * SLOPES_PER_HOUR, exponents.slope)
    return Probe(fast, slow, slope, 0, SLOPE_EVERY_S, now)


def _missed(probe: Probe | None) -> Probe | None:
    if probe is None or probe.failed >= LOST_AFTER:
        return None
    return Probe(probe.fast, probe.slow, probe.slope, probe.failed + 1, probe.slope_in_s, probe.slow_before)
