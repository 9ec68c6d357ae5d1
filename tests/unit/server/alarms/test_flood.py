from hypothesis import given
from hypothesis import strategies as st

from krausen.server.alarms.flood import MOST, WITHIN_MS, Flood


@given(st.lists(st.integers(0, 20_000), max_size=200))
def test_never_more_than_so_many_in_a_minute_and_none_is_held_back_without_need(steps: list[int]) -> None:
    flood, now, let = Flood(), 0, list[int]()
    for step in steps:
        now += step
        recent = [at for at in let if at > now - WITHIN_MS]
        lets = flood.lets("rule", now)
        assert lets is (len(recent) < MOST)
        let += [now] if lets else []
    assert flood.lets("another", now)


def test_a_clock_that_goes_back_does_not_silence_a_rule() -> None:
    flood = Flood()
    assert all(flood.lets("rule", 10**9) for _ in range(MOST))
    assert not flood.lets("rule", 10**9)
    assert flood.lets("rule", 0)
