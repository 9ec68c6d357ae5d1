from hypothesis import given
from hypothesis import strategies as st

from krausen.server.people.remembered import Remembered

KEYS = st.sampled_from("abcd")


@given(st.lists(st.tuples(KEYS, st.integers(0, 9), st.integers(0, 9)), max_size=30), KEYS, st.integers(0, 9))
def test_latest_value_is_known_until_its_time(puts: list[tuple[str, int, int]], key: str, now: int) -> None:
    remembered: Remembered[int] = Remembered()
    expected = None
    for at, value, until in puts:
        remembered.put(at, value, until)
        if at == key:
            expected = value if now < until else None
    assert remembered.get(key, now) == expected
    assert remembered.take(key, now) == expected
    assert remembered.take(key, now) is None


@given(st.lists(st.integers(0, 20), max_size=60))
def test_no_more_than_the_latest_are_kept(keys: list[int]) -> None:
    remembered: Remembered[int] = Remembered(most=5)
    for key in keys:
        remembered.put(str(key), key, until=1)
    latest = list(dict.fromkeys(reversed(keys)))[:5]
    assert {key for key in range(21) if remembered.get(str(key), 0) is not None} == set(latest)


def test_what_is_to_be_forgotten_is_not_known() -> None:
    remembered: Remembered[int] = Remembered()
    remembered.put("a", 1, until=9)
    remembered.put("b", 2, until=9)
    remembered.forget(lambda value: value == 1)
    assert (remembered.get("a", 0), remembered.get("b", 0)) == (None, 2)
