from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Throttled
from krausen.server.people.throttle import FAILURES, WINDOW_MS, Throttle

KEYS = st.lists(st.sampled_from(["anna", "bo", "10.0.0.7"]), min_size=1, max_size=2, unique=True)
TRIES = st.lists(st.tuples(st.integers(0, 20_000), KEYS, st.booleans()), max_size=60)


def refused_for_s(throttle: Throttle, keys: list[str], now: int) -> int:
    """Give for how long a try is refused, 0 when it is not; a try that is not refused counts."""
    try:
        throttle.take(keys, now)
    except Throttled as refusal:
        return refusal.retry_after_s
    return 0


@given(TRIES)
def test_no_key_ever_fails_more_often_than_allowed(tries: list[tuple[int, list[str], bool]]) -> None:
    throttle, now = Throttle(), 0
    failures: dict[str, list[int]] = {}
    for later, keys, fails in tries:
        now += later
        if refused_for_s(throttle, keys, now):
            continue
        if not fails:
            throttle.give_back(keys, now)
            continue
        for key in keys:
            times = failures.setdefault(key, [])
            times.append(now)
            assert len([then for then in times if then > now - WINDOW_MS]) <= FAILURES


@given(TRIES)
def test_only_a_key_that_failed_too_often_waits(tries: list[tuple[int, list[str], bool]]) -> None:
    throttle, now = Throttle(), 0
    failures: dict[str, list[int]] = {}
    for later, keys, fails in tries:
        now += later
        recent = [sum(then > now - WINDOW_MS for then in failures.get(key, [])) for key in keys]
        assert bool(refused_for_s(throttle, keys, now)) == any(n >= FAILURES for n in recent)
        if any(n >= FAILURES for n in recent):
            continue
        if not fails:
            throttle.give_back(keys, now)
            continue
        for key in keys:
            failures.setdefault(key, []).append(now)


@given(st.lists(st.integers(0, WINDOW_MS // FAILURES - 1), min_size=FAILURES, max_size=FAILURES))
def test_wait_that_is_told_is_long_enough_and_less_than_a_second_too_long(gaps: list[int]) -> None:
    throttle, now = Throttle(), 0
    for gap in gaps:
        now += gap
        throttle.take(["anna"], now)
    wait_s = refused_for_s(throttle, ["anna"], now)
    assert 1 <= wait_s <= WINDOW_MS // 1000
    assert refused_for_s(throttle, ["anna"], now + (wait_s - 1) * 1000) > 0
    assert refused_for_s(throttle, ["anna"], now + wait_s * 1000) == 0


def test_who_must_wait_for_two_reasons_waits_for_the_later() -> None:
    throttle = Throttle()
    for _ in range(FAILURES):
        throttle.take(["anna"], 0)
        throttle.take(["10.0.0.7"], 20_000)
    assert refused_for_s(throttle, ["anna", "10.0.0.7"], 30_000) == 50
    assert refused_for_s(throttle, ["10.0.0.7", "anna"], 30_000) == 50


def test_refused_try_does_not_lengthen_the_wait() -> None:
    throttle = Throttle()
    for _ in range(FAILURES):
        throttle.take(["anna"], 0)
    for second in range(60):
        assert refused_for_s(throttle, ["anna"], second * 1000) == 60 - second
    assert refused_for_s(throttle, ["anna"], WINDOW_MS) == 0
