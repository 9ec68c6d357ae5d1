"""How well each algorithm holds a temperature: six chambers, four scenarios, beside the reference bench.

The reference was measured elsewhere on the same six chambers with seven scenarios and five seeds; rooms were
inferred here from its full-power settling times, the rest of its set-up from its thermostat. Settling is the
mean of the same four scenarios there as here; the other figures are its means over all seven.
"""

import argparse
from collections.abc import Iterable, Sequence
from itertools import product
from math import exp, log
from multiprocessing import get_context
from statistics import fmean

from msgspec import Struct
from msgspec.structs import astuple, replace

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.control.regulation import Plan
from krausen.model.reading import Reading
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import VESSEL_ADAPTER, Role, VesselMetric
from krausen.physics.chambers import CHAMBERS
from krausen.physics.weather import ROOM
from krausen.physics.yeast import WATER, Wort
from krausen.plugins import discover
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel

CLOSE_C = 0.25
STAY_MIN = 120
CORES = 2
BOTH = (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)
OUTPUTS = (VesselMetric.HEAT, VesselMetric.COOL)


class Scenario(Struct, frozen=True, kw_only=True):
    """From which temperature to which, °C, in which room, for how long; errors count after `hold_h`."""

    letter: str
    name: str
    beer_c: float
    setpoint_c: float
    room_c: float
    days: int
    hold_h: int = 24
    wort: Wort = WATER
    roles: tuple[Role, ...] = BOTH


SCENARIOS = (
    Scenario(letter="a", name="hold", beer_c=24.0, setpoint_c=20.0, room_c=20.0, days=5, wort=Wort()),
    Scenario(letter="b", name="crash", beer_c=20.0, setpoint_c=2.0, room_c=20.0, days=3, hold_h=36),
    Scenario(letter="d", name="lager", beer_c=12.0, setpoint_c=10.0, room_c=28.0, days=5, wort=Wort()),
    Scenario(letter="g", name="heat-only", beer_c=16.0, setpoint_c=20.0, room_c=8.0, days=3, roles=BOTH[:3]),
)


class Figures(Struct, frozen=True):
    """What a run came to: true beer, switching and energy. Settled is within 0.25 °C for two hours on end."""

    rmse_c: float
    max_c: float
    overshoot_c: float
    settle_h: float
    starts_d: float
    alternations_d: float
    kwh_d: float


REFERENCE = {
    "hysteresis": ("thermostat-beer", Figures(0.141, 0.34, 0.27, 11.8, 14.9, 15.2, 0.55), 0.82),
    "pid": ("pid-tpo", Figures(0.118, 0.39, 0.89, 13.4, 25.2, 0.5, 0.34), 1.60),
    "cascade": ("brewpi", Figures(0.075, 0.22, 0.09, 9.7, 33.6, 28.7, 0.91), 1.00),
}
"""Name there, figures, and geometric mean of settling over that of BrewPi."""

BREWPI_SETTLE_H = {
    "fridge2014": (3.2, 13.6, 6.5, 6.9),
    "freezer20": (3.8, 18.8, 3.1, 8.4),
    "fridge20": (4.4, 28.0, 4.4, 8.0),
    "fridge20tape": (6.0, 30.3, 15.7, 7.4),
    "freezer60": (5.4, 28.5, 4.3, 8.7),
    "glycol300": (2.8, 8.1, 1.7, 4.1),
}
"""Settling there in the order of the scenarios here."""


class Job(Struct, frozen=True):
    """One run."""

    algorithm: str
    scenario: Scenario
    chamber: str
    seed: int


class Switching:
    """Counts the starts of an output, and changes from one output to the other."""

    def __init__(self) -> None:
        self.starts = dict.fromkeys(OUTPUTS, 0)
        self.alternations = 0
        self._on: set[str] = set()
        self._last = ""

    def take(self, reading: Reading) -> None:
        """Look at a reading."""
        metric = reading.series.metric
        if reading.series.adapter != VESSEL_ADAPTER or metric not in OUTPUTS:
            return
        if reading.v and metric not in self._on:
            self.starts[VesselMetric(metric)] += 1
            self.alternations += self._last not in ("", metric)
            self._last = metric
        (self._on.add if reading.v else self._on.discard)(metric)


def live(job: Job) -> Figures:
    """Run one vessel through a scenario."""
    scenario, switching = job.scenario, Switching()
    run = FastRun(course(job), switching.take)
    errors_c = []
    for _ in range(scenario.days * 1440):
        run.run(60)
        errors_c.append(run.rig.chamber.true_beer_c - scenario.setpoint_c)
    held_c = errors_c[scenario.hold_h * 60 :]
    far_side = 1.0 if scenario.setpoint_c > scenario.beer_c else -1.0
    return Figures(
        rmse_c=fmean(error_c**2 for error_c in held_c) ** 0.5,
        max_c=max(map(abs, held_c)),
        overshoot_c=max(0.0, *(far_side * error_c for error_c in errors_c)),
        settle_h=settled_min(errors_c) / 60.0,
        starts_d=switching.starts[VesselMetric.COOL] / scenario.days,
        alternations_d=switching.alternations / scenario.days,
        kwh_d=run.rig.chamber.energy.kwh / scenario.days,
    )


