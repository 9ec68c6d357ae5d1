from msgspec import Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Output, Outputs, Times
from krausen.control.preflight.watching import watched
from krausen.control.regulation import Memory, Plan, start
from krausen.model.learned import Learned
from krausen.model.level import Demand

HARDWARE = Hardware(Times(), Times())


class Empty(Struct, frozen=True):
    """Nothing to set."""


class Notes(Struct, frozen=True):
    """What was seen."""

    inputs: tuple[Inputs, ...] = ()


def step(_: Empty, state: Notes, inputs: Inputs) -> tuple[Notes, Demand]:
    return Notes((*state.inputs, inputs)), Demand(heat=1.0)


def plan_of(*, learns: bool) -> Plan:
    algorithm = Algorithm(
        name="notes",
        title="Notes",
        settings=Empty,
        start=Notes(),
        step=step,
        learned=(lambda _: Learned(mean=(), spread=())) if learns else None,
    )
    return Plan(algorithm=algorithm, settings=Empty(), hardware=HARDWARE)


def test_what_learns_nothing_is_as_at_its_start() -> None:
    plan = plan_of(learns=False)
    assert watched(plan, start(plan, 0.0), (Seen(20.0, 0.0), None), 0.0) == Notes()


def test_what_learns_sees_the_outputs_and_wishes_for_nothing() -> None:
    plan = plan_of(learns=True)
    outputs = Outputs(Output(on=True, since_s=5.0), Output(on=False, since_s=0.0))
    memory = Memory(Notes(), outputs)
    state = watched(plan, memory, (Seen(20.0, 9.0), Seen(15.0, 9.0)), 10.0)
    (inputs,) = state.inputs
    assert (inputs.setpoint_c, inputs.measured_c, inputs.beer_c, inputs.chamber_c) == (20.0, 20.0, 20.0, 15.0)
    assert inputs.outputs == outputs
    again = watched(plan, Memory(state, outputs), (None, Seen(15.0, 9.0)), 11.0)
    assert [one.measured_c for one in again.inputs] == [20.0, 15.0]


def test_what_learns_keeps_what_it_knows_while_nothing_is_seen() -> None:
    plan = plan_of(learns=True)
    memory = Memory(Notes(), Outputs(None, None))
    assert watched(plan, memory, (None, None), 10.0) == Notes()
    assert watched(plan, Memory(None, Outputs(None, None)), (None, None), 10.0) == Notes()
