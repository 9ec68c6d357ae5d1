from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.model.profile import HOUR_MS, Pause, ProfileEvent, ProfileType, Run, Step
from krausen.profiles.course import (
    FOREVER,
    Milestone,
    as_of,
    curve,
    event_times,
    milestones,
    running_ms,
    setpoint_c,
    timeline,
)
from tests.unit.profiles.drawing import (
    RAMP,
    START,
    at_hour,
    hold,
    instants,
    pauses,
    profile,
    ramp,
    run,
    runs,
    step,
    steps,
)

ALE = run(hold(18.5, 72.0), ramp(21.0, 24.0), hold(21.0, 60.0), ramp(2.0, 24.0), hold(2.0))


def wanted(given_run: Run, *hours: float) -> list[float]:
    course = timeline(given_run)
    return [setpoint_c(course, at_hour(hour)) for hour in hours]


def test_an_ale_is_held_ramped_and_crashed() -> None:
    assert wanted(ALE, -5, 0, 71.999, 72, 84, 96, 155.9, 156, 162, 180, 9999) == [
        *(18.5, 18.5, 18.5, 18.5, 19.75, 21.0, 21.0, 21.0, 16.25, 2.0, 2.0)
    ]


def test_a_mash_goes_by_minutes() -> None:
    minute = 1 / 60
    mash = run(hold(52.0, 10 * minute), ramp(64.0, 12 * minute), hold(64.0, 30 * minute), step(72.0, 0.5))
    mash = replace(mash, profile=replace(mash.profile, type=ProfileType.MASH))
    assert wanted(mash, 0, 10 * minute, 16 * minute, 22 * minute, 52 * minute, 9) == [52, 52, 58, 64, 72, 72]


def test_a_step_and_a_hold_are_there_at_once() -> None:
    assert wanted(run(hold(20.0, 1.0), step(10.0), ramp(12.0, 2.0), hold(5.0)), 0.999, 1, 2, 3) == [
        20,
        10,
        11,
        5,
    ]


def test_a_ramp_with_nowhere_to_come_from_stands_at_its_end() -> None:
    assert wanted(run(ramp(12.0, 10.0)), -1, 0, 5, 20) == [12, 12, 12, 12]


def test_setpoints_are_given_to_a_hundredth() -> None:
    assert wanted(run(step(20.0), ramp(21.0, 3.0)), 1, 2) == [20.33, 20.67]


def test_a_date_ends_a_step_whatever_came_before() -> None:
    dated = run(hold(20.0, 10.0), ramp(10.0, until=at_hour(30)), hold(10.0, until=at_hour(40)), hold(2.0))
    assert wanted(dated, 9, 20, 30, 39, 40) == [20, 15, 10, 10, 2]
    assert wanted(replace(dated, start=at_hour(5)), 14, 15, 22.5, 30, 40) == [20, 20, 15, 10, 2]


def test_a_step_whose_date_is_over_takes_no_time() -> None:
    late = run(hold(20.0, 10.0), ramp(10.0, until=at_hour(5)), ramp(4.0, 6.0))
    assert wanted(late, 9.999, 10, 13, 16) == [20, 10, 7, 4]
    assert milestones(late)[1] == Milestone(1, at_hour(10), at_hour(10), at_hour(10))


def test_a_pause_keeps_what_is_wanted_and_delays_the_rest() -> None:
    stopped = run(
        step(20.0), ramp(10.0, 10.0), hold(10.0, 5.0), hold(2.0), pauses=[Pause(at_hour(4), at_hour(7))]
    )
    assert wanted(stopped, 4, 6, 7, 8, 13, 17.9, 18) == [16, 16, 16, 15, 10, 10, 2]


def test_a_pause_at_a_corner_keeps_what_follows_it() -> None:
    corner = run(hold(20.0, 2.0), hold(5.0, 3.0), hold(9.0), pauses=[Pause(at_hour(2), at_hour(4))])
    assert wanted(corner, 1.999, 2, 4, 6.999, 7) == [20, 5, 5, 5, 9]


def test_a_pause_that_lasts_keeps_what_is_wanted_for_ever() -> None:
    stopped = run(step(20.0), ramp(10.0, 10.0), hold(2.0), pauses=[Pause(at_hour(4))])
    assert wanted(stopped, 4, 400, 4000) == [16, 16, 16]
    assert [one.step for one in milestones(stopped)] == [0, 1]
    assert milestones(stopped)[1] == Milestone(1, START, None, None)


