"""What was learned of a chamber, as it is kept, told, exported and taken over."""

from enum import StrEnum

from msgspec import Struct

FORM = 1
"""The form of what is kept; another one is not understood."""


class Standing(StrEnum):
    """How far the learning is: only begun, on its way, sure of itself, or at odds with what it sees."""

    NEW = "new"
    LEARNING = "learning"
    SURE = "sure"
    DOUBTFUL = "doubtful"


class Learned(Struct, frozen=True, kw_only=True):
    """The learned model of a chamber with all that is uncertain in it.

    `mean` is the vector of states and learned quantities, `spread` the lower triangle of its covariance row
    by row, both in the order of `control.learning.chamber.At`; `watched_h` is how long it was learned.
    """

    form: int = FORM
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    flow: float = 0.0
    watched_h: float = 0.0
    standing: Standing = Standing.NEW
    doubts: tuple[str, ...] = ()


class Estimate(Struct, frozen=True):
    """A learned number with the limits between which it is in nine cases of ten."""

    value: float
    low: float
    high: float


class Insight(Struct, frozen=True, kw_only=True):
    """What a learned model says in terms of people.

    `quantities` by name: `cooling_c_h` and `heating_c_h` (what the outputs do to the beer at full power,
    °C/h), `loss_h` (time constant towards the room, h), `beer_lag_h` (surface to core, h), `store_lag_h`
    (how long cold goes on coming after the cooler stops, h), `heater_lag_h`, `ambient_c`,
    `fermentation_c_h` (°C/h), `beer_probe_lag_s`, `chamber_probe_lag_s`. `confidence` is 0 to 1. `means`
    and `doubts` are sentences.
    """

    standing: Standing
    confidence: float
    watched_h: float
    quantities: dict[str, Estimate]
    means: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
