from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.instants import count_distinct, settled
from krausen.importing.tape import Room, instants_of
from tests.unit.importing.reading import held, marked, tape

instants = st.lists(st.integers(0, 20), max_size=30)
PAIRS = st.lists(st.tuples(st.integers(0, 20), st.floats(0, 1)), max_size=30)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few readings fill a block, and a few blocks a run."""
    monkeypatch.setattr("krausen.importing.tape.BLOCK", 3)
    monkeypatch.setattr("krausen.importing.instants.BLOCK", 3)
    monkeypatch.setattr("krausen.importing.instants.RUN", 6)


@given(columns=st.lists(instants, max_size=4))
def test_instants_of_several_columns_are_counted_once(columns: list[list[int]]) -> None:
    rising = [marked(sorted(set(column))) for column in columns]
    assert count_distinct(rising) == len({t for column in columns for t in column})


@given(pairs=PAIRS)
def test_of_several_values_of_an_instant_the_last_stays(pairs: list[tuple[int, float]]) -> None:
    found = settled(tape(*pairs), Room())
    assert held(found) == sorted(dict(pairs).items())
    assert len(found) == len(dict(pairs))
    assert all(t < later for t, later in pairwise(instants_of(found)))


@given(t=instants)
def test_the_newest_first_is_turned_round(t: list[int]) -> None:
    falling = tape(*((t, float(t)) for t in sorted(set(t), reverse=True)))
    assert held(settled(falling, Room())) == [(t, float(t)) for t in sorted(set(t))]


def test_what_is_in_order_already_is_not_copied() -> None:
    column = marked(range(10))
    assert settled(column, Room()) is column
