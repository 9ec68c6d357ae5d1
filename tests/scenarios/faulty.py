"""A simulated chamber to which something happens, and a watch over what may never be."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import inf, isfinite

from msgspec import Struct, json
from msgspec.structs import replace

from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.algorithms.learning import ALGORITHM, Settings, State
from krausen.control.interlocks import Hardware, Times
from krausen.control.plausibility import NOTHING_YET, judge, plausible
from krausen.control.regulation import GRACE_S
from krausen.model.learned import Learned
from krausen.model.level import Demand
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality
from krausen.model.vessel import Role
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import CHAMBERS, ChamberKind
from krausen.physics.weather import ROOM, Climate
from krausen.physics.yeast import WATER, Wort
from krausen.simulation.vessel import hardware_of
from krausen.testing.control import Tick, Trace, hold
from tests.scenarios.interlocks import broken

HOUR_S = 3600.0
LEARNED_BYTES = 8_000
INDOORS = replace(ROOM, openings_per_day=0.0)
Pair = tuple[float | None, float | None]


class Moment(Struct, frozen=True):
    """What a fault may look at: its age, s, the air in the chamber as it truly is, °C, and the tick."""

    age_s: float
    air_c: float
    tick: int


class Fault(Struct, frozen=True):
    """What is wrong between two seconds: with what the probes give, the relays do, the chamber is."""

    from_s: float = 0.0
    until_s: float = inf
    probes: Callable[[Moment, Pair], Pair] = lambda _, pair: pair
    relays: Callable[[bool, bool], tuple[bool, bool]] = lambda heat, cool: (heat, cool)
    kind: Callable[[ChamberKind, float], ChamberKind] = lambda kind, _: kind


class Stricken:
    """A chamber with its beer and probes, read as an agent reads: judged, and kept for the grace time."""

    def __init__(
        self, kind: str, beer_c: float, *faults: Fault, wort: Wort = WATER, climate: Climate = INDOORS
    ) -> None:
        self._healthy = CHAMBERS[kind]
        self._faults = faults
        self._wort, self._climate = wort, climate
        self._chamber = Chamber(self._healthy, 1, wort=wort, climate=climate, beer_c=beer_c)
        self._probes = _Probe(), _Probe()
        self._tick = 0
        self.beers_c: list[float] = []

    @property
    def hardware(self) -> Hardware:
        return hardware_of(self._healthy)

    @property
    def at_s(self) -> float:
        return float(self._chamber.at_s)

    @property
    def beer_c(self) -> float:
        return self._chamber.true_beer_c

    def read(self) -> Pair:
        """Give the last good values that are not too old."""
        pair: Pair = self._chamber.read(Role.BEER), self._chamber.read(Role.CHAMBER)
        for fault in self._present():
            pair = fault.probes(Moment(self.at_s - fault.from_s, self._chamber.state.air_c, self._tick), pair)
        self._tick += 1
        self.beers_c.append(self.beer_c)
        one, other = (probe.take(value, self.at_s) for probe, value in zip(self._probes, pair, strict=True))
        return one, other

    def advance(self, seconds: float, *, heat: bool, cool: bool) -> None:
        kind = self._healthy
        for fault in self._present():
            heat, cool = fault.relays(heat, cool)
            kind = fault.kind(kind, self.at_s - fault.from_s)
        self._become(kind)
        self._chamber.advance(self.at_s + seconds, heat=heat, cool=cool)

    def dark(self, seconds: float) -> None:
        """Spend so long without power."""
        self._chamber.advance(self.at_s + seconds, heat=False, cool=False)

    def _present(self) -> list[Fault]:
        return [fault for fault in self._faults if fault.from_s <= self.at_s < fault.until_s]

    def _become(self, kind: ChamberKind) -> None:
        if kind == self._chamber.kind:
            return
        other = Chamber(kind, 1, wort=self._wort, climate=self._climate)
        other.restore(self._chamber.snapshot())
        self._chamber = other


class _Probe:
    def __init__(self) -> None:
        self._memory = NOTHING_YET
        self._good: tuple[float, float] | None = None

    def take(self, value: float | None, at_s: float) -> float | None:
        if value is not None:
            self._memory, quality = judge(_BELIEF, self._memory, at_s, value)
            if quality is Quality.GOOD:
                self._good = value, at_s
        return None if self._good is None or at_s - self._good[1] > GRACE_S else self._good[0]


_BELIEF = plausible(Quantity.TEMPERATURE)


class Story(Struct, frozen=True):
    """How a plant was held: the trace, the true beer at each tick, °C, and all that was said."""

    trace: Trace
    beers_c: tuple[float, ...]
    words: frozenset[str]
    hardware: Hardware

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return self.trace.ticks

    @property
    def learned(self) -> Learned:
        assert self.trace.learned is not None
        return self.trace.learned

    def errors_c(self, from_s: float = 0.0, until_s: float = inf) -> list[float]:
        """Give how much too warm the true beer was at each tick that held something."""
        return [
            beer_c - tick.setpoint_c
            for tick, beer_c in zip(self.ticks, self.beers_c, strict=True)
            if from_s <= tick.at_s < until_s and tick.setpoint_c is not None
        ]

    def worst_c(self, from_s: float = 0.0, until_s: float = inf) -> float:
        """Give how far the true beer was off at most."""
        return max(map(abs, self.errors_c(from_s, until_s)))

    def says(self, words: str) -> bool:
        return any(words in one for one in self.words)

    def alternations(self) -> int:
        """Count how often the one output started after the other had run."""
        heats = [tick.heat for tick in self.ticks if tick.heat or tick.cool]
        return sum(one is not other for one, other in pairwise(heats))

    def runs(self, from_s: float) -> bool:
        """Tell whether anything ran from a second on."""
        return any(tick.heat or tick.cool for tick in self.ticks if tick.at_s >= from_s)


def lived(
    plant: Stricken, wishes: Mapping[float, float | None], seconds: float, learned: Learned | None = None
) -> Story:
    """Hold a plant by what learns, and see that nothing was that may never be."""
    said: set[str] = set()
    trace = hold(plant, _overheard(said), wishes, seconds, learned=learned)
    story = Story(trace, tuple(plant.beers_c[-len(trace.ticks) :]), frozenset(said), plant.hardware)
    assert wrongs(story) == []
    return story


@cache
def known(kind: str) -> Learned:
    """Give what is learned of a chamber in a day at 18 °C with a step up and back."""
    return lived(Stricken(kind, 20.0), {0.0: 18.0, 12 * HOUR_S: 20.0, 18 * HOUR_S: 18.0}, 25 * HOUR_S).learned


def _overheard(said: set[str]) -> Algorithm:
    """Give the algorithm, and take down what it says."""

    def step(settings: Settings, state: State, inputs: Inputs) -> tuple[State, Demand]:
        after, demand = ALGORITHM.step(settings, state, inputs)
        assert not (demand.heat and demand.cool)
        said.update(demand.why)
        return after, demand

    return replace(ALGORITHM, step=step)


def wrongs(story: Story) -> list[str]:
    """Say what was that may never be: a broken interlock, no number, or a model too long to be kept."""
    times = {Role.HEAT: story.hardware.heat or Times(), Role.COOL: story.hardware.cool or Times()}
    found = broken({role: _switches(story.ticks, role) for role in times}, times)
    learned = story.learned
    if not all(map(isfinite, (*story.beers_c, *learned.mean, *learned.spread))):
        found.append("There is something that is no number.")
    if (size := len(json.encode(learned))) > LEARNED_BYTES:
        found.append(f"What was learned takes {size} bytes.")
    return found


def _switches(ticks: Sequence[Tick], role: Role) -> list[tuple[float, bool]]:
    levels = [(tick.at_s, tick.heat if role is Role.HEAT else tick.cool) for tick in ticks]
    return [now for before, now in pairwise([(0.0, False), *levels]) if before[1] is not now[1]]
