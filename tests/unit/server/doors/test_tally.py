from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from krausen.server.doors.tally import LONGEST, RECENT, Knock, Tally, Turned


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("ab"), st.sampled_from("xy"))))
def test_refusals_are_counted_and_the_same_in_a_row_are_one_line(
    refusals: list[tuple[int, str, str]],
) -> None:
    tally = Tally()
    for at, address, reason in refusals:
        tally.refused(at, address, reason)
    recent = tally.recent_refusals
    assert tally.refusals == len(refusals)
    assert len(recent) == RECENT or sum(one.times for one in recent) == len(refusals)
    assert all((one.address, one.reason) != (next_.address, next_.reason) for one, next_ in pairwise(recent))
    if refusals:
        at, address, reason = refusals[-1]
        assert (recent[0].at, recent[0].address, recent[0].reason) == (at, address, reason)


def test_the_last_fifty_are_remembered_newest_first() -> None:
    tally = Tally()
    for n in range(2 * RECENT):
        tally.took(n, f"10.0.0.{n}", ["a"], n)
        tally.refused(n, f"10.0.0.{n}", "no")
    assert (tally.knocks, tally.refusals) == (2 * RECENT, 2 * RECENT)
    assert [one.at for one in tally.recent_knocks] == list(range(2 * RECENT - 1, RECENT - 1, -1))
    assert [one.at for one in tally.recent_refusals] == list(range(2 * RECENT - 1, RECENT - 1, -1))


def test_many_nodes_and_long_reasons_are_cut() -> None:
    tally = Tally()
    tally.took(1, "::1", ["a", "b", "c", "d"], 4)
    tally.refused(2, "::1", "x" * 1000)
    assert tally.recent_knocks == (Knock(at=1, address="::1", node="a, b, c …", readings=4),)
    assert tally.recent_refusals == (Turned(at=2, address="::1", reason="x" * LONGEST),)
