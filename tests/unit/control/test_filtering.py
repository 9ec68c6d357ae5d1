import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.filtering import GAP_S, low_pass, passed_s


@pytest.mark.parametrize(
    ("at_s", "now_s", "passed"),
    [(None, 5.0, 0.0), (0.0, 5.0, 5.0), (5.0, 0.0, 0.0), (0.0, GAP_S, GAP_S), (0.0, GAP_S + 1, 0.0)],
)
def test_time_passes_but_not_backwards_and_not_over_a_gap(
    at_s: float | None, now_s: float, passed: float
) -> None:
    assert passed_s(at_s, now_s) == passed


@given(st.floats(-50, 130), st.floats(-50, 130), st.floats(0, 1e5), st.floats(1, 1e5))
def test_a_filtered_value_lies_between_the_old_one_and_the_new(
    smooth: float, value: float, seconds: float, lag_s: float
) -> None:
    filtered = low_pass(smooth, value, seconds, lag_s)
    assert min(smooth, value) - 1e-9 <= filtered <= max(smooth, value) + 1e-9


def test_after_one_lag_a_step_is_half_done() -> None:
    assert low_pass(0.0, 10.0, 300.0, 300.0) == 5.0
