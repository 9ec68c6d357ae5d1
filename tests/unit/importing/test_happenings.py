from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.happenings import MOST, Happenings, happenings
from krausen.importing.instants import count_distinct
from krausen.importing.tape import Room
from krausen.model.batch import BatchEvent
from tests.unit.importing.reading import marked

HOUR = 3_600_000
MINUTE = 60_000
BUBBLE = ("bubble", "ferm2")


def of(instants: Collection[int], known: Collection[BatchEvent] = ()) -> Happenings:
    return happenings({BUBBLE: marked(instants)}, known, Room())


def bubbles(count: int, every: int = MINUTE) -> list[int]:
    return [place * every for place in range(count)]


def after(done: Happenings, known: Collection[BatchEvent] = ()) -> set[BatchEvent]:
    return (set(known) | set(done.events)) - set(done.outdated)


def test_up_to_a_number_every_event_is_kept_by_itself() -> None:
    done = of(bubbles(MOST))
    assert [event.at for event in done.events] == bubbles(MOST)
    assert done.remarks == ()


def test_beyond_that_number_an_hour_is_one_event_with_its_count() -> None:
    done = of(bubbles(MOST + 145))
    together = [event for event in done.events if event.text != "ferm2"]
    assert [event.at for event in done.events if event.text == "ferm2"] == bubbles(MOST)
    assert together == [
        BatchEvent(8 * HOUR, "bubble", "ferm2: 40 in this hour"),
        BatchEvent(9 * HOUR, "bubble", "ferm2: 60 in this hour"),
        BatchEvent(10 * HOUR, "bubble", "ferm2: 45 in this hour"),
    ]
    assert count_distinct(done.instants) == MOST + 145
    assert done.remarks == (
        "Of more than 500 events of the kind bubble, 145 became 3 events, one for an hour.",
    )


def test_texts_that_do_not_repeat_are_all_kept() -> None:
    notes = {("note", f"Note {place}"): marked([place * MINUTE]) for place in range(MOST + 50)}
    assert len(happenings(notes, (), Room()).events) == MOST + 50


@given(count=st.integers(MOST - 20, MOST + 200), more=st.integers(0, 130))
def test_a_log_that_has_grown_ends_as_if_it_had_come_whole(count: int, more: int) -> None:
    part, whole = bubbles(count), bubbles(count + more)
    known = after(of(part))
    assert after(of(whole, known), known) == after(of(whole))


@given(count=st.integers(MOST - 20, MOST + 200))
def test_the_same_events_again_are_nothing_new(count: int) -> None:
    known = after(of(bubbles(count)))
    again = of(bubbles(count), known)
    assert (again.events, again.outdated) == ((), ())
    assert count_distinct(again.instants) == 0


def test_fewer_events_of_an_hour_than_are_known_change_nothing() -> None:
    known = after(of(bubbles(MOST + 145)))
    less = of(bubbles(MOST + 130), known)
    assert (less.events, less.outdated) == ((), ())


def test_a_text_of_a_person_is_no_sum() -> None:
    written = BatchEvent(9 * HOUR, "bubble", "ferm2: many in this hour")
    assert written not in of(bubbles(MOST + 145), [written]).outdated
