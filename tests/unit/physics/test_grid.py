import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Defect
from krausen.physics.grid import last_second


@given(st.integers(0, 10**9), st.floats(0.0, 1e9))
def test_it_is_the_last_whole_second_not_after_the_time(at_s: int, ahead_s: float) -> None:
    second = last_second(at_s, at_s + ahead_s)
    assert second <= at_s + ahead_s < second + 1


def test_time_does_not_run_back() -> None:
    with pytest.raises(Defect, match="cannot go back"):
        last_second(60, 59.9)
