"""Readings that agents lost, by what their runs tell."""

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.losses import Losses


@given(st.lists(st.tuples(st.integers(1, 3), st.lists(st.integers(0, 99), min_size=1)), max_size=5))
def test_all_that_was_told_by_each_run_is_counted_once_however_often(
    runs: list[tuple[int, list[int]]],
) -> None:
    losses, news = Losses(), 0
    for place, (often, counts) in enumerate(runs):
        for count in sorted(counts):
            news += sum(losses.told("pi", f"run {place}", count) for _ in range(often))
    assert losses.of("pi") == news == sum(max(counts) for _, counts in runs)
    assert losses.of("other") == 0


def test_what_cannot_be_is_no_news() -> None:
    losses = Losses()
    assert [losses.told("pi", "r", count) for count in (-5, 7, 3, 0, 7, 8)] == [0, 7, 0, 0, 0, 1]
    assert losses.of("pi") == 8


def test_an_agent_that_is_no_more_is_forgotten() -> None:
    losses = Losses()
    losses.told("pi", "r", 7)
    losses.forget("pi")
    losses.forget("pi")
    assert losses.of("pi") == 0
    assert losses.told("pi", "r", 7) == 7
