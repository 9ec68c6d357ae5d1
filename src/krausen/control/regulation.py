"""One tick of one vessel: probes and wish in, permitted levels out.

The straight line that agents and fast simulation share: choose the probe, ask the algorithm, turn its shares
into on and off, pass the interlocks.
"""

from typing import Any

from msgspec import Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.fallback import Choice, Seen, choose
from krausen.control.interlocks import Hardware, Output, Outputs, Permit, Times, fresh, permit, silent, told
from krausen.control.modulation import Window, proportion
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import ControlState

GRACE_S = 600.0
WINDOW_S = 1800.0


class Plan(Struct, frozen=True, kw_only=True):
    """How a vessel is to be held: algorithm with settings, and what the hardware allows."""

    algorithm: Algorithm
    settings: Struct
    hardware: Hardware
    grace_s: float = GRACE_S
    window_s: float = WINDOW_S


class Memory(Struct, frozen=True, gc=False):
    """What one tick leaves to the next.

    `algorithm` is the algorithm's own state, None for one that has yet to take over from `demand`.
    """

    algorithm: Any
    outputs: Outputs
    heat: Window = Window()
    cool: Window = Window()
    demand: Demand = Demand()


class Outcome(Struct, frozen=True, gc=False):
    """What is asked for, and what the outputs shall do."""

    demand: Demand
    permit: Permit


def start(plan: Plan, now_s: float) -> Memory:
    """Give the memory of a loop that has just been switched on."""
    return Memory(plan.algorithm.start, fresh(plan.hardware, now_s))


def handed_over(memory: Memory) -> Memory:
    """Give the memory for another algorithm, or other settings, on the same outputs.

    Outputs, windows and minimum times go on, and so does the demand, as nearly as the new one can.
    """
    return Memory(None, memory.outputs, memory.heat, memory.cool, memory.demand)


def rearranged(before: Plan, after: Plan, memory: Memory) -> Memory:
    """Give the memory for another plan on the same outputs.

    It is the same for the same algorithm and settings, and for other settings of an algorithm that learns:
    what it has seen and begun does not hang on them. All others are handed over.
    """
    if before.algorithm != after.algorithm:
        return handed_over(memory)
    goes_on = before.settings == after.settings or after.algorithm.resume is not None
    return memory if goes_on else handed_over(memory)


def regulate(
    plan: Plan, memory: Memory, wish: Setpoint, probes: tuple[Seen | None, Seen | None], now_s: float
) -> tuple[Memory, Outcome]:
    """Do one tick. `probes` are beer and chamber. The caller notes in `outputs` what was told and obeyed.

    A wish that follows a profile comes with the temperature of this tick as its value.
    """
    state, demand = _ask(plan, memory, wish, probes, now_s)
    heat, want_heat = proportion(memory.heat, demand.heat, now_s, plan.window_s)
    cool, want_cool = proportion(memory.cool, demand.cool, now_s, plan.window_s)
    allowed = permit(plan.hardware, memory.outputs, want_heat=want_heat, want_cool=want_cool, now_s=now_s)
    if wish.mode is Mode.OFF and allowed.state is ControlState.IDLE:
        allowed = _OFF
    return Memory(state, memory.outputs, heat, cool, demand), Outcome(demand, allowed)


def obeyed(plan: Plan, memory: Memory, seen: Levels, now_s: float) -> Memory:
    """Give the memory after the outputs were told; a None in `seen` is an output that did not answer."""
    hardware, outputs = plan.hardware, memory.outputs
    heat = _output(hardware.heat, outputs.heat, seen=seen.heat, now_s=now_s)
    cool = _output(hardware.cool, outputs.cool, seen=seen.cool, now_s=now_s)
    if heat is outputs.heat and cool is outputs.cool:
        return memory
    return Memory(memory.algorithm, Outputs(heat, cool), memory.heat, memory.cool, memory.demand)


def _output(times: Times | None, output: Output | None, *, seen: bool | None, now_s: float) -> Output | None:
    if times is None or output is None:
        return None
    return silent(output, now_s) if seen is None else told(output, times, on=seen, now_s=now_s)


def _ask(
    plan: Plan, memory: Memory, wish: Setpoint, probes: tuple[Seen | None, Seen | None], now_s: float
) -> tuple[Any, Demand]:
    if wish.mode is Mode.OFF or wish.value is None:
        return plan.algorithm.start, _NOTHING
    choice = choose(wish.mode, probes[0], probes[1], now_s, plan.grace_s)
    if choice.measured_c is None:
        return memory.algorithm, Demand(why=(choice.note,))
    inputs = inputs_of(plan, memory, choice, (wish.mode, wish.value), now_s)
    state = memory.algorithm if memory.algorithm is not None else _taken_over(plan, memory.demand, inputs)
    state, demand = plan.algorithm.step(plan.settings, state, inputs)
    if choice.note:
        demand = Demand(demand.heat, demand.cool, (choice.note, *demand.why))
    return state, demand


def inputs_of(plan: Plan, memory: Memory, choice: Choice, wish: tuple[Mode, float], now_s: float) -> Inputs:
    """Give what an algorithm sees of a moment, with what is held and at how many °C."""
    mode, setpoint_c = wish
    return Inputs(
        now_s=now_s,
        setpoint_c=setpoint_c,
        measured_c=setpoint_c if choice.measured_c is None else choice.measured_c,
        beer_c=choice.beer_c,
        chamber_c=choice.chamber_c,
        can_heat=plan.hardware.heat is not None,
        can_cool=plan.hardware.cool is not None,
        mode=mode,
        hardware=plan.hardware,
        outputs=memory.outputs,
    )


def _taken_over(plan: Plan, demand: Demand, inputs: Inputs) -> Any:
    take_over = plan.algorithm.take_over
    return plan.algorithm.start if take_over is None else take_over(plan.settings, inputs, demand)


_NOTHING = Demand(why=("Control is off.",))
_OFF = Permit(False, False, ControlState.OFF)
