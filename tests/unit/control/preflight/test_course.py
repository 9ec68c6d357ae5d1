from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Output, Outputs, Times, fresh, silent, told
from krausen.control.preflight.course import (
    HELD_S,
    LONGEST_AFTER_S,
    LONGEST_REST_S,
    PULSE_S,
    SETTLES_S,
    WATCH_S,
    Course,
    Phase,
    Setting,
    begin,
    stopped,
    tick,
)
from krausen.control.preflight.findings import report
from krausen.model.preflight import FindingLevel, PreflightState
from krausen.model.vessel import Limits

TIMES = Times(min_on_s=60.0, min_off_s=120.0)
BOTH = Setting(hardware=Hardware(TIMES, TIMES), limits=Limits(0.0, 25.0))
SPANS = st.floats(0.0, 1200.0)
ALL_TIMES = st.builds(
    lambda least, more, off, rest: Times(
        min_on_s=least, min_off_s=off, longest_on_s=least + more, rest_s=rest
    ),
    SPANS,
    SPANS,
    SPANS,
    SPANS,
)
SETTINGS = st.builds(
    lambda heat, cool, beer, chamber: Setting(hardware=Hardware(heat, cool), beer=beer, chamber=chamber),
    st.none() | ALL_TIMES,
    st.none() | ALL_TIMES,
    st.booleans(),
    st.booleans(),
)
TOLD = st.floats(0.0, 27.0) | st.floats(19.0, 20.0) | st.none() | st.just(float("nan"))


class World:
    """Outputs and probes in our hands, ticking every `tick_s`; an output may not obey, or not answer."""

    def __init__(self, setting: Setting = BOTH, tick_s: float = 5.0) -> None:
        self.setting = setting
        self.tick_s = tick_s
        self.now_s = 1000.0
        self.outputs = fresh(setting.hardware, self.now_s)
        self.course: Course = begin(setting, self.now_s)
        self.beer: float | None = 20.0
        self.chamber: float | None = 18.0
        self.rise_c_h = 30.0
        self.obeys = True
        self.answers = True
        self.seen: list[tuple[float, Outputs]] = []

    def go(self, seconds: float) -> None:
        """Go on for a while, or to the end."""
        end_s = self.now_s + seconds
        while self.now_s < end_s and self.course.phase is not Phase.OVER:
            self.tick()

    def tick(self) -> None:
        """Do one tick; a heater or cooler that is on drives the chamber at once."""
        self.course, allowed = tick(
            self.setting,
            self.course,
            (self._seen(self.beer), self._seen(self.chamber)),
            self.outputs,
            self.now_s,
        )
        assert not (allowed.heat and allowed.cool)
        hardware, outputs = self.setting.hardware, self.outputs
        self.outputs = Outputs(
            self._obeyed(hardware.heat, outputs.heat, on=allowed.heat),
            self._obeyed(hardware.cool, outputs.cool, on=allowed.cool),
        )
        self.seen.append((self.now_s, self.outputs))
        if self.chamber is not None:
            way = (self._is_on(self.outputs.heat)) - (self._is_on(self.outputs.cool))
            self.chamber += way * self.rise_c_h * self.tick_s / 3600.0
        self.now_s += self.tick_s

    def until(self, phase: Phase, *, ticks: int = 10_000) -> None:
        """Go on until a phase begins."""
        for _ in range(ticks):
            if self.course.phase is phase:
                return
            self.tick()
        raise AssertionError(f"It never comes to {phase}.")

    def texts(self, level: FindingLevel = FindingLevel.FAULT) -> list[str]:
        """Give what was found of a level."""
        found = report(self.setting, self.course, self.now_s).findings
        return [one.text for one in found if one.level is level]

    @property
    def state(self) -> PreflightState:
        """How it stands."""
        return report(self.setting, self.course, self.now_s).state

    def _seen(self, c: float | None) -> Seen | None:
        return None if c is None else Seen(c, self.now_s)

    def _obeyed(self, times: Times | None, output: Output | None, *, on: bool) -> Output | None:
        if times is None or output is None:
            return None
        if not self.answers:
            return silent(output, self.now_s)
        return told(output, times, on=on, now_s=self.now_s) if self.obeys else output

    @staticmethod
    def _is_on(output: Output | None) -> bool:
        return output is not None and output.on is True


