from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.yeast import WATER, Wort, co2_kg, gravity, heat_j, pace_per_s, plato, specific_gravity

ALE = Wort()


def hours_to_half(wort: Wort, beer_c: float) -> float:
    attenuation, minutes = wort.start_share, 0
    while attenuation < 0.5:
        attenuation += 60.0 * pace_per_s(wort, attenuation, beer_c)
        minutes += 1
    return minutes / 60.0


def test_extract_that_ferments_is_that_of_12_plato_at_65_percent() -> None:
    assert plato(ALE.original_gravity) == pytest.approx(12.0, abs=0.01)
    assert ALE.fermentable_kg_l == pytest.approx(0.0817, rel=2e-3)


def test_peak_heat_at_20_degrees_is_a_third_of_a_watt_per_litre() -> None:
    assert heat_j(ALE, 1.0, pace_per_s(ALE, 0.5, 20.0)) == pytest.approx(0.33, abs=0.005)
    assert heat_j(ALE, 20.0, pace_per_s(ALE, 0.5, 20.0)) == pytest.approx(6.6, abs=0.1)


def test_a_batch_that_keeps_its_heat_warms_by_11_and_a_half_degrees() -> None:
    assert heat_j(ALE, 20.0, 1.0) / 84e3 == pytest.approx(11.5, abs=0.2)


def test_half_has_fermented_after_45_hours_at_20_degrees() -> None:
    assert hours_to_half(ALE, 20.0) == pytest.approx(45.0, abs=0.1)


def test_ten_degrees_more_are_2_point_3_times_faster() -> None:
    assert pace_per_s(ALE, 0.3, 20.0) / pace_per_s(ALE, 0.3, 10.0) == pytest.approx(2.3, abs=0.1)
    assert pace_per_s(ALE, 0.3, 60.0) == pace_per_s(ALE, 0.3, 35.0)


@given(st.floats(0.0, 1.0), st.floats(-5.0, 60.0))
def test_attenuation_never_leaves_0_to_1_however_long_the_step_is_held(start: float, beer_c: float) -> None:
    assert start <= start + 120.0 * pace_per_s(ALE, start, beer_c) <= 1.0


@given(st.floats(1.0, 1.15))
def test_plato_is_the_inverse_of_specific_gravity(specific: float) -> None:
    assert isclose(specific_gravity(plato(specific)), specific, abs_tol=1e-12)


def test_plato_agrees_with_the_brewers_table() -> None:
    assert specific_gravity(0.0) == 1.0
    assert specific_gravity(10.0) == pytest.approx(1.0400, abs=1e-4)
    assert specific_gravity(20.0) == pytest.approx(1.0830, abs=1e-4)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_gravity_falls_as_attenuation_rises(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert gravity(ALE, high) <= gravity(ALE, low)


def test_gravity_starts_at_the_original_and_ends_where_balling_says() -> None:
    assert gravity(ALE, 0.0) == pytest.approx(1.0484, abs=1e-12)
    final = plato(gravity(ALE, 1.0))
    real_extract = 0.1808 * plato(1.0484) + 0.8192 * final
    assert real_extract == pytest.approx((1.0 - 0.65) * plato(1.0484), abs=1e-9)
    assert gravity(ALE, 1.0) == pytest.approx(1.0097, abs=3e-4)


def test_less_than_half_of_the_fermented_extract_leaves_as_gas() -> None:
    assert co2_kg(ALE, 20.0, 1.0) == pytest.approx(20.0 * ALE.fermentable_kg_l * 0.4628, rel=1e-3)


def test_water_neither_warms_nor_gasses_nor_changes_gravity() -> None:
    assert heat_j(WATER, 20.0, 1.0) == 0.0
    assert co2_kg(WATER, 20.0, 1.0) == 0.0
    assert gravity(WATER, 0.7) == 1.0
