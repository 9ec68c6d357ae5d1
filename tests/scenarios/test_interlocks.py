"""Interlocks hold in any chamber under any wishes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.agent.planning import Workshop, plan
from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.interlocks import Times
from krausen.model.level import Demand
from krausen.model.reading import Reading
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics import chance
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.testing.devices import NoSettings
from tests.scenarios.brewery import FASS, OUTPUTS, START_MS
from tests.scenarios.interlocks import broken

HEAT, COOL = {Role.HEAT: [(400.0, True), (600.0, False)]}, {Role.COOL: [(400.0, True), (600.0, False)]}
TIMES = {Role.HEAT: Times(), Role.COOL: Times()}


def fickle(seed: int) -> Algorithm:
    """Make an algorithm that demands anything at all, differently each minute."""

    def step(_: NoSettings, state: NoSettings, inputs: Inputs) -> tuple[NoSettings, Demand]:
        heat, cool = (chance.normal(seed + branch, int(inputs.now_s // 60)) for branch in (0, 1))
        return state, Demand(min(1.0, max(0.0, heat)), min(1.0, max(0.0, cool)))

    return Algorithm(name="fickle", title="Fickle", settings=NoSettings, start=NoSettings(), step=step)


@settings(max_examples=25)
@given(
    chamber=st.sampled_from(sorted(CHAMBERS)),
    seed=st.integers(0, 2**31),
    tick_s=st.sampled_from([1, 5, 30]),
    wishes=st.lists(st.tuples(st.sampled_from(Mode), st.floats(0.0, 26.0)), min_size=1, max_size=6),
)
def test_no_run_or_rest_is_too_short_and_never_both_run(
    chamber: str, seed: int, tick_s: int, wishes: list[tuple[Mode, float]]
) -> None:
    vessel = replace(FASS, chamber=chamber, seed=seed)
    workshop = Workshop({"fickle": fickle(seed)}, {vessel.series(r): vessel.times(r) for r in OUTPUTS})
    made = plan(workshop, replace(vessel.vessel(), algorithm="fickle"))
    asked = tuple(
        Setpoint(
            revision=n,
            mode=mode,
            value=None if mode is Mode.OFF else value,
            at=START_MS + n * 1_800_000,
        )
        for n, (mode, value) in enumerate(wishes)
    )
    readings: list[Reading] = []
    rhythm = Rhythm(every_s=30, tick_s=tick_s)
    course = Course(vessel=vessel, plan=made, started_ms=START_MS, wishes=asked, rhythm=rhythm)
    FastRun(course, readings.append).run(1800 * len(wishes))
    switches = {role: changes(readings, vessel.series(role).node) for role in OUTPUTS}
    assert broken(switches, {role: vessel.times(role) for role in OUTPUTS}) == []


def changes(readings: list[Reading], node: str) -> list[tuple[float, bool]]:
    """Give when the observed level of an output changed, from off at the beginning."""
    found: list[tuple[float, bool]] = []
    for reading in readings:
        if reading.series.node == node and bool(reading.v) is not (found[-1][1] if found else False):
            found.append(((reading.t - START_MS) / 1000.0, bool(reading.v)))
    return found


@pytest.mark.parametrize(
    ("switches", "fault"),
    [
        ([(400.0, True), (500.0, False)], "ran 100.0 s"),
        ([(200.0, True), (500.0, False)], "rested 200.0 s"),
        ([(400.0, True), (600.0, False), (800.0, True)], "rested 200.0 s"),
        ([(400.0, True), (600.0, True)], "switched to what it was"),
    ],
)
def test_what_is_too_short_is_found(switches: list[tuple[float, bool]], fault: str) -> None:
    assert fault in broken({Role.COOL: switches}, TIMES)[0]


def test_both_at_once_are_found_and_one_after_the_other_is_fine() -> None:
    assert broken(HEAT | COOL, TIMES) == ["both on from 400.0 s"]
    assert broken(HEAT | {Role.COOL: [(601.0, True), (900.0, False)]}, TIMES) == []


def test_an_early_end_may_be_excused_but_not_an_early_start() -> None:
    early = {Role.COOL: [(400.0, True), (500.0, False), (600.0, True)]}
    assert broken(early, TIMES, [(490.0, 510.0)]) == ["cool rested 100.0 s until 600.0 s"]
