"""Saying seldom what happens often."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.sparing import MOST, Sparing
from krausen.testing.clock import HandClock

EVERY_MS = 60_000


def test_it_is_said_at_once_and_then_with_how_often_it_happened() -> None:
    clock = HandClock()
    sparing = Sparing(clock, EVERY_MS)
    said = []
    for ms in (0, 1, 59_999, 60_000, 60_001, 500_000, 500_001):
        clock.now_ms = ms
        said.append(sparing.times("pi"))
    assert said == [1, 0, 0, 3, 0, 2, 0]


def test_each_subject_is_said_by_itself() -> None:
    sparing = Sparing(HandClock(), EVERY_MS)
    assert [sparing.times(one) for one in ("a", "b", "a")] == [1, 1, 0]


def test_a_clock_that_is_set_back_keeps_nothing_from_being_said() -> None:
    clock = HandClock(10 * EVERY_MS)
    sparing = Sparing(clock, EVERY_MS)
    sparing.times("pi")
    clock.follow(0)
    clock.now_ms += EVERY_MS
    assert sparing.times("pi") == 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40_000))))
def test_nothing_is_said_twice_within_the_time_and_nothing_is_left_out_of_the_count(
    happened: list[tuple[str, int]],
) -> None:
    clock = HandClock()
    sparing = Sparing(clock, EVERY_MS)
    said: dict[str, list[tuple[int, int]]] = {"a": [], "b": []}
    for subject, after_ms in happened:
        clock.now_ms += after_ms
        times = sparing.times(subject)
        if times:
            said[subject].append((clock.now_ms, times))
    clock.now_ms += EVERY_MS
    for subject, lines in said.items():
        at = [ms for ms, _ in lines]
        assert all(later - earlier >= EVERY_MS for earlier, later in pairwise(at))
        count = sum(one == subject for one, _ in happened)
        assert sum(times for _, times in lines) + sparing.times(subject) == count + 1


def test_subjects_that_are_remembered_have_an_end() -> None:
    sparing = Sparing(HandClock(), EVERY_MS)
    assert all(sparing.times(str(n)) == 1 for n in range(MOST + 1))
    assert sparing.times("0") == 1
    assert sparing.times(str(MOST)) == 0
