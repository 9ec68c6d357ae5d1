import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.model.profile import HOUR_MS, Pause, Profile, ProfileEvent, ProfileType, Run, Step, faults
from krausen.profiles.course import Timeline, as_of, event_times, timeline
from krausen.profiles.editing import (
    EASE_C_PER_H,
    edited,
    insert_now,
    next_step,
    paused,
    resumed,
    shifted,
    start_now,
)
from tests.unit.profiles.drawing import (
    START,
    TEMPERATURES,
    at_hour,
    hold,
    instants,
    profile,
    ramp,
    run,
    runs,
    step,
    steps,
)

ALE = run(hold(18.5, 72.0), ramp(21.0, 24.0), hold(21.0, 60.0), ramp(2.0, 24.0), hold(2.0))
EVENTS = (ProfileEvent(10.0, "Dry hop."), ProfileEvent(100.0, "Taste it."))


def known(drawn: Run, now: int) -> Run:
    """Give a run whose pauses are history."""
    history = tuple(pause for pause in drawn.pauses if pause.start < now)
    if history and history[-1].end is not None and history[-1].end > now:
        history = (*history[:-1], Pause(history[-1].start))
    return replace(drawn, pauses=history)


def same_past(one: Run, other: Run, now: int, shares: list[float]) -> bool:
    a, b = timeline(one), timeline(other)
    times = [START + round((now - START) * share) for share in shares]
    return all(abs(a.at(min(t, now - 1)) - b.at(min(t, now - 1))) < 1e-6 for t in times)


def steepest(course: Timeline) -> float:
    return max(
        abs(leg.to_c - leg.from_c) / (leg.end - leg.start) for leg in course.legs if leg.end > leg.start
    )


SHARES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5)
NOW = instants(0, 500)


def test_inserting_now_parts_the_present_step() -> None:
    assert insert_now(ALE, at_hour(84)).profile.steps[:4] == (
        hold(18.5, 72.0),
        ramp(19.75, 12.0),
        ramp(21.0, 12.0),
        hold(21.0, 60.0),
    )
    assert insert_now(ALE, at_hour(72)) == ALE
    assert insert_now(ALE, at_hour(200)).profile.steps[4:] == (hold(2.0, 20.0), hold(2.0))
    over = run(step(20.0, 5.0))
    assert insert_now(over, at_hour(2)).profile.steps == (step(20.0, 2.0), hold(20.0, 3.0))
    assert insert_now(over, at_hour(8)).profile.steps == (step(20.0, 5.0), hold(20.0, 3.0), hold(20.0))


@given(runs(), NOW, instants())
def test_inserting_now_changes_nothing(drawn: Run, now: int, t: int) -> None:
    drawn = known(drawn, now)
    assert timeline(insert_now(drawn, now)).at(t) == pytest.approx(timeline(drawn).at(t), abs=1e-6)


def test_nothing_is_inserted_before_the_start() -> None:
    with pytest.raises(Invalid, match="not begun"):
        insert_now(ALE, START - 1)


@given(runs(), steps(), NOW, SHARES)
def test_an_edit_changes_neither_the_past_nor_the_setpoint(
    drawn: Run, new: list[Step], now: int, shares: list[float]
) -> None:
    drawn = known(drawn, now)
    after = edited(drawn, profile(*new), now)
    assert faults(after.profile) == []
    assert timeline(after).at(now) == pytest.approx(timeline(drawn).at(now), abs=1e-6)
    assert same_past(after, drawn, now, shares)
    assert after.start == START
    assert after.pauses == drawn.pauses


@given(runs(), steps(), NOW, instants(0))
def test_after_an_edit_the_setpoint_goes_over_gently_and_then_follows(
    drawn: Run, new: list[Step], now: int, t: int
) -> None:
    drawn = as_of(drawn, now)
    asked = timeline(replace(drawn, profile=profile(*new)))
    after = timeline(edited(drawn, profile(*new), now))
    over, pace = after.leg(now), EASE_C_PER_H[ProfileType.FERMENTATION] / HOUR_MS
    met = over.end if abs(asked.at(now) - timeline(drawn).at(now)) > 1e-6 else now
    assert after.at(max(t, met)) == pytest.approx(asked.at(max(t, met)), abs=1e-5)
    assert met == now or abs(over.to_c - over.from_c) <= pace * (met - now + 1) + steepest(asked)


def test_a_ramp_with_another_end_is_joined() -> None:
    new = replace(ALE.profile, steps=(hold(18.5, 72.0), ramp(22.1, 24.0), hold(22.1)))
    after = edited(ALE, new, at_hour(84))
    assert after.profile.steps[:2] == (hold(18.5, 72.0), ramp(19.75, 12.0))
    over, rest = after.profile.steps[2:4]
    assert over.hours == pytest.approx(0.55 / 0.85)
    assert rest == ramp(22.1, 12.0 - (over.hours or 0.0))
    assert timeline(after).at(at_hour(96)) == 22.1


