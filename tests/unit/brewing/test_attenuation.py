import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.brewing.attenuation import alcohol, attenuation
from krausen.brewing.gravity import plato_of

WORTS = st.floats(1.020, 1.140)


@pytest.mark.parametrize(
    ("gravity", "plato"),
    [(1.000, 0.0), (1.040, 9.99), (1.048, 11.91), (1.060, 14.74), (1.080, 19.33), (1.100, 23.77)],
)
def test_extract_is_that_of_the_tables(gravity: float, plato: float) -> None:
    assert plato_of(gravity) == pytest.approx(plato, abs=0.02)


@given(WORTS, WORTS)
def test_denser_wort_holds_more_extract(one: float, other: float) -> None:
    assert (one < other) == (plato_of(one) < plato_of(other)) or one == other


def test_beer_of_1050_that_ended_at_1010_has_5_3_percent() -> None:
    assert alcohol(1.050, 1.010) == pytest.approx(5.30, abs=0.02)
    assert attenuation(1.050, 1.010) == pytest.approx(79.3, abs=0.2)


@given(WORTS, st.floats(0.0, 1.0))
def test_alcohol_rises_from_nothing_as_sugar_goes(original: float, share: float) -> None:
    present = original - share * (original - 1.0)
    found, later = (
        alcohol(original, present),
        alcohol(original, original - 0.5 * (1 + share) * (original - 1.0)),
    )
    assert found is not None
    assert later is not None
    assert -1e-9 <= found <= later + 1e-9 < 25
    assert alcohol(original, original) == pytest.approx(0.0, abs=1e-9)


@given(WORTS, WORTS)
def test_attenuation_is_nothing_at_first_and_whole_at_the_density_of_water(one: float, other: float) -> None:
    assert attenuation(one, one) == 0.0
    assert attenuation(one, 1.0) == pytest.approx(100.0, abs=0.2)
    found = attenuation(one, other)
    assert found is not None
    assert (found >= 0) == (other <= one)


@pytest.mark.parametrize("original", [0.99, 1.0])
def test_what_holds_no_extract_ferments_to_nothing(original: float) -> None:
    assert attenuation(original, 0.98) is None
    assert alcohol(original, 0.98) is None


def test_risen_gravity_tells_no_alcohol() -> None:
    assert alcohol(1.040, 1.050) is None
