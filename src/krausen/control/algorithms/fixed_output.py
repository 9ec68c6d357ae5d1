"""Fixed output: one share of heat or cold, whatever the probes say. For trying out hardware, and by hand."""

from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta, Struct

from krausen.control.algorithm import Algorithm, Inputs
from krausen.model.level import Demand


class Settings(Struct, frozen=True, kw_only=True):
    """Which output runs, and for how much of the time."""

    output: Annotated[Literal["heat", "cool"], Meta(title="Output to run")] = "heat"
    share: Annotated[float, Meta(title="Share of the time it is on, 0 to 1", ge=0.0, le=1.0)] = 0.0


class State(Struct, frozen=True, gc=False):
    """Nothing to remember."""


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Ask for what was set, if there is such an output."""
    return state, _demand(settings, can=inputs.can_heat if settings.output == "heat" else inputs.can_cool)


@lru_cache(maxsize=256)
def _demand(settings: Settings, *, can: bool) -> Demand:
    heats = settings.output == "heat"
    if not can:
        return Demand(why=(f"Set by hand to {settings.output}, but there is no {settings.output}er.",))
    why = f"Set by hand: {settings.output} {settings.share:.0%} of the time, whatever the temperature."
    return Demand(settings.share if heats else 0.0, 0.0 if heats else settings.share, (why,))


ALGORITHM = Algorithm(
    name="fixed_output", title="Fixed output", settings=Settings, start=State(), step=step, holds=False
)
