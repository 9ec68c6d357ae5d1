from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.alarms.delays import Memory, Timing, counted

TIMING = Timing(on_delay_s=60.0, off_delay_s=30.0, deadband=0.3)
STEP_MS = 10_000

courses = st.lists(st.none() | st.floats(-2.0, 2.0), max_size=80)
timings = st.builds(
    Timing,
    on_delay_s=st.sampled_from([0.0, 10.0, 60.0]),
    off_delay_s=st.sampled_from([0.0, 10.0, 30.0]),
    deadband=st.sampled_from([0.0, 0.3, 1.0]),
)


def lived(timing: Timing, course: list[float | None], memory: Memory | None = None) -> list[Memory]:
    """Give the memories of a course that is looked at every ten seconds."""
    found = [Memory() if memory is None else memory]
    for place, excess in enumerate(course):
        found.append(counted(timing, found[-1], excess, place * STEP_MS))
    return found[1:]


def test_it_counts_when_it_has_lasted_and_tells_since_when() -> None:
    course: list[float | None] = [-1.0, 0.1, 0.2, 0.1, 0.4, 0.1, 0.1, 0.1]
    memories = lived(TIMING, course)
    assert [one.counts for one in memories] == [False] * 7 + [True]
    assert memories[-1].since == STEP_MS
    assert counted(TIMING, memories[-1], 0.1, 9 * STEP_MS) == Memory(counts=True)


def test_a_short_return_begins_the_wait_anew() -> None:
    course: list[float | None] = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -0.1, 0.1, 0.1, 0.1]
    assert not any(one.counts for one in lived(TIMING, course))


def test_it_counts_on_within_the_dead_band_and_is_over_when_well_within() -> None:
    course: list[float | None] = [*[-0.2] * 50, *[-0.3] * 4]
    memories = lived(TIMING, course, Memory(counts=True))
    assert [one.counts for one in memories] == [True] * 53 + [False]


def test_a_clock_that_goes_back_makes_nobody_wait_longer() -> None:
    memory = counted(TIMING, Memory(), 1.0, 1_000_000)
    memory = counted(TIMING, memory, 1.0, 0)
    assert counted(TIMING, memory, 1.0, 60_000).counts


@given(timings, courses)
def test_it_begins_to_count_only_after_an_unbroken_time_beyond_the_limit(
    timing: Timing, course: list[float | None]
) -> None:
    needed = int(timing.on_delay_s * 1000) // STEP_MS + 1
    memories = lived(timing, course)
    for place, (before, after) in enumerate(pairwise([Memory(), *memories])):
        if after.counts and not before.counts:
            last = course[place - needed + 1 : place + 1]
            assert len(last) == needed
            assert all(excess is not None and excess > 0 for excess in last)


@given(timings, courses)
def test_it_ends_only_after_an_unbroken_time_well_within_the_limit(
    timing: Timing, course: list[float | None]
) -> None:
    needed = int(timing.off_delay_s * 1000) // STEP_MS + 1
    memories = lived(timing, course, Memory(counts=True))
    for place, (before, after) in enumerate(pairwise([Memory(counts=True), *memories])):
        if before.counts and not after.counts:
            last = course[place - needed + 1 : place + 1]
            assert len(last) == needed
            assert all(excess is not None and excess <= -timing.deadband for excess in last)


@given(timing=timings, course=courses, counts=st.booleans())
def test_what_is_unknown_changes_nothing(timing: Timing, course: list[float | None], *, counts: bool) -> None:
    for memory in lived(timing, course, Memory(counts=counts)):
        assert counted(timing, memory, None, 10**9).counts is memory.counts


@given(timings, st.floats(0.001, 5.0))
def test_what_lasts_is_always_told_in_the_end(timing: Timing, excess: float) -> None:
    assert lived(timing, [excess] * 10)[-1].counts
