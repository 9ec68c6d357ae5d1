"""A rehearsal: a plan run through many lives that the chamber may have, as far as it is known.

Each life draws what was learned from what is believed of it (Monte Carlo), with weather and yeast of its own,
and is steered as learning steers. Low and high are the 5 and 95 of a hundred of the lives, with a
margin for what the model leaves out; the mean is that of all, those beyond counting as low or high
(winsorised).
"""

from collections.abc import Generator, Sequence
from math import ceil
from statistics import fmean, median
from typing import TYPE_CHECKING

from msgspec import Struct

from krausen.control.interlocks import Hardware
from krausen.control.learning import chances
from krausen.control.learning.belief import Belief
from krausen.control.learning.chamber import At
from krausen.control.learning.lasting import long_run
from krausen.control.learning.lives import Held, Life, Surroundings
from krausen.control.learning.steering import Manner
from krausen.control.learning.watching import VALVE_S

if TYPE_CHECKING:
    from random import Random

LIVES = 20
POINTS = 400
"""At most so many points are told, and one more."""
MOST_STEPS = 20_160
"""Of a life: two weeks by the minute. Of a longer plan the steps are longer."""
LONGEST_H = 24.0 * 60.0
NEAR_C = 0.25
"""So near to its temperature a step is reached."""
STAYS_H = 1.0
"""For so long on end, or to its end, it stays there."""
LITRE_WH_K = 1.17
"""Beer and fermenter, 4.2 kJ/K a litre: beer has 4.05 kJ/kgK (Briggs: Brewing, Science and Practice)."""
PERFORMANCE, CHILLER = (1.0, 2.2), (1.6, 2.6)
"""Heat moved for each joule of electricity, from poor to good, for nobody sees the watts: small hermetic
compressors move 1.3 at an evaporator of -23 °C, where they are rated (EN 12900), and near 2 at -5 °C, less
where they are old or badly aired; chillers of glycol at -2 °C, with their pumps, about 2."""
_HOURLY = 20
"""At least so many steps are made between two looks at room and yeast."""
_LONGEST_WAY_H = 240.0
_MANY_WAYS = 4
_MOVED_C = 1.0
_PROBED_C = 0.3
_SIGHT_C = 0.1
"""How far off the beer may look, one deviation: a probe tells sixteenths of a degree."""
_MARGIN_C = 0.1
"""What no life shows: few masses stand for a chamber, and who learns it steers a little otherwise."""


class Stage(Struct, frozen=True):
    """A step of a plan, in hours: when it begins, has its temperature, °C, and when that ends.

    `given_h` is how long the plan gives it to get there.
    """

    begins_h: float
    reached_h: float
    until_h: float
    target_c: float
    given_h: float


class Trial(Struct, frozen=True, kw_only=True):
    """What is to be rehearsed: corners of the setpoint (hours, °C), between which it is straight, and stages.

    `pitched_h` is how long ago yeast was pitched, None for not yet; `volume_l` that of the beer. So many
    `lives` are lived.
    """

    corners: tuple[tuple[float, float], ...]
    stages: tuple[Stage, ...]
    hardware: Hardware
    manner: Manner
    volume_l: float = 20.0
    pitched_h: float | None = None
    lives: int = LIVES


class Way(Struct, frozen=True):
    """How far a stage is from where the beer stood, °C: the hours it takes, None where it never comes there.

    `end_c` is where it then comes to.
    """

    stage: int
    from_c: float
    hours: float | None
    end_c: float


class Rehearsed(Struct, frozen=True, kw_only=True):
    """How it went, by `hours` from the start, °C; `reached_h` of each stage, None where most lives fail.

    `ends_c` is the middle beer at the end of each stage, °C. `ways` are those of stages that are not
    reached in the time they are given. `kwh` is for the whole plan, that of the middle life, and lies between
    `kwh_low` and `kwh_high` in nine of ten.
    """

    hours: tuple[float, ...]
    setpoint: tuple[float, ...]
    low: tuple[float, ...]
    mean: tuple[float, ...]
    high: tuple[float, ...]
    reached_h: tuple[float | None, ...]
    ends_c: tuple[float, ...]
    starts_per_day: float
    kwh: float
    kwh_low: float
    kwh_high: float
    ways: tuple[Way, ...]