def test_a_hold_with_another_temperature_is_reached_at_a_degree_an_hour() -> None:
    after = edited(run(hold(20.0, 48.0)), profile(hold(17.0, 48.0)), at_hour(10))
    assert after.profile.steps == (hold(20.0, 10.0), ramp(17.0, 3.0), hold(17.0, 35.0))


def test_a_course_that_jumps_across_is_joined_where_it_does() -> None:
    after = edited(run(hold(20.0)), profile(hold(25.0, 12.0), step(10.0), ramp(8.0, 4.0)), at_hour(10))
    assert after.profile.steps == (hold(20.0, 10.0), ramp(22.0, 2.0), step(10.0, 0.0), ramp(8.0, 4.0))


def test_a_steep_course_is_followed_to_where_it_is_level() -> None:
    after = edited(run(hold(20.0)), profile(step(20.0), ramp(26.0, 4.0), hold(26.0)), at_hour(2))
    assert after.profile.steps == (hold(20.0, 2.0), ramp(26.0, 6.0), hold(26.0))


def test_a_mash_goes_over_in_minutes() -> None:
    mash = Run(
        profile=Profile(id="m", name="Mash", type=ProfileType.MASH, steps=(hold(52.0, 1.0),)), start=START
    )
    after = edited(mash, replace(mash.profile, steps=(hold(64.0, 1.0),)), at_hour(0.5))
    assert after.profile.steps == (hold(52.0, 0.5), ramp(64.0, 0.2), hold(64.0, 0.3))


def test_an_edit_after_the_end_keeps_what_was() -> None:
    after = edited(run(hold(20.0, 5.0)), profile(hold(20.0, 5.0), ramp(18.0, 4.0)), at_hour(7))
    assert after.profile.steps == (hold(20.0, 5.0), hold(20.0, 2.0), ramp(18.0, 2.0), hold(18.0))


def test_an_edit_in_a_pause_waits_for_its_end() -> None:
    still = run(hold(20.0, 48.0), pauses=[Pause(at_hour(10))])
    after = edited(still, profile(hold(17.0, 48.0)), at_hour(16))
    assert after.profile.steps == (hold(20.0, 10.0), ramp(17.0, 3.0), hold(17.0, 35.0))
    course = timeline(resumed(after, at_hour(20)))
    assert [course.at(at_hour(hour)) for hour in (19, 20, 21, 23, 58)] == [20, 20, 19, 17, 17]


def test_a_ramp_with_a_date_keeps_its_bends() -> None:
    dated = run(step(20.0), ramp(10.0, until=at_hour(10)), pauses=[Pause(at_hour(4), at_hour(7))])
    after = insert_now(dated, at_hour(8.5))
    assert after.profile.steps == (
        step(20.0),
        ramp(16.0, 4.0),
        ramp(13.0, 1.5),
        ramp(10.0, until=at_hour(10)),
    )


def test_an_edit_before_the_start_takes_the_profile_as_it_is() -> None:
    assert edited(ALE, profile(hold(1.0)), START - 1) == replace(ALE, profile=profile(hold(1.0)))


def test_events_up_to_now_stay_and_later_ones_are_new() -> None:
    old = replace(ALE, profile=replace(ALE.profile, events=EVENTS))
    new = replace(ALE.profile, events=(ProfileEvent(9.0, "Never."), ProfileEvent(50.0, "Cool.")))
    assert edited(old, new, at_hour(10)).profile.events == (EVENTS[0], new.events[1])


@given(steps(), TEMPERATURES)
def test_a_run_that_starts_now_begins_at_what_is_held(drawn: list[Step], here_c: float) -> None:
    begun = start_now(profile(*drawn), START, here_c)
    assert faults(begun.profile) == []
    assert timeline(begun).at(START) == pytest.approx(here_c, abs=1e-6)
    assert timeline(begun).at(at_hour(3000)) == pytest.approx(drawn[-1].temperature)


def test_starting_now_fits_what_is_held() -> None:
    assert start_now(profile(hold(18.0, 72.0)), START) == run(hold(18.0, 72.0))
    assert start_now(profile(ramp(18.0, 12.0)), START, 20.0) == run(step(20.0, 0.0), ramp(18.0, 12.0))
    assert start_now(profile(hold(18.0, 72.0)), START, 20.0) == run(
        step(20.0, 0.0), ramp(18.0, 2.0), hold(18.0, 70.0)
    )


def test_shifting_lengthens_the_present_step() -> None:
    later = shifted(ALE, at_hour(84), 6 * HOUR_MS)
    assert later.profile.steps[:4] == (
        hold(18.5, 72.0),
        ramp(19.75, 12.0),
        ramp(21.0, 18.0),
        hold(21.0, 60.0),
    )
    sooner = shifted(ALE, at_hour(10), -62 * HOUR_MS)
    assert timeline(sooner).at(at_hour(22)) == 19.75


