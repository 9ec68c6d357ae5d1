"""A chamber of any kind, held by one of the algorithms, without agent or server and as fast as it can be.

At every tick happens what happens in an agent: the probe is chosen, the algorithm is asked, its shares become
on and off, and the interlocks have the last word.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import sqrt
from typing import Any, Protocol

from msgspec import Struct, ValidationError, convert

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware
from krausen.control.regulation import Plan, obeyed, regulate, start
from krausen.control.resuming import has_learned, learned_in, resumed
from krausen.errors import Invalid, NotFound
from krausen.model.learned import Learned
from krausen.model.level import Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.plugins import discover

TICK_S = 5.0
"""So often the probes are read and the outputs switched."""
_NOTHING: Mapping[str, Any] = {}


class Plant(Protocol):
    """What is held: a chamber with a heater, a cooler or both, and up to two probes."""

    @property
    def hardware(self) -> Hardware:
        """Which outputs there are, and their minimum times."""

    def read(self) -> tuple[float | None, float | None]:
        """Give what the probes in the beer and in the chamber read now, °C; None for one that is silent."""

    def advance(self, seconds: float, *, heat: bool, cool: bool) -> None:
        """Let it live for so many seconds with its outputs like that."""


class Tick(Struct, frozen=True):
    """A tick: its second, the setpoint (None while it is off), what the probes read, what the outputs do."""

    at_s: float
    setpoint_c: float | None
    beer_c: float | None
    chamber_c: float | None
    heat: bool
    cool: bool


class Trace(Struct, frozen=True):
    """How it went, tick by tick, and what was learned; None where the algorithm learns nothing."""

    ticks: tuple[Tick, ...]
    learned: Learned | None = None

    def rmse_c(self, from_s: float = 0.0) -> float:
        """Give the root mean square of the beer probe's errors from a second on, °C; 0 without any."""
        errors = [
            tick.beer_c - tick.setpoint_c
            for tick in self.ticks
            if tick.at_s >= from_s and tick.beer_c is not None and tick.setpoint_c is not None
        ]
        return sqrt(sum(error * error for error in errors) / len(errors)) if errors else 0.0

    def starts(self, from_s: float = 0.0) -> tuple[int, int]:
        """Count how often heater and cooler were started from a second on."""
        later = [tick for tick in self.ticks if tick.at_s >= from_s]
        return _rises(tick.heat for tick in later), _rises(tick.cool for tick in later)


def hold(
    plant: Plant,
    algorithm: str | Algorithm,
    wishes: Mapping[float, float | None],
    seconds: float,
    settings: Mapping[str, Any] = _NOTHING,
    learned: Learned | None = None,
) -> Trace:
    """Hold a plant by an algorithm, or by the one of that name, and give how it went.

    `wishes` are setpoints of the beer, °C, by the second from which each holds; None is off. `settings` are
    those that differ from the algorithm's own, `learned` what it is to know at first. Raises NotFound for an
    algorithm that nobody knows, and Invalid for settings it does not have or for what is no model.
    """
    plan = _plan(plant, algorithm if isinstance(algorithm, Algorithm) else _named(algorithm), settings)
    memory, ticks, at_s = start(plan, 0.0), list[Tick](), 0.0
    known: Callable[[], Learned | None] = partial(_same, learned)
    while at_s < seconds:
        probes, wish = plant.read(), _wish(wishes, at_s)
        seen = tuple(None if one is None else Seen(one, at_s) for one in probes)
        memory = resumed(plan, memory, known, wish)
        memory, outcome = regulate(plan, memory, wish, (seen[0], seen[1]), at_s)
        heat, cool = bool(outcome.permit.heat), bool(outcome.permit.cool)
        memory = obeyed(plan, memory, Levels(heat, cool), at_s)
        known = partial(learned_in, plan, memory) if has_learned(plan, memory) else known
        ticks.append(Tick(at_s, wish.value, *probes, heat, cool))
        plant.advance(min(TICK_S, seconds - at_s), heat=heat, cool=cool)
        at_s += TICK_S
    return Trace(tuple(ticks), known())


def _same(learned: Learned | None) -> Learned | None:
    return learned


def _named(name: str) -> Algorithm:
    known = discover(algorithms, "ALGORITHM", Algorithm)
    if name not in known:
        raise NotFound(f"There is no algorithm {name!r}; choose one of {', '.join(sorted(known))}.")
    return known[name]


def _plan(plant: Plant, algorithm: Algorithm, settings: Mapping[str, Any]) -> Plan:
    try:
        chosen = convert(dict(settings), algorithm.settings)
    except ValidationError as error:
        raise Invalid(f"The settings of {algorithm.name} are wrong: {error}.") from error
    return Plan(algorithm=algorithm, settings=chosen, hardware=plant.hardware)


def _wish(wishes: Mapping[float, float | None], at_s: float) -> Setpoint:
    begun = [from_s for from_s in wishes if from_s <= at_s]
    value = wishes[max(begun)] if begun else None
    return Setpoint(revision=1, mode=Mode.OFF if value is None else Mode.BEER, value=value)


def _rises(levels: Iterable[bool]) -> int:
    before, count = False, 0
    for level in levels:
        count += level and not before
        before = level
    return count