def test_a_pause_takes_time_from_a_ramp_with_a_date() -> None:
    dated = run(step(20.0), ramp(10.0, until=at_hour(10)), hold(2.0), pauses=[Pause(at_hour(4), at_hour(7))])
    assert wanted(dated, 4, 6, 7, 8.5, 10) == [16, 16, 16, 13, 2]


def test_a_date_that_passes_in_a_pause_is_met_at_its_end() -> None:
    dated = run(
        step(20.0), ramp(10.0, until=at_hour(10)), hold(10.0), pauses=[Pause(at_hour(4), at_hour(12))]
    )
    assert wanted(dated, 11.999, 12) == [16, 10]


def test_a_pause_before_the_start_delays_it() -> None:
    early = run(
        step(20.0), ramp(10.0, 10.0), pauses=[Pause(at_hour(-9), at_hour(-8)), Pause(at_hour(-1), at_hour(1))]
    )
    assert wanted(early, 0, 1, 6, 11) == [20, 20, 15, 10]
    assert running_ms(early, at_hour(6)) == 5 * HOUR_MS


@given(runs(), instants())
def test_legs_follow_each_other_to_the_end_of_time(drawn: Run, t: int) -> None:
    legs = timeline(drawn).legs
    assert (legs[0].start, legs[-1].end) == (START, FOREVER)
    assert all(one.end == next_one.start and one.start <= one.end for one, next_one in pairwise(legs))
    leg = timeline(drawn).leg(t)
    assert leg.start <= t < leg.end or (t < START and leg is not legs[-1]) or len(legs) == 1


@given(runs(), instants())
def test_the_course_stays_between_the_temperatures_of_its_steps(drawn: Run, t: int) -> None:
    asked = [one.temperature for one in drawn.profile.steps]
    assert min(asked) <= setpoint_c(timeline(drawn), t) <= max(asked)


@given(runs(), st.lists(instants(), min_size=2))
def test_ramps_are_monotone(drawn: Run, times: list[int]) -> None:
    for leg in timeline(drawn).legs:
        values = [leg.at(t) for t in sorted([leg.start, *times, min(leg.end, at_hour(2000))])]
        rising = leg.to_c >= leg.from_c
        assert all((b >= a - 1e-12) if rising else (b <= a + 1e-12) for a, b in pairwise(values))


@given(steps(), pauses(), instants())
def test_the_course_jumps_only_where_a_step_or_hold_begins(
    drawn: list[Step], still: list[Pause], t: int
) -> None:
    course = timeline(run(*drawn, pauses=still))
    jumps = {one.start for one in course.legs if drawn[min(one.step, len(drawn) - 1)].kind is not RAMP}
    if t + 1 not in jumps:
        steepest = max(abs(a.to_c - a.from_c) / (a.end - a.start) for a in course.legs if a.end > a.start)
        assert abs(course.at(t + 1) - course.at(t)) <= steepest + 1e-9


@given(runs(dated=False), instants(), st.integers(0, 5), st.floats(0.01, 0.99))
def test_parting_a_step_changes_nothing(drawn: Run, t: int, place: int, share: float) -> None:
    asked = drawn.profile.steps
    number = place % len(asked)
    one = asked[number]
    whole_ms = round((one.hours or 0.0) * HOUR_MS)
    first_ms = round(whole_ms * share)
    if not 0 < first_ms < whole_ms:
        return
    come_from = asked[number - 1].temperature if number else one.temperature
    middle = (
        come_from + (one.temperature - come_from) * first_ms / whole_ms
        if one.kind is RAMP
        else one.temperature
    )
    halves = (
        replace(one, temperature=middle, hours=first_ms / HOUR_MS),
        replace(one, hours=(whole_ms - first_ms) / HOUR_MS),
    )
    parted = replace(drawn, profile=profile(*asked[:number], *halves, *asked[number + 1 :]))
    assert timeline(parted).at(t) == pytest.approx(timeline(drawn).at(t), abs=1e-9)


@given(runs(), instants(), st.integers(-(10**9), 10**9))
def test_a_run_that_is_moved_whole_wants_the_same_later(drawn: Run, t: int, by: int) -> None:
    later = [replace(one, until=one.until and one.until + by) for one in drawn.profile.steps]
    still = [Pause(one.start + by, None if one.end is None else one.end + by) for one in drawn.pauses]
    moved = Run(profile=profile(*later), start=START + by, pauses=tuple(still))
    assert timeline(moved).at(t + by) == pytest.approx(timeline(drawn).at(t), abs=1e-9)


