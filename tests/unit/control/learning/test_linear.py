import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.linear import solved

NUMBERS = st.floats(-10.0, 10.0)


@given(
    st.lists(NUMBERS, min_size=3, max_size=3),
    st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_what_is_found_solves_the_equations(wanted: list[float], matrix: list[list[float]]) -> None:
    for number, row in enumerate(matrix):
        row[number] += 40.0
    found = solved(matrix, wanted)
    for row, one in zip(matrix, wanted, strict=True):
        assert sum(a * b for a, b in zip(row, found, strict=True)) == pytest.approx(one, abs=1e-9)


def test_a_pivot_that_is_nothing_is_passed_over() -> None:
    assert solved([[0.0, 1.0], [2.0, 0.0]], [3.0, 4.0]) == (2.0, 3.0)


def test_complex_numbers_are_solved_alike() -> None:
    assert solved([[2j]], [4.0 + 0j]) == (-2j,)


def test_equations_without_a_single_solution_are_refused() -> None:
    with pytest.raises(ZeroDivisionError):
        solved([[1.0, 1.0], [1.0, 1.0]], [1.0, 2.0])
