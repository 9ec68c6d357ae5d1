from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import NotFound
from krausen.model.vessel import Role
from krausen.physics.silences import Silences
from krausen.physics.yeast import WATER
from krausen.simulation.scenario import HOUR_S, SCENARIOS, Scenario, scenario_of

REFERENCE = Path(__file__).parents[3] / "docs/reference/simulate.md"
ANY = st.sampled_from(SCENARIOS)
START_MS = 1_700_000_000_000


@given(ANY)
def test_a_scenario_is_found_by_name_and_by_letter(scenario: Scenario) -> None:
    assert scenario_of(scenario.name) is scenario_of(scenario.letter) is scenario


def test_the_letters_go_from_a_to_g_with_their_names() -> None:
    names = ["hold", "crash", "ramp", "lager", "probe-loss", "mains-loss", "heat-only"]
    assert {one.letter: one.name for one in SCENARIOS} == dict(zip("abcdefg", names, strict=True))


@pytest.mark.parametrize("name", ["", "h", "Hold", "z", "all"])
def test_an_unknown_scenario_is_refused_with_the_names_there_are(name: str) -> None:
    with pytest.raises(NotFound, match=r"choose one of hold \(a\), .*heat-only \(g\)"):
        scenario_of(name)


def test_a_ramp_goes_evenly_from_one_setpoint_to_the_other() -> None:
    ramp = scenario_of("ramp")
    targets = [ramp.target_c(hour * HOUR_S) for hour in (0, 72, 84, 96, 140)]
    assert targets == [18.0, 18.0, 20.0, 22.0, 22.0]


@given(ANY, st.floats(0, 1))
def test_the_wish_in_force_is_the_setpoint_but_for_a_step_of_the_ramp(
    scenario: Scenario, share: float
) -> None:
    at_s = share * scenario.seconds
    in_force = [wish for wish in scenario.wishes(START_MS) if wish.at <= START_MS + at_s * 1000]
    assert in_force[-1].value == pytest.approx(scenario.target_c(at_s), abs=0.03)


@given(ANY)
def test_wishes_come_in_order_and_begin_at_once(scenario: Scenario) -> None:
    wishes = scenario.wishes(START_MS)
    assert [wish.revision for wish in wishes] == list(range(1, len(wishes) + 1))
    assert sorted(wish.at for wish in wishes) == [wish.at for wish in wishes]
    assert (wishes[0].at, wishes[0].value) == (START_MS, scenario.setpoint_c)


@given(st.integers(0, 10_000))
def test_the_beer_probe_is_lost_once_for_half_an_hour(seed: int) -> None:
    scenario = scenario_of("probe-loss")
    silences = scenario.vessel("fridge20", seed).silences
    begins_s, ends_s = Silences(silences[Role.BEER], seed).span(0)
    assert list(silences) == [Role.BEER]
    assert ends_s - begins_s == 1800
    assert 0 <= begins_s < ends_s <= scenario.seconds


def test_no_other_scenario_loses_a_probe() -> None:
    others = [one for one in SCENARIOS if one.name != "probe-loss"]
    assert not any(one.vessel("fridge20", 1).silences for one in others)


def test_only_heat_only_lacks_a_cooler() -> None:
    without = [one.name for one in SCENARIOS if one.vessel("fridge20", 1).hardware().cool is None]
    assert without == ["heat-only"]


def test_the_mains_are_away_for_two_hours_in_one_scenario() -> None:
    away = {one.name: one.mains_away_h for one in SCENARIOS if one.mains_away_h is not None}
    assert away == {"mains-loss": (48.0, 50.0)}


@given(ANY)
def test_a_vessel_begins_as_the_scenario_says(scenario: Scenario) -> None:
    vessel = scenario.vessel("glycol300", 7)
    assert (vessel.beer_c, vessel.climate.mean_c, vessel.seed) == (scenario.beer_c, scenario.room_c, 7)
    assert (vessel.wort, vessel.chamber) == (scenario.wort, "glycol300")


def test_a_vessel_in_an_unknown_chamber_is_refused() -> None:
    with pytest.raises(NotFound, match="choose one of freezer20"):
        scenario_of("a").vessel("barn", 1)


@given(ANY)
def test_errors_and_settling_count_within_the_run(scenario: Scenario) -> None:
    assert 0 <= scenario.settle_from_h < scenario.days * 24
    assert 0 <= scenario.hold_h < scenario.days * 24


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_the_reference_page_tells_what_is_run(scenario: Scenario) -> None:
    rows = [line.strip("| ").split(" | ") for line in REFERENCE.read_text("utf-8").splitlines()]
    (row,) = [row for row in rows if row[:2] == [scenario.letter, f"`{scenario.name}`"]]
    _, _, beer, setpoint, room, days, ferments, hold, settle = row
    assert (float(beer), float(room), int(days)) == (scenario.beer_c, scenario.room_c, scenario.days)
    assert (float(hold), float(settle)) == (scenario.hold_h, scenario.settle_from_h)
    assert (ferments == "yes") is (scenario.wort != WATER)
    assert float(setpoint.split(",")[0]) == scenario.setpoint_c
    if scenario.ramp is not None:
        ramp = scenario.ramp
        words = f"from hour {ramp.from_h:g} to {ramp.until_h:g} evenly to {ramp.to_c:g}"
        assert setpoint.endswith(words)
