"""Rates and their derivatives agree, and heat goes nowhere but where it should."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.chamber import OUTER, PRIORS, SIZE, STATES, At, chamber_of
from krausen.control.learning.thermal import rows

CELSIUS = st.floats(-20.0, 45.0)
NUDGE = 1e-5


@st.composite
def vectors(draw: st.DrawFn) -> list[float]:
    states = [draw(CELSIUS) for _ in range(4)]
    states += [
        draw(st.floats(0.0, 5.0)),
        draw(CELSIUS),
        draw(CELSIUS),
        draw(st.floats(0.01, 0.4)),
        draw(CELSIUS),
    ]
    return states + [
        draw(st.floats(PRIORS[place].low + 1e-3, PRIORS[place].high - 1e-3)) for place in list(At)[STATES:]
    ]


def rates(vector: list[float], flow: float, heat: float) -> list[float]:
    return [rate for rate, _ in rows(vector, chamber_of(vector), flow=flow, heat=heat)]


@given(vectors(), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([0.0, 1.0]))
def test_every_derivative_is_that_of_its_rate(vector: list[float], flow: float, heat: float) -> None:
    told = rows(vector, chamber_of(vector), flow=flow, heat=heat)
    if abs(vector[At.STORE] - chamber_of(vector).sink_c) < 1e-3:
        return
    for place in range(SIZE):
        more, less = list(vector), list(vector)
        more[place] += NUDGE
        less[place] -= NUDGE
        both = zip(rates(more, flow, heat), rates(less, flow, heat), strict=True)
        for number, (high, low) in enumerate(both):
            slope = sum(one for at, one in told[number][1] if at == place)
            assert isclose(slope, (high - low) / (2.0 * NUDGE), rel_tol=1e-3, abs_tol=1e-2 + 1e-6 * abs(high))


@given(vectors())
def test_what_flows_between_beer_air_and_store_is_neither_made_nor_lost(vector: list[float]) -> None:
    vector[At.FERMENTATION] = vector[At.HEATER] = 0.0
    vector[At.AMBIENT] = vector[At.AIR]
    chamber = chamber_of(vector)
    core, layer, air, store, *_ = rates(vector, 0.0, 0.0)
    whole = (1.0 - OUTER) * core + OUTER * layer + chamber.air_share * air + chamber.store_share * store
    assert whole == pytest.approx(0.0, abs=1e-6)


def test_at_rest_nothing_moves() -> None:
    vector = [18.0] * 9 + [PRIORS[place].middle for place in list(At)[STATES:]]
    vector[At.HEATER] = vector[At.FERMENTATION] = 0.0
    assert rates(vector, 0.0, 0.0) == pytest.approx([0.0] * 7)


def test_the_cooler_draws_from_the_store_and_nothing_below_its_sink() -> None:
    vector = [18.0] * 9 + [PRIORS[place].middle for place in list(At)[STATES:]]
    vector[At.HEATER] = vector[At.FERMENTATION] = 0.0
    assert rates(vector, 1.0, 0.0)[At.STORE] < -10.0
    vector[At.STORE] = -60.0
    assert rates(vector, 1.0, 0.0)[At.STORE] == rates(vector, 0.0, 0.0)[At.STORE]
