import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.algorithms import hysteresis
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Output, Outputs, Permit, Times, fresh
from krausen.control.regulation import Memory, Outcome, Plan, obeyed, regulate, start
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import ControlState

TIMES = Times(min_on_s=180.0, min_off_s=300.0, longest_on_s=86400.0, rest_s=900.0)
HARDWARE = Hardware(heat=TIMES, cool=TIMES)
BEER = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
OFF = Setpoint(revision=2, mode=Mode.OFF)
THERMOSTAT = Plan(algorithm=hysteresis.ALGORITHM, settings=hysteresis.Settings(), hardware=HARDWARE)


class NoSettings(Struct, frozen=True):
    """Nothing to set."""


class Witness(Struct, frozen=True):
    """What the last step was shown."""

    inputs: Inputs | None = None


def obedient(demand: Demand, hardware: Hardware = HARDWARE, window_s: float = 1800.0) -> Plan:
    """A plan whose algorithm always asks for the same, and remembers what it was shown."""

    def step(_: NoSettings, __: Witness, inputs: Inputs) -> tuple[Witness, Demand]:
        return Witness(inputs), demand

    algorithm = Algorithm(name="obedient", title="Obedient", settings=NoSettings, start=Witness(), step=step)
    return Plan(algorithm=algorithm, settings=NoSettings(), hardware=hardware, window_s=window_s)


class Loop:
    """A loop whose outputs do what they are told, unless `seen` says otherwise."""

    def __init__(self, plan: Plan, now_s: float = 0.0) -> None:
        self.plan = plan
        self.memory = start(plan, now_s)

    def tick(
        self, now_s: float, wish: Setpoint = BEER, *, beer: Seen | None = None, chamber: Seen | None = None
    ) -> Outcome:
        """Do one tick, with outputs that obey."""
        self.memory, outcome = regulate(self.plan, self.memory, wish, (beer, chamber), now_s)
        hardware = self.plan.hardware
        seen = Levels(
            heat=outcome.permit.heat if hardware.heat else None,
            cool=outcome.permit.cool if hardware.cool else None,
        )
        self.memory = obeyed(self.plan, self.memory, seen, now_s)
        return outcome


@pytest.mark.parametrize("off", [OFF, Setpoint(revision=2, mode=Mode.OFF, value=18.0)])
def test_off_is_off(off: Setpoint) -> None:
    done = Loop(THERMOSTAT).tick(1000.0, off, beer=Seen(4.0, 1000.0))
    assert done == Outcome(
        Demand(why=("Control is off.",)), Permit(heat=False, cool=False, state=ControlState.OFF)
    )


def test_off_lets_a_run_come_to_its_minimum_first() -> None:
    loop = Loop(THERMOSTAT)
    assert loop.tick(300.0, beer=Seen(4.0, 300.0)).permit.state is ControlState.HEATING
    assert loop.tick(479.0, OFF).permit.state is ControlState.HEATING_MINIMUM
    assert loop.tick(480.0, OFF).permit == Permit(heat=False, cool=False, state=ControlState.OFF)


def test_off_forgets_what_the_algorithm_was_about() -> None:
    loop = Loop(THERMOSTAT)
    loop.tick(300.0, beer=Seen(17.0, 300.0))
    assert loop.memory.algorithm == hysteresis.State(heating=True)
    loop.tick(301.0, OFF)
    assert loop.memory.algorithm == hysteresis.State()


def test_a_wish_without_a_value_holds_nothing() -> None:
    aimless = Setpoint(revision=1, mode=Mode.PROFILE, profile="ale")
    done = Loop(THERMOSTAT).tick(1000.0, aimless, beer=Seen(4.0, 1000.0))
    assert (done.demand.heat, done.demand.cool) == (0.0, 0.0)
    assert done.permit.state is ControlState.IDLE


def test_the_algorithm_sees_what_there_is() -> None:
    cooler, heater = Hardware(cool=TIMES), Hardware(heat=TIMES)
    off = Output(on=False, since_s=0.0)
    loop = Loop(obedient(Demand(), cooler))
    loop.tick(50.0, beer=Seen(17.5, 45.0), chamber=Seen(12.5, 46.0))
    seen = Inputs(50.0, 18.0, 17.5, 17.5, 12.5, can_heat=False, hardware=cooler, outputs=Outputs(None, off))
    assert loop.memory.algorithm.inputs == seen
    chamber = Setpoint(revision=1, mode=Mode.CHAMBER, value=10.0)
    loop = Loop(obedient(Demand(), heater))
    loop.tick(60.0, chamber, beer=Seen(17.5, 45.0), chamber=Seen(12.5, 46.0))
    assert loop.memory.algorithm.inputs == Inputs(
        *(60.0, 10.0, 12.5, 17.5, 12.5),
        can_cool=False,
        mode=Mode.CHAMBER,
        hardware=heater,
        outputs=Outputs(off, None),
    )


