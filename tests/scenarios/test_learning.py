"""The learning algorithm holds simulated chambers it has never seen, and outlives what befalls them."""

import pytest
from msgspec.structs import replace

from krausen.model.vessel import Role
from krausen.simulation.runs import Finished, Job, Report, perform
from krausen.simulation.scenario import Scenario, scenario_of

PITCH = replace(scenario_of("hold"), days=1, hold_h=12.0)


def ran(chamber: str, scenario: Scenario, **settings: object) -> Report:
    *_, last = perform(Job(chamber=chamber, scenario=scenario, algorithm="learning", settings=settings))
    assert isinstance(last, Finished)
    return last.report


@pytest.mark.parametrize(
    ("chamber", "hours", "over_c"),
    [("freezer20", 2.4, 0.2), ("fridge2014", 6.0, 0.2), ("fridge20tape", 5.5, 0.25), ("glycol300", 2.0, 0.4)],
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
