import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.alarms.wording import celsius, listed, span

BLANK = "\u00a0"


@pytest.mark.parametrize(
    ("value", "text"),
    [(18.5, "18.5"), (-0.04, "0.0"), (0.25, "0.3"), (-1.25, "\u22121.3"), (20, "20.0"), (1.0e-9, "0.0")],
)
def test_temperatures_have_a_tenth_a_true_minus_and_no_minus_zero(value: float, text: str) -> None:
    assert celsius(value) == f"{text}{BLANK}°C"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (40.9, "40 s"),
        (60, "1 min"),
        (725, "12 min"),
        (7800, "2 h 10 min"),
        (7205, "2 h"),
        (273_600, "3 d 4 h"),
        (86_400 + 300, "1 d"),
    ],
)
def test_spans_have_two_parts_at_most(seconds: float, text: str) -> None:
    assert span(seconds).replace(BLANK, " ") == text


@given(st.floats(0, 1e9))
def test_a_span_is_never_longer_than_it_is_and_never_by_much_shorter(seconds: float) -> None:
    sizes = {"d": 86_400, "h": 3600, "min": 60, "s": 1}
    parts = re.findall(rf"(\d+){BLANK}(\w+)", span(seconds))
    told = sum(int(count) * sizes[unit] for count, unit in parts)
    assert 1 <= len(parts) <= 2
    assert told <= seconds
    assert seconds - told < sizes[parts[0][1]]


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(list("ABCDE")[:n]) for n in range(1, 6)] == [
        "A",
        "A and B",
        "A, B and C",
        "A, B, C and 1 more",
        "A, B, C and 2 more",
    ]
