"""Learning: finds out by itself what the chamber is like, and switches by where the beer will end.

A filter learns heat flows, capacities and powers from the two probes while the beer is held
(`control/learning/belief.py`), the slow mode of what was learned tells where the beer ends when everything
goes off now (`slowmode.py`), and the outputs start and stop by that (`steering.py`). Where the model does
not explain what the probes say, or the chamber itself is what is to be held, the cascade holds; the
learning goes on.
"""

from math import isfinite
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.algorithms import cascade
from krausen.control.learning.belief import Belief
from krausen.control.learning.course import Course, is_stale, steered
from krausen.control.learning.insight import standing
from krausen.control.learning.keeping import believed, kept
from krausen.control.learning.noticing import FORESEES_H, doubts
from krausen.control.learning.slowmode import beer_deviation
from krausen.control.learning.steering import Manner
from krausen.control.learning.watching import Watching, looked
from krausen.control.learning.wording import BLIND, DOUBT, STUCK, why
from krausen.control.turning import COOL, HEAT
from krausen.model.learned import Learned
from krausen.model.level import Demand
from krausen.model.setpoint import Mode

_TRIED_H = 24.0
_BLIND_C = 0.5
"""Without its probe the beer is held as long as it is known this well."""


Temperament = Literal["precise", "balanced", "saver"]
"""What is dearer: a few hundredths of a degree, or a start of the compressor."""

MANNERS: dict[Temperament, Manner] = {
    "precise": Manner(start_cost=1e-5, patience_h=2.0),
    "balanced": Manner(start_cost=5e-5, patience_h=4.0),
    "saver": Manner(start_cost=2.5e-4, patience_h=6.0),
}


class Settings(Struct, frozen=True, kw_only=True):
    """How closely it holds."""

    temperament: Annotated[Temperament, Meta(title="Temperament")] = "balanced"


class State(Struct, frozen=True, gc=False):
    """What is seen and learned, what was decided, and the cascade that stands by."""

    watching: Watching = Watching()
    course: Course = Course()
    aside: cascade.State = cascade.State()
    demand: Demand = Demand()


def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
    """Look and decide every half minute, and at once for another setpoint."""
    if not isfinite(inputs.now_s + inputs.setpoint_c + inputs.measured_c + (inputs.chamber_c or 0.0)):
        return state, Demand()
    watching, belief = looked(state.watching, inputs)
    if (reason := _against(watching, belief, inputs)) is not None:
        return _aside(state, watching, inputs, reason)
    has_looked, course = watching.looks != state.watching.looks, state.course
    if has_looked and watching.meets_another:
        course = Course(trusted=course.trusted)
    if not has_looked and not is_stale(course, inputs) and inputs.can(course.way):
        return State(watching, course, state.aside, state.demand), state.demand
    course = steered(_trusting(course, watching), belief, inputs, MANNERS[settings.temperament])
    words = (why(course, belief, inputs.setpoint_c), *doubts(watching.watch, belief, watching.foresight))
    demand = Demand(float(course.way == HEAT), float(course.way == COOL), words)
    return State(watching, course, cascade.State(), demand), demand


def take_over(_settings: Settings, inputs: Inputs, demand: Demand) -> State:
    """Go on with what ran, and look what is there; the first look decides."""
    way = HEAT if demand.heat >= 0.5 else COOL if demand.cool >= 0.5 else 0
    way = way if inputs.can(way) else 0
    goes_on = Demand(float(way == HEAT), float(way == COOL), ("It goes on as it was until it has looked.",))
    course = Course(way=way, last=way, setpoint_c=inputs.setpoint_c)
    return State(looked(Watching(), inputs)[0], course, cascade.State(), goes_on)


def learned(state: State) -> Learned | None:
    """Give what is worth keeping, None where nothing was seen yet."""
    watching = state.watching
    if watching.belief is None:
        return None
    watch, belief = watching.watch, watching.belief
    found = standing(belief, watching.watched_h, doubtful=watch.doubtful)
    return kept(belief, watching.watched_h, found, doubts(watch, belief, watching.foresight))


def resume(document: Learned) -> State:
    """Give the state that goes on with what was learned. Raises Invalid for what is no model of a chamber."""
    hours = document.watched_h
    course = Course(tried=hours > _TRIED_H, trusted=hours > FORESEES_H)
    return State(Watching(belief=believed(document), watched_h=document.watched_h), course)


def _against(watching: Watching, belief: Belief, inputs: Inputs) -> str | None:
    """Give why the model is not to be steered by, empty where that needs no words; None where it is."""
    if inputs.mode is Mode.CHAMBER:
        return ""
    if watching.watch.doubtful:
        return STUCK if watching.foresight.stuck and inputs.chamber_c is not None else DOUBT
    return BLIND if inputs.beer_c is None and beer_deviation(belief.spread) > _BLIND_C else None


def _aside(state: State, watching: Watching, inputs: Inputs, reason: str) -> tuple[State, Demand]:
    """Let the cascade hold; by the chamber's probe where the beer's sticks."""
    if watching.foresight.stuck and inputs.chamber_c is not None:
        inputs = replace(inputs, measured_c=inputs.chamber_c, beer_c=None)
    aside, demand = cascade.step(_CASCADE, state.aside, inputs)
    if reason:
        demand = Demand(demand.heat, demand.cool, (reason, *demand.why))
    course = Course(tried=state.course.tried, trusted=state.course.trusted)
    return State(watching, course, aside, demand), demand


def _trusting(course: Course, watching: Watching) -> Course:
    """Trust the model from the first hours on that came true."""
    return replace(course, trusted=True) if watching.foresight.succeeds and not course.trusted else course


_CASCADE = cascade.Settings()

ALGORITHM = Algorithm(
    name="learning",
    title="Learning",
    settings=Settings,
    start=State(),
    step=step,
    take_over=take_over,
    learned=learned,
    resume=resume,
)
