"""The cycle of BrewPi's firmware as the emulator has it, to be compared with: no product algorithm.

It goes on second by second, with what the probes said last, and has the shorter times of its "low delay"
setting where the cooler may rest for no more than a minute. Its factory constants are those of the
firmware.
"""

from math import floor

from msgspec import Struct
from msgspec.structs import replace

from krausen.control.algorithm import Algorithm, Inputs
from krausen.model.level import Demand
from krausen.protocols.brewpi.cycle import memory
from krausen.protocols.brewpi.cycle.counts import temperature
from krausen.protocols.brewpi.cycle.running import Inputs as Probes
from krausen.protocols.brewpi.cycle.running import Running
from krausen.protocols.brewpi.cycle.second import step as second
from krausen.protocols.brewpi.cycle.tuning import LOW_DELAY, Times, tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.states import Mode

_CONSTANTS = Constants()
_LONGEST_S = 60


class Nothing(Struct, frozen=True):
    """It has no settings of ours."""


class State(Struct, frozen=True):
    """The cycle as it stands, and the second up to which it has gone."""

    running: Running | None = None
    at_s: int = 0


def step(_: Nothing, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Go on to the present second."""
    now_s = floor(inputs.now_s)
    running = state.running
    if running is None or not 0 <= now_s - state.at_s <= _LONGEST_S:
        running = memory.begun(_CONSTANTS, Settings(mode=Mode.BEER))
        state = State(running, now_s - 1)
    running = replace(running, beer_set=temperature(inputs.setpoint_c))
    probes = Probes(
        beer_c=inputs.beer_c, fridge_c=inputs.chamber_c, can_heat=inputs.can_heat, can_cool=inputs.can_cool
    )
    tuned = tuning(_CONSTANTS, _times(inputs))
    heat = cool = False
    for _second in range(state.at_s, now_s):
        running, outcome = second(tuned, running, probes)
        if outcome.outputs is not None:
            heat, cool = outcome.outputs.heat, outcome.outputs.cool
    return State(running, now_s), Demand(float(heat), float(cool))


def _times(inputs: Inputs) -> Times:
    cool = inputs.hardware.cool
    return LOW_DELAY if cool is not None and cool.min_off_s <= 60.0 else Times()


BREWPI = Algorithm(name="brewpi", title="BrewPi's firmware", settings=Nothing, start=State(), step=step)
