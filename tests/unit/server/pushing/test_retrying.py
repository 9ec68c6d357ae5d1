from random import Random

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.pushing.retrying import (
    CLOSED,
    FIRST_MS,
    LONGEST_ASKED_MS,
    LONGEST_MS,
    TRIPS,
    Circuit,
    CircuitState,
    failed,
)

ASKED = st.none() | st.floats(0, 10**7)


@given(asked=st.lists(ASKED, max_size=40), seed=st.integers(0, 99))
def test_pauses_grow_within_bounds_and_nobody_comes_before_he_was_asked_to(
    asked: list[float | None], seed: int
) -> None:
    chance, circuit, now = Random(seed), CLOSED, 0
    for count, asked_s in enumerate(asked):
        circuit = failed(circuit, now, chance, asked_s)
        longest = min(LONGEST_MS, FIRST_MS * 2**count)
        wanted = 0 if asked_s is None else min(int(asked_s * 1000), LONGEST_ASKED_MS)
        assert max(longest // 2, wanted) <= circuit.retry_at - now <= max(longest, wanted)
        now = circuit.retry_at
    assert circuit.failures == len(asked)


def test_circuit_opens_after_some_failures_and_is_half_open_when_one_may_be_tried() -> None:
    circuit, chance = CLOSED, Random(1)
    for _ in range(TRIPS - 1):
        circuit = failed(circuit, 0, chance)
        assert circuit.state(0) is CircuitState.CLOSED
    circuit = failed(circuit, 0, chance)
    assert circuit.state(circuit.retry_at - 1) is CircuitState.OPEN
    assert circuit.state(circuit.retry_at) is CircuitState.HALF_OPEN


def test_a_thousand_failures_do_not_overflow() -> None:
    circuit = failed(Circuit(1000, 0), 0, Random(1))
    assert circuit.retry_at <= LONGEST_MS
