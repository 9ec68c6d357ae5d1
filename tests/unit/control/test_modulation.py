from math import ceil, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.modulation import Window, proportion

SHARES = st.floats(0.0, 1.0)


def switched(shares: list[float], length_s: float, tick_s: float) -> list[bool]:
    """The output at each tick, for the share that is asked for at it."""
    window, levels = Window(), []
    for tick, share in enumerate(shares):
        window, on = proportion(window, share, tick * tick_s, length_s)
        levels.append(on)
    return levels


@given(SHARES, st.sampled_from([60.0, 600.0, 1800.0]), st.sampled_from([1.0, 5.0, 7.0]), st.integers(1, 20))
def test_the_share_of_time_on_is_the_demand(
    share: float, length_s: float, tick_s: float, windows: int
) -> None:
    ticks = ceil(length_s / tick_s)
    levels = switched([share] * ticks * windows, length_s, tick_s)
    assert sum(levels) / len(levels) == pytest.approx(share, abs=tick_s / length_s)


@given(st.lists(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), min_size=1, max_size=300))
def test_a_window_switches_at_most_once_each_way_however_the_demand_moves(shares: list[float]) -> None:
    levels = switched(shares, 30.0, 1.0)
    for start in range(0, len(levels), 30):
        window = levels[start : start + 30]
        assert window == sorted(window, reverse=True)


@given(st.lists(SHARES, max_size=200))
def test_nothing_and_everything_take_effect_at_once(shares: list[float]) -> None:
    for share, on in zip(shares, switched(shares, 30.0, 1.0), strict=True):
        assert share not in (0.0, 1.0) or on is (share == 1.0)


@given(st.lists(SHARES, max_size=200), st.floats(0.05, 0.95))
def test_a_window_begins_anew_after_nothing_and_after_everything(before: list[float], share: float) -> None:
    for end in (0.0, 1.0):
        assert switched([*before, end, share], 30.0, 1.0)[-1]


def test_the_share_of_a_window_is_taken_at_its_start() -> None:
    assert switched([0.2] + [0.9] * 9 + [0.9], 10.0, 1.0) == [True, True] + [False] * 8 + [True]


@pytest.mark.parametrize(
    ("share", "on"), [(-0.1, False), (1.1, True), (-1e9, False), (1e9, True), (nan, False)]
)
def test_a_demand_beyond_its_bounds_is_cut_and_no_number_is_off(share: float, *, on: bool) -> None:
    assert switched([share] * 5, 10.0, 1.0) == [on] * 5
