"""Whatever a controller, its driver and its server do: the agent goes on, and the wish is held in the end."""

import asyncio
from collections.abc import Callable
from math import nan

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.agent import Agent
from krausen.errors import DeviceLost, Invalid
from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.testing.controller import ScriptedController, mild
from tests.unit.agent.garage import GARAGE, Garage, at, off

CRASHES = (RuntimeError("odd"), DeviceLost("Gone."), Invalid("No."), asyncio.CancelledError(), TimeoutError())
WISHES = (at(18.0, 3), at(4.0, 4, Mode.CHAMBER), off(5), at(99.0, 6))
Deed = Callable[[ScriptedController], object]


def fault(name: str, value: object) -> Deed:
    """Make a fault of a controller."""
    return lambda controller: setattr(controller, name, value)


DEEDS = st.sampled_from(
    [
        *(fault("crash", crash) for crash in CRASHES),
        *(fault(name, True) for name in ("hang", "lost", "deaf", "strange")),
        fault("refuse", "Not that."),
        fault("measure", lambda _: {"beer": nan, "chamber": -127.0}),
        fault("measure", lambda _: {"beer": 1.0, "chamber": 1.0, "undeclared": 1.0}),
        ScriptedController.cut,
        ScriptedController.reboot,
        lambda controller: controller.change(Held(Mode.CHAMBER, 25.0)),
        lambda controller: controller.say("Something."),
        lambda controller: setattr(controller, "facts", replace(controller.facts, title="Anew")),
    ]
)
ORDERS = st.tuples(
    st.lists(st.sampled_from(WISHES), max_size=1).map(tuple),
    st.sampled_from([(), (GARAGE,), (replace(GARAGE, settings={"port": "there"}),)]),
)
STEPS = st.lists(st.tuples(DEEDS | ORDERS | st.none(), st.floats(0.0, 40.0)), max_size=15)


async def carry_out(step: object, garage: Garage, agent: Agent) -> None:
    """Do what a step says: nothing is to be healed, a deed to be done, or orders to be given."""
    if step is None:
        heal(garage.controller)
    elif isinstance(step, tuple):
        await agent.desired.want(*step)
    elif callable(step):
        step(garage.controller)


def heal(controller: ScriptedController) -> None:
    """Put everything right."""
    controller.heal()
    controller.deaf = controller.strange = False
    controller.refuse, controller.measure = "", mild


@settings(max_examples=60)
@given(STEPS)
async def test_nothing_ends_the_agent_and_the_wish_is_held_in_the_end(
    steps: list[tuple[object, float]],
) -> None:
    garage = Garage()
    with capture_logs():
        async with garage.running(at(20.0)) as agent:
            for step, wait_s in steps:
                await carry_out(step, garage, agent)
                await asyncio.sleep(wait_s)
            heal(garage.controller)
            await agent.desired.want((at(17.0, 9),), (GARAGE,))
            await asyncio.sleep(300)
            assert garage.controller.held == Held(Mode.BEER, 17.0)
    measured = [one.v for one in await garage.readings("beer")]
    assert set(measured) <= {20.0, 1.0}


async def test_a_sample_that_the_driver_did_not_declare_counts_as_its_failure() -> None:
    garage = Garage()
    garage.controller.measure = lambda _: {"beer": 20.0, "chamber": 20.0, "undeclared": 1.0}
    with capture_logs() as logs:
        async with garage.running(at(18.0)):
            await asyncio.sleep(60)
    (said,) = [line["detail"] for line in logs if line["event"] == "controller.lost"]
    assert "gave a undeclared" in said
