"""A rehearsal beside the life that then came: the same chamber goes on through the same plan."""

from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from krausen.control.algorithm import Inputs
from krausen.control.algorithms import learning
from krausen.control.learning.keeping import believed
from krausen.control.learning.rehearsal import Rehearsed, Stage, Trial, rehearsed
from krausen.control.regulation import Plan
from krausen.model.learned import Learned
from krausen.model.level import Demand
from krausen.model.profile import Profile, Run, Step, StepKind
from krausen.model.setpoint import Mode, Setpoint
from krausen.profiles.course import curve, timeline
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel

HOUR_MS = 3_600_000
LEARNS_H, PLAN_H = 36, 42
STEPS = (
    Step(kind=StepKind.HOLD, temperature=18.0, hours=6.0),
    Step(kind=StepKind.RAMP, temperature=20.0, hours=12.0),
    Step(kind=StepKind.HOLD, temperature=20.0, hours=4.0),
    Step(kind=StepKind.RAMP, temperature=12.0, hours=12.0),
    Step(kind=StepKind.HOLD, temperature=12.0, hours=8.0),
)
STAGES = (Stage(0, 0, 6, 18.0, 6), Stage(6, 18, 22, 20.0, 12), Stage(22, 34, PLAN_H, 12.0, 12))


class Watched:
    """The algorithm, of which one sees what it has learned."""

    def __init__(self) -> None:
        self.state: Any = learning.ALGORITHM.start
        self.algorithm = replace(learning.ALGORITHM, step=self._step)

    def learned(self) -> Learned:
        found = learning.learned(self.state)
        assert found is not None
        return found

    def _step(self, settings: Any, state: Any, inputs: Inputs) -> tuple[Any, Demand]:
        self.state, demand = learning.ALGORITHM.step(settings, state, inputs)
        return self.state, demand


def finished(document: Learned, trial: Trial) -> Rehearsed:
    going = rehearsed(believed(document), trial, Random(1))
    while True:
        try:
            next(going)
        except StopIteration as ended:
            outcome: Rehearsed = ended.value
            return outcome


@pytest.mark.parametrize("chamber", ["fridge2014", "freezer20", "glycol300"])
def test_the_life_that_comes_lies_in_the_band(chamber: str) -> None:
    vessel = SimulatedVessel(id="v", name="V", chamber=chamber, agent="a", beer_c=20.0)
    watched, at = Watched(), LEARNS_H * HOUR_MS
    run = Run(profile=Profile(id="p", name="P", steps=STEPS), start=at)
    wishes = (
        Setpoint(revision=1, mode=Mode.BEER, value=18.0),
        Setpoint(revision=2, mode=Mode.PROFILE, profile="p", run=run, at=at),
    )
    plan = Plan(algorithm=watched.algorithm, settings=learning.Settings(), hardware=vessel.hardware())
    life = FastRun(
        Course(vessel=vessel, plan=plan, started_ms=0, wishes=wishes, rhythm=Rhythm(tick_s=5)),
        lambda _: None,
    )
    life.run(LEARNS_H * 3600)

    corners = curve(timeline(run), at, at + PLAN_H * HOUR_MS)
    trial = Trial(
        corners=tuple(((t - at) / HOUR_MS, celsius) for t, celsius in corners),
        stages=STAGES,
        hardware=vessel.hardware(),
        manner=learning.MANNERS["balanced"],
        volume_l=vessel.kind.cabinet.litres,
    )
    outcome = finished(watched.learned(), trial)

    inside, worst_c, at_s = 0, 0.0, 0
    before_kwh = life.rig.chamber.energy.kwh
    for hours, low, high in zip(outcome.hours, outcome.low, outcome.high, strict=True):
        life.run(round(hours * 3600) - at_s)
        at_s = round(hours * 3600)
        life.rig.advance(LEARNS_H * 3600 + at_s)
        beer_c = life.rig.chamber.true_beer_c
        inside += low <= beer_c <= high
        worst_c = max(worst_c, low - beer_c, beer_c - high)
    assert inside >= 0.85 * len(outcome.hours)
    assert worst_c < 0.2
    kwh = life.rig.chamber.energy.kwh - before_kwh
    assert 0.9 * outcome.kwh_low < kwh < 1.25 * outcome.kwh_high
    assert 0.6 * kwh < outcome.kwh < 1.6 * kwh
    assert None not in outcome.reached_h