def course(job: Job) -> Course:
    """Give what is simulated."""
    scenario = job.scenario
    algorithm = discover(algorithms, "ALGORITHM", Algorithm)[job.algorithm]
    vessel = SimulatedVessel(
        id="v",
        name="v",
        chamber=job.chamber,
        agent="a",
        seed=job.seed,
        wort=scenario.wort,
        climate=replace(ROOM, mean_c=scenario.room_c),
        beer_c=scenario.beer_c,
        roles=scenario.roles,
    )
    return Course(
        vessel=vessel,
        plan=Plan(algorithm=algorithm, settings=algorithm.settings(), hardware=vessel.hardware()),
        started_ms=0,
        wishes=(Setpoint(revision=1, mode=Mode.BEER, value=scenario.setpoint_c),),
        rhythm=Rhythm(every_s=5, tick_s=5),
    )


def settled_min(errors_c: Sequence[float]) -> int:
    """Give the minute from which the beer stays close for two hours; the whole run if it never does."""
    close = 0
    for minute, error_c in enumerate(errors_c):
        close = close + 1 if abs(error_c) <= CLOSE_C else 0
        if close == STAY_MIN:
            return minute + 1 - STAY_MIN
    return len(errors_c)


def ratio(done: dict[Job, Figures]) -> float:
    """Give the geometric mean of settling over that of BrewPi."""
    letters = [scenario.letter for scenario in SCENARIOS]
    return exp(
        fmean(
            log(figures.settle_h / BREWPI_SETTLE_H[job.chamber][letters.index(job.scenario.letter)])
            for job, figures in done.items()
        )
    )


def summary(done: dict[Job, Figures]) -> Figures:
    """Give the means over all runs; those of switching without the scenario that has no cooler, as there."""
    switched = [figures for job, figures in done.items() if Role.COOL in job.scenario.roles]
    runs = {"starts_d": switched, "alternations_d": switched}
    return Figures(
        **{
            field: fmean(getattr(figures, field) for figures in runs.get(field, done.values()))
            for field in Figures.__struct_fields__
        }
    )


def row(name: str, figures: Figures, more: str = "") -> str:
    """Give a line of the table."""
    f = figures
    cells = f"{f.rmse_c:.3f} | {f.max_c:.2f} | {f.overshoot_c:.2f} | {f.settle_h:.1f} | {f.starts_d:.1f} | "
    return f"| {name} | {cells}{f.alternations_d:.1f} | {f.kwh_d:.3f} | {more} |"


def beside(name: str, done: dict[Job, Figures]) -> Iterable[str]:
    """Give the means of an algorithm, those of its like on the reference bench, and the deviation."""
    means = summary(done)
    yield row(f"**{name}**", means, f"{ratio(done):.2f}")
    if name in REFERENCE:
        like, theirs, their_ratio = REFERENCE[name]
        yield row(f"reference {like}", theirs, f"{their_ratio:.2f}")
        off = [f"{ours / ref - 1.0:+.0%}" for ours, ref in zip(astuple(means), astuple(theirs), strict=True)]
        yield f"| deviation | {' | '.join(off)} | {ratio(done) / their_ratio - 1.0:+.0%} |"


HEAD = """
| | rmse °C | max °C | overshoot °C | settling h | starts/d | alternations/d | kWh/d | settling / BrewPi |
|---|--:|--:|--:|--:|--:|--:|--:|--:|"""


def main() -> None:
    """Run everything on two cores and print the runs of each algorithm, then its means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="lives of each chamber (1)")
    parser.add_argument("algorithms", nargs="*", help="some alone; all that hold a temperature")
    asked = parser.parse_args()
    known = discover(algorithms, "ALGORITHM", Algorithm)
    names = asked.algorithms or [name for name, algorithm in known.items() if algorithm.holds]
    means = [HEAD]
    with get_context("spawn").Pool(CORES) as pool:
        for name in names:
            jobs = [Job(name, *life) for life in product(SCENARIOS, CHAMBERS, range(1, asked.seeds + 1))]
            print(HEAD)
            done = {}
            for job, figures in zip(jobs, pool.imap(live, jobs), strict=True):
                done[job] = figures
                print(row(f"{name} {job.scenario.name} {job.chamber} {job.seed}", figures), flush=True)
            means.extend(beside(name, done))
    print("\n".join(means))


if __name__ == "__main__":
    main()
