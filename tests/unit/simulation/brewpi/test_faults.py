"""What is wrong with a line comes by chance, and the same chance always gives the same."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.simulation.brewpi.faults import FAULTS, LATEST_S, SILENCE_S, Faults

LINE = b'T:{"State":0}\r\n'


def sent(seed: int, *names: str, every_s: float = 10.0, times: int = 400) -> list[tuple[float, bytes]]:
    faults = Faults(names, Random(seed))
    return [faults.sent(LINE * 2, number * every_s) for number in range(times)]


def test_without_faults_everything_arrives_at_once_as_it_was_said() -> None:
    assert sent(1) == [(number * 10.0, LINE * 2) for number in range(400)]
    faults = Faults((), Random(1))
    assert not any(faults.reboots() for _ in range(10_000))


def test_garbage_leaves_bytes_in_some_lines_that_nobody_said() -> None:
    spoilt = [said for _, said in sent(1, "garbage") if said != LINE * 2]
    assert 40 < len(spoilt) < 120
    assert any(byte > 127 for said in spoilt for byte in said)


def test_cut_lines_lose_their_ends() -> None:
    spoilt = [said for _, said in sent(1, "cut") if said != LINE * 2]
    assert 40 < len(spoilt) < 120
    assert {len(said) < 2 * len(LINE) for said in spoilt} == {True}


def test_silence_takes_whole_answers_for_a_while() -> None:
    said = [left for _, left in sent(1, "silence", every_s=1.0)]
    assert set(said) == {b"", LINE * 2}
    gaps = [len(gap) for gap in "".join("x" if left else " " for left in said).split("x") if gap]
    assert gaps
    assert min(gaps) >= SILENCE_S[0]


def test_late_answers_overtake_nobody() -> None:
    due_s = [due for due, _ in sent(1, "late", every_s=1.0)]
    assert due_s == sorted(due_s)
    waits_s = [due - number for number, due in enumerate(due_s)]
    assert min(waits_s) == 0.0
    assert LATEST_S[0] < max(waits_s) <= LATEST_S[1]


def test_reboots_come_about_every_ten_minutes() -> None:
    faults = Faults(("reboot",), Random(1))
    assert 100 < sum(faults.reboots() for _ in range(100_000)) < 240


def test_the_beer_probe_is_lost_now_and_then_for_a_while() -> None:
    faults = Faults(("probe",), Random(1))
    lost = "".join("x" if faults.loses_probe() else " " for _ in range(100_000)).split()
    assert 80 < len(lost) < 220
    assert {20 <= len(one) <= 121 for one in lost} == {True}
    assert not any(Faults((), Random(1)).loses_probe() for _ in range(1000))


@pytest.mark.parametrize("name", [name for name in FAULTS if name not in ("reboot", "probe")])
def test_another_seed_brings_other_faults(name: str) -> None:
    assert sent(1, name) == sent(1, name)
    assert sent(1, name) != sent(2, name)


@given(st.integers(0, 2**31), st.sets(st.sampled_from(list(FAULTS))), st.lists(st.floats(0, 100)))
def test_nothing_arrives_before_it_was_said(seed: int, names: set[str], waits_s: list[float]) -> None:
    faults, at_s, last_s = Faults(names, Random(seed)), 0.0, 0.0
    for wait_s in waits_s:
        at_s += wait_s
        due_s, _ = faults.sent(LINE, at_s)
        assert due_s >= at_s
        assert due_s >= last_s
        last_s = due_s
