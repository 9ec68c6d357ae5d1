from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.learning.chamber import PRIORS, RATED_C, SIZE, STATES, At, chamber_of
from krausen.control.learning.stepping import NODES, Stepping
from krausen.control.learning.thermal import rows

SHORT_H = 1e-7


@st.composite
def vectors(draw: st.DrawFn) -> tuple[float, ...]:
    celsius = st.floats(-5.0, 40.0)
    states = [draw(celsius) for _ in range(4)]
    states += [
        draw(st.floats(0.0, 2.0)),
        draw(celsius),
        draw(celsius),
        draw(st.floats(0.0, 0.3)),
        draw(celsius),
    ]
    quantities = [draw(st.floats(PRIORS[place].low, PRIORS[place].high)) for place in list(At)[STATES:]]
    return (*states, *quantities)


def rates(vector: tuple[float, ...], flow: float, *, heat: bool) -> list[float]:
    """Give the rates that the equations have, 1/h."""
    found = rows(list(vector), chamber_of(vector), flow=flow, heat=float(heat))
    return [rate for rate, _ in found[:NODES]]


@given(vector=vectors(), flow=st.floats(0.0, 1.0), heat=st.booleans())
def test_a_short_step_goes_as_the_equations_say(vector: tuple[float, ...], flow: float, heat: bool) -> None:
    stepping = Stepping(vector, chamber_of(vector), SHORT_H)
    moved = stepping.moved(vector[:NODES], flow, heat=heat)
    found = [(after - before) / SHORT_H for before, after in zip(vector, moved, strict=False)]
    for one, other in zip(found, rates(vector, flow, heat=heat), strict=True):
        assert one == pytest.approx(other, rel=1e-2, abs=1e-2)


@given(vector=vectors(), heat=st.booleans())
def test_steps_of_a_minute_end_where_the_equations_stand_still(vector: tuple[float, ...], heat: bool) -> None:
    stepping = Stepping(vector, chamber_of(vector), 1.0 / 60.0)
    nodes = vector[:NODES]
    for _ in range(60):
        nodes = stepping.moved(nodes, 1.0, heat=heat)
    assert all(-250.0 < one < 800.0 for one in nodes)


@given(vector=vectors())
def test_a_store_colder_than_the_sink_is_not_warmed_by_the_cooler(vector: tuple[float, ...]) -> None:
    chamber = chamber_of(vector)
    colder = (*vector[: At.STORE], chamber.sink_c - 1.0, *vector[At.STORE + 1 :])
    stepping = Stepping(colder, chamber, SHORT_H)
    assert stepping.moved(colder[:NODES], 1.0, heat=False) == stepping.moved(colder[:NODES], 0.0, heat=False)


@given(vector=vectors())
def test_the_power_is_the_rated_one_at_the_rated_store(vector: tuple[float, ...]) -> None:
    chamber = chamber_of(vector)
    stepping = Stepping(vector, chamber, 0.5)
    assert stepping.power * (RATED_C - stepping.sink_c) == pytest.approx(0.5 * exp(vector[At.COOLING]))


def test_every_place_of_the_vector_is_drawn() -> None:
    assert len(At) == SIZE
