"""The learning algorithm on simulated chambers it has never seen, and beside hardware that fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.algorithms.learning import ALGORITHM, Settings, State, learned, resume, step
from krausen.control.interlocks import Hardware, Output, Outputs, Times
from krausen.model.learned import Standing
from krausen.model.setpoint import Mode
from krausen.model.vessel import Role
from krausen.simulation.runs import Finished, Job, Report, perform
from krausen.simulation.scenario import Scenario, scenario_of

SETTINGS = Settings()
HARDWARE = Hardware(Times(), Times())
PITCH = replace(scenario_of("hold"), days=1, hold_h=12.0)


def ran(chamber: str, scenario: Scenario, **settings: object) -> Report:
    *_, last = perform(Job(chamber=chamber, scenario=scenario, algorithm="learning", settings=settings))
    assert isinstance(last, Finished)
    return last.report


@pytest.mark.parametrize(
    ("chamber", "hours", "over_c"),
    [("freezer20", 2.4, 0.2), ("fridge2014", 4.0, 0.2), ("fridge20tape", 5.5, 0.25), ("glycol300", 2.0, 0.4)],
)
def test_a_chamber_it_has_never_seen_is_brought_to_the_setpoint_soon_and_hardly_beyond(
    chamber: str, hours: float, over_c: float
) -> None:
    report = ran(chamber, PITCH)
    assert report.settle_h < hours
    assert report.overshoot_c < over_c
    assert report.rmse_c < 0.12
    assert report.alternations_per_day <= 8
    assert report.short_cycles == 0


def test_without_a_cooler_it_warms_and_without_a_heater_it_cools() -> None:
    warmed = ran("fridge20", replace(scenario_of("heat-only"), days=1, hold_h=12.0))
    assert warmed.settle_h < 8.0
    assert warmed.starts_per_day == 0
    cooled = ran("freezer20", replace(PITCH, roles=(Role.BEER, Role.CHAMBER, Role.COOL)))
    assert cooled.overshoot_c < 0.5
    assert cooled.heats_per_day == 0


def test_a_saver_starts_less_often_than_who_is_precise() -> None:
    lager = replace(scenario_of("lager"), days=1, hold_h=12.0)
    saver, precise = (ran("glycol300", lager, temperament=one) for one in ("saver", "precise"))
    assert saver.starts_per_day < precise.starts_per_day
    assert saver.rmse_c < 0.2


def test_a_probe_that_is_lost_for_half_an_hour_is_done_without() -> None:
    assert ran("fridge20", replace(scenario_of("probe-loss"), days=1, hold_h=4.0)).max_c < 0.2


def test_after_a_power_cut_it_goes_on_with_what_it_learned() -> None:
    cut = replace(
        scenario_of("mains-loss"), days=1, hold_h=4.0, settle_from_h=14.0, mains_away_h=(12.0, 14.0)
    )
    assert ran("freezer20", cut).settle_h < 1.5


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


def test_every_demand_says_why() -> None:
    _, demand = step(SETTINGS, State(), at(1e6, 20.0, 20.0))
    assert demand.why[0].startswith("The beer is at 20.0 °C and ends at 20.0 °C if all is off now.")
    assert ALGORITHM.learned is learned
