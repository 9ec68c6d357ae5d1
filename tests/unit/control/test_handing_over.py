from itertools import permutations

import pytest
from msgspec.structs import replace

from krausen.control.algorithm import Algorithm
from krausen.control.algorithms import cascade, fixed_output, hysteresis, learning, pid
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Memory, Outcome, Plan, handed_over, obeyed, rearranged, regulate, start
from krausen.model.level import Levels
from krausen.model.setpoint import Mode, Setpoint

WISH = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
HOLD = (hysteresis.ALGORITHM, pid.ALGORITHM, cascade.ALGORITHM)


def plan_of(algorithm: Algorithm) -> Plan:
    hardware = Hardware(Times(), Times())
    return Plan(algorithm=algorithm, settings=algorithm.settings(), hardware=hardware)


def tick(plan: Plan, memory: Memory, beer_c: float, minute: int) -> tuple[Memory, Outcome]:
    now_s = 60.0 * minute
    memory, outcome = regulate(plan, memory, WISH, (Seen(beer_c, now_s), Seen(18.0, now_s)), now_s)
    seen = Levels(heat=outcome.permit.heat, cool=outcome.permit.cool)
    return obeyed(plan, memory, seen, now_s), outcome


def run(plan: Plan, beer_c: float) -> tuple[Memory, Outcome]:
    memory = start(plan, 0.0)
    for minute in range(239):
        memory, _ = tick(plan, memory, beer_c, minute)
    return tick(plan, memory, beer_c, 239)


@pytest.mark.parametrize("beer_c", [10.0, 26.0])
@pytest.mark.parametrize(("one", "other"), list(permutations(HOLD, 2)), ids=lambda a: a.name)
def test_a_change_of_algorithm_is_no_jolt_to_the_outputs(
    one: Algorithm, other: Algorithm, beer_c: float
) -> None:
    before, plan = plan_of(one), plan_of(other)
    memory, held = run(before, beer_c)
    after, outcome = tick(plan, handed_over(memory), beer_c, 240)
    assert (held.permit.heat, held.permit.cool) == (beer_c < 18.0, beer_c > 18.0)
    assert (outcome.permit.heat, outcome.permit.cool) == (held.permit.heat, held.permit.cool)
    assert after.outputs == memory.outputs


def test_one_that_remembers_nothing_begins_with_its_start() -> None:
    before, plan = plan_of(pid.ALGORITHM), plan_of(fixed_output.ALGORITHM)
    memory, _ = run(before, 10.0)
    plan = replace(plan, settings=fixed_output.Settings(output="heat", share=1.0))
    after, outcome = tick(plan, handed_over(memory), 10.0, 240)
    assert after.algorithm == fixed_output.State()
    assert outcome.permit.heat


@pytest.mark.parametrize("algorithm", [*HOLD, learning.ALGORITHM], ids=lambda one: one.name)
def test_the_same_algorithm_and_settings_go_on_as_they_were(algorithm: Algorithm) -> None:
    plan = plan_of(algorithm)
    memory, _ = run(plan, 10.0)
    slower = replace(plan, hardware=Hardware(Times(min_on_s=900.0), Times()))
    assert rearranged(plan, slower, memory) is memory


def test_other_settings_of_what_learns_leave_all_that_it_has_seen_and_begun() -> None:
    before = plan_of(learning.ALGORITHM)
    memory, held = run(before, 10.0)
    precise = replace(before, settings=learning.Settings(temperament="precise"))
    assert rearranged(before, precise, memory) is memory
    after, outcome = tick(precise, memory, 10.0, 240)
    assert outcome.demand.heat == held.demand.heat
    assert after.algorithm.watching.watched_h > memory.algorithm.watching.watched_h > 3.0


def test_what_learns_has_to_take_over_where_another_algorithm_held_before() -> None:
    before, plan = plan_of(pid.ALGORITHM), plan_of(learning.ALGORITHM)
    memory, _ = run(before, 10.0)
    assert rearranged(before, plan, memory) == handed_over(memory)
    assert rearranged(plan, before, run(plan, 10.0)[0]).algorithm is None


def test_other_settings_of_what_learns_nothing_are_taken_over_so_that_nothing_jolts() -> None:
    before = plan_of(pid.ALGORITHM)
    memory, held = run(before, 17.0)
    steep = replace(before, settings=pid.Settings(gain=0.8))
    passed = rearranged(before, steep, memory)
    assert passed == handed_over(memory)
    assert tick(steep, passed, 17.0, 240)[1].demand.heat == pytest.approx(held.demand.heat)
