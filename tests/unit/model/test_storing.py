from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.model.reading import Quality, Reading
from krausen.model.series import WHOLE, SeriesName, StoreRule
from krausen.model.storing import keeps

NAME = SeriesName("cellar", "probe", "temperature")
SIXTEENTHS = st.integers(0, 640).map(lambda steps: steps / 16.0)
GAPS_MS = st.lists(st.integers(1, 90_000), min_size=1, max_size=80)
VALUES = st.lists(SIXTEENTHS, min_size=80, max_size=80)
RULES = st.builds(
    lambda every_s, steps, more_s: StoreRule(
        every_s=every_s, deadband=steps / 16.0, longest_s=every_s + more_s
    ),
    st.floats(0.0, 30.0),
    st.integers(0, 32),
    st.floats(1.0, 300.0),
)
QUIET = StoreRule(every_s=10.0, deadband=0.5, longest_s=60.0)


def reading(t: int, v: float, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(NAME, t, v, quality)


def course(gaps_ms: list[int], values: list[float]) -> list[Reading]:
    """Readings at these distances in time."""
    times = [sum(gaps_ms[: number + 1]) for number in range(len(gaps_ms))]
    return [reading(t, v) for t, v in zip(times, values, strict=False)]


def kept(rule: StoreRule, readings: list[Reading]) -> list[Reading]:
    """Those that history keeps."""
    stored: list[Reading] = []
    for one in readings:
        if keeps(rule, stored[-1] if stored else None, one):
            stored.append(one)
    return stored


def test_the_first_is_kept() -> None:
    assert keeps(QUIET, None, reading(0, 20.0))


def test_a_change_beyond_the_deadband_is_kept_and_one_within_is_not() -> None:
    last = reading(0, 20.0)
    assert keeps(QUIET, last, reading(10_000, 20.5625))
    assert keeps(QUIET, last, reading(10_000, 19.4375))
    assert not keeps(QUIET, last, reading(10_000, 20.5))
    assert not keeps(QUIET, last, reading(10_000, 19.5))


def test_nothing_is_kept_too_soon_and_everything_after_long() -> None:
    last = reading(0, 20.0)
    assert not keeps(QUIET, last, reading(9_999, 30.0))
    assert not keeps(QUIET, last, reading(59_999, 20.0))
    assert keeps(QUIET, last, reading(60_000, 20.0))


def test_a_change_of_quality_is_kept_at_once() -> None:
    assert keeps(QUIET, reading(0, 20.0), reading(1, 20.0, Quality.DOUBTFUL))
    assert keeps(QUIET, reading(0, 20.0, Quality.BAD), reading(1, 20.0))


def test_a_correction_and_a_late_one_are_kept() -> None:
    assert keeps(QUIET, reading(1000, 20.0), reading(1000, 20.0))
    assert keeps(QUIET, reading(1000, 20.0), reading(999, 20.0))


@given(GAPS_MS, VALUES)
def test_whole_is_whole(gaps_ms: list[int], values: list[float]) -> None:
    readings = course(gaps_ms, values)
    assert kept(WHOLE, readings) == readings


@given(RULES, GAPS_MS, VALUES)
def test_no_stretch_is_longer_than_it_may_be(
    rule: StoreRule, gaps_ms: list[int], values: list[float]
) -> None:
    readings = course(gaps_ms, values)
    stored = kept(rule, readings)
    for one in readings:
        before = max(last.t for last in stored if last.t <= one.t)
        assert one.t == before or one.t - before < rule.longest_s * 1000.0


@given(RULES, GAPS_MS, VALUES)
def test_no_two_are_closer_than_they_may_be(rule: StoreRule, gaps_ms: list[int], values: list[float]) -> None:
    stored = kept(rule, course(gaps_ms, values))
    for before, after in pairwise(stored):
        assert after.t - before.t >= rule.every_s * 1000.0 * (1 - 1e-12)


@given(st.integers(0, 32), GAPS_MS, VALUES)
def test_the_last_kept_value_is_never_off_by_more_than_the_deadband(
    steps: int, gaps_ms: list[int], values: list[float]
) -> None:
    rule = StoreRule(deadband=steps / 16.0, longest_s=120.0)
    last: Reading | None = None
    for one in course(gaps_ms, values):
        last = one if keeps(rule, last, one) else last
        assert last is not None
        assert abs(one.v - last.v) <= rule.deadband


@given(st.integers(0, 8), GAPS_MS, st.lists(st.integers(-4, 4), min_size=80, max_size=80))
def test_a_line_through_what_is_kept_strays_no_further_than_deadband_and_pace_allow(
    steps: int, gaps_ms: list[int], moves: list[int]
) -> None:
    rule = StoreRule(deadband=steps / 16.0, longest_s=120.0)
    readings = course(gaps_ms, [20.0 + sum(moves[:number]) / 16.0 for number in range(len(moves))])
    stored = kept(rule, readings)
    for one in readings:
        before = max((last for last in stored if last.t <= one.t), key=lambda last: last.t)
        after = min((last for last in stored if last.t >= one.t), key=lambda last: last.t, default=before)
        share = (one.t - before.t) / (after.t - before.t) if after.t > before.t else 0.0
        drawn = before.v + share * (after.v - before.v)
        assert abs(one.v - drawn) <= 2 * rule.deadband + 0.25 + 1e-9