@given(steps(), instants(0), instants(0, 400), st.integers(1, 10**9))
def test_after_a_pause_all_comes_later_by_it(drawn: list[Step], t: int, stopped: int, by: int) -> None:
    plain, later = run(*drawn), run(*drawn, pauses=[Pause(stopped, stopped + by)])
    if t < stopped:
        assert timeline(later).at(t) == pytest.approx(timeline(plain).at(t), abs=1e-9)
    else:
        assert timeline(later).at(t + by) == pytest.approx(timeline(plain).at(t), abs=1e-9)


@given(runs(), instants())
def test_every_run_is_known_up_to_now(drawn: Run, now: int) -> None:
    known = as_of(drawn, now)
    assert all(pause.end is not None and pause.end <= now for pause in known.pauses)
    still = any(pause.start < now <= (pause.end or FOREVER) for pause in drawn.pauses)
    if not still:
        assert timeline(known).at(now) == pytest.approx(timeline(drawn).at(now), abs=1e-9)
    assert running_ms(known, now) == running_ms(drawn, now)


def along(corners: list[tuple[int, float]], t: int) -> list[float]:
    """Give all that a curve through corners has at an instant."""
    level = [c for at, c in corners if at == t]
    lines = [(a, b) for a, b in pairwise(corners) if a[0] < t < b[0]]
    return level + [a[1] + (b[1] - a[1]) * (t - a[0]) / (b[0] - a[0]) for a, b in lines]


@given(runs(), st.tuples(instants(), instants()).map(sorted), st.floats(0.0, 1.0))
def test_the_curve_is_the_course(drawn: Run, span: list[int], share: float) -> None:
    course, (start, end) = timeline(drawn), span
    corners = curve(course, start, end)
    times = [t for t, _ in corners]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (start, end)
    assert (corners[0][1], corners[-1][1]) == (course.at(start), course.at(end))
    t = start + round((end - start) * share)
    assert min(abs(course.at(t) - c) for c in along(corners, t)) < 1e-9


def test_a_jump_is_two_corners_at_one_instant() -> None:
    spike = run(hold(20.0, 2.0), step(30.0), ramp(20.0, 2.0), hold(10.0))
    assert curve(timeline(spike), at_hour(-1), at_hour(9)) == [
        (at_hour(-1), 20.0),
        (at_hour(0), 20.0),
        (at_hour(2), 20.0),
        (at_hour(2), 30.0),
        (at_hour(4), 20.0),
        (at_hour(4), 10.0),
        (at_hour(9), 10.0),
    ]
    assert curve(timeline(spike), at_hour(3), at_hour(3)) == [(at_hour(3), 25.0)]


def test_each_step_tells_when_it_is_due() -> None:
    stopped = replace(ALE, pauses=(Pause(at_hour(80), at_hour(90)),))
    assert milestones(stopped) == [
        Milestone(0, at_hour(0), at_hour(0), at_hour(72)),
        Milestone(1, at_hour(72), at_hour(106), at_hour(106)),
        Milestone(2, at_hour(106), at_hour(106), at_hour(166)),
        Milestone(3, at_hour(166), at_hour(190), at_hour(190)),
        Milestone(4, at_hour(190), at_hour(190), None),
    ]
    assert milestones(run(hold(20.0, 5.0))) == [Milestone(0, START, START, at_hour(5))]


def test_events_are_due_after_the_start_and_wait_in_pauses() -> None:
    events = tuple(ProfileEvent(hours, f"{hours}") for hours in (30.0, 4.0, 10.0))
    told = replace(ALE, profile=replace(ALE.profile, events=events))
    assert [t for t, _ in event_times(told)] == [at_hour(4), at_hour(10), at_hour(30)]
    still = (Pause(at_hour(-3), at_hour(-2)), Pause(at_hour(4), at_hour(6)), Pause(at_hour(20)))
    assert event_times(replace(told, pauses=still)) == [(at_hour(4), events[1]), (at_hour(12), events[2])]


@given(runs(), st.integers(0, 500 * HOUR_MS))
def test_an_event_is_due_when_the_run_has_gone_on_for_so_long(drawn: Run, spent_ms: int) -> None:
    due = event_times(
        replace(drawn, profile=replace(drawn.profile, events=(ProfileEvent(spent_ms / HOUR_MS, "x"),)))
    )
    for t, _ in due:
        assert running_ms(drawn, t) == spent_ms
        assert t == START or running_ms(drawn, t - 1) == spent_ms - 1 or spent_ms == 0
    assert due or running_ms(drawn, FOREVER) < spent_ms