def rehearsed(belief: Belief, trial: Trial, chance: "Random") -> Generator[float, None, Rehearsed]:
    """Run a plan; yield how much is done, 0 to 1, and return how it went. Equal chances make equal lives."""
    plan = _Plan(trial)
    half, valve = chances.halves(belief), _is_valve(trial.hardware)
    runs: list[_Run] = []
    whole = trial.lives + _MANY_WAYS
    for number in range(trial.lives):
        vector = chances.lasted(chances.drawn(belief, half, chance, valve=valve), chance)
        around = chances.lively(vector, trial.pitched_h, chance)
        held = Held(trial.hardware, trial.manner, _SIGHT_C * chance.gauss(0.0, 1.0))
        low, high = CHILLER if valve else PERFORMANCE
        performance = low * (high / low) ** chance.random()
        runs.append(_run(plan, Life(vector, belief.flow, around, held, plan.step_s), performance))
        yield (number + 1) / whole
    reached = tuple(_usual([run.reached_h[place] for run in runs]) for place in range(len(trial.stages)))
    ways: list[Way] = []
    for place in _doubtful(trial.stages, reached)[:_MANY_WAYS]:
        ways.append(_way(belief, trial, plan, place))
        yield (trial.lives + len(ways)) / whole
    return _told(plan, runs, reached, ways)


def as_seen(belief: Belief, beer_c: float, air_c: float | None) -> Belief:
    """Give a belief as the probes show the chamber now, °C, where what it stood at is no longer so."""
    if abs(belief.mean[At.BEER_PROBE] - beer_c) <= _MOVED_C:
        return belief
    air_c = beer_c if air_c is None else air_c
    states = (beer_c, beer_c, air_c, air_c, 0.0, beer_c, air_c)
    moved = len(states)
    spread = tuple(
        tuple(
            _PROBED_C**2 * (row == column) if min(row, column) < moved else one
            for column, one in enumerate(line)
        )
        for row, line in enumerate(belief.spread)
    )
    return Belief((*states, *belief.mean[moved:]), spread)


