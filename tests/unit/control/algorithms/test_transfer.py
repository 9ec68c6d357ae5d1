"""A change of algorithm or settings is no jolt (bumpless transfer). A new algorithm is tested as well."""

import asyncio
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.algorithms import cascade, fixed_output, hysteresis, pid
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Memory, Outcome, Plan, handed_over, obeyed, regulate, start
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.plugins import discover
from krausen.simulation.loop import jumping
from tests.unit.agent.cellar import Cellar
from tests.unit.agent.orders import FASS, order

FOUND = discover(algorithms, "ALGORITHM", Algorithm)
HOLDING = {name: algorithm for name, algorithm in FOUND.items() if algorithm.holds}
every_algorithm = pytest.mark.parametrize("algorithm", FOUND.values(), ids=FOUND.keys())
every_holding_one = pytest.mark.parametrize("algorithm", HOLDING.values(), ids=HOLDING.keys())

HARDWARE = Hardware(heat=Times(), cool=Times())
WISH = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
STARTED_S = 1e6


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Run agents on a loop that jumps from deadline to deadline."""
    return "asyncio", {"loop_factory": jumping}


def plan(algorithm: Algorithm, settings: Struct | None = None, hardware: Hardware = HARDWARE) -> Plan:
    return Plan(algorithm=algorithm, settings=settings or algorithm.settings(), hardware=hardware)


def tick(
    plan: Plan, memory: Memory, now_s: float, beer_c: float | None, chamber_c: float | None
) -> tuple[Memory, Outcome]:
    """Do one tick with outputs that obey and probes that were read just now."""
    beer, chamber = (None if c is None else Seen(c, now_s) for c in (beer_c, chamber_c))
    memory, outcome = regulate(plan, memory, WISH, (beer, chamber), now_s)
    seen = Levels(heat=outcome.permit.heat, cool=outcome.permit.cool)
    return obeyed(plan, memory, seen, now_s), outcome


def in_force(demand: Demand, memory: Memory) -> Memory:
    """Give a memory as if something else had demanded this up to now."""
    return handed_over(replace(memory, demand=demand))


def asking(share: float) -> Demand:
    """Give the demand of a share that is positive for heat and negative for cold."""
    return Demand(max(share, 0.0), max(-share, 0.0))


def signed(demand: Demand) -> float:
    return demand.heat - demand.cool


DRIFT = st.integers(-3, 3).map(lambda steps: steps / 16.0)
COURSES = st.lists(
    st.tuples(st.sampled_from([30.0, 60.0, 300.0, 1800.0]), DRIFT, DRIFT), min_size=1, max_size=60
)


@every_algorithm
@given(beer_c=st.sampled_from([14.0, 17.5, 18.0, 18.5, 24.0]), course=COURSES)
def test_taking_over_from_itself_changes_nothing(
    algorithm: Algorithm, beer_c: float, course: list[tuple[float, float, float]]
) -> None:
    """What it demanded itself is feasible for certain, so the same demand must come again."""
    held, now_s, chamber_c = plan(algorithm), STARTED_S, 18.0
    memory = start(held, now_s)
    for after_s, beer_drift_c, chamber_drift_c in course:
        now_s, beer_c, chamber_c = now_s + after_s, beer_c + beer_drift_c, chamber_c + 8.0 * chamber_drift_c
        memory, before = tick(held, memory, now_s, beer_c, chamber_c)
        again, after = tick(held, handed_over(memory), now_s, beer_c, chamber_c)
        assert signed(after.demand) == pytest.approx(signed(before.demand), abs=0.01)
        assert (again.outputs, after.permit.heat, after.permit.cool) == (
            memory.outputs,
            before.permit.heat,
            before.permit.cool,
        )


PIDS = (pid.Settings(), pid.Settings(gain=0.2), pid.Settings(gain=0.8, derivative_h=2.0, integral_h=2.0))
SHARES = st.floats(0.3, 1.0) | st.floats(-1.0, -0.3) | st.just(0.0)


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.sampled_from(PIDS))
def test_a_pid_begins_with_any_share_that_was_in_force(
    share: float, error_c: float, settings: pid.Settings
) -> None:
    held = plan(pid.ALGORITHM, settings)
    _, first = tick(held, in_force(asking(share), start(held, 0.0)), STARTED_S, 18.0 + error_c, None)
    assert signed(first.demand) == pytest.approx(share)


@given(SHARES, st.floats(-1.0, 1.0), st.sampled_from(PIDS))
def test_a_pid_moves_away_slowly_from_a_share_that_its_integral_can_reach(
    share: float, error_c: float, settings: pid.Settings
) -> None:
    assume(abs(share + settings.gain * error_c) <= 1.0)
    held = plan(pid.ALGORITHM, settings)
    memory = in_force(asking(share), start(held, 0.0))
    for minute in range(6):
        memory, done = tick(held, memory, STARTED_S + 60.0 * minute, 18.0 + error_c, None)
        assert signed(done.demand) == pytest.approx(share, abs=0.05)


SWITCHING = (hysteresis.ALGORITHM, cascade.ALGORITHM)


@pytest.mark.parametrize("algorithm", SWITCHING, ids=lambda algorithm: algorithm.name)
@pytest.mark.parametrize("way", [1, -1], ids=["heating", "cooling"])
@given(
    share=st.floats(0.5, 1.0),
    lacking=st.integers(1, 48),
    chamber_c=st.integers(144, 432).map(lambda steps: steps / 16.0),
)
def test_a_thermostat_goes_on_until_the_setpoint_is_reached(
    algorithm: Algorithm, way: int, share: float, lacking: int, chamber_c: float
) -> None:
    held, beer_c = plan(algorithm), 18.0 - way * lacking / 16.0
    memory = in_force(asking(way * share), start(held, 0.0))
    for second in (0.0, 1.0, 31.0):
        memory, done = tick(held, memory, STARTED_S + second, beer_c, chamber_c)
        assert signed(done.demand) == way
    _, done = tick(held, memory, STARTED_S + 62.0, 18.0 + way / 16.0, chamber_c)
    assert signed(done.demand) == 0.0


@pytest.mark.parametrize("algorithm", SWITCHING, ids=lambda algorithm: algorithm.name)
@given(share=st.floats(-0.49, 0.49), error_c=st.floats(-0.29, 0.29), apart_c=st.floats(-5.0, 5.0))
def test_a_thermostat_does_not_begin_where_little_was_asked(
    algorithm: Algorithm, share: float, error_c: float, apart_c: float
) -> None:
    held = plan(algorithm)
    memory = in_force(asking(share), start(held, 0.0))
    for second in (0.0, 31.0):
        memory, done = tick(held, memory, STARTED_S + second, 18.0 + error_c, 18.0 + apart_c)
        assert signed(done.demand) == 0.0


@every_algorithm
@given(share=st.floats(-1.0, 1.0), beer_c=st.floats(0.0, 30.0), chamber_c=st.none() | st.floats(-5.0, 40.0))
def test_nothing_is_taken_over_by_what_is_not_there(
    algorithm: Algorithm, share: float, beer_c: float, chamber_c: float | None
) -> None:
    for hardware in (HARDWARE, Hardware(heat=Times()), Hardware(cool=Times()), Hardware()):
        held = plan(algorithm, None, hardware)
        memory = in_force(asking(share), start(held, 0.0))
        _, done = tick(held, memory, STARTED_S, beer_c, chamber_c)
        assert hardware.heat is not None or done.demand.heat == 0.0
        assert hardware.cool is not None or done.demand.cool == 0.0


PAIRS = [(old, new) for old in HOLDING.values() for new in HOLDING.values()]


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=lambda algorithm: algorithm.name)
def test_windows_outputs_and_minimum_times_outlive_a_change(old: Algorithm, new: Algorithm) -> None:
    before, after = plan(old), plan(new)
    memory, outcome = tick(before, start(before, 0.0), 30.0, 17.0, 17.0)
    for step in range(2, 200):
        memory, outcome = tick(before, memory, 30.0 * step, 17.0, 17.0)
    assert outcome.demand.heat >= 0.5
    passed = handed_over(memory)
    assert (passed.outputs, passed.heat, passed.cool) == (memory.outputs, memory.heat, memory.cool)
    memory, outcome = tick(after, passed, 5971.0, 17.0, 17.0)
    assert outcome.demand.heat >= 0.5
    assert memory.outputs == passed.outputs


def test_a_run_is_not_cut_short_by_an_algorithm_that_would_not_have_begun_it() -> None:
    by_hand = plan(fixed_output.ALGORITHM, fixed_output.Settings(output="cool", share=1.0))
    memory, _ = tick(by_hand, start(by_hand, 0.0), 1000.0, 17.0, 17.0)
    thermostat = plan(hysteresis.ALGORITHM)
    memory, outcome = tick(thermostat, handed_over(memory), 1001.0, 17.0, 17.0)
    assert (outcome.demand.cool, outcome.permit.cool) == (0.0, True)
    assert not tick(thermostat, memory, 1181.0, 17.9, 17.0)[1].permit.cool


def test_a_share_that_is_set_by_hand_begins_with_the_next_window() -> None:
    held = plan(fixed_output.ALGORITHM, fixed_output.Settings(share=0.5))
    memory, _ = tick(held, start(held, 0.0), 1000.0, 17.0, None)
    more = plan(fixed_output.ALGORITHM, fixed_output.Settings(share=0.9))
    memory, outcome = tick(more, handed_over(memory), 1900.0, 17.0, None)
    assert (outcome.demand.heat, outcome.permit.heat) == (0.9, False)
    assert tick(more, memory, 2800.0, 17.0, None)[1].permit.heat


def test_off_has_nothing_to_take_over() -> None:
    held = plan(pid.ALGORITHM)
    off = Setpoint(revision=2, mode=Mode.OFF)
    memory, _ = regulate(held, in_force(asking(1.0), start(held, 0.0)), off, (None, None), 10.0)
    assert memory.algorithm == pid.ALGORITHM.start


def test_what_was_in_force_ends_with_the_last_probe() -> None:
    held = plan(hysteresis.ALGORITHM)
    memory, _ = tick(held, in_force(asking(1.0), start(held, 0.0)), STARTED_S, None, None)
    memory, outcome = tick(held, memory, STARTED_S + 1.0, 17.9, None)
    assert outcome.demand.heat == 0.0


def test_one_that_cannot_take_over_begins_anew() -> None:
    held = plan(replace(hysteresis.ALGORITHM, take_over=None))
    _, outcome = tick(held, in_force(asking(1.0), start(held, 0.0)), STARTED_S, 17.9, None)
    assert outcome.demand.heat == 0.0


async def test_an_agent_changes_algorithm_and_settings_without_a_switch() -> None:
    cellar = Cellar(FOUND)
    steep: dict[str, object] = {"gain": 0.8}
    wide: dict[str, object] = {"band_c": 1.0}
    changes: list[tuple[str, dict[str, object]]] = [
        ("pid", {}),
        ("pid", steep),
        ("cascade", {}),
        ("hysteresis", {}),
        ("hysteresis", wide),
    ]
    async with cellar.running(order(21.5)) as agent:
        await asyncio.sleep(200)
        for revision, (name, settings) in enumerate(changes, start=2):
            changed = replace(FASS, algorithm=name, settings=settings, revision=revision)
            await agent.desired.want((order(21.5, revision, changed),))
            await asyncio.sleep(100)
            assert cellar.on() == {"heater"}
        assert len(cellar.relays["heater"].switches) == 1
