from math import inf, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct

from krausen.control.interlocks import Hardware, Output, Outputs, Permit, Times, fresh, permit, silent, told
from krausen.model.vessel import ControlState

TIMES = Times(min_on_s=180.0, min_off_s=300.0, longest_on_s=7200.0, rest_s=900.0)
BOTH = Hardware(heat=TIMES, cool=TIMES)
STATES = {
    (False, False): {ControlState.IDLE, ControlState.WAITING_TO_HEAT, ControlState.WAITING_TO_COOL},
    (True, False): {ControlState.HEATING, ControlState.HEATING_MINIMUM, ControlState.WAITING_TO_COOL},
    (False, True): {ControlState.COOLING, ControlState.COOLING_MINIMUM, ControlState.WAITING_TO_HEAT},
}
"""What the loop may say it does while heater and cooler are told to do this."""
LONG_AGO_S = -1e6
AT_REST = Output(on=False, since_s=LONG_AGO_S)
LOST = Output(on=None, since_s=LONG_AGO_S)


class Step(Struct, frozen=True):
    """What happens to the outputs from one tick to the next."""

    after_s: float
    wants: tuple[bool, bool]
    silent: tuple[bool, bool] = (False, False)
    deaf: tuple[bool, bool] = (False, False)


class Relay:
    """A relay as the loop knows it, with a history kept apart from the loop's own memory.

    `seen` is what it last answered, `maybe_on_s` since when it may have been on, without a pause, `off_s`
    since when it has been seen to be off, `tired` whether the rest after its longest time on is due.
    """

    def __init__(self, times: Times) -> None:
        self.times = times
        self.really_on = False
        self.seen: bool | None = False
        self.tired = False
        self.off_s = 0.0
        self.maybe_on_s = 0.0

    def answers(self, now_s: float, *, on: bool | None) -> None:
        """Note an answer, None for none."""
        if self.seen is False and on is not False:
            self.maybe_on_s = now_s
        if on and self.seen is False:
            self.tired = False
        elif on is False and self.seen is not False:
            self.tired = self.tired or self.is_spent(now_s)
            self.off_s = now_s
        self.seen = on

    def has_rested(self, now_s: float) -> bool:
        """Tell whether its rest is over."""
        rest_s = max(self.times.rest_s, self.times.min_off_s) if self.tired else self.times.min_off_s
        return self.seen is False and now_s - self.off_s >= rest_s

    def is_young(self, now_s: float) -> bool:
        """Tell whether it has run for less than its minimum."""
        return now_s - self.maybe_on_s < self.times.min_on_s

    def is_spent(self, now_s: float) -> bool:
        """Tell whether it may have run for its longest time."""
        return now_s - self.maybe_on_s >= self.times.longest_on_s


