from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.pushing.schedule import SPREAD_MS, first_due, next_due

TIMES = st.integers(0, 10**12)
EVERY = st.integers(1_000, 10**8)


@given(due=TIMES, every_ms=EVERY, late_ms=st.integers(0, 10**9))
def test_the_grid_is_kept_however_late_a_push_was(due: int, every_ms: int, late_ms: int) -> None:
    now = due + late_ms
    following = next_due(due, every_ms, now)
    assert now < following <= now + every_ms
    assert (following - due) % every_ms == 0


@given(now=TIMES, every_ms=EVERY, place=st.integers(0, 500))
def test_what_never_went_out_is_due_at_once(now: int, every_ms: int, place: int) -> None:
    assert first_due(now, every_ms, None, place) == now


@given(now=TIMES, every_ms=EVERY, ago_ms=st.integers(0, 10**10), place=st.integers(0, 500))
def test_after_a_start_an_interval_is_kept_and_what_is_overdue_comes_soon(
    now: int, every_ms: int, ago_ms: int, place: int
) -> None:
    due = first_due(now, every_ms, now - ago_ms, place)
    if ago_ms < every_ms:
        assert due == now - ago_ms + every_ms
    else:
        assert now <= due <= now + min(SPREAD_MS, every_ms)


def test_what_is_overdue_together_is_spread() -> None:
    dues = sorted(first_due(0, 60_000, -120_000, place) for place in range(200))
    gaps = [later - former for former, later in pairwise(dues)]
    assert max(gaps) <= 3 * SPREAD_MS / 200


def test_a_clock_that_was_set_back_does_not_make_one_wait_for_ever() -> None:
    assert first_due(1_000, 60_000, 10**9, 0) <= 61_000
