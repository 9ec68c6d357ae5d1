"""How regularly series report: the arithmetic, and what is read for it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.brewing.completeness import Span
from krausen.errors import NotFound
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import SeriesRecord
from krausen.server.regularity import (
    DAY_MS,
    GRAIN_MS,
    HOUR_MS,
    Regularities,
    Regularity,
    lived,
    rate_per_h,
    silent_s,
    usual_step_ms,
)
from krausen.testing.history import MemoryHistory

BEER = SeriesName("kettle", "tank", "temperature")
MIN = 60_000
NOW = 100 * DAY_MS
DAY = Span(NOW - DAY_MS, NOW)

instants = st.integers(0, 10**12)
rising = st.lists(instants, max_size=50, unique=True).map(sorted)


def record(first: int | None, last: int | None) -> SeriesRecord:
    return SeriesRecord(id="s1", name=BEER, first=first, last=last)


async def history_of(*readings: Reading) -> MemoryHistory:
    history = MemoryHistory()
    await history.declare([(BEER, "°C")])
    await history.store(readings)
    return history


async def told_of(times: list[int], span: Span = DAY, *, now: int = NOW, most: int = 20_000) -> Regularity:
    found = Regularities(await history_of(*(Reading(BEER, t, 20.0) for t in times)))
    return await found.over(await found.record("s1"), span, now, most)


@given(rising)
def test_the_usual_step_is_one_that_was_made(times: list[int]) -> None:
    step = usual_step_ms(times)
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert (step in steps) if steps else step is None


@given(rising, instants)
def test_the_usual_step_does_not_depend_on_when_it_was(times: list[int], later: int) -> None:
    assert usual_step_ms([t + later for t in times]) == usual_step_ms(times)


@given(st.integers(2, 50), st.integers(1, 10**6))
def test_what_is_regular_has_the_step_it_has(count: int, step: int) -> None:
    assert usual_step_ms([n * step for n in range(count)]) == step


@given(st.integers(0, 10**6), instants, st.integers(1, 10**10))
def test_the_rate_times_the_length_is_the_count(readings: int, start: int, length: int) -> None:
    span = Span(start, start + length)
    assert rate_per_h(readings, span) * length / HOUR_MS == pytest.approx(readings)


def test_the_rate_of_no_time_is_nothing() -> None:
    assert rate_per_h(5, Span(7, 7)) == 0


@given(instants, instants, st.none() | instants, instants)
def test_a_series_lived_within_the_span_since_its_first_reading_and_until_now(
    start: int, end: int, first: int | None, now: int
) -> None:
    found = lived(Span(min(start, end), max(start, end)), record(first, first), now)
    assert found.start <= found.end <= min(max(start, end), now)
    if found.length_ms:
        assert first is not None
        assert found.start >= max(first, min(start, end))


@given(instants, instants)
def test_nobody_is_silent_for_less_than_nothing(last: int, now: int) -> None:
    silent = silent_s(record(last, last), now)
    assert silent is not None
    assert silent == pytest.approx(max(0, now - last) / 1000)


def test_who_never_spoke_is_not_called_silent() -> None:
    assert silent_s(record(None, None), NOW) is None


@pytest.mark.anyio
async def test_a_regular_day_has_no_gap() -> None:
    told = await told_of(list(range(NOW - DAY_MS, NOW, MIN)))
    assert told == Regularity(readings=1440, every_ms=MIN, rate_per_h=60.0, longest_ms=3 * MIN, gaps=[])
    assert told.longest_gap_ms is None


@pytest.mark.anyio
async def test_silences_are_told_in_order_with_the_one_that_lasts() -> None:
    start = DAY.start
    spoke = [*range(start, start + 4 * HOUR_MS, MIN), *range(start + 6 * HOUR_MS, NOW - HOUR_MS, MIN)]
    told = await told_of(spoke)
    assert told.gaps == [
        Span(start + 4 * HOUR_MS - MIN, start + 6 * HOUR_MS),
        Span(NOW - HOUR_MS - MIN, NOW),
    ]
    assert told.longest_gap_ms == 2 * HOUR_MS + MIN


@pytest.mark.anyio
async def test_time_before_the_first_reading_and_after_now_is_no_gap() -> None:
    told = await told_of(list(range(NOW - HOUR_MS, NOW, MIN)), Span(NOW - DAY_MS, NOW + DAY_MS))
    assert told.gaps == []
    assert told.rate_per_h == pytest.approx(60 / 24)


@pytest.mark.anyio
async def test_a_day_without_any_reading_is_one_gap() -> None:
    told = await told_of(list(range(0, HOUR_MS, MIN)))
    assert (told.readings, told.every_ms, told.rate_per_h) == (0, None, 0.0)
    assert told.longest_ms == 3 * MIN
    assert told.gaps == [DAY]


@pytest.mark.anyio
@pytest.mark.parametrize("times", [[], [NOW - HOUR_MS]])
async def test_of_too_few_readings_ever_nothing_is_a_gap(times: list[int]) -> None:
    told = await told_of(times)
    assert (told.readings, told.longest_ms, told.gaps) == (len(times), None, [])


@pytest.mark.anyio
async def test_bad_readings_count_as_none() -> None:
    sound = [Reading(BEER, t, 20.0) for t in range(DAY.start, NOW, MIN)]
    broken = [
        Reading(BEER, one.t, 85.0, Quality.BAD) if 60 <= n < 120 else one for n, one in enumerate(sound)
    ]
    found = Regularities(await history_of(*broken))
    told = await found.over(await found.record("s1"), DAY, NOW)
    assert told.readings == 1380
    assert told.gaps == [Span(DAY.start + 59 * MIN, DAY.start + 120 * MIN)]


@pytest.mark.anyio
async def test_what_happened_an_hour_ago_is_not_counted() -> None:
    found = Regularities(await history_of(*(Reading(BEER, t, 20.0) for t in range(DAY.start, NOW, MIN))))
    assert await found.hourly(await found.record("s1"), NOW) == 60


@pytest.mark.anyio
@given(st.lists(st.integers(1, 60), min_size=20, max_size=120), st.integers(2, 18), st.integers(60, 600))
async def test_many_readings_are_told_as_few_are_to_within_the_grain(
    steps_s: list[int], place: int, silence_s: int
) -> None:
    times = [NOW - DAY_MS]
    for n, step_s in enumerate(steps_s):
        times.append(times[-1] + 1000 * (silence_s + 400 if n == place else min(step_s, 5)))
    now = times[-1] + 1000
    span = Span(NOW - DAY_MS, now)
    exact = await told_of(times, span, now=now)
    coarse = await told_of(times, span, now=now, most=10)
    assert coarse.readings == exact.readings == len(times)
    assert coarse.rate_per_h == exact.rate_per_h
    assert len(exact.gaps) == len(coarse.gaps) == 1
    assert abs(coarse.gaps[0].start - exact.gaps[0].start) < GRAIN_MS
    assert abs(coarse.gaps[0].end - exact.gaps[0].end) < GRAIN_MS


@pytest.mark.anyio
async def test_a_series_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        await Regularities(MemoryHistory()).record("s9")
