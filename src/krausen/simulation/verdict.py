"""What a run came to: how far the beer was off, how soon it got there, how often its outputs switched.

All of it is worked out from a trace: the true mean temperature of the beer minute by minute, which no probe
sees, and the moments at which heater and cooler were switched.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt
from statistics import fmean

from msgspec import Struct

from krausen.control.interlocks import Hardware, Times
from krausen.model.vessel import Role
from krausen.simulation.scenario import HOUR_S, Scenario

CLOSE_C = 0.25
"""Settled is who stays this close to the setpoint…"""
STAY_S = 2 * HOUR_S
"""…for as long as this."""
FOLLOWS_S = 2 * HOUR_S
"""So long after a lost probe came back its loss may still be felt."""


class Sample(Struct, frozen=True, gc=False, array_like=True):
    """A moment of a run: second, setpoint, true mean beer, chamber air and room, °C.

    `is_lost` tells whether the beer probe gave nothing then.
    """

    at_s: int
    setpoint_c: float
    beer_c: float
    air_c: float
    room_c: float
    is_lost: bool = False

    @property
    def error_c(self) -> float:
        """How much too warm the beer is."""
        return self.beer_c - self.setpoint_c


class Stretch(Struct, frozen=True, gc=False, array_like=True):
    """An output was on between two seconds; `whole` is False where the run, or the mains, cut it short."""

    role: Role
    from_s: float
    until_s: float
    whole: bool = True


class Trace(Struct, frozen=True, kw_only=True):
    """A run: evenly spaced samples in order of time, the times its outputs were on, and the electricity."""

    samples: tuple[Sample, ...]
    stretches: tuple[Stretch, ...]
    kwh: float


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a run, or means of several.

    Errors are those of the true beer: root mean square, largest, and mean (positive is too warm), from the
    hour on at which the scenario counts as held; `overshoot_c` is the farthest beyond the setpoint over the
    whole run, `lost_c` the largest error while the beer probe was lost and for two hours after, 0 where it
    never was. Starts of cooler and heater, and changes from one to the other, are counted per day.
    """

    rmse_c: float
    max_c: float
    bias_c: float
    overshoot_c: float
    lost_c: float
    settle_h: float
    starts_per_day: float
    heats_per_day: float
    alternations_per_day: float
    kwh_per_day: float
    short_cycles: int


def figures(scenario: Scenario, hardware: Hardware, trace: Trace) -> Figures:
    """Work out the figures. The trace has a sample from the hour on that the scenario counts as held."""
    held_c = [sample.error_c for sample in trace.samples if sample.at_s >= scenario.hold_h * HOUR_S]
    starts = {role: sum(one.role is role for one in trace.stretches) for role in (Role.COOL, Role.HEAT)}
    return Figures(
        rmse_c=sqrt(fmean(error_c**2 for error_c in held_c)),
        max_c=max(map(abs, held_c)),
        bias_c=fmean(held_c),
        overshoot_c=overshoot_c(scenario, trace.samples),
        lost_c=lost_c(trace.samples),
        settle_h=settled_h(scenario, trace.samples),
        starts_per_day=starts[Role.COOL] / scenario.days,
        heats_per_day=starts[Role.HEAT] / scenario.days,
        alternations_per_day=alternations(trace.stretches) / scenario.days,
        kwh_per_day=trace.kwh / scenario.days,
        short_cycles=short_cycles(hardware, trace.stretches),
    )


def overshoot_c(scenario: Scenario, samples: Sequence[Sample]) -> float:
    """Give how far the beer went beyond the setpoint from where it started; to either side without a step."""
    step_c = scenario.step_c
    if step_c == 0.0:
        return max(abs(sample.error_c) for sample in samples)
    way = 1.0 if step_c > 0.0 else -1.0
    return max(0.0, *(way * sample.error_c for sample in samples))


def lost_c(samples: Sequence[Sample]) -> float:
    """Give the largest error while the beer probe was lost, and for two hours after; 0 if it never was."""
    lost_s = [sample.at_s for sample in samples if sample.is_lost]
    if not lost_s:
        return 0.0
    around = [one for one in samples if lost_s[0] <= one.at_s <= lost_s[-1] + FOLLOWS_S]
    return max(abs(one.error_c) for one in around)


def settled_h(scenario: Scenario, samples: Sequence[Sample]) -> float:
    """Give the hours until the beer came to stay; those that are left if it never did.

    They count from the scenario's own hour. Staying is being close at every sample for two hours.
    """
    from_s = scenario.settle_from_h * HOUR_S
    since_s: float | None = None
    for sample in samples:
        if sample.at_s < from_s:
            continue
        if abs(sample.error_c) > CLOSE_C:
            since_s = None
        elif since_s is None:
            since_s = sample.at_s
        elif sample.at_s - since_s >= STAY_S:
            return (since_s - from_s) / HOUR_S
    return (scenario.seconds - from_s) / HOUR_S


def alternations(stretches: Sequence[Stretch]) -> int:
    """Count how often the one output started after the other had run."""
    return sum(former.role is not later.role for former, later in pairwise(stretches))


def short_cycles(hardware: Hardware, stretches: Sequence[Stretch]) -> int:
    """Count runs below the minimum time on, unless cut short from outside, and starts within that off."""
    return sum(
        _short_cycles(times, [one for one in stretches if one.role is role])
        for role, times in ((Role.HEAT, hardware.heat), (Role.COOL, hardware.cool))
        if times is not None
    )


def _short_cycles(times: Times, stretches: Sequence[Stretch]) -> int:
    runs = sum(one.whole and one.until_s - one.from_s < times.min_on_s for one in stretches)
    return runs + sum(rest_s < times.min_off_s for rest_s in _rests_s(stretches))


def _rests_s(stretches: Sequence[Stretch]) -> Iterator[float]:
    for former, later in pairwise(stretches):
        yield later.from_s - former.until_s
