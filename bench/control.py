"""How well each algorithm holds a temperature: six chambers, seven scenarios, beside BrewPi in the same run.

No algorithm is told what the chamber is like, and each run is a first batch. Every figure is a ratio to
BrewPi's on the same chamber, scenario and lives, as a geometric mean over them, by class of installation
and over all. `learning:saver` is `learning` in another temperament. `--relatives N` takes instead N random
relatives of every chamber (each parameter log-normal, 30 %), and tells the worst. A run depends on its
job and on the code alone: with `--runs FILE` each is kept, and one that is there already is not made again,
so begin a new file when the code has changed. `--pictures FOLDER` draws a few telling runs of `learning` and
of BrewPi.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import exp, log, nan
from multiprocessing import get_context
from multiprocessing.pool import Pool
from os import cpu_count
from pathlib import Path
from statistics import fmean

from msgspec import Struct, json

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.brewpi import BREWPI
from bench.textbook import TEXTBOOK
from krausen.control.algorithm import Algorithm
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.picture import picture
from krausen.simulation.runs import Finished, Job, Report, algorithms_that_hold, perform
from krausen.simulation.scenario import SCENARIOS

PEER = BREWPI.name
USUAL = (PEER, "hysteresis", "textbook", "cascade", "learning", "learning:precise", "learning:saver")
LETTERS = {scenario.name: scenario.letter for scenario in SCENARIOS}
CLASSES = {
    "R": ("fridge2014",),
    "W": ("freezer20", "fridge20", "freezer60"),
    "T": ("fridge20tape",),
    "G": ("glycol300",),
}
"""A real fridge, thermowells with a compressor, a probe taped outside, glycol."""


class Row(Struct, frozen=True):
    """A figure: over which scenarios, its goals for each class (a ratio unless `is_absolute`)."""

    title: str
    field: str
    letters: str
    goals: tuple[float, float, float, float]
    is_absolute: bool = False


ROWS = (
    Row("hold rmse", "rmse_c", "acde", (0.35, 1.2, 0.35, 0.65)),
    Row("starts of the cooler", "starts_per_day", "abcdef", (1.4, 0.95, 0.95, 0.45)),
    Row("pitch settling", "settle_h", "ad", (1.0, 0.60, 0.45, 0.40)),
    Row("crash settling", "settle_h", "b", (1.0, 0.42, 0.45, 0.90)),
    Row("heat-up settling", "settle_h", "g", (1.0, 0.85, 0.65, 1.0)),
    Row("pitch overshoot, °C", "overshoot_c", "ad", (0.12, 0.12, 0.20, 0.10), is_absolute=True),
    Row("alternations a day, worst", "alternations_per_day", "abcdef", (3, 2, 4, 2), is_absolute=True),
    Row("energy", "kwh_per_day", "abcdefg", (0.60, 1.0, 0.45, 0.30)),
    Row("worst error, probe lost", "lost_c", "e", (0.30, 0.60, 0.60, 0.50)),
    Row("recovery from a power cut", "settle_h", "f", (1.2, 0.60, 0.40, 1.0)),
    Row("short cycles", "short_cycles", "abcdefg", (0, 0, 0, 0), is_absolute=True),
)
OVERALL = (
    Row("rmse", "rmse_c", "acdef", (0.45, 0.65, 1.05, 0)),
    Row("settling", "settle_h", "abdg", (0.58, 0.58, 0.58, 0)),
    Row("starts", "starts_per_day", "abcdef", (1.25, 0.90, 0.55, 0)),
    Row("energy", "kwh_per_day", "abcdefg", (0.62, 0.62, 0.62, 0)),
)
"""Over all cells; the goals are those of precise, balanced and saver."""

_LEAST = {"settle_h": 1 / 60, "starts_per_day": 0.05, "lost_c": 0.01, "rmse_c": 0.001, "kwh_per_day": 0.001}
"""Below this a figure counts as this, so that a ratio to nothing is no infinity."""

TOLD = (("fridge2014", "a"), ("fridge20tape", "b"), ("glycol300", "d"))
"""What pictures show: a real fridge that ferments, a crash with a taped probe, a lager under glycol."""

Cells = Mapping[tuple[str, str], Sequence[Report]]


def known() -> Mapping[str, Algorithm]:
    """Give all algorithms that hold a temperature, and those to compare with."""
    return {**algorithms_that_hold(), TEXTBOOK.name: TEXTBOOK, PEER: BREWPI}


class Run(Struct, frozen=True):
    """A job, and what became of it."""

    job: Job
    report: Report


def finished(job: Job) -> Finished:
    """Run one vessel through a scenario."""
    *_, last = perform(job, known()[job.algorithm])
    if not isinstance(last, Finished):
        raise TypeError("A run has to finish.")
    return last


def live(job: Job) -> Run:
    """Run one vessel through a scenario, and keep what became of it without its course."""
    return Run(job, finished(job).report)


class Runs:
    """Makes runs on several cores, and keeps them in a file if there is one."""

    def __init__(self, pool: Pool, path: Path | None) -> None:
        self._pool = pool
        self._path = path
        lines = path.read_bytes().splitlines() if path is not None and path.exists() else ()
        self._made = {json.encode(run.job): run for run in (json.decode(line, type=Run) for line in lines)}

    def of(self, jobs: Sequence[Job]) -> list[Report]:
        """Give the reports of jobs, in their order."""
        for run in self._pool.imap(live, [job for job in jobs if json.encode(job) not in self._made]):
            self._made[json.encode(run.job)] = run
            self._keep(run)
        return [self._made[json.encode(job)].report for job in jobs]

    def _keep(self, run: Run) -> None:
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(json.encode(run) + b"\n")


def jobs_of(name: str, chambers: Iterable[str], letters: str, seeds: int) -> list[Job]:
    """Give the runs of an algorithm, with a temperament behind a colon."""
    algorithm, _, temperament = name.partition(":")
    settings: dict[str, object] = {"temperament": temperament} if temperament else {}
    scenarios = [one for one in SCENARIOS if one.letter in letters]
    return [
        Job(chamber=chamber, scenario=one, algorithm=algorithm, seed=seed, settings=settings)
        for seed, one, chamber in product(range(1, seeds + 1), scenarios, chambers)
    ]


def cells_of(reports: Iterable[Report]) -> Cells:
    """Gather the lives of each chamber and scenario."""
    cells: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        cells.setdefault((report.chamber, LETTERS[report.scenario]), []).append(report)
    return cells


def mean(reports: Sequence[Report], field: str) -> float:
    """Give the mean of a figure over lives."""
    return fmean(getattr(report, field) for report in reports)


def ratios(
    row: Row, ours: Cells, theirs: Cells, is_wanted: Callable[[str], bool]
) -> dict[tuple[str, str], float]:
    """Give the ratio to the peer for each chamber and scenario of a row."""
    least = _LEAST.get(row.field, 0.01)
    return {
        cell: max(mean(ours[cell], row.field), least) / max(mean(theirs[cell], row.field), least)
        for cell in ours
        if cell in theirs and cell[1] in row.letters and is_wanted(cell[0])
    }


def geometric(values: Iterable[float]) -> float:
    """Give the geometric mean, no number of nothing."""
    logarithms = [log(value) for value in values]
    return exp(fmean(logarithms)) if logarithms else nan


def figure(row: Row, ours: Cells, theirs: Cells, chambers: Sequence[str]) -> float:
    """Give the figure of a row for a class."""
    if not row.is_absolute:
        return geometric(ratios(row, ours, theirs, lambda chamber: chamber in chambers).values())
    means = [
        fmean(
            mean(reports, row.field)
            for cell, reports in ours.items()
            if cell[0] == one and cell[1] in row.letters
        )
        for one in chambers
        if any(cell[0] == one and cell[1] in row.letters for cell in ours)
    ]
    return fmean(means) if row.field == "overshoot_c" else max(means)


def table(name: str, ours: Cells, theirs: Cells) -> Iterator[str]:
    """Tell an algorithm by class, each figure beside its goal; what misses it is marked."""
    yield f"\n| **{name}** | {' | '.join(CLASSES)} |\n|---|{'--:|' * len(CLASSES)}"
    for row in ROWS:
        cells = []
        for goal, chambers in zip(row.goals, CLASSES.values(), strict=True):
            if not any(cell[0] in chambers and cell[1] in row.letters for cell in ours):
                cells.append("")
                continue
            found = figure(row, ours, theirs, chambers)
            cells.append(f"{found:.2f} ({'≤' if found <= goal + 0.005 else '**>**'} {goal:g})")
        yield f"| {row.title} | {' | '.join(cells)} |"


def overall(name: str, ours: Cells, theirs: Cells) -> str:
    """Tell the ratios over everything."""
    found = (geometric(ratios(row, ours, theirs, lambda _: True).values()) for row in OVERALL)
    error, speed = (
        mean([one for cell in ours.values() for one in cell], field)
        for field in ("rmse_c", "simulated_s_per_s")
    )
    return f"| {name} | {' | '.join(f'{one:.2f}' for one in found)} | {error:.3f} | {speed:,.0f} |"


def draw(folder: Path) -> None:
    """Draw the telling runs of `learning` and of the peer."""
    for (chamber, letter), name in product(TOLD, ("learning", PEER)):
        (job,) = jobs_of(name, (chamber,), letter, 1)
        last = finished(job)
        report, title = last.report, f"{name}, {chamber}, {job.scenario.name}"
        caption = f"{report.rmse_c:.3f} °C rmse, {report.starts_per_day:.0f} starts a day"
        path = folder / f"control-{chamber}-{job.scenario.name}-{name}.svg"
        drawn = picture(title, f"{caption}, {report.kwh_per_day:.2f} kWh a day", last.trace)
        path.write_text(drawn, "utf-8")


def worst(name: str, ours: Cells, theirs: Cells) -> Iterator[str]:
    """Tell the worst cells of an algorithm among random relatives, for each figure."""
    for row in OVERALL[:2]:
        found = sorted(ratios(row, ours, theirs, lambda _: True).items(), key=lambda one: -one[1])
        above = sum(ratio > 1.2 for _, ratio in found)
        cells = ", ".join(f"{chamber} {letter} {ratio:.2f}" for (chamber, letter), ratio in found[:5])
        yield f"{name}, {row.title}: {above} of {len(found)} above 1.2; the worst: {cells}"


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="lives of each chamber (5)")
    parser.add_argument("--letters", default="abcdefg", help="some scenarios alone")
    parser.add_argument("--relatives", type=int, default=0, help="random relatives of each chamber instead")
    parser.add_argument("--cores", type=int, default=cpu_count() or 1, help="runs at a time (all cores)")
    parser.add_argument("--runs", type=Path, help="a file that keeps every run, one a line")
    parser.add_argument("--pictures", type=Path, help="draw telling runs into this folder, and nothing else")
    parser.add_argument("algorithms", nargs="*", help="some alone, beside BrewPi")
    asked = parser.parse_args()
    if asked.pictures is not None:
        draw(asked.pictures)
        return
    chambers = [f"{one}~{number}" for one in CHAMBERS for number in range(1, asked.relatives + 1)] or list(
        CHAMBERS
    )
    names = [PEER, *(one for one in asked.algorithms or USUAL if one != PEER)]
    made: dict[str, Cells] = {}
    with get_context("spawn").Pool(asked.cores) as pool:
        runs = Runs(pool, asked.runs)
        for name in names:
            made[name] = cells_of(runs.of(jobs_of(name, chambers, asked.letters, asked.seeds)))
            if name == PEER:
                continue
            lines = (
                worst(name, made[name], made[PEER])
                if asked.relatives
                else table(name, made[name], made[PEER])
            )
            print("\n".join(lines), flush=True)
    print(
        "\n| over all | rmse | settling | starts | energy | mean rmse °C | simulated s/s |"
        "\n|---|--:|--:|--:|--:|--:|--:|"
    )
    print("\n".join(overall(name, cells, made[PEER]) for name, cells in made.items()))


if __name__ == "__main__":
    main()