def test_a_lost_probe_is_replaced_by_the_other_after_the_grace_and_that_is_said() -> None:
    loop = Loop(obedient(Demand(heat=1.0, why=("It is cold.",))))
    beer, chamber = Seen(17.5, 0.0), Seen(12.5, 700.0)
    assert loop.tick(600.0, beer=beer, chamber=chamber).demand.why == ("It is cold.",)
    done = loop.tick(601.0, beer=beer, chamber=chamber)
    assert loop.memory.algorithm.inputs.measured_c == 12.5
    assert done.demand.why == ("Beer probe silent; control uses the chamber probe.", "It is cold.")
    assert done.demand.heat == 1.0


def test_with_no_probe_left_outputs_go_off_within_their_times() -> None:
    loop = Loop(THERMOSTAT)
    cold = Seen(4.0, 0.0)
    assert loop.tick(590.0, beer=cold).permit.heat
    done = loop.tick(601.0, beer=cold)
    assert (done.demand.heat, done.permit.state) == (0.0, ControlState.HEATING_MINIMUM)
    assert "no other left" in done.demand.why[0]
    assert loop.tick(769.0, beer=cold).permit.heat
    assert not loop.tick(770.0, beer=cold).permit.heat


def test_a_lost_probe_leaves_the_state_of_the_algorithm_alone() -> None:
    loop = Loop(THERMOSTAT)
    loop.tick(300.0, beer=Seen(4.0, 300.0))
    loop.tick(5000.0)
    assert loop.memory.algorithm == hysteresis.State(heating=True)


@pytest.mark.parametrize(("heat", "cool"), [(0.25, 0.0), (0.0, 0.25)])
def test_a_share_becomes_time_on(heat: float, cool: float) -> None:
    quick = Hardware(heat=Times(min_on_s=0.0, min_off_s=0.0), cool=Times(min_on_s=0.0, min_off_s=0.0))
    loop = Loop(obedient(Demand(heat=heat, cool=cool), quick, window_s=100.0))
    warm = Seen(18.0, 0.0)
    done = [loop.tick(float(second), beer=warm).permit for second in range(400)]
    assert sum(permit.heat for permit in done) == 400 * heat
    assert sum(permit.cool for permit in done) == 400 * cool


def test_an_algorithm_that_asks_for_both_gets_neither() -> None:
    loop = Loop(obedient(Demand(heat=1.0, cool=1.0)))
    assert loop.tick(5000.0, beer=Seen(18.0, 5000.0)).permit.state is ControlState.IDLE


def test_what_was_obeyed_is_noted_and_silence_too() -> None:
    begun = Memory(None, fresh(HARDWARE, 0.0))
    assert obeyed(THERMOSTAT, begun, Levels(heat=False, cool=False), 1.0) is begun
    after = obeyed(THERMOSTAT, begun, Levels(heat=True, cool=None), 1.0)
    assert after.outputs == Outputs(Output(on=True, since_s=1.0), Output(on=None, since_s=1.0))


def test_outputs_that_are_not_there_stay_away() -> None:
    plan = obedient(Demand(), Hardware())
    begun = start(plan, 0.0)
    assert begun.outputs == Outputs(None, None)
    assert obeyed(plan, begun, Levels(heat=None, cool=None), 1.0) is begun


class Tick(Struct, frozen=True):
    """What there is at a tick, so many seconds after the last: a wish, samples of probes, lost outputs."""

    after_s: float
    wish: Setpoint
    samples: tuple[float | None, float | None]
    lost: tuple[bool, bool]


SAMPLE = st.none() | st.floats(-20.0, 60.0)
TICKS = st.builds(
    Tick,
    st.sampled_from([1.0, 60.0, 250.0, 700.0]),
    st.sampled_from([OFF, BEER, Setpoint(revision=3, mode=Mode.CHAMBER, value=10.0)]),
    st.tuples(SAMPLE, SAMPLE),
    st.sampled_from([(False, False)] * 5 + [(True, False), (False, True), (True, True)]),
)


def newer(before: Seen | None, sample_c: float | None, now_s: float) -> Seen | None:
    """The newest value of a probe after a sample, or after none."""
    return before if sample_c is None else Seen(sample_c, now_s)


@given(st.lists(TICKS, max_size=80))
def test_heater_never_runs_with_cooler_nor_by_a_probe_that_is_lost(ticks: list[Tick]) -> None:
    memory, now_s = start(THERMOSTAT, 0.0), 0.0
    beer: Seen | None = None
    chamber: Seen | None = None
    for tick in ticks:
        now_s += tick.after_s
        beer, chamber = newer(beer, tick.samples[0], now_s), newer(chamber, tick.samples[1], now_s)
        memory, outcome = regulate(THERMOSTAT, memory, tick.wish, (beer, chamber), now_s)
        demand, allowed = outcome.demand, outcome.permit
        assert not (allowed.heat and allowed.cool)
        assert demand.why
        known = any(seen is not None and now_s - seen.at_s <= 600.0 for seen in (beer, chamber))
        if not known or tick.wish.mode is Mode.OFF:
            assert (demand.heat, demand.cool) == (0.0, 0.0)
            assert allowed.state not in (ControlState.HEATING, ControlState.COOLING)
        heat = None if tick.lost[0] else allowed.heat
        cool = None if tick.lost[1] else allowed.cool
        memory = obeyed(THERMOSTAT, memory, Levels(heat, cool), now_s)
