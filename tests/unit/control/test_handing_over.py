from itertools import permutations

import pytest
from msgspec.structs import replace

from krausen.control.algorithm import Algorithm
from krausen.control.algorithms import cascade, fixed_output, hysteresis, pid
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Memory, Outcome, Plan, handed_over, obeyed, regulate, start
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
