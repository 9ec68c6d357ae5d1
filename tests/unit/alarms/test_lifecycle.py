from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.alarms import lifecycle
from krausen.alarms.lifecycle import TEST_MS, TRANSITIONS, Deed, Event
from krausen.errors import Stale
from krausen.model.alarm import Alarm, AlarmState, Priority

NEW = Alarm(
    id="a1",
    rule="out_of_band",
    priority=Priority.WARNING,
    state=AlarmState.NORMAL,
    since=0,
    at=0,
    title="Fass is warm",
    condition=False,
)
ANNA = "Anna"
HOUR_MS = 3_600_000

DOES: dict[Event, Callable[[Alarm, int], Alarm]] = {
    Event.RAISED: lifecycle.raised,
    Event.CLEARED: lifecycle.cleared,
    Event.ACKNOWLEDGED: lambda alarm, at: lifecycle.acknowledged(alarm, Deed(ANNA, at, "seen")),
    Event.SHELVED: lambda alarm, at: lifecycle.shelved(alarm, Deed(ANNA, at, "known"), at + HOUR_MS),
    Event.UNSHELVED: lambda alarm, at: lifecycle.unshelved_by(alarm, Deed(ANNA, at)),
}
N, U, A, R, S = AlarmState

events = st.lists(st.sampled_from([*Event, None]), max_size=30)
"""What happens to an alarm; None is its condition changing by itself."""


def standing(state: AlarmState, *, condition: bool = True) -> Alarm:
    return replace(NEW, state=state, condition=condition)


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        (Event.RAISED, N, U),
        (Event.RAISED, R, U),
        (Event.ACKNOWLEDGED, U, A),
        (Event.ACKNOWLEDGED, R, N),
        (Event.CLEARED, U, R),
        (Event.CLEARED, A, N),
        (Event.SHELVED, U, S),
        (Event.SHELVED, A, S),
        (Event.SHELVED, R, S),
        (Event.SHELVED, S, S),
        (Event.UNSHELVED, S, U),
    ],
)
def test_each_event_leads_to_its_state(event: Event, before: AlarmState, after: AlarmState) -> None:
    assert DOES[event](standing(before), 5).state is after


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", AlarmState)
def test_what_is_not_in_the_table_is_refused_and_says_why(event: Event, state: AlarmState) -> None:
    alarm = standing(state)
    if state in TRANSITIONS[event]:
        assert lifecycle.may(event, alarm)
        DOES[event](alarm, 5)
    else:
        assert not lifecycle.may(event, alarm)
        with pytest.raises(Stale, match=r"Fass is warm: this alarm .+, so it cannot be"):
            DOES[event](alarm, 5)


@given(events)
def test_in_whatever_order_things_happen_state_and_times_tell_the_truth(
    happening: list[Event | None],
) -> None:
    alarm, lasts = NEW, False
    for at, event in enumerate(happening, start=1):
        before = alarm
        if event is None:
            if alarm.state is S:
                lasts = not lasts
                alarm = lifecycle.watched(alarm, at, condition=lasts)
        elif lifecycle.may(event, alarm):
            alarm = DOES[event](alarm, at)
            lasts = {Event.RAISED: True, Event.CLEARED: False}.get(event, lasts)
        assert alarm.condition is lasts
        assert (alarm.state in {U, A}) <= lasts
        assert (alarm.state in {N, R}) <= (not lasts)
        assert (alarm.state is S) <= (alarm.shelved_until is not None)
        assert alarm is before or alarm.at == at
        if alarm.state is A:
            assert alarm.acknowledged_at is not None
        if alarm.state in {N, R} and alarm is not NEW:
            assert alarm.cleared_at is not None
        assert (alarm.id, alarm.rule, alarm.title) == (NEW.id, NEW.rule, NEW.title)


@given(events)
def test_nothing_that_was_raised_goes_away_before_a_person_has_seen_it(happening: list[Event | None]) -> None:
    alarm, unseen = NEW, False
    for at, event in enumerate(happening, start=1):
        if event is None or not lifecycle.may(event, alarm):
            continue
        alarm = DOES[event](alarm, at)
        unseen = event is Event.RAISED or (unseen and event in {Event.CLEARED, Event.RAISED})
        assert not (unseen and alarm.state is N)


def test_a_shelved_alarm_comes_back_to_be_seen_anew_only_while_it_lasts() -> None:
    shelved = lifecycle.shelved(standing(A), Deed(ANNA, 10, "waiting for a part"), 10 + HOUR_MS)
    assert (shelved.by, shelved.reason, shelved.shelved_until) == (ANNA, "waiting for a part", 10 + HOUR_MS)
    assert not lifecycle.runs_out(shelved, 9 + HOUR_MS)
    assert lifecycle.runs_out(shelved, 10 + HOUR_MS)
    lasting = lifecycle.unshelved(shelved, 20)
    assert (lasting.state, lasting.acknowledged_at, lasting.shelved_until) == (U, None, None)
    over = lifecycle.watched(shelved, 15, condition=False)
    assert (over.state, over.cleared_at) == (S, 15)
    assert lifecycle.unshelved(over, 20).state is N


def test_who_takes_it_off_the_shelf_is_named() -> None:
    shelved = lifecycle.shelved(standing(U), Deed(ANNA, 10, "later"), HOUR_MS)
    back = lifecycle.unshelved_by(shelved, Deed("Ben", 20, "now"))
    assert (back.by, back.reason, back.at) == ("Ben", "now", 20)


def test_a_test_is_over_when_it_is_seen_or_after_a_while_and_needs_no_more() -> None:
    test = replace(standing(U), test=True)
    seen = lifecycle.acknowledged(test, Deed(ANNA, 7))
    assert (seen.state, seen.acknowledged_at, seen.cleared_at, seen.condition) == (N, 7, 7, False)
    assert not lifecycle.is_spent(test, TEST_MS - 1)
    assert lifecycle.is_spent(test, TEST_MS)
    assert lifecycle.cleared(test, TEST_MS).state is N
    assert not lifecycle.is_spent(seen, 2 * TEST_MS)
    assert not lifecycle.is_spent(standing(U), 2 * TEST_MS)


@pytest.mark.parametrize("state", [U, A, R, S])
def test_what_is_about_nothing_any_more_is_over_whether_it_was_seen_or_not(state: AlarmState) -> None:
    gone = lifecycle.withdrawn(replace(standing(state), shelved_until=99), 9)
    assert (gone.state, gone.condition, gone.cleared_at, gone.shelved_until) == (N, False, 9, None)


@pytest.mark.parametrize(("state", "after"), [(U, U), (A, U), (R, U), (S, S)])
def test_what_has_become_more_is_to_be_seen_anew_unless_it_is_shelved(
    state: AlarmState, after: AlarmState
) -> None:
    more = lifecycle.renewed(replace(standing(state), acknowledged_at=3), 9, "Two are warm")
    assert (more.state, more.title, more.acknowledged_at) == (after, "Two are warm", None)