class _Plan:
    """A trial laid out in steps."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.hours = min(trial.corners[-1][0], LONGEST_H)
        least_s = 30.0 if _is_valve(trial.hardware) else 60.0
        self.step_s = max(least_s, 30.0 * ceil(self.hours * 120.0 / MOST_STEPS))
        self.hourly = max(round(3600.0 / self.step_s), _HOURLY)
        self.setpoints = _laid(trial.corners, self.hours, self.step_s / 3600.0)
        self.every = max(1, ceil(len(self.setpoints) / POINTS))


class _Run(Struct, frozen=True):
    beer: tuple[float, ...]
    reached_h: tuple[float | None, ...]
    ends_c: tuple[float, ...]
    starts: int
    wh_l: float


def _run(plan: _Plan, life: Life, performance: float) -> _Run:
    beer, hourly = [life.beer_c], plan.hourly
    for first in range(0, len(plan.setpoints) - 1, hourly):
        beer += life.hour(plan.setpoints[first : min(first + hourly, len(plan.setpoints) - 1)])
    step_h = plan.step_s / 3600.0
    stages = plan.trial.stages
    reached = tuple(_reached_h(stage, beer, step_h) for stage in stages)
    ends_c = tuple(beer[min(round(stage.until_h / step_h), len(beer) - 1)] for stage in stages)
    wh_l = (life.drawn_k / performance + life.heated_k) * LITRE_WH_K
    return _Run(tuple(beer[:: plan.every]), reached, ends_c, life.starts, wh_l)


def _laid(corners: Sequence[tuple[float, float]], hours: float, step_h: float) -> list[float]:
    """Give the setpoint at each step; at a jump the later one."""
    place, setpoints = 0, []
    for number in range(max(2, ceil(hours / step_h) + 1)):
        at_h = number * step_h
        while place + 1 < len(corners) and corners[place + 1][0] <= at_h:
            place += 1
        from_h, from_c = corners[place]
        to_h, to_c = corners[min(place + 1, len(corners) - 1)]
        share = (at_h - from_h) / (to_h - from_h) if to_h > from_h else 0.0
        setpoints.append(from_c + (to_c - from_c) * max(share, 0.0))
    return setpoints


def _reached_h(stage: Stage, beer: Sequence[float], step_h: float) -> float | None:
    """Give when the beer came near and stayed; never earlier than the plan wants it."""
    first, last = ceil(stage.begins_h / step_h), min(ceil(stage.until_h / step_h), len(beer) - 1)
    stays = min(STAYS_H, stage.until_h - stage.reached_h) / step_h
    since: int | None = None
    for place in range(first, last + 1):
        if abs(beer[place] - stage.target_c) > NEAR_C:
            since = None
            continue
        since = place if since is None else since
        is_there = place * step_h >= stage.reached_h
        if is_there and (place - since >= stays or place == last):
            return max(since * step_h, stage.reached_h)
    return None


def _usual(reached: Sequence[float | None]) -> float | None:
    """Give the middle one, None where half of them or more never were."""
    found = [one for one in reached if one is not None]
    return median(found) if 2 * len(found) > len(reached) else None


def _doubtful(stages: Sequence[Stage], reached: Sequence[float | None]) -> list[int]:
    """Name the stages that take longer than the plan gives them."""
    return [
        place
        for place, (stage, at_h) in enumerate(zip(stages, reached, strict=True))
        if at_h is None or at_h - stage.begins_h > stage.given_h + max(STAYS_H, 0.1 * stage.given_h)
    ]


def _way(belief: Belief, trial: Trial, plan: _Plan, place: int) -> Way:
    """Let the chamber as it is believed go to a stage from where it would stand at its beginning."""
    stage, step_h = trial.stages[place], plan.step_s / 3600.0
    vector = long_run(belief.mean)
    around = chances.quiet(vector, trial.pitched_h)
    life = Life(vector, belief.flow, around, Held(trial.hardware, trial.manner), plan.step_s)
    before, hourly = round(stage.begins_h / step_h), plan.hourly
    for first in range(0, before, hourly):
        life.hour(plan.setpoints[first : min(first + hourly, before)])
    calm = Surroundings(lambda _: vector[At.AMBIENT], lambda *_: 0.0)
    life, from_c = life.again(calm), life.beer_c
    for first in range(0, round(_LONGEST_WAY_H / step_h), hourly):
        for number, beer_c in enumerate(life.hour([stage.target_c] * hourly), first + 1):
            if abs(beer_c - stage.target_c) <= NEAR_C:
                return Way(place, from_c, number * step_h, beer_c)
    return Way(place, from_c, None, life.beer_c)


def _told(plan: _Plan, runs: Sequence[_Run], reached: tuple[float | None, ...], ways: list[Way]) -> Rehearsed:
    columns = [sorted(beer) for beer in zip(*(run.beer for run in runs), strict=True)]
    bands = [(_share(beer, 0.05) - _MARGIN_C, _share(beer, 0.95) + _MARGIN_C) for beer in columns]
    step_h = plan.step_s / 3600.0
    kwh = sorted(run.wh_l * plan.trial.volume_l / 1000.0 for run in runs)
    return Rehearsed(
        hours=tuple(place * plan.every * step_h for place in range(len(columns))),
        setpoint=tuple(plan.setpoints[:: plan.every]),
        low=tuple(low for low, _ in bands),
        mean=tuple(
            min(max(fmean(min(max(one, low), high) for one in beer), low), high)
            for beer, (low, high) in zip(columns, bands, strict=True)
        ),
        high=tuple(high for _, high in bands),
        reached_h=reached,
        ends_c=tuple(median(ends_c) for ends_c in zip(*(run.ends_c for run in runs), strict=True)),
        starts_per_day=fmean(run.starts for run in runs) * 24.0 / plan.hours,
        kwh=median(kwh),
        kwh_low=_share(kwh, 0.05),
        kwh_high=_share(kwh, 0.95),
        ways=tuple(ways),
    )


def _share(ordered: Sequence[float], share: float) -> float:
    """Give the value below which a share of the ordered ones lies, between two of them in a straight line."""
    place = share * (len(ordered) - 1)
    before = int(place)
    after = min(before + 1, len(ordered) - 1)
    return ordered[before] + (ordered[after] - ordered[before]) * (place - before)


def _is_valve(hardware: Hardware) -> bool:
    return hardware.cool is not None and hardware.cool.min_on_s < VALVE_S
