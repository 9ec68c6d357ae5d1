"""What a control algorithm is."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from krausen.control.interlocks import Hardware, Outputs
from krausen.control.turning import HEAT
from krausen.model.learned import Learned
from krausen.model.level import Demand
from krausen.model.setpoint import Mode


class Inputs(Struct, frozen=True, gc=False):
    """What an algorithm sees: time in seconds from any start, temperatures in °C, and what hardware there is.

    `measured_c` is the probe that is to be brought to `setpoint_c`; the others may help. `mode` tells which
    of them was asked for, though it may be silent; `outputs` what heater and cooler do since when.
    """

    now_s: float
    setpoint_c: float
    measured_c: float
    beer_c: float | None = None
    chamber_c: float | None = None
    can_heat: bool = True
    can_cool: bool = True
    mode: Mode = Mode.BEER
    hardware: Hardware = Hardware()
    outputs: Outputs = Outputs(None, None)

    def can(self, way: int) -> bool:
        """Tell whether there is an output for a way, HEAT or COOL; for 0 none is needed."""
        return way == 0 or (self.can_heat if way == HEAT else self.can_cool)


class Algorithm(Struct, frozen=True, kw_only=True):
    """One way to hold a temperature.

    `step(settings, state, inputs)` gives the next state and the demand, is a pure function of its arguments,
    stays within 0 to 1 and never asks for heat and cold at once. `start` is the state that knows nothing yet.

    `take_over(settings, inputs, demand)` gives the state whose step at these inputs demands what was demanded
    up to now, or what comes nearest; so a change of algorithm or settings is no jolt to the outputs (bumpless
    transfer). One that remembers nothing needs none and begins with `start`.

    `learned` gives what a state has learned and is worth keeping over restarts, None where that is nothing
    yet; `resume` gives a state that goes on with it, and raises Invalid for what it does not understand.
    One that learns nothing has neither.

    `holds` is False for one that drives its outputs without a look at the temperature.
    """

    name: str
    title: str
    settings: type[Struct]
    start: Struct
    step: Callable[[Any, Any, Inputs], tuple[Any, Demand]]
    take_over: Callable[[Any, Inputs, Demand], Any] | None = None
    learned: Callable[[Any], Learned | None] | None = None
    resume: Callable[[Learned], Any] | None = None
    holds: bool = True
