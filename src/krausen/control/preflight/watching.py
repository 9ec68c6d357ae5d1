"""An algorithm that learns goes on watching during a pre-flight; its demands meanwhile count for nothing."""

from typing import Any

from krausen.control.fallback import Seen, choose
from krausen.control.regulation import Memory, Plan, inputs_of
from krausen.model.setpoint import Mode


def watched(plan: Plan, memory: Memory, probes: tuple[Seen | None, Seen | None], now_s: float) -> Any:
    """Give the state of the algorithm after it has seen this moment, held at what is measured."""
    if plan.algorithm.learned is None:
        return plan.algorithm.start
    before = memory.algorithm if memory.algorithm is not None else plan.algorithm.start
    choice = choose(Mode.BEER, probes[0], probes[1], now_s, plan.grace_s)
    if choice.measured_c is None:
        return before
    inputs = inputs_of(plan, memory, choice, (Mode.BEER, choice.measured_c), now_s)
    state, _ = plan.algorithm.step(plan.settings, before, inputs)
    return state
