"""What is said of a chamber after a day, beside what the chamber then does."""

import re
from functools import cache

import pytest

from krausen.control.algorithms import learning
from krausen.control.learning.insight import hours_to, insight
from krausen.control.learning.keeping import believed
from krausen.control.learning.lasting import long_run
from krausen.control.regulation import Plan
from krausen.model.learned import Learned
from krausen.simulation.fast import Course, FastRun
from krausen.simulation.runs import RHYTHM
from krausen.simulation.scenario import HOUR_S, scenario_of

WARM_C, COLD_C = 20.0, 2.0
SPAN = re.compile(r"reaches 2 °C in about (\d+) to (\d+) h")


@cache
def learned(chamber: str) -> Learned:
    """Hold a fermentation for a day."""
    scenario = scenario_of("hold")
    vessel = scenario.vessel(chamber, 1)
    plan = Plan(algorithm=learning.ALGORITHM, settings=learning.Settings(), hardware=vessel.hardware())
    course = Course(vessel=vessel, plan=plan, started_ms=0, wishes=scenario.wishes(0), rhythm=RHYTHM)
    life = FastRun(course, lambda _: None)
    life.run(24 * HOUR_S)
    document = life.learned()
    assert document is not None
    return document


@cache
def real_h(chamber: str) -> float:
    """Cool beer at full power that ferments no more."""
    plant = scenario_of("crash").vessel(chamber, 1).fresh()
    while plant.true_beer_c > COLD_C:
        plant.advance(plant.at_s + 60, heat=False, cool=True)
    return plant.at_s / HOUR_S


@pytest.mark.parametrize("chamber", ["freezer20", "fridge20"])
def test_the_way_to_cold_is_about_as_long_as_the_model_says(chamber: str) -> None:
    said_h = hours_to(long_run(believed(learned(chamber)).mean), WARM_C, COLD_C)
    assert said_h == pytest.approx(real_h(chamber), rel=0.25)


@pytest.mark.parametrize("chamber", ["freezer20", "fridge20", "fridge20tape"])
def test_the_way_to_cold_lies_in_the_span_that_is_told(chamber: str) -> None:
    (told,) = filter(None, map(SPAN.search, insight(learned(chamber)).means))
    assert float(told[1]) - 0.5 <= real_h(chamber) <= float(told[2]) + 0.5
