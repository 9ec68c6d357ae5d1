from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.counts import LARGEST, celsius, difference, temperature
from krausen.protocols.brewpi.cycle.filters import Probe, settled
from krausen.protocols.brewpi.cycle.memory import begun
from krausen.protocols.brewpi.cycle.peaks import grown, shrunk, watched
from krausen.protocols.brewpi.cycle.running import Lesson, Peaks, Running
from krausen.protocols.brewpi.cycle.tuning import tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.states import Mode, State

TUNING = tuning(Constants())
HEAT, COOL = 102, difference(5.0)


def fridge(fast_c: float, slow_c: tuple[float, float, float]) -> Probe:
    """Make a probe with the newest values of its filters, the newest first."""
    newest, middle, oldest = (temperature(one) << 16 for one in slow_c)
    return Probe(settled(temperature(fast_c) << 16), (0, 0, 0, 0, 0, 0, newest, middle, oldest), settled(0))


def waiting(peaks: Peaks, seen: Probe | None, **changes: Any) -> Running:
    plain = begun(Constants(), Settings(mode=Mode.FRIDGE, fridge_set_c=20.0))
    return replace(plain, peaks=peaks, fridge=seen, **{"uptime_s": 300, **changes})


def after_heat(expected_c: float | None, seen: Probe | None, **changes: Any) -> Running:
    estimate = None if expected_c is None else temperature(expected_c)
    return waiting(Peaks(awaits_high=True, high_estimate=estimate), seen, **changes)


def after_cold(expected_c: float | None, seen: Probe | None, **changes: Any) -> Running:
    estimate = None if expected_c is None else temperature(expected_c)
    return waiting(Peaks(awaits_low=True, low_estimate=estimate), seen, **changes)


TOP = (20.4, 20.5, 20.4)
BOTTOM = (19.6, 19.5, 19.6)
RISING, FALLING = (20.2, 20.1, 20.0), (19.8, 19.9, 20.0)


@pytest.mark.parametrize(
    ("expected_c", "way"), [(20.5, 0), (20.25, 0), (20.1, 1), (20.65, 0), (20.8, -1), (15.0, 1), (26.0, -1)]
)
def test_heating_is_judged_by_its_peak(expected_c: float, way: int) -> None:
    now, (lesson,) = watched(TUNING, after_heat(expected_c, fridge(20.0, TOP)))
    error = temperature(20.5) - temperature(expected_c)
    after = {1: grown(HEAT, error), 0: HEAT, -1: shrunk(HEAT, error)}[way]
    assert lesson == Lesson(17, temperature(20.5), temperature(expected_c), HEAT, after)
    assert (now.heat_estimator, now.cool_estimator) == (after, COOL)
    assert now.peaks == Peaks(high=temperature(20.5), high_estimate=temperature(expected_c))
    assert now.stored.heat_estimator == celsius(after)


@pytest.mark.parametrize(
    ("expected_c", "way"), [(19.5, 0), (19.75, 0), (19.9, 1), (19.35, 0), (19.2, -1), (25.0, 1), (14.0, -1)]
)
def test_cooling_is_judged_by_its_peak(expected_c: float, way: int) -> None:
    now, (lesson,) = watched(TUNING, after_cold(expected_c, fridge(20.0, BOTTOM)))
    error = temperature(19.5) - temperature(expected_c)
    after = {1: grown(COOL, error), 0: COOL, -1: shrunk(COOL, error)}[way]
    assert lesson == Lesson(18, temperature(19.5), temperature(expected_c), COOL, after)
    assert (now.heat_estimator, now.cool_estimator) == (HEAT, after)
    assert (now.peaks.awaits_low, now.peaks.low) == (False, temperature(19.5))
    assert now.stored.cool_estimator == celsius(after)


def test_before_its_window_is_over_a_peak_is_waited_for() -> None:
    for now in (after_heat(20.5, fridge(20.0, RISING)), after_cold(19.5, fridge(20.0, FALLING))):
        assert watched(TUNING, now) == (now, ())


@pytest.mark.parametrize(("fast_c", "log"), [(20.0, 19), (20.4, None), (21.0, None)])
def test_heat_that_never_came_to_a_peak_makes_the_estimator_shrink(fast_c: float, log: int | None) -> None:
    late = after_heat(20.5, fridge(fast_c, RISING), uptime_s=901)
    now, lessons = watched(TUNING, late)
    assert [lesson.log for lesson in lessons] == ([] if log is None else [log])
    assert (now.heat_estimator < HEAT) is (log is not None)
    assert (now.peaks.awaits_high, now.peaks.high) == (False, None)


@pytest.mark.parametrize(("fast_c", "log"), [(20.0, 20), (19.6, None), (19.0, None)])
def test_cold_that_never_came_to_a_peak_makes_the_estimator_shrink(fast_c: float, log: int | None) -> None:
    late = after_cold(19.5, fridge(fast_c, FALLING), uptime_s=1801)
    now, lessons = watched(TUNING, late)
    assert [lesson.log for lesson in lessons] == ([] if log is None else [log])
    assert (now.cool_estimator < COOL) is (log is not None)
    assert (now.peaks.awaits_low, now.peaks.low) == (False, None)


def test_a_run_that_was_cut_short_teaches_nothing() -> None:
    now, lessons = watched(TUNING, after_heat(None, fridge(20.0, TOP)))
    assert (lessons, now.peaks.awaits_high, now.peaks.high) == ((), False, temperature(20.5))
    now, lessons = watched(TUNING, after_cold(None, fridge(20.0, FALLING), uptime_s=1801))
    assert (lessons, now.peaks.awaits_low) == ((), False)


def test_while_it_runs_or_without_a_probe_nothing_is_judged() -> None:
    for now in (
        after_heat(20.5, fridge(20.0, TOP), state=State.HEATING_MINIMUM),
        after_cold(19.5, fridge(20.0, BOTTOM), state=State.COOLING),
        after_heat(20.5, None),
    ):
        assert watched(TUNING, now) == (now, ())


@given(st.integers(0, LARGEST), st.integers(-65_000, 65_000))
def test_estimators_change_by_a_fifth_to_a_half(estimator: int, error: int) -> None:
    more, less = grown(estimator, error), shrunk(estimator, error)
    assert more <= LARGEST
    assert more >= 25
    assert more == LARGEST or more <= max(estimator * 1.5, 25)
    assert more == LARGEST or more >= int(estimator * 614 / 512)
    assert int(estimator * 341 / 512) <= less <= estimator * 0.833


def test_ratios_are_those_of_the_firmware() -> None:
    big = difference(32.0)
    assert grown(big, 0) / big == pytest.approx(1.2, abs=0.002)
    assert grown(big, difference(2.0)) / big == pytest.approx(1.262, abs=0.002)
    assert grown(big, difference(30.0)) / big == pytest.approx(1.5, abs=0.002)
    assert shrunk(big, 0) / big == pytest.approx(0.832, abs=0.002)
    assert shrunk(big, difference(2.0)) / big == pytest.approx(0.770, abs=0.002)
    assert shrunk(big, difference(30.0)) / big == pytest.approx(0.667, abs=0.002)
    assert grown(0, 0) == 25
