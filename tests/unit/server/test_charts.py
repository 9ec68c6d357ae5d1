from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.brewing.completeness import Span
from krausen.errors import NotFound
from krausen.model.reading import Quality, Reading
from krausen.ports.history import Point
from krausen.server.charts import LEAST_GAP_S, Charts, usual_gap_s
from krausen.server.corrections import Corrections
from krausen.server.live import Live
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.testing.history import MemoryHistory
from tests.unit.server.desk import BEER

READINGS = st.lists(
    st.builds(
        Reading,
        st.just(BEER),
        st.integers(0, 500),
        st.floats(-50, 130, width=16),
        st.sampled_from([Quality.GOOD, Quality.GOOD, Quality.BAD]),
    ),
    min_size=1,
    max_size=120,
)


async def drawn(readings: list[Reading]) -> tuple[Charts, str]:
    history = MemoryHistory()
    await history.store(readings)
    series = await history.id_of(BEER)
    assert series is not None
    return Charts(history, no_corrections(history)), series


def no_corrections(history: MemoryHistory) -> Corrections:
    clock = HandClock()
    return Corrections(MemoryCatalog(), history, Live(clock, "e"), clock)


def every(step_s: float, count: int) -> list[Reading]:
    return [Reading(BEER, int(n * step_s * 1000), 20.0) for n in range(count)]


async def test_a_series_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="s9"):
        await Charts(MemoryHistory(), no_corrections(MemoryHistory())).curve("s9", Span(0, 10), 100)


async def test_few_readings_are_drawn_as_they_are() -> None:
    charts, series = await drawn(every(10, 5))
    curve = await charts.curve(series, Span(0, 100_000), 5)
    assert curve.points == [Point(t * 10_000, 20.0) for t in range(5)]
    assert curve.buckets is None


async def test_more_readings_than_columns_are_gathered() -> None:
    charts, series = await drawn(every(10, 6))
    curve = await charts.curve(series, Span(0, 60_000), 5)
    assert curve.points is None
    assert curve.buckets is not None
    assert curve.buckets.t == [0, 12_000, 24_000, 36_000, 48_000]
    assert curve.buckets.n == [2, 1, 1, 1, 1]


@settings(max_examples=200)
@given(
    READINGS,
    st.integers(0, 300),
    st.integers(1, 300),
    st.integers(1, 40),
    st.sampled_from([1, 1_000_003, 3_600_000]),
)
async def test_there_are_at_most_width_columns_and_no_extreme_is_hidden(
    readings: list[Reading], start: int, length: int, width: int, unit_ms: int
) -> None:
    readings = [replace(one, t=one.t * unit_ms) for one in readings]
    charts, series = await drawn(readings)
    start, end = start * unit_ms, (start + length) * unit_ms
    curve = await charts.curve(series, Span(start, end), width)
    last = {reading.t: reading for reading in readings}
    good = [r.v for r in last.values() if start <= r.t < end and r.quality is not Quality.BAD]
    if curve.points is not None:
        assert sorted(point.v for point in curve.points) == sorted(good)
        assert len(good) <= width
    else:
        assert curve.buckets is not None
        assert len(curve.buckets.t) <= width
        assert sum(curve.buckets.n) == len(good)
        assert (min(curve.buckets.min), max(curve.buckets.max)) == (min(good), max(good))
        assert all(start <= t < end for t in curve.buckets.t)


@given(READINGS, st.integers(1, 40))
async def test_bad_readings_are_drawn_only_when_asked_for(readings: list[Reading], width: int) -> None:
    charts, series = await drawn(readings)
    curve = await charts.curve(series, Span(0, 1000), width, with_bad=True)
    bad = {r.t for r in {r.t: r for r in readings}.values() if r.quality is Quality.BAD}
    if curve.points is not None:
        assert {p.t for p in curve.points if p.quality is Quality.BAD} == bad
    plain = await charts.curve(series, Span(0, 1000), width)
    assert all(point.quality is not Quality.BAD for point in plain.points or ())


async def test_an_empty_range_is_an_empty_curve() -> None:
    charts, series = await drawn(every(10, 5))
    curve = await charts.curve(series, Span(500_000, 600_000), 100)
    assert (curve.points, curve.buckets, curve.gap_s) == ([], None, None)


@pytest.mark.parametrize(("step_s", "gap_s"), [(1, LEAST_GAP_S), (10, 30.0), (60, 180.0), (900, 2700.0)])
async def test_a_gap_is_three_times_the_usual_interval_and_at_least_half_a_minute(
    step_s: float, gap_s: float
) -> None:
    charts, series = await drawn(every(step_s, 50))
    assert (await charts.curve(series, Span(0, 10**9), 100)).gap_s == gap_s


@pytest.mark.parametrize(("width", "hours", "first"), [(250, 3, 3_600_000), (100, 8, 28_800_000)])
async def test_long_ranges_are_drawn_in_whole_hours(width: int, hours: int, first: int) -> None:
    charts, series = await drawn(every(600, 4032))
    curve = await charts.curve(series, Span(1_000_000, 28 * 86_400_000), width)
    assert curve.buckets is not None
    assert curve.buckets.t == [1_000_000, *range(first, 28 * 86_400_000, hours * 3_600_000)]
    assert sum(curve.buckets.n) == 4030


async def test_columns_wider_than_the_interval_are_joined() -> None:
    charts, series = await drawn(every(10, 400))
    curve = await charts.curve(series, Span(0, 4_000_000), 4)
    assert curve.gap_s == 2000.0


@pytest.mark.parametrize("tens", [1, 2, 5, 40])
def test_nine_in_ten_intervals_decide_and_outages_do_not(tens: int) -> None:
    steps_s = [60] * (9 * tens) + [3600] * tens
    instants = [t * 1000 for t in accumulate(steps_s, initial=0)]
    assert usual_gap_s(instants) == 180.0
    assert usual_gap_s(instants[1:]) == 3 * 3600.0


def test_one_point_tells_no_interval() -> None:
    assert usual_gap_s([]) is None
    assert usual_gap_s([0]) is None
