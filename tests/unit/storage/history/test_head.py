"""What waits in memory is found by series and time, however it came and whatever is done with it."""

from hypothesis import given
from hypothesis import strategies as st

from krausen.storage.history import log
from krausen.storage.history.head import TIER, Head
from krausen.storage.history.log import NONE, Records, in_order, joined

Row = tuple[int, int, float]

ROWS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9), st.sampled_from([1.0, 2.0])), max_size=4)
STEPS = st.lists(ROWS | st.sampled_from(["settle", "settled"]), max_size=30)


def records_of(rows: list[Row]) -> Records:
    latest = {(series, t): v for series, t, v in rows}
    found = [(series, t, v, 0) for (series, t), v in sorted(latest.items())]
    return log.records(*zip(*found, strict=True)) if found else NONE


@given(steps=STEPS)
def test_the_newest_reading_of_an_instant_is_found_whatever_layer_it_is_in(
    steps: list[list[Row] | str],
) -> None:
    head, due = Head(), dict[tuple[int, int], float]()
    settling: list[Records] | None = None
    for step in steps:
        if isinstance(step, list):
            head.add(records_of(step))
            due |= {(series, t): v for series, t, v in step}
        elif settling is None:
            settling = head.settle()
        else:
            head.settled(NONE, in_order(joined(settling)))
            settling = None
        for series in (1, 2, 3):
            found = head.within(series, 2, 8)
            mine = {t: v for (one, t), v in due.items() if one == series and 2 <= t < 8}
            assert dict(zip(found.t.tolist(), found.v.tolist(), strict=True)) == mine
            assert found.t.tolist() == sorted(mine)


def test_many_small_commits_are_kept_in_few_pieces() -> None:
    head = Head()
    for t in range(TIER**4 - 1):
        head.add(records_of([(1, t, 1.0)]))
    assert len(head) == TIER**4 - 1
    assert len(head.settle()) <= 1 + 4 * (TIER - 1)


def test_what_is_to_be_sealed_counts_as_waiting_no_more_and_comes_back_when_that_fails() -> None:
    head = Head()
    head.add(records_of([(1, t, 1.0) for t in range(6)]))
    whole = in_order(joined(head.settle()))
    head.settled(whole.at(slice(0, 4)), whole.at(slice(4, None)))
    head.add(records_of([(1, 2, 2.0)]))
    assert len(head) == 3
    head.give_up(head.sealing.at(slice(2, None)))
    assert head.within(1, 0, 9).t.tolist() == [2, 3, 4, 5]
    assert head.within(1, 2, 3).v.tolist() == [2.0]
