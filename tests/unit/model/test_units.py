from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.model.units import TemperatureUnit, celsius, celsius_difference, gravity_of

UNITS: tuple[TemperatureUnit, ...] = ("C", "F", "K")
SOME = st.floats(-300.0, 1e4)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (20.0, "C", 20.0),
        (32.0, "F", 0.0),
        (212.0, "F", 100.0),
        (-40.0, "F", -40.0),
        (98.6, "F", 37.0),
        (0.0, "K", -273.15),
        (273.15, "K", 0.0),
    ],
)
def test_fixed_points_of_the_scales(value: float, unit: TemperatureUnit, expected: float) -> None:
    assert celsius(value, unit) == expected


@given(SOME)
def test_there_and_back_is_where_it_was(value: float) -> None:
    assert celsius(value * 1.8 + 32.0, "F") == pytest.approx(value, abs=1e-8)
    assert celsius(value + 273.15, "K") == pytest.approx(value, abs=1e-8)


@given(st.integers(-20_000, 20_000))
def test_a_round_number_of_celsius_comes_out_round(hundredths: int) -> None:
    value = hundredths / 100
    assert celsius(round(value * 1.8 + 32.0, 3), "F") == value
    assert celsius(round(value + 273.15, 2), "K") == value


@given(SOME, SOME, st.sampled_from(UNITS))
def test_a_difference_is_that_of_two_points(one: float, other: float, unit: TemperatureUnit) -> None:
    apart = celsius(one, unit) - celsius(other, unit)
    assert celsius_difference(one - other, unit) == pytest.approx(apart, abs=1e-8)


@pytest.mark.parametrize("unit", UNITS)
def test_no_difference_is_none_in_every_unit(unit: TemperatureUnit) -> None:
    assert celsius_difference(0.0, unit) == 0.0


@pytest.mark.parametrize("unit", UNITS)
def test_what_is_no_number_stays_none(unit: TemperatureUnit) -> None:
    assert isnan(celsius(nan, unit))
    assert celsius(inf, unit) == inf


@given(plato=st.floats(0.0, 39.0))
def test_more_extract_weighs_more(plato: float) -> None:
    assert 1.0 <= gravity_of(plato) < gravity_of(plato + 0.01) < 1.25


def test_the_extract_of_a_usual_wort_is_that_of_the_tables() -> None:
    assert gravity_of(12.0) == pytest.approx(1.0484, abs=1e-4)


def test_what_no_extract_can_be_is_what_no_gravity_can_be() -> None:
    for plato in (-616.87, 999.0, 258.6 * 258.2 / 227.1):
        assert not 0.95 <= gravity_of(plato) <= 1.25
