from hypothesis import given
from hypothesis import strategies as st

from krausen.model.reason import HOLDS_MS, UNSURE_MS, Occasion, Reason, held_until

FIRST = Reason(1000, heat=1.0)


def test_a_reason_holds_until_the_next_one() -> None:
    assert held_until(FIRST, Reason(5000)) == 5000


def test_a_reason_that_nothing_follows_holds_a_little_longer_than_it_takes_to_repeat_it() -> None:
    assert held_until(FIRST, None) == 1000 + HOLDS_MS


def test_a_reason_does_not_hold_across_a_long_silence() -> None:
    assert held_until(FIRST, Reason(1000 + 2 * HOLDS_MS)) == 1000 + HOLDS_MS


def test_after_an_agent_that_ended_without_a_word_one_is_soon_unsure() -> None:
    assert held_until(FIRST, Reason(1000 + 2 * UNSURE_MS, occasion=Occasion.BEGIN)) == 1000 + UNSURE_MS
    assert held_until(FIRST, Reason(2000, occasion=Occasion.BEGIN)) == 2000


def test_an_end_holds_until_its_agent_begins_anew() -> None:
    end = Reason(1000, occasion=Occasion.END)
    assert held_until(end, None) is None
    assert held_until(end, Reason(10**12, occasion=Occasion.BEGIN)) == 10**12


@given(later=st.integers(1001, 10**12), kind=st.sampled_from(Occasion))
def test_none_holds_longer_than_until_the_next_one(later: int, kind: Occasion) -> None:
    until = held_until(Reason(1000, occasion=kind), Reason(later))
    assert until is not None
    assert 1000 < until <= later