def longest_s(setting: Setting) -> float:
    """Give how long a pre-flight may last at the very most."""
    each = LONGEST_REST_S + HELD_S + PULSE_S + LONGEST_AFTER_S + 3 * SETTLES_S
    least = sum(setting.times(way).min_on_s for way in setting.ways)
    return WATCH_S + 2 * each + 2 * least


@settings(max_examples=40, deadline=None)
@given(
    setting=SETTINGS,
    told_c=st.lists(st.tuples(TOLD, TOLD), min_size=1, max_size=40),
    tick_s=st.sampled_from([30.0, 47.0]),
)
def test_it_ends_keeps_the_times_and_never_heats_and_cools_together(
    setting: Setting, told_c: list[tuple[float | None, float | None]], tick_s: float
) -> None:
    world = World(setting, tick_s)
    world.rise_c_h = 0.0
    steps = 0
    while world.course.phase is not Phase.OVER:
        world.beer, world.chamber = told_c[steps % len(told_c)]
        world.tick()
        now = report(setting, world.course, world.now_s)
        assert 0.0 <= now.done <= 1.0
        assert all(map(isfinite, now.measured.values()))
        steps += 1
        assert world.now_s - 1000.0 <= longest_s(setting) + 10 * tick_s
    for _ in range(60):
        world.tick()
    _keeps_times(world)


def _keeps_times(world: World) -> None:
    hardware = world.setting.hardware
    for times, outputs in (
        (hardware.heat, [(s, one.heat) for s, one in world.seen]),
        (hardware.cool, [(s, one.cool) for s, one in world.seen]),
    ):
        if times is None:
            assert all(output is None for _, output in outputs)
            continue
        since_s, was_on = 1000.0, False
        for at_s, output in outputs:
            assert output is not None
            if output.on is not was_on:
                least_s = times.min_on_s if was_on else times.min_off_s
                assert at_s - since_s >= least_s
                since_s, was_on = at_s, output.on is True


def test_whole_one_tries_both_outputs() -> None:
    world = World()
    world.go(1e6)
    assert world.state is PreflightState.DONE
    assert [trial.way for trial in world.course.trials] == [1, -1]


def test_no_output_is_on_while_it_watches_at_rest() -> None:
    world = World()
    world.go(WATCH_S - 5.0)
    assert world.course.phase is Phase.REST
    assert all(one.heat and not one.heat.on and one.cool and not one.cool.on for _, one in world.seen)


def test_pulse_ends_when_its_effect_shows() -> None:
    world = World()
    world.until(Phase.AFTER)
    (on_s,) = {one.heat.since_s for _, one in world.seen if one.heat and one.heat.on}
    assert world.now_s - on_s < 120.0


def test_pulse_without_effect_lasts_its_longest() -> None:
    world = World()
    world.rise_c_h = 0.0
    world.go(1e6)
    assert [trial.ran_s for trial in world.course.trials] == [pytest.approx(PULSE_S, abs=10.0)] * 2
    assert len(world.texts()) == 2


def test_output_that_does_not_answer_ends_it() -> None:
    world = World()
    world.until(Phase.PULSE)
    world.answers = False
    world.go(60.0)
    assert world.state is PreflightState.STOPPED
    assert "The heater does not answer: look to its relay and cable." in world.texts()[-1]


def test_output_that_stays_off_is_told_and_the_other_one_tried() -> None:
    world = World()
    world.obeys = False
    world.go(1e6)
    assert world.state is PreflightState.FAILED
    assert [text.startswith(("The heater was not", "The cooler was not")) for text in world.texts()] == [
        True,
        True,
    ]
    assert "stays off" in world.texts()[0]


