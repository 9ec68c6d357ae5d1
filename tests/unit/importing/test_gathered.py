from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.importing.format import Complaint, Row
from krausen.importing.gathered import HEAD, gathered
from krausen.importing.report import Skipped
from krausen.importing.tape import CODES, OPEN, instants_of, rows_of
from krausen.model.reading import Quality
from tests.unit.importing.reading import held

rows = st.lists(
    st.builds(
        Row,
        st.integers(1, 99),
        st.integers(0, 50),
        st.dictionaries(st.sampled_from("abc"), st.floats(0, 1), max_size=3),
        st.lists(st.tuples(st.just("note"), st.sampled_from("xy")), max_size=2).map(tuple),
        st.lists(st.sampled_from("pq"), max_size=2).map(tuple),
    ),
    max_size=40,
)


@given(rows=rows)
def test_everything_that_rows_say_is_there_in_their_order(rows: list[Row]) -> None:
    found = gathered(rows)
    assert list(instants_of(found.t)) == [row.t for row in rows]
    for metric in {metric for row in rows for metric in row.values}:
        column = found.columns[metric]
        there = [(row.t, row.values[metric]) for row in rows if metric in row.values]
        assert held(column) == there
    said = sorted((t, note) for note, instants in found.notes.items() for t in instants_of(instants))
    assert said == sorted((row.t, note) for row in rows for note in row.notes)
    assert sum(found.marks.values()) == sum(len(row.marks) for row in rows)
    assert found.head == rows[:HEAD]
    if rows:
        assert (found.start, found.end) == (min(row.t for row in rows), max(row.t for row in rows))


@given(rows=rows)
def test_steps_of_the_clock_backwards_are_counted(rows: list[Row]) -> None:
    back = [row.line for before, row in pairwise(rows) if row.t < before.t]
    found = gathered(rows)
    assert (found.back, found.back_at) == (len(back), back[:4])


def test_a_quality_that_is_said_is_kept() -> None:
    found = gathered([Row(1, 5, {"a": 1.0}, quality=Quality.DOUBTFUL), Row(2, 6, {"a": 1.0})])
    assert [q for _, _, q in rows_of(found.columns["a"])] == [CODES[Quality.DOUBTFUL], OPEN]


def test_skipped_lines_are_listed_up_to_a_number_and_counted_beyond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krausen.importing.gathered.MOST_SKIPPED", 2)
    found = gathered([Row(1, 0), *(Complaint(line, "Odd.") for line in (2, 3, 4))])
    assert found.skipped == [Skipped(2, "Odd."), Skipped(3, "Odd.")]
    assert (found.more_skipped, found.lines) == (1, 4)


def test_lines_can_be_renumbered() -> None:
    found = gathered([Row(1, 5), Row(2, 4), Complaint(3, "Odd.")], lambda line: line * 10)
    assert (found.back_at, found.skipped, found.head[1]) == ([20], [Skipped(30, "Odd.")], Row(20, 4))