class Cabinet:
    """A heater, a cooler and the loop that switches them. Each tick is checked against what was seen."""

    def __init__(self, times: tuple[Times, Times]) -> None:
        self.hardware = Hardware(*times)
        self.outputs = fresh(self.hardware, 0.0)
        self.relays = Relay(times[0]), Relay(times[1])
        self.now_s = 0.0

    def tick(self, step: Step) -> None:
        """Let time pass and do what the interlocks say."""
        self.now_s += step.after_s
        allowed = permit(
            self.hardware, self.outputs, want_heat=step.wants[0], want_cool=step.wants[1], now_s=self.now_s
        )
        orders = (allowed.heat, allowed.cool)
        assert orders != (True, True)
        assert allowed.state in STATES[orders]
        for mine, other, wants in ((0, 1, step.wants), (1, 0, step.wants[::-1])):
            self._check(self.relays[mine], self.relays[other], wants, ordered=orders[mine])
        self._obey(step, orders)

    def _check(self, relay: Relay, other: Relay, wants: tuple[bool, bool], *, ordered: bool) -> None:
        alone, clear = wants == (True, False), other.seen is False
        if ordered:
            assert clear, "the other one may be on"
            assert relay.seen is not None, "nobody knows how it stands"
            if relay.seen:
                assert not relay.is_spent(self.now_s)
                assert alone or relay.is_young(self.now_s)
            else:
                assert relay.has_rested(self.now_s)
                assert alone
        elif relay.seen and clear:
            assert not relay.is_young(self.now_s)
            assert not alone or relay.is_spent(self.now_s)
        elif relay.seen is False:
            assert not (alone and clear and relay.has_rested(self.now_s))

    def _obey(self, step: Step, orders: tuple[bool, bool]) -> None:
        heat, cool = self.outputs.heat, self.outputs.cool
        assert heat is not None
        assert cool is not None
        for relay, order, is_deaf in zip(self.relays, orders, step.deaf, strict=True):
            relay.really_on = relay.really_on if is_deaf else order
        assert not all(relay.really_on for relay in self.relays)
        self.outputs = Outputs(
            heat=self._note(self.relays[0], heat, is_silent=step.silent[0]),
            cool=self._note(self.relays[1], cool, is_silent=step.silent[1]),
        )

    def _note(self, relay: Relay, output: Output, *, is_silent: bool) -> Output:
        relay.answers(self.now_s, on=None if is_silent else relay.really_on)
        if is_silent:
            return silent(output, self.now_s)
        return told(output, relay.times, on=relay.really_on, now_s=self.now_s)


SPANS = st.integers(0, 40).map(float) | st.floats(0.0, 100.0, allow_subnormal=False)
SOME_TIMES = st.builds(
    lambda on, more, off, rest: Times(min_on_s=on, min_off_s=off, longest_on_s=on + more, rest_s=rest),
    SPANS,
    SPANS,
    SPANS,
    SPANS,
)
PAIRS = st.tuples(st.booleans(), st.booleans())
SELDOM = st.sampled_from([(False, False)] * 4 + [(True, False), (False, True), (True, True)])
STEPS = st.builds(Step, SPANS, PAIRS, SELDOM, SELDOM)
FINE_STEPS = st.builds(Step, st.sampled_from([1.0, 5.0]), PAIRS)


@given(st.tuples(SOME_TIMES, SOME_TIMES), st.lists(STEPS, min_size=5, max_size=60))
def test_no_rule_is_broken_whatever_is_wanted_and_whoever_is_silent_deaf_or_stuck(
    times: tuple[Times, Times], steps: list[Step]
) -> None:
    cabinet = Cabinet(times)
    for step in steps:
        cabinet.tick(step)


@given(st.tuples(SOME_TIMES, SOME_TIMES), st.lists(st.tuples(FINE_STEPS, st.integers(1, 30)), max_size=20))
def test_no_rule_is_broken_in_long_stretches_of_the_same_wish(
    times: tuple[Times, Times], stretches: list[tuple[Step, int]]
) -> None:
    cabinet = Cabinet(times)
    for step, count in stretches:
        for _ in range(count):
            cabinet.tick(step)


def allowed(outputs: Outputs, now_s: float, *, heat: bool = False, cool: bool = False) -> Permit:
    return permit(BOTH, outputs, want_heat=heat, want_cool=cool, now_s=now_s)


def test_a_start_counts_as_having_just_been_switched_off() -> None:
    outputs = fresh(BOTH, 1000.0)
    assert allowed(outputs, 1299.9, heat=True).state is ControlState.WAITING_TO_HEAT
    assert allowed(outputs, 1300.0, heat=True) == Permit(True, False, ControlState.HEATING)
    assert allowed(outputs, 1299.9, cool=True).state is ControlState.WAITING_TO_COOL
    assert allowed(outputs, 1300.0, cool=True) == Permit(False, True, ControlState.COOLING)


def test_outputs_that_are_not_there_are_never_on() -> None:
    nothing = Hardware()
    assert fresh(nothing, 0.0) == Outputs(None, None)
    for heat, cool in ((True, False), (False, True)):
        done = permit(nothing, Outputs(None, None), want_heat=heat, want_cool=cool, now_s=1e9)
        assert done == Permit(False, False, ControlState.IDLE)


