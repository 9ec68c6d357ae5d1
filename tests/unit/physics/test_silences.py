import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.silences import Silence, Silences

SEEDS = st.integers(0, 2**63 - 1)
STRETCHES = st.integers(0, 1000)


@st.composite
def silences(draw: st.DrawFn) -> Silence:
    shortest_s = draw(st.integers(1, 5000))
    longest_s = draw(st.integers(shortest_s, 10_000))
    return Silence(every_s=draw(st.integers(longest_s, 200_000)), shortest_s=shortest_s, longest_s=longest_s)


@given(silence=silences(), seed=SEEDS, stretch=STRETCHES)
def test_each_stretch_has_one_silence_of_fair_length_inside_it(
    silence: Silence, seed: int, stretch: int
) -> None:
    begins_s, ends_s = Silences(silence, seed).span(stretch)
    assert silence.shortest_s <= ends_s - begins_s <= silence.longest_s
    assert stretch * silence.every_s <= begins_s < ends_s <= (stretch + 1) * silence.every_s


@given(silence=silences(), seed=SEEDS, stretch=STRETCHES)
def test_it_holds_from_its_first_second_to_its_last(silence: Silence, seed: int, stretch: int) -> None:
    made = Silences(silence, seed)
    begins_s, ends_s = made.span(stretch)
    assert made.hold(begins_s)
    assert made.hold(ends_s - 0.5)
    assert not made.hold(ends_s) or made.span(stretch + 1)[0] == ends_s
    assert not made.hold(begins_s - 0.5) or made.span(stretch - 1)[1] == begins_s


@given(silence=silences(), seed=SEEDS, asked_s=st.lists(st.integers(0, 500_000), max_size=20))
def test_the_order_of_questions_changes_no_answer(silence: Silence, seed: int, asked_s: list[int]) -> None:
    one = Silences(silence, seed)
    assert [one.hold(at_s) for at_s in asked_s] == [Silences(silence, seed).hold(at_s) for at_s in asked_s]


def test_other_seeds_have_other_silences() -> None:
    silence = Silence(every_s=86_400, shortest_s=60, longest_s=3600)
    assert len({Silences(silence, seed).span(3) for seed in range(20)}) == 20


@pytest.mark.parametrize("lengths", [(100, 0, 10), (100, 20, 10), (100, 50, 101), (0, 0, 0)])
def test_impossible_lengths_are_refused(lengths: tuple[int, int, int]) -> None:
    every_s, shortest_s, longest_s = lengths
    with pytest.raises(ValueError, match="no longer than"):
        Silence(every_s=every_s, shortest_s=shortest_s, longest_s=longest_s)