def test_output_that_stays_on_ends_it() -> None:
    world = World()
    world.until(Phase.PULSE)
    world.go(30.0)
    world.obeys = False
    world.until(Phase.AFTER)
    world.go(TIMES.min_on_s + 2 * SETTLES_S)
    assert world.state is PreflightState.STOPPED
    assert "The heater stays on" in world.texts()[-1]


def test_output_that_runs_out_its_minimum_is_given_time() -> None:
    world = World(replace(BOTH, hardware=Hardware(replace(TIMES, min_on_s=200.0), TIMES)))
    heat = Output(on=True, since_s=world.now_s)
    world.outputs = Outputs(heat, world.outputs.cool)
    world.go(1e6)
    assert world.state is PreflightState.DONE


def test_output_that_must_rest_for_very_long_is_not_tried() -> None:
    world = World(replace(BOTH, hardware=Hardware(replace(TIMES, min_off_s=1e5), None)))
    world.go(1e6)
    assert world.state is PreflightState.FAILED
    assert "The heater was not tried: it was held back (Heater rests" in world.texts()[0]


@pytest.mark.parametrize(
    ("beer_c", "chamber_c", "words"),
    [
        (27.5, 18.0, "The beer probe shows 27.5 °C, above the 27.0 °C"),
        (20.0, 40.5, "The chamber probe shows 40.5 °C, above the 27.0 °C"),
        (20.0, -2.5, "The chamber probe shows -2.5 °C, below the -2.0 °C"),
    ],
)
def test_probe_beyond_the_limits_ends_it(beer_c: float, chamber_c: float, words: str) -> None:
    world = World()
    world.go(100.0)
    world.beer, world.chamber = beer_c, chamber_c
    world.tick()
    assert world.state is PreflightState.STOPPED
    assert words in world.texts()[-1]


def test_probe_that_was_outside_before_may_stay_where_it_is() -> None:
    world = World()
    world.chamber, world.rise_c_h = 30.0, 0.0
    world.go(200.0)
    assert world.course.phase is Phase.REST
    world.chamber = 31.5
    world.tick()
    assert world.state is PreflightState.STOPPED


@pytest.mark.parametrize("chamber_c", [-5.5, 40.5])
def test_nothing_is_tried_in_the_frost_or_the_heat(chamber_c: float) -> None:
    world = World()
    world.chamber = chamber_c
    world.tick()
    assert world.state is PreflightState.STOPPED


def test_without_any_reading_nothing_is_switched_on() -> None:
    world = World()
    world.beer = world.chamber = None
    world.go(1e6)
    assert world.state is PreflightState.STOPPED
    assert all(one.heat and not one.heat.on for _, one in world.seen)
    assert "No probe gives anything: look to their plugs." in world.texts()[-1]


def test_vessel_without_outputs_is_only_watched() -> None:
    world = World(Setting(hardware=Hardware()))
    world.go(1e6)
    assert world.state is PreflightState.DONE
    assert world.now_s - 1000.0 == pytest.approx(WATCH_S, abs=10.0)
    assert "there is nothing to try" in world.texts(FindingLevel.WARNING)[0]


def test_stopped_one_asks_for_nothing_more_and_stays_stopped() -> None:
    world = World()
    world.until(Phase.AFTER)
    world.course = stopped(world.course, "It was stopped on request.")
    world.tick()
    assert world.course.wants == 0
    assert stopped(world.course, "Again.").stopped == "It was stopped on request."
    assert "ended before its time. It was stopped on request." in world.texts()[-1]


def test_minimum_on_time_outlives_a_stop() -> None:
    world = World()
    world.until(Phase.PULSE)
    world.go(20.0)
    world.course = stopped(world.course, "It was stopped on request.")
    for _ in range(40):
        world.tick()
    _keeps_times(world)
