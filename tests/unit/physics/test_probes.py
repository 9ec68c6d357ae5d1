from math import sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.physics.probes import NOISE_C, STEP_C, TAPED, Placing, Probe

SECONDS = st.integers(0, 10**9)
PROBE = Probe(7)


def errors_c(probe: Probe, first_s: int, seconds: int) -> list[float]:
    """The errors at slowly rising temperatures, so that the steps of the probe average out."""
    felt = [20.0 + 0.00137 * n for n in range(seconds)]
    return [probe.reading(felt_c, first_s + n) - felt_c for n, felt_c in enumerate(felt)]


@given(st.floats(-40.0, 110.0), SECONDS)
def test_readings_are_sixteenths_of_a_degree_near_the_truth(felt_c: float, at_s: int) -> None:
    reading = PROBE.reading(felt_c, at_s)
    assert (reading / STEP_C).is_integer()
    assert abs(reading - felt_c) < STEP_C / 2 + 6 * NOISE_C


@given(st.floats(-40.0, 110.0), SECONDS)
def test_a_reading_is_the_same_however_often_it_is_taken(felt_c: float, at_s: int) -> None:
    assert PROBE.reading(felt_c, at_s) == PROBE.reading(felt_c, at_s) == Probe(7).reading(felt_c, at_s)


def test_errors_are_those_of_noise_and_steps_together() -> None:
    errors = errors_c(PROBE, 0, 20_000)
    assert pstdev(errors) == pytest.approx(sqrt(0.02**2 + 0.0625**2 / 12), rel=0.05)
    assert abs(fmean(errors)) < 0.002


def test_an_offset_moves_every_reading_alike() -> None:
    assert fmean(errors_c(Probe(7, 0.3), 0, 20_000)) == pytest.approx(0.3, abs=0.002)


@pytest.mark.parametrize("lag_s", [1, 2, 60, 1023, 1024, 1025, 2048])
def test_noise_does_not_remember(lag_s: int) -> None:
    errors = errors_c(PROBE, 0, 8192)
    products = [a * b for a, b in zip(errors, errors[lag_s:], strict=False)]
    assert abs(fmean(products)) < 0.05 * pstdev(errors) ** 2


def test_two_probes_err_independently() -> None:
    pairs = zip(errors_c(PROBE, 0, 8192), errors_c(Probe(8), 0, 8192), strict=True)
    assert abs(fmean(a * b for a, b in pairs)) < 0.05 * NOISE_C**2 * 2


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_what_the_beer_probe_feels_is_a_mean(core_share: float, air_share: float) -> None:
    weights = Placing(core_share=core_share, air_share=air_share).weights
    assert all(weight >= 0.0 for weight in weights)
    assert sum(weights) == pytest.approx(1.0)


def test_a_thermowell_feels_the_core_and_a_taped_probe_the_skin_and_the_air() -> None:
    assert Placing().weights == pytest.approx((0.6965, 0.2985, 0.005))
    assert TAPED.weights == pytest.approx((0.0, 0.9, 0.1))
