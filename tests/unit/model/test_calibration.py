from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError, json

from krausen.model.calibration import Calibration

FINITE = st.floats(-1e6, 1e6)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_without_calibration_a_value_is_exactly_what_it_was(raw: float) -> None:
    assert Calibration().true(raw) == raw


@given(FINITE, FINITE)
def test_an_offset_is_added(raw: float, offset: float) -> None:
    assert Calibration((offset, 1.0)).true(raw) == pytest.approx(raw + offset, abs=1e-9)


@given(st.lists(st.floats(-100.0, 100.0), min_size=1, max_size=6), st.floats(-10.0, 10.0))
def test_it_is_the_polynomial_lowest_power_first(coefficients: list[float], raw: float) -> None:
    powers = sum(coefficient * raw**power for power, coefficient in enumerate(coefficients))
    assert Calibration(tuple(coefficients)).true(raw) == pytest.approx(powers, abs=1e-6)


def test_a_line_scales_and_shifts() -> None:
    assert Calibration((1.0, 2.0, 3.0)).true(2.0) == 17.0


@pytest.mark.parametrize("coefficients", [(), (nan,), (0.0, inf)])
def test_a_calibration_that_would_wipe_out_every_value_is_refused(coefficients: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="at least one coefficient"):
        Calibration(coefficients)


def test_it_is_refused_from_outside_too() -> None:
    with pytest.raises(ValidationError, match="at least one coefficient"):
        json.decode(b'{"coefficients": []}', type=Calibration)
