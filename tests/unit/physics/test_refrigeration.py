import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.refrigeration import Line, Refrigeration, glycol

COMPRESSOR = Refrigeration(rated_w=110.0, slope_w_k=4.5, highest_w=230.0, drawn_w=85.0, drawn_slope_w_k=1.0)
VALVE = glycol(carried_w_k=260.0, highest_w=3500.0, pump_w=40.0, performance=2.2)


def at(line: Line, plate_c: float) -> float:
    return line.at_zero_w + line.slope_w_k * plate_c


@given(st.integers(0, 10**9))
def test_a_compressor_gives_its_rating_in_a_room_of_25_degrees_at_any_time(at_s: int) -> None:
    assert at(COMPRESSOR.capacity(at_s, 25.0), -23.3) == pytest.approx(110.0)
    assert at(COMPRESSOR.capacity(at_s, 25.0), -13.3) == pytest.approx(155.0)


def test_a_compressor_loses_8_percent_in_a_room_10_degrees_warmer() -> None:
    assert at(COMPRESSOR.capacity(0, 35.0), -10.0) == pytest.approx(
        0.92 * at(COMPRESSOR.capacity(0, 25.0), -10.0)
    )


def test_a_compressor_draws_more_when_the_plate_is_warm() -> None:
    assert at(COMPRESSOR.draw(), -23.3) == pytest.approx(85.0)
    assert at(COMPRESSOR.draw(), 6.7) == pytest.approx(115.0)
    assert COMPRESSOR.drawn_per_removed == 0.0


@pytest.mark.parametrize(("at_s", "bath_c"), [(0, -2.0), (600, -1.0), (1800, -3.0), (2400, -2.0)])
def test_glycol_takes_nothing_from_a_jacket_as_cold_as_its_swinging_bath(at_s: int, bath_c: float) -> None:
    assert at(VALVE.capacity(at_s, 10.0), bath_c) == pytest.approx(0.0, abs=1e-6)
    assert at(VALVE.capacity(at_s, 30.0), bath_c + 1.0) == pytest.approx(260.0)


def test_glycol_draws_its_pump_and_a_share_of_what_it_removes() -> None:
    assert VALVE.draw() == Line(40.0, 0.0)
    assert VALVE.drawn_per_removed == pytest.approx(1.0 / 2.2)
