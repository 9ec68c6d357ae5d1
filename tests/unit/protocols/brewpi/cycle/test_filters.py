import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.protocols.brewpi.cycle.counts import (
    HIGHEST,
    LARGEST,
    LOWEST,
    difference,
    product,
    reading,
    temperature,
)
from krausen.protocols.brewpi.cycle.filters import (
    LOST_AFTER,
    SLOPE_AFTER_S,
    Exponents,
    Probe,
    filtered,
    heard,
    highest,
    lowest,
    settled,
)

BEER = Exponents(fast=3, slow=4, slope=4)


def listened(readings: list[float | None], probe: Probe | None = None) -> Probe | None:
    for celsius in readings:
        probe = heard(probe, celsius, BEER)
    return probe


def answering(readings: list[float | None], probe: Probe | None = None) -> Probe:
    found = listened(readings, probe)
    assert found is not None
    return found


def test_temperatures_and_differences_stay_within_what_is_counted() -> None:
    assert (temperature(-50.0), temperature(500.0)) == (LOWEST, HIGHEST)
    assert (temperature(20.0), difference(-0.3)) == (10_240, -154)
    assert (difference(100.0), difference(-100.0)) == (LARGEST, -LARGEST - 1)
    assert reading(20.07) == 32 * 321
    assert product(difference(5.0), difference(0.2)) == difference(0.2) * 5
    assert product(LARGEST, LARGEST) == LARGEST


@pytest.mark.parametrize(("b", "delay_s"), [(1, 21), (3, 93), (4, 189)])
def test_a_filter_follows_a_ramp_with_its_delay(b: int, delay_s: int) -> None:
    per_s = 1 << 16
    cascade = settled(0)
    for second in range(1, 20 * delay_s):
        cascade = filtered(cascade, second * per_s, b)
    assert (20 * delay_s - 1) * per_s - cascade[6] == pytest.approx(delay_s * per_s, rel=0.01)


@pytest.mark.parametrize(("b", "half_s"), [(0, 3), (1, 6), (2, 13), (3, 26), (4, 53), (5, 106), (6, 213)])
def test_half_of_a_step_is_through_after_three_times_the_delay_of_a_section(b: int, half_s: int) -> None:
    cascade, seconds = settled(0), 0
    while cascade[6] < 256 << 16:
        cascade = filtered(cascade, 512 << 16, b)
        seconds += 1
    assert seconds == pytest.approx(3 * half_s, rel=0.15, abs=4)


@given(st.integers(-8000, 57_000), st.integers(-8000, 57_000), st.integers(0, 5))
def test_a_filter_comes_to_what_it_is_given(start: int, end: int, b: int) -> None:
    cascade = settled(start << 16)
    for _ in range(40 * 2**b + 40):
        cascade = filtered(cascade, end << 16, b)
    assert cascade[6] >> 16 == pytest.approx(end, abs=max(abs(end - start) // 1000, 1))


def test_a_probe_that_rises_evenly_has_a_slope() -> None:
    per_h = 2.0
    probe = answering([20.0 + per_h * second / 3600 for second in range(3 * 3600)])
    assert probe.slope_counts / 512 == pytest.approx(per_h, abs=0.1)


def test_the_slope_begins_late_and_is_limited() -> None:
    rising: list[float | None] = [20.0 + 0.1 * second for second in range(5000)]
    early = answering(rising[: SLOPE_AFTER_S + 2])
    assert early.slope_counts == 0
    assert answering(rising).slope_counts == pytest.approx(27 * 1200, abs=20)
    falling: list[float | None] = [90.0 - 0.1 * second for second in range(1000)]
    assert -27 * 1200 <= answering(falling).slope_counts < -20_000


def test_a_probe_is_lost_after_sixty_failures_and_begins_anew() -> None:
    probe = answering([20.0] * 300)
    assert answering([None] * LOST_AFTER, probe).fast_counts == reading(20.0)
    assert answering([*[None] * LOST_AFTER, 20.0], probe).failed == 0
    assert listened([None] * (LOST_AFTER + 1), probe) is None
    assert listened([None]) is None
    back = answering([*[None] * (LOST_AFTER + 1), 5.0], probe)
    assert (back.fast_counts, back.slow_counts, back.slope_in_s) == (reading(5.0),) * 2 + (SLOPE_AFTER_S,)


def test_local_extremes_are_seen_one_sample_later() -> None:
    def behind(newest: int, middle: int, oldest: int) -> tuple[int | None, int | None]:
        cascade = (0, 0, 0, 0, 0, 0, newest << 16, middle << 16, oldest << 16)
        return highest(cascade), lowest(cascade)

    assert behind(1, 5, 3) == (5, None)
    assert behind(1, 5, 5) == (5, None)
    assert behind(5, 1, 3) == (None, 1)
    assert behind(5, 4, 3) == (None, None)
    assert behind(5, 5, 5) == (None, None)
