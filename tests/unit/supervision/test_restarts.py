from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.supervision.restarts import Life, Rules, State, born, ended, excused, heard, hung_ms, retried

RULES = Rules()
HOUR_MS = 3_600_000
lifespans = st.lists(st.integers(0, HOUR_MS), max_size=40)


def crashed(times: int, lived_ms: int = 100, life: Life | None = None) -> Life:
    life = life or Life()
    for _ in range(times):
        life = ended(born(life, 7, life.due_ms), "ended with status 1", life.due_ms + lived_ms, RULES)
    return life


def test_a_process_is_active_from_its_first_sign_of_life() -> None:
    life = born(Life(), 7, 1000)
    assert life.state is State.STARTING
    assert heard(life, 1500).state is State.ACTIVE


def test_the_first_sign_of_life_of_an_earlier_process_counts_no_more() -> None:
    again = born(heard(born(Life(), 7, 0), 10), 8, 20)
    assert (again.state, again.heard_ms, again.starts) == (State.STARTING, None, 2)


def test_what_lived_long_is_started_again_at_once() -> None:
    assert crashed(1, lived_ms=RULES.steady_ms).due_ms == RULES.steady_ms


def test_pauses_double_and_then_the_process_is_held() -> None:
    lives = [crashed(times) for times in range(7)]
    pauses = [b.due_ms - a.due_ms - 100 for a, b in pairwise(lives)]
    assert pauses == [500, 1000, 2000, 4000, 600_000, 600_000]
    assert [life.state for life in lives[1:]] == [State.STARTING] * 4 + [State.FAILED] * 2


def test_a_long_life_makes_crashes_forgotten() -> None:
    life = crashed(1, lived_ms=HOUR_MS, life=crashed(4))
    assert (life.crashes, life.state) == (0, State.STARTING)
    assert crashed(1, life=life).crashes == 1


def test_a_held_process_that_is_wanted_now_begins_afresh() -> None:
    life = retried(crashed(5), 5000)
    assert (life.due_ms, life.crashes, life.state) == (5000, 0, State.STARTING)


def test_a_process_that_runs_is_not_disturbed_by_a_retry() -> None:
    life = heard(born(crashed(3), 9, 5000), 5001)
    assert retried(life, 6000) == life


def test_before_its_first_sign_of_life_a_process_has_more_patience() -> None:
    life = born(Life(), 7, 1000)
    assert hung_ms(life, RULES) == 1000 + RULES.ready_ms
    assert hung_ms(heard(life, 2000), RULES) == 2000 + RULES.silent_ms


def test_silence_that_nobody_could_hear_is_excused() -> None:
    life = heard(born(Life(), 7, 0), 1000)
    assert hung_ms(excused(life, 5000), RULES) == hung_ms(life, RULES) + 5000
    assert excused(born(life, 8, 0), 5000) == born(life, 8, 0)


@given(lifespans)
def test_no_process_is_started_more_than_a_few_times_a_minute(lived_ms: list[int]) -> None:
    starts, life = [], Life()
    for lived in lived_ms:
        starts.append(life.due_ms)
        life = ended(born(life, 7, life.due_ms), "crashed", life.due_ms + lived, RULES)
    for start in starts:
        assert sum(start <= other < start + 60_000 for other in starts) <= RULES.crashes + 1


@given(lifespans)
def test_it_is_held_after_exactly_so_many_quick_crashes_in_a_row(lived_ms: list[int]) -> None:
    life, row = Life(), 0
    for lived in lived_ms:
        life = ended(born(life, 7, life.due_ms), "crashed", life.due_ms + lived, RULES)
        row = row + 1 if lived < RULES.steady_ms else 0
        assert (life.state is State.FAILED) == (row >= RULES.crashes)
        assert life.pid is None
        assert life.starts >= life.crashes