def test_a_heater_alone_heats() -> None:
    alone = Hardware(heat=TIMES)
    done = permit(alone, Outputs(AT_REST, None), want_heat=True, want_cool=False, now_s=0.0)
    assert done == Permit(True, False, ControlState.HEATING)


def test_asking_for_both_is_asking_for_neither() -> None:
    assert allowed(Outputs(AT_REST, AT_REST), 0.0, heat=True, cool=True) == Permit(
        False, False, ControlState.IDLE
    )


def test_asking_for_both_ends_a_run_only_after_its_minimum() -> None:
    running = Outputs(Output(on=True, since_s=0.0), AT_REST)
    assert allowed(running, 179.0, heat=True, cool=True).state is ControlState.HEATING_MINIMUM
    assert not allowed(running, 180.0, heat=True, cool=True).heat


@pytest.mark.parametrize(
    ("outputs", "wish", "state", "held"),
    [
        (
            Outputs(Output(on=True, since_s=0.0), AT_REST),
            {},
            ControlState.HEATING_MINIMUM,
            "Runs 2 min more.",
        ),
        (
            Outputs(AT_REST, Output(on=True, since_s=0.0)),
            {},
            ControlState.COOLING_MINIMUM,
            "Runs 2 min more.",
        ),
        (
            Outputs(Output(on=False, since_s=-220.0), AT_REST),
            {"heat": True},
            ControlState.WAITING_TO_HEAT,
            "Heater rests 20 s more.",
        ),
        (
            Outputs(AT_REST, Output(on=False, since_s=0.0, worn=True)),
            {"cool": True},
            ControlState.WAITING_TO_COOL,
            "Cooler has run for 2 h, its longest; it rests 14 min more.",
        ),
        (
            Outputs(AT_REST, Output(on=True, since_s=0.0)),
            {"heat": True},
            ControlState.WAITING_TO_HEAT,
            "Cooling must end first.",
        ),
        (
            Outputs(Output(on=True, since_s=0.0), AT_REST),
            {"cool": True},
            ControlState.WAITING_TO_COOL,
            "Heating must end first.",
        ),
        (
            Outputs(AT_REST, LOST),
            {"heat": True},
            ControlState.WAITING_TO_HEAT,
            "Cooler does not answer and may be on.",
        ),
        (
            Outputs(LOST, AT_REST),
            {"cool": True},
            ControlState.WAITING_TO_COOL,
            "Heater does not answer and may be on.",
        ),
        (Outputs(LOST, AT_REST), {"heat": True}, ControlState.WAITING_TO_HEAT, "Heater does not answer."),
        (Outputs(AT_REST, LOST), {"cool": True}, ControlState.WAITING_TO_COOL, "Cooler does not answer."),
    ],
)
def test_what_is_held_back_is_said(
    outputs: Outputs, wish: dict[str, bool], state: ControlState, held: str
) -> None:
    done = allowed(outputs, 60.0, **wish)
    assert (done.state, done.held) == (state, held)


def test_a_cooler_in_its_minimum_runs_on_while_heat_is_wanted() -> None:
    done = allowed(Outputs(AT_REST, Output(on=True, since_s=0.0)), 60.0, heat=True)
    assert (done.heat, done.cool) == (False, True)
    assert not allowed(Outputs(AT_REST, Output(on=True, since_s=0.0)), 180.0, heat=True).cool


def test_two_that_are_both_seen_on_are_both_told_off() -> None:
    both = Outputs(Output(on=True, since_s=0.0), Output(on=True, since_s=0.0))
    for wish in ({}, {"heat": True}, {"cool": True}):
        done = allowed(both, 60.0, **wish)
        assert (done.heat, done.cool) == (False, False)


