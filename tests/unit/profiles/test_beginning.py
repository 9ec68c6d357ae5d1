import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.model.profile import HOUR_MS, Profile, ProfileEvent, Run, Step, faults
from krausen.profiles.beginning import begun
from krausen.profiles.course import event_times, setpoint_c, timeline
from krausen.profiles.editing import start_now
from tests.unit.profiles.drawing import START, TEMPERATURES, at_hour, hold, profile, ramp, steps

ALE = profile(hold(18.0, 48.0), ramp(22.0, 24.0), hold(22.0))
TOLD = replace(
    ALE, events=(ProfileEvent(0.0, "pitch"), ProfileEvent(24.0, "dry hop"), ProfileEvent(60.0, "cool"))
)
HOURS_AGO = st.integers(0, 300 * 3600).map(lambda seconds: seconds * 1000)


@given(steps(), HOURS_AGO, TEMPERATURES)
def test_it_goes_on_from_what_is_held_whenever_it_began(drawn: list[Step], ago: int, here_c: float) -> None:
    followed = begun(profile(*drawn), START, START + ago, here_c)
    course = timeline(followed)
    assert course.at(START + ago - 1) == pytest.approx(here_c, abs=1e-6)
    assert course.at(START + ago) == pytest.approx(here_c, abs=1e-6)
    assert faults(followed.profile) == []


@given(steps(), HOURS_AGO)
def test_where_nothing_is_held_it_is_the_course_itself(drawn: list[Step], ago: int) -> None:
    wanted = profile(*drawn)
    assert begun(wanted, START, START + ago, None) == Run(profile=wanted, start=START)


@given(steps(), HOURS_AGO, st.none() | TEMPERATURES)
def test_what_has_yet_to_begin_is_taken_as_it_is(drawn: list[Step], ahead: int, here_c: float | None) -> None:
    wanted = profile(*drawn)
    now = START - ahead - 1
    assert begun(wanted, START, now, here_c) == Run(profile=wanted, start=START)


def test_beginning_now_is_starting_now() -> None:
    for here_c in (None, 12.0):
        assert begun(TOLD, START, START, here_c) == start_now(TOLD, START, here_c)


@pytest.mark.parametrize("here_c", [None, 18.0, 12.0])
def test_what_was_due_before_it_was_wished_for_is_not_told(here_c: float | None) -> None:
    followed = begun(TOLD, START, at_hour(24.0), here_c)
    due = [(t, event.text) for t, event in event_times(followed)]
    assert due == [(at_hour(24.0), "dry hop"), (at_hour(60.0), "cool")]


def test_joined_in_the_middle_it_catches_up_at_a_degree_an_hour() -> None:
    course = timeline(begun(ALE, START, at_hour(10.0), 15.0))
    told = [setpoint_c(course, at_hour(h)) for h in (0.0, 10.0, 11.0, 13.0, 48.0, 60.0, 72.0)]
    assert told == [15.0, 15.0, 16.0, 18.0, 18.0, 20.0, 22.0]


def test_a_ramp_that_begins_now_goes_from_where_the_beer_is() -> None:
    course = timeline(begun(Profile(id="p", name="Crash", steps=(ramp(2.0, 10.0),)), START, START, 12.0))
    assert [course.at(START + h * HOUR_MS) for h in (0, 5, 10, 20)] == [12.0, 7.0, 2.0, 2.0]
