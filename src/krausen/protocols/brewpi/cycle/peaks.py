"""Learning by how much the fridge overshoots after a run: one estimator for heating, one for cooling.

After a run the fridge is watched for its peak. An overshoot that was larger than expected lets the estimator
grow, a smaller one lets it shrink. They are °C per hour that the run lasted.
"""

from msgspec import Struct
from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.counts import LARGEST, celsius
from krausen.protocols.brewpi.cycle.filters import Probe, highest, lowest
from krausen.protocols.brewpi.cycle.running import Lesson, Running
from krausen.protocols.brewpi.cycle.tuning import Tuning
from krausen.protocols.brewpi.parameters import COUNTS_PER_C

HIGH_PEAK, LOW_PEAK, HIGH_DRIFT, LOW_DRIFT = 17, 18, 19, 20
"""The notes that a controller logs."""
LEAST = 25
"""An estimator that grows is no less than 0.05 °C/h."""

_GROWTH, _MOST_GROWTH = 614, 768
_SHRINKING, _MOST_SHRINKING = 426, 341
_PER_C_SHIFT = 5


def grown(estimator: int, error: int) -> int:
    """Multiply by 1.2 and 1/32 for each °C of error, at most by 1.5."""
    factor = min(_GROWTH + (abs(error) >> _PER_C_SHIFT), _MOST_GROWTH)
    return min(max(estimator * factor // COUNTS_PER_C, LEAST), LARGEST)


def shrunk(estimator: int, error: int) -> int:
    """Multiply by 0.832 less 1/32 for each °C of error, at least by 0.667."""
    factor = max(_SHRINKING - (abs(error) >> _PER_C_SHIFT), _MOST_SHRINKING)
    return estimator * factor // COUNTS_PER_C


def watched(tuning: Tuning, running: Running) -> tuple[Running, tuple[Lesson, ...]]:
    """Look whether a peak that is awaited has come, or has not come in time, and learn from it."""
    fridge, lessons = running.fridge, list[Lesson]()
    if fridge is None:
        return running, ()
    if running.peaks.awaits_high and not running.state.heats:
        run = _heated(tuning, running, fridge)
        over, lesson = _judged(run, fridge)
        if over:
            running = _after_heating(running, run, lesson)
        lessons += [lesson] if lesson else []
    if running.peaks.awaits_low and not running.state.cools:
        run = _cooled(tuning, running, fridge)
        over, lesson = _judged(run, fridge)
        if over:
            running = _after_cooling(running, run, lesson)
        lessons += [lesson] if lesson else []
    return running, tuple(lessons)


class _Run(Struct, frozen=True):
    """A run that is over: `way` is 1 for heat, -1 for cold, and errors count in this direction."""

    way: int
    in_time: bool
    peak: int | None
    expected: int | None
    estimator: int
    larger: int
    smaller: int
    logs: tuple[int, int]


def _heated(tuning: Tuning, running: Running, fridge: Probe) -> _Run:
    return _Run(
        way=1,
        in_time=running.since_s(running.heat_at_s) <= tuning.times.heat_peak_s,
        peak=highest(fridge.slow),
        expected=running.peaks.high_estimate,
        estimator=running.heat_estimator,
        larger=tuning.heat_target_high,
        smaller=tuning.heat_target_low,
        logs=(HIGH_PEAK, HIGH_DRIFT),
    )


def _cooled(tuning: Tuning, running: Running, fridge: Probe) -> _Run:
    return _Run(
        way=-1,
        in_time=running.since_s(running.cool_at_s) <= tuning.times.cool_peak_s,
        peak=lowest(fridge.slow),
        expected=running.peaks.low_estimate,
        estimator=running.cool_estimator,
        larger=-tuning.cool_target_low,
        smaller=-tuning.cool_target_high,
        logs=(LOW_PEAK, LOW_DRIFT),
    )


def _judged(run: _Run, fridge: Probe) -> tuple[bool, Lesson | None]:
    """Tell whether the watch is over, and what is learned."""
    if run.peak is None and run.in_time:
        return False, None
    if run.expected is None:
        return True, None
    if run.peak is not None:
        return True, _lesson(run, run.peak, run.expected, run.logs[0])
    drifted = fridge.fast_counts
    is_short = run.way * (drifted - run.expected) < run.smaller
    return True, _lesson(run, drifted, run.expected, run.logs[1]) if is_short else None


def _lesson(run: _Run, peak: int, expected: int, log: int) -> Lesson:
    error, before = run.way * (peak - expected), run.estimator
    if error > run.larger:
        return Lesson(log, peak, expected, before, grown(before, error))
    after = shrunk(before, error) if error < run.smaller else before
    return Lesson(log, peak, expected, before, after)


def _after_heating(running: Running, run: _Run, lesson: Lesson | None) -> Running:
    high = running.peaks.high if run.peak is None else run.peak
    peaks = replace(running.peaks, awaits_high=False, high=high)
    if lesson is None or lesson.after == lesson.before:
        return replace(running, peaks=peaks)
    stored = replace(running.stored, heat_estimator=celsius(lesson.after))
    return replace(running, peaks=peaks, heat_estimator=lesson.after, stored=stored)


def _after_cooling(running: Running, run: _Run, lesson: Lesson | None) -> Running:
    low = running.peaks.low if run.peak is None else run.peak
    peaks = replace(running.peaks, awaits_low=False, low=low)
    if lesson is None or lesson.after == lesson.before:
        return replace(running, peaks=peaks)
    stored = replace(running.stored, cool_estimator=celsius(lesson.after))
    return replace(running, peaks=peaks, cool_estimator=lesson.after, stored=stored)
