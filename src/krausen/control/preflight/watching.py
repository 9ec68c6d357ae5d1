"""An algorithm that learns goes on watching during a pre-flight; its demands meanwhile count for nothing."""

from typing import Any

from krausen.control.algorithm import Inputs
from krausen.control.fallback import Seen, choose
from krausen.control.regulation import Memory, Plan
from krausen.model.setpoint import Mode


def watched(plan: Plan, memory: Memory, probes: tuple[Seen | None, Seen | None], now_s: float) -> Any:
    """Give the state of the algorithm after it has seen this moment, held at what is measured."""
    if plan.algorithm.learned is None:
        return plan.algorithm.start
    before = memory.algorithm if memory.algorithm is not None else plan.algorithm.start
    choice = choose(Mode.BEER, probes[0], probes[1], now_s, plan.grace_s)
    if choice.measured_c is None:
        return before
    inputs = Inputs(
        now_s=now_s,
        setpoint_c=choice.measured_c,
        measured_c=choice.measured_c,
        beer_c=choice.beer_c,
        chamber_c=choice.chamber_c,
        can_heat=plan.hardware.heat is not None,
        can_cool=plan.hardware.cool is not None,
        hardware=plan.hardware,
        outputs=memory.outputs,
    )
    state, _ = plan.algorithm.step(plan.settings, before, inputs)
    return state