@given(runs(), NOW, st.integers(-100, 100), st.integers(-100, 100), SHARES)
def test_shifts_add_up(drawn: Run, now: int, a_h: int, b_h: int, shares: list[float]) -> None:
    drawn = known(drawn, now)
    try:
        once = shifted(drawn, now, (a_h + b_h) * HOUR_MS)
        twice = shifted(shifted(drawn, now, a_h * HOUR_MS), now, b_h * HOUR_MS)
    except Invalid:
        assume(False)
    assert faults(once.profile) == []
    assert timeline(once).at(now) == pytest.approx(timeline(drawn).at(now), abs=1e-6)
    assert same_past(once, drawn, now, shares)
    for share in shares:
        t = now + round(share * 1000 * HOUR_MS)
        assert timeline(once).at(t) == pytest.approx(timeline(twice).at(t), abs=1e-6)


@given(runs(), NOW, st.integers(-100 * HOUR_MS, 100 * HOUR_MS), instants(0, 1000))
def test_what_follows_the_present_step_comes_as_much_later(drawn: Run, now: int, by: int, t: int) -> None:
    drawn = as_of(drawn, now)
    try:
        after = shifted(drawn, now, by)
    except Invalid:
        assume(False)
    present = timeline(drawn).leg(now)
    t = max(t, present.end)
    assert timeline(after).at(t + by) == pytest.approx(timeline(drawn).at(t), abs=1e-6)


def test_dates_and_events_are_shifted_too() -> None:
    dated = run(hold(20.0, until=at_hour(20)), ramp(10.0, until=at_hour(30)), hold(10.0))
    dated = replace(dated, profile=replace(dated.profile, events=EVENTS))
    later = shifted(dated, at_hour(10), HOUR_MS)
    assert later.profile.steps[1:3] == (hold(20.0, until=at_hour(21)), ramp(10.0, until=at_hour(31)))
    assert later.profile.events == (EVENTS[0], ProfileEvent(101.0, "Taste it."))
    sooner = replace(dated, profile=replace(dated.profile, events=(ProfileEvent(12.0, "Cool."),)))
    assert event_times(shifted(sooner, at_hour(10), -9 * HOUR_MS))[0][0] == at_hour(10) + 1


@pytest.mark.parametrize(
    ("drawn", "hour", "by_h"),
    [
        (ALE, 10, -63),
        (ALE, 84, -12),
        (ALE, 200, 1),
        (run(hold(20.0, 5.0)), 6, 1),
        (ALE, -2, -3),
        (run(ramp(20.0, until=at_hour(10))), 5, -5),
    ],
)
def test_what_cannot_be_shifted_is_refused(drawn: Run, hour: int, by_h: int) -> None:
    with pytest.raises(Invalid):
        shifted(drawn, at_hour(hour), by_h * HOUR_MS)


def test_a_present_step_may_end_now() -> None:
    assert timeline(shifted(ALE, at_hour(10), -62 * HOUR_MS)).leg(at_hour(10)).to_c == 21.0
    assert (
        timeline(shifted(run(hold(20.0, until=at_hour(9)), hold(5.0)), at_hour(3), -6 * HOUR_MS)).at(
            at_hour(3)
        )
        == 5.0
    )


def test_before_the_start_the_whole_run_is_moved() -> None:
    dated = run(hold(20.0, 5.0), hold(10.0, until=at_hour(30)))
    assert shifted(dated, at_hour(-10), 3 * HOUR_MS) == Run(
        profile=profile(hold(20.0, 5.0), hold(10.0, until=at_hour(33))), start=at_hour(3)
    )


def test_the_next_step_begins_now() -> None:
    after = next_step(ALE, at_hour(80))
    assert timeline(after).at(at_hour(80)) == timeline(ALE).at(at_hour(80))
    assert timeline(after).at(at_hour(83)) == 21.0
    assert next_step(ALE, at_hour(10)).profile.steps[:2] == (hold(18.5, 10.0), ramp(21.0, 24.0))


def test_a_next_step_there_must_be() -> None:
    for hour in (-1, 200):
        with pytest.raises(Invalid):
            next_step(ALE, at_hour(hour))
    with pytest.raises(Invalid):
        next_step(run(hold(20.0, 5.0)), at_hour(7))


def test_a_course_stands_still_between_pausing_and_resuming() -> None:
    still = resumed(paused(ALE, at_hour(84)), at_hour(90))
    assert still.pauses == (Pause(at_hour(84), at_hour(90)),)
    again = paused(still, at_hour(100))
    assert again.pauses == (Pause(at_hour(84), at_hour(90)), Pause(at_hour(100)))
    assert resumed(again, at_hour(99)).pauses[1] == Pause(at_hour(100), at_hour(100))


def test_nobody_pauses_or_resumes_twice() -> None:
    still = paused(ALE, at_hour(84))
    with pytest.raises(Invalid, match="already"):
        paused(still, at_hour(85))
    with pytest.raises(Invalid, match="already"):
        paused(resumed(still, at_hour(90)), at_hour(89))
    with pytest.raises(Invalid, match="not paused"):
        resumed(ALE, at_hour(84))
    with pytest.raises(Invalid, match="not paused"):
        resumed(resumed(still, at_hour(90)), at_hour(91))
