"""The learning algorithm step by step: what it remembers, what it doubts, and who holds meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.learning import ALGORITHM, Settings, State, learned, resume, step
from krausen.control.interlocks import Hardware, Output, Outputs, Times
from krausen.model.learned import Standing
from krausen.model.level import Demand
from krausen.model.setpoint import Mode

SETTINGS = Settings()
HARDWARE = Hardware(Times(), Times())


def at(now_s: float, beer_c: float | None, chamber_c: float | None, mode: Mode = Mode.BEER) -> Inputs:
    off = Outputs(Output(on=False, since_s=0.0), Output(on=False, since_s=0.0))
    measured_c = 18.0 if beer_c is None else beer_c
    return Inputs(now_s, 18.0, measured_c, beer_c, chamber_c, mode=mode, hardware=HARDWARE, outputs=off)


def test_a_chamber_that_is_itself_held_is_held_by_the_cascade_while_it_learns() -> None:
    seen = replace(at(1e6, 17.0, 25.0, Mode.CHAMBER), measured_c=25.0)
    state, demand = step(SETTINGS, State(), seen)
    assert "It shall be at 18.0 °C" in demand.why[0]
    assert learned(state) is not None


def test_what_cannot_be_explained_is_said_and_the_cascade_holds() -> None:
    state, demand = State(), step(SETTINGS, State(), at(1e6, 18.0, 18.0))[1]
    for number in range(400):
        beer_c = 18.0 if number % 20 < 10 else 26.0
        state, demand = step(SETTINGS, state, at(1e6 + 30.0 * number, beer_c, 18.0))
    assert "does not fit what was learned" in demand.why[0]
    known = learned(state)
    assert known is not None
    assert known.standing is Standing.DOUBTFUL
    assert known.doubts


def test_without_the_beer_probe_for_hours_the_cascade_holds_what_is_left() -> None:
    state, demand = step(SETTINGS, State(), at(1e6, 18.0, 18.0))
    for number in range(1, 4000):
        state, demand = step(SETTINGS, state, at(1e6 + 30.0 * number, None, 18.0))
    assert "Without the beer probe" in demand.why[0]


@given(st.lists(st.tuples(st.floats(10.0, 25.0), st.floats(-5.0, 40.0)), min_size=1, max_size=30))
def test_what_it_remembers_is_bounded_and_goes_on_after_a_restart(looks: list[tuple[float, float]]) -> None:
    state, now_s = State(), 1e6
    for beer_c, chamber_c in looks:
        state, _ = step(SETTINGS, state, at(now_s, beer_c, chamber_c))
        now_s += 30.0
    assert len(json.encode(state)) < 40_000
    known = learned(state)
    assert known is not None
    again, demand = step(SETTINGS, resume(known), at(now_s, *looks[-1]))
    assert min(demand.heat, demand.cool) == 0.0
    told = learned(again)
    assert told is not None
    assert told.mean[9:] == pytest.approx(known.mean[9:], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(("beer_c", "is_careful"), [(18.4, False), (24.0, True)])
def test_it_is_careful_with_another_beer(beer_c: float, is_careful: bool) -> None:
    state, _ = step(SETTINGS, State(), at(1e6, 18.0, 18.0))
    known = learned(state)
    assert known is not None
    resumed = resume(replace(known, watched_h=200.0))
    assert resumed.course.tried
    now, _ = step(SETTINGS, resumed, at(2e6, beer_c, beer_c))
    assert now.course.tried is not is_careful
    assert now.course.trusted


def test_what_is_no_number_is_not_looked_at() -> None:
    state, _ = step(SETTINGS, State(), at(1e6, 18.0, 18.0))
    assert step(SETTINGS, state, at(1e6 + 30.0, float("nan"), 18.0)) == (state, Demand())
    assert learned(State()) is None


def test_every_demand_says_why() -> None:
    _, demand = step(SETTINGS, State(), at(1e6, 20.0, 20.0))
    assert demand.why[0].startswith("The beer is at 20.0 °C and ends at 20.0 °C if all is off now.")
    assert ALGORITHM.learned is learned
