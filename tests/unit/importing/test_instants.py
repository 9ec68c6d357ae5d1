from array import array

from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.instants import count_distinct, distinct, falls, rises, settled

instants = st.lists(st.integers(0, 20), max_size=30)


@given(t=instants)
def test_distinct_instants_are_in_order_each_once(t: list[int]) -> None:
    assert list(distinct(array("q", t))) == sorted(set(t))


@given(columns=st.lists(instants, max_size=4))
def test_instants_of_several_columns_are_counted_once(columns: list[list[int]]) -> None:
    rising = [array("q", sorted(set(column))) for column in columns]
    assert count_distinct(rising) == len({t for column in columns for t in column})


@given(pairs=st.lists(st.tuples(st.integers(0, 20), st.floats(0, 1)), max_size=30))
def test_of_several_values_of_an_instant_the_last_stays(pairs: list[tuple[int, float]]) -> None:
    t, v = settled(array("q", [t for t, _ in pairs]), array("d", [v for _, v in pairs]))
    assert list(zip(t, v, strict=True)) == sorted(dict(pairs).items())
    assert rises(t)


@given(t=instants)
def test_the_newest_first_is_turned_round(t: list[int]) -> None:
    falling = array("q", sorted(set(t), reverse=True))
    values = array("d", map(float, falling))
    assert falls(falling)
    assert list(distinct(falling)) == sorted(set(t))
    assert list(settled(falling, values)[1]) == sorted(set(t))


def test_what_is_in_order_already_is_not_copied() -> None:
    t, v = array("q", [1, 2, 3]), array("d", [1.0, 2.0, 3.0])
    assert settled(t, v) == (t, v)
    assert settled(t, v)[0] is distinct(t) is t
