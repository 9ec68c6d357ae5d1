"""A loop that begins, or begins anew, goes on with what was learned before."""

from collections.abc import Callable

from krausen.control.regulation import Memory, Plan
from krausen.model.learned import Learned
from krausen.model.setpoint import Mode, Setpoint


def has_learned(plan: Plan, memory: Memory) -> bool:
    """Tell whether a loop may have learned something: its algorithm learns, and has begun."""
    return plan.algorithm.learned is not None and not _knows_nothing(plan, memory)


def learned_in(plan: Plan, memory: Memory) -> Learned | None:
    """Give what a loop has learned; None where its algorithm learns nothing, or knows nothing yet."""
    learned = plan.algorithm.learned
    return None if learned is None or _knows_nothing(plan, memory) else learned(memory.algorithm)


def resumed(plan: Plan, memory: Memory, learned: Callable[[], Learned | None], wish: Setpoint) -> Memory:
    """Give the memory with which to go on where something is to be held.

    What was `learned`, which is asked for only then, is in it if the algorithm learns and knows nothing by
    itself; else it is as it was. Raises Invalid for what is no model.
    """
    resume = plan.algorithm.resume
    if resume is None or wish.mode is Mode.OFF or not _knows_nothing(plan, memory):
        return memory
    known = learned()
    return memory if known is None else _with(memory, resume(known))


def begun_anew(plan: Plan, memory: Memory) -> Memory:
    """Give the memory of a loop that has forgotten what it learned; its outputs go on as they are."""
    return memory if plan.algorithm.learned is None else _with(memory, plan.algorithm.start)


def _knows_nothing(plan: Plan, memory: Memory) -> bool:
    return memory.algorithm is None or memory.algorithm is plan.algorithm.start


def _with(memory: Memory, state: object) -> Memory:
    return Memory(state, memory.outputs, memory.heat, memory.cool, memory.demand)