def test_the_longest_time_on_ends_a_run_and_a_longer_rest_follows() -> None:
    running = Output(on=True, since_s=0.0)
    assert allowed(Outputs(running, AT_REST), 7199.9, heat=True).heat
    assert not allowed(Outputs(running, AT_REST), 7200.0, heat=True).heat
    worn = told(running, TIMES, on=False, now_s=7201.0)
    assert worn == Output(on=False, since_s=7201.0, worn=True)
    assert not allowed(Outputs(worn, AT_REST), 8100.9, heat=True).heat
    assert allowed(Outputs(worn, AT_REST), 8101.0, heat=True).heat
    assert told(worn, TIMES, on=True, now_s=8101.0) == Output(on=True, since_s=8101.0)


def test_the_rest_after_the_longest_time_on_is_never_shorter_than_any_other() -> None:
    lazy = Hardware(heat=Times(min_off_s=1800.0, rest_s=60.0))
    worn = Outputs(Output(on=False, since_s=0.0, worn=True), None)
    assert not permit(lazy, worn, want_heat=True, want_cool=False, now_s=1799.9).heat


def test_a_run_that_ends_early_wears_nothing_out() -> None:
    done = told(Output(on=True, since_s=0.0), TIMES, on=False, now_s=7199.0)
    assert done == Output(on=False, since_s=7199.0)


def test_a_stuck_relay_goes_on_being_told_off_and_keeps_the_other_one_off() -> None:
    stuck = told(Output(on=True, since_s=0.0), TIMES, on=True, now_s=9000.0)
    assert stuck == Output(on=True, since_s=0.0)
    done = allowed(Outputs(stuck, AT_REST), 1e6, cool=True)
    assert (done.heat, done.cool) == (False, False)


def test_a_silence_does_not_wipe_out_how_long_an_output_ran() -> None:
    lost = silent(Output(on=True, since_s=0.0), 7000.0)
    assert lost == Output(on=None, since_s=0.0)
    assert silent(lost, 7100.0) is lost
    assert told(lost, TIMES, on=True, now_s=7100.0) == Output(on=True, since_s=0.0)
    assert told(lost, TIMES, on=False, now_s=7300.0) == Output(on=False, since_s=7300.0, worn=True)


def test_a_silence_does_not_wipe_out_that_a_longer_rest_was_due() -> None:
    lost = silent(Output(on=False, since_s=0.0, worn=True), 10.0)
    assert told(lost, TIMES, on=False, now_s=20.0) == Output(on=False, since_s=20.0, worn=True)


@example(300.0)
@given(st.floats(0.0, 1e6))
def test_an_output_that_does_not_answer_is_told_off_however_long(for_s: float) -> None:
    lost = silent(Output(on=True, since_s=0.0), 10.0)
    for wish in ({}, {"heat": True}, {"cool": True}):
        done = allowed(Outputs(lost, AT_REST), 10.0 + for_s, **wish)
        assert (done.heat, done.cool) == (False, False)


def test_an_output_that_answers_again_rests_before_it_starts() -> None:
    lost = silent(Output(on=True, since_s=0.0), 10.0)
    back = told(lost, TIMES, on=False, now_s=1000.0)
    assert not allowed(Outputs(back, AT_REST), 1299.9, heat=True).heat
    assert allowed(Outputs(back, AT_REST), 1300.0, heat=True).heat


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_on_s": -1.0},
        {"min_off_s": -1.0},
        {"rest_s": -1.0},
        {"min_on_s": 200.0, "longest_on_s": 100.0},
        {"min_on_s": nan},
        {"min_off_s": nan},
        {"longest_on_s": nan},
        {"rest_s": nan},
    ],
)
def test_times_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="longest on time"):
        Times(**wrong)


def test_times_may_be_nothing_or_endless() -> None:
    Times(min_on_s=0.0, min_off_s=0.0, longest_on_s=0.0, rest_s=0.0)
    Times(longest_on_s=inf, rest_s=inf)
