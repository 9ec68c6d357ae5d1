from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.brewing.completeness import Cause, Evidence, Span, cause_of, completeness, gaps, running_spans

TIMES = st.lists(st.integers(0, 1000), unique=True).map(sorted)
EDGES = st.lists(st.integers(0, 1000), min_size=2, max_size=8, unique=True).map(sorted)
SPANS = EDGES.map(lambda edges: [Span(a, b) for a, b in list(pairwise(edges))[::2]])
LONGEST = st.integers(1, 300)


@given(TIMES, SPANS, LONGEST)
def test_gaps_lie_in_spans_are_long_and_hold_no_reading(
    times: list[int], spans: list[Span], longest: int
) -> None:
    found = list(gaps(times, spans, longest))
    for gap in found:
        assert gap.length_ms > longest
        assert any(span.start <= gap.start and gap.end <= span.end for span in spans)
        assert not any(gap.start < t < gap.end for t in times)
    assert found == sorted(found)


@given(TIMES, SPANS, LONGEST)
def test_instant_outside_of_gaps_is_near_a_reading_or_an_edge(
    times: list[int], spans: list[Span], longest: int
) -> None:
    missing = list(gaps(times, spans, longest))
    for span in spans:
        marks = sorted({span.start, span.end, *(t for t in times if span.start <= t < span.end)})
        for a, b in pairwise(marks):
            assert (Span(a, b) in missing) == (b - a > longest)


@given(TIMES, SPANS, LONGEST)
def test_completeness_lies_between_nothing_and_all(times: list[int], spans: list[Span], longest: int) -> None:
    found = completeness(list(gaps(times, spans, longest)), spans)
    assert found is not None
    assert -1e-9 <= found <= 100.0


def test_completeness_is_the_share_that_is_not_missing() -> None:
    spans = [Span(0, 60), Span(100, 140)]
    assert completeness([Span(10, 20), Span(100, 115)], spans) == 75.0
    assert completeness([], []) is None


@given(SPANS)
def test_what_was_recorded_always_is_complete(spans: list[Span]) -> None:
    assert completeness(list(gaps(range(1000), spans, 1)), spans) == 100.0
    assert completeness(list(gaps([], spans, 0)), spans) == 0.0


@given(st.integers(0, 500), st.integers(0, 500), SPANS)
def test_batch_runs_where_it_does_not_pause(start: int, length: int, pauses: list[Span]) -> None:
    end = start + length
    spans = running_spans(start, end, pauses)
    for t in range(start, end):
        runs = any(span.start <= t < span.end for span in spans)
        assert runs is not any(pause.start <= t < pause.end for pause in pauses)
    assert all(start <= span.start < span.end <= end for span in spans)


@pytest.mark.parametrize(
    ("from_agent", "adapter", "others", "cause"),
    [
        (True, True, True, Cause.DEVICE),
        (True, True, None, Cause.DEVICE),
        (True, False, True, Cause.AGENT),
        (True, False, False, Cause.AGENT),
        (True, False, None, Cause.AGENT),
        (True, None, True, Cause.UNKNOWN),
        (False, True, False, Cause.DEVICE),
        (False, False, True, Cause.DEVICE),
        (False, None, True, Cause.DEVICE),
        (False, False, False, Cause.SERVER),
        (False, None, False, Cause.SERVER),
        (False, False, None, Cause.UNKNOWN),
    ],
)
def test_who_spoke_meanwhile_tells_who_was_silent(
    from_agent: bool, adapter: bool | None, others: bool | None, cause: Cause
) -> None:
    evidence = Evidence(from_agent=from_agent, adapter_spoke=adapter, others_spoke=others)
    assert cause_of(evidence) is cause
