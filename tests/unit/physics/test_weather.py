from collections.abc import Iterator
from itertools import pairwise
from math import exp
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.weather import ROOM, STEP_S, Climate, Moment, Weather, steady

DAY_S = 86_400


def walk(weather: Weather, until_s: int) -> Iterator[tuple[int, Moment]]:
    at_s, moment = 0, weather.first()
    while at_s < until_s:
        yield at_s, moment
        at_s = moment.next_change_s(at_s)
        moment = weather.after(moment, at_s)


def test_a_steady_room_stays_as_it_is_with_its_door_shut() -> None:
    weather = Weather(steady(11.4), 1)
    for at_s, moment in walk(weather, DAY_S):
        assert weather.room_c(moment, at_s) == 11.4
        assert not moment.is_open(at_s)


def test_the_daily_swing_comes_back_every_day_and_reaches_its_height() -> None:
    weather = Weather(Climate(mean_c=18.0, swing_c=3.0, wander_c=0.0), 2)
    course = {at_s: weather.room_c(moment, at_s) for at_s, moment in walk(weather, 2 * DAY_S)}
    assert max(course.values()) == pytest.approx(21.0, abs=1e-3)
    assert min(course.values()) == pytest.approx(15.0, abs=1e-3)
    assert all(course[at_s] == pytest.approx(course[at_s + DAY_S]) for at_s in range(0, DAY_S, STEP_S))


def test_the_phase_of_the_day_differs_between_seeds() -> None:
    climate = Climate(wander_c=0.0)
    starts = {
        round(weather.room_c(weather.first(), 0), 3) for weather in (Weather(climate, n) for n in range(8))
    }
    assert len(starts) == 8


def test_the_wander_spreads_and_forgets_as_told() -> None:
    climate = Climate(mean_c=0.0, swing_c=0.0, wander_c=0.6, wander_s=600.0, openings_per_day=0.0)
    weather = Weather(climate, 4)
    course = [weather.room_c(moment, at_s) for at_s, moment in walk(weather, 5 * DAY_S)]
    assert abs(fmean(course)) < 0.05
    assert pstdev(course) == pytest.approx(0.6, rel=0.05)
    lag = 600 // STEP_S
    kept = fmean(a * b for a, b in zip(course, course[lag:], strict=False)) / fmean(a * a for a in course)
    assert kept == pytest.approx(exp(-1.0), abs=0.05)


def test_the_wander_takes_no_step_when_the_door_moves() -> None:
    weather = Weather(Climate(swing_c=0.0, openings_per_day=300.0), 4)
    rooms = [(at_s, weather.room_c(moment, at_s)) for at_s, moment in walk(weather, 3600)]
    assert any(at_s % STEP_S for at_s, _ in rooms)
    for (_, before_c), (at_s, after_c) in pairwise(rooms):
        assert (before_c == after_c) == bool(at_s % STEP_S)


def test_the_wander_is_at_home_in_its_spread_from_the_first_second() -> None:
    climate = Climate(mean_c=0.0, swing_c=0.0, wander_c=0.6)
    starts = [weather.room_c(weather.first(), 0) for weather in (Weather(climate, n) for n in range(1000))]
    assert pstdev(starts) == pytest.approx(0.6, rel=0.1)


def openings(per_day: float, days: int) -> list[tuple[int, int]]:
    weather = Weather(Climate(openings_per_day=per_day), 6)
    return sorted({(moment.opens_s, moment.closes_s) for at_s, moment in walk(weather, days * DAY_S)})


def test_the_door_opens_as_often_as_told_for_20_to_120_seconds() -> None:
    times = openings(per_day=24.0, days=25)
    assert len(times) == pytest.approx(24 * 25, rel=0.1)
    stays = [closes_s - opens_s for opens_s, closes_s in times]
    assert min(stays) in range(20, 24)
    assert max(stays) in range(117, 121)
    assert fmean(stays) == pytest.approx(70.0, abs=3.0)


def test_pauses_between_openings_are_exponential() -> None:
    times = openings(per_day=24.0, days=25)
    pauses = [opens_s - closed_s for (_, closed_s), (opens_s, _) in pairwise(times)]
    assert fmean(pauses) == pytest.approx(3600.0, rel=0.1)
    assert pstdev(pauses) == pytest.approx(fmean(pauses), rel=0.1)


def test_the_door_stands_open_from_its_opening_until_just_before_its_closing() -> None:
    for at_s, moment in walk(Weather(Climate(openings_per_day=200.0), 6), DAY_S):
        assert moment.is_open(at_s) == (moment.opens_s <= at_s)
        assert at_s < moment.closes_s


@given(st.integers(0, 2**64 - 1), st.floats(0.0, 2000.0))
def test_changes_come_at_every_tenth_second_and_at_the_door(seed: int, per_day: float) -> None:
    weather = Weather(Climate(openings_per_day=per_day), seed)
    steps = list(walk(weather, 600))
    assert {at_s for at_s, _ in steps} >= set(range(0, 600, STEP_S))
    for at_s, moment in steps:
        assert at_s % STEP_S == 0 or any(at_s in (m.opens_s, m.closes_s) for _, m in steps), moment


def test_the_same_seed_has_the_same_weather() -> None:
    assert list(walk(Weather(ROOM, 9), 7200)) == list(walk(Weather(ROOM, 9), 7200))
    assert list(walk(Weather(ROOM, 9), 7200)) != list(walk(Weather(ROOM, 10), 7200))
