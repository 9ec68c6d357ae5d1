"""A clock that follows the system's, and steady time that does not."""

from hypothesis import given
from hypothesis import strategies as st

from krausen.ports.clock import ADOPTED_MS, Clock

NOON = 1_700_000_000_000


class Hands:
    """Loop time in our hands."""

    def __init__(self) -> None:
        self.loop_s = 12.5
        self.clock = Clock(NOON - 12_500, lambda: self.loop_s)


def test_it_shows_its_anchor_and_what_has_passed() -> None:
    hands = Hands()
    assert (hands.clock.now(), hands.clock.steady()) == (NOON, NOON)
    hands.loop_s += 1.5
    assert (hands.clock.now(), hands.clock.steady()) == (NOON + 1500, NOON + 1500)


@given(st.integers(1000, 10**12) | st.integers(-(10**12), -1000))
def test_a_jump_is_adopted_at_once_and_steady_time_knows_nothing_of_it(wrong_ms: int) -> None:
    hands = Hands()
    by_ms = hands.clock.follow(NOON + wrong_ms)
    assert abs(by_ms - wrong_ms) <= 6
    assert by_ms % 10 == (0 if wrong_ms > 0 else 1)
    assert hands.clock.now() == NOON + by_ms
    assert hands.clock.steady() == NOON
    hands.loop_s += 3.0
    assert (hands.clock.now(), hands.clock.steady()) == (NOON + by_ms + 3000, NOON + 3000)


@given(st.floats(-ADOPTED_MS + 1, ADOPTED_MS - 1), st.lists(st.floats(0.001, 20.0), min_size=30, max_size=60))
def test_less_than_a_second_is_made_up_for_gradually_and_never_back(
    wrong_ms: float, steps_s: list[float]
) -> None:
    hands = Hands()
    wrong = wrong_ms
    shown = hands.clock.now()
    for step_s in steps_s:
        hands.loop_s += step_s
        assert shown <= hands.clock.now() <= shown + step_s * 1050 + 1
        shown = hands.clock.now()
        assert hands.clock.follow(NOON + (hands.loop_s - 12.5) * 1000 + wrong) == 0
        assert hands.clock.now() == shown
    hands.loop_s += 30.0
    assert abs(hands.clock.now() - (NOON + (hands.loop_s - 12.5) * 1000 + wrong)) <= 1


@given(st.lists(st.tuples(st.floats(0.0, 100.0), st.integers(-(10**7), 10**7)), max_size=30))
def test_it_goes_as_it_says_whatever_the_system_does(steps: list[tuple[float, int]]) -> None:
    hands = Hands()
    for step_s, wrong_ms in steps:
        hands.loop_s += step_s
        before, steady = hands.clock.now(), hands.clock.steady()
        by_ms = hands.clock.follow(before + wrong_ms)
        assert hands.clock.now() == before + by_ms
        assert hands.clock.steady() == steady
        assert by_ms == 0 or abs(by_ms) >= ADOPTED_MS - 11
