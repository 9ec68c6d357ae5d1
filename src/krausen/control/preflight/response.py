"""What an output does to a probe: how far that departs from where it was drifting, how fast and how late."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp
from operator import itemgetter

from msgspec import Struct

BASE_S = 600.0
"""The drift is read from the last ten minutes before the output goes on."""
SETTLE_S = 1800.0
"""A drift dies away with this time constant; what follows is compared with that."""
QUIET_C_H = 2.0
"""A slower drift is rest."""
RATE_S = 300.0
"""The span over which the steepest change is taken."""

Trace = Sequence[tuple[float, float]]
"""Times in seconds with values in °C, oldest first."""


class Drift(Struct, frozen=True, gc=False):
    """Where a probe is at `at_s`, and how fast it changes then, °C/s."""

    c: float
    slope: float
    at_s: float

    @property
    def c_h(self) -> float:
        """The drift in °C/h."""
        return self.slope * 3600.0

    @property
    def is_quiet(self) -> bool:
        """Whether this is rest."""
        return abs(self.c_h) <= QUIET_C_H

    def then(self, at_s: float) -> float:
        """Give how far the probe would get later if nothing were switched and it kept on drifting, °C."""
        return self.c + self.slope * SETTLE_S * (1.0 - exp((self.at_s - at_s) / SETTLE_S))

    def departure(self, at_s: float, c: float) -> float:
        """Give how far a value is outside of everything that drifting explains, °C; 0 inside."""
        low, high = sorted((self.c, self.then(at_s)))
        return c - high if c > high else min(0.0, c - low)


class Response(Struct, frozen=True, gc=False):
    """What a probe did after an output went on.

    `peak_c` is the strongest departure that lasted two looks, with its sign; `after_s` how long after the
    switch that was; `delay_s` how long it took to begin (None: it never did); `rate_c_h` the steepest change
    in that direction.
    """

    peak_c: float = 0.0
    after_s: float = 0.0
    delay_s: float | None = None
    rate_c_h: float = 0.0


NOTHING = Response()


def drift(trace: Trace, at_s: float) -> Drift | None:
    """Fit a line by least squares through the last `BASE_S` up to `at_s`; None without two times in it."""
    found = [(s - at_s, c) for s, c in trace if at_s - BASE_S <= s <= at_s]
    if len(found) < 2:
        return None
    mean_s = sum(s for s, _ in found) / len(found)
    mean_c = sum(c for _, c in found) / len(found)
    spread = sum((s - mean_s) ** 2 for s, _ in found)
    if spread <= 0.0:
        return None
    slope = sum((s - mean_s) * (c - mean_c) for s, c in found) / spread
    return Drift(mean_c - slope * mean_s, slope, at_s)


def response(trace: Trace, base: Drift, begins_c: float) -> Response:
    """Say what followed on the switch at `base.at_s`; it counts as begun at a departure of `begins_c`."""
    lasting = list(_lasting([(s, base.departure(s, c)) for s, c in trace if s > base.at_s]))
    if not lasting:
        return NOTHING
    at_s, peak_c = max(lasting, key=lambda one: abs(one[1]))
    way = 1.0 if peak_c >= 0.0 else -1.0
    begun = (s for s, c in lasting if way * c >= begins_c)
    begun_s = next(begun, None)
    return Response(
        peak_c=peak_c,
        after_s=at_s - base.at_s,
        delay_s=None if begun_s is None else begun_s - base.at_s,
        rate_c_h=max(0.0, max(_rates(trace, base.at_s, way), default=0.0)),
    )


def newest(trace: Trace, base: Drift) -> float:
    """Give the departure that lasts now, °C; 0 while there is none."""
    last = list(_lasting([(s, base.departure(s, c)) for s, c in trace[-2:] if s > base.at_s]))
    return last[-1][1] if last else 0.0


def _lasting(departures: Trace) -> Iterator[tuple[float, float]]:
    """Give, of each two neighbours on one side, the smaller one; nobody is led astray by a single value."""
    for (_, before), (at_s, now) in pairwise(departures):
        yield at_s, (min((before, now), key=abs) if before * now > 0.0 else 0.0)


def _rates(trace: Trace, since_s: float, way: float) -> Iterator[float]:
    """Give the changes over `RATE_S` in one direction, °C/h."""
    found = [one for one in trace if one[0] >= since_s]
    for at_s, c in found:
        later = [one for one in found if at_s < one[0] <= at_s + RATE_S]
        if later and (last := max(later, key=itemgetter(0)))[0] - at_s >= RATE_S / 2:
            yield way * (last[1] - c) / (last[0] - at_s) * 3600.0
