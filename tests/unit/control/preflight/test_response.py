from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.preflight.response import NOTHING, Drift, drift, newest, response

TEMPERATURES = st.floats(-40.0, 60.0)
TRACES = st.lists(TEMPERATURES, max_size=60).map(lambda c: [(15.0 * n, one) for n, one in enumerate(c)])
STILL = Drift(20.0, 0.0, 600.0)


@given(c=TEMPERATURES, slope=st.floats(-0.01, 0.01))
def test_straight_line_is_found_again(c: float, slope: float) -> None:
    found = drift([(s, c + slope * (s - 600.0)) for s in range(0, 601, 15)], 600.0)
    assert found is not None
    assert found.c == pytest.approx(c, abs=1e-6)
    assert found.slope == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("trace", [[], [(600.0, 20.0)], [(600.0, 20.0), (600.0, 21.0)], [(-1.0, 20.0)] * 9])
def test_there_is_no_drift_without_two_times(trace: list[tuple[float, float]]) -> None:
    assert drift(trace, 600.0) is None


@given(slope=st.floats(-0.01, 0.01), share=st.floats(0.0, 1.0), later_s=st.floats(1.0, 7200.0))
def test_what_drifting_explains_is_no_departure(slope: float, share: float, later_s: float) -> None:
    base = Drift(20.0, slope, 600.0)
    c = base.c + share * (base.then(600.0 + later_s) - base.c)
    assert base.departure(600.0 + later_s, c) == pytest.approx(0.0, abs=1e-9)


@given(trace=TRACES, at_s=st.floats(0.0, 900.0))
def test_there_is_always_a_finite_answer(trace: list[tuple[float, float]], at_s: float) -> None:
    base = drift(trace, at_s)
    if base is not None:
        found = response(trace, base, 0.2)
        assert all(map(isfinite, (found.peak_c, found.after_s, found.delay_s or 0.0, found.rate_c_h)))
        assert found.rate_c_h >= 0.0
        assert isfinite(newest(trace, base))


def test_fall_has_its_peak_its_delay_and_its_rate() -> None:
    falling = [(s, 20.0 if s <= 660 else 20.0 - (s - 660) * 0.01) for s in range(600, 1201, 15)]
    rising = [(s, 14.6 + (s - 1200) * 0.005) for s in range(1215, 1500, 15)]
    found = response([*falling, *rising], STILL, 0.2)
    assert found.peak_c == pytest.approx(-5.4, abs=0.2)
    assert found.after_s == pytest.approx(600, abs=30)
    assert found.delay_s == pytest.approx(90, abs=30)
    assert found.rate_c_h == pytest.approx(36.0)


def test_single_value_leads_nobody_astray() -> None:
    trace = [(s, 25.0 if s == 705 else 20.0) for s in range(600, 1200, 15)]
    assert response(trace, STILL, 0.2).peak_c == 0.0
    assert newest(trace[:8], STILL) == 0.0


def test_nothing_follows_on_what_has_not_been_seen() -> None:
    assert response([(300.0, 20.0), (600.0, 20.0)], STILL, 0.2) == NOTHING
    assert newest([], STILL) == 0.0
