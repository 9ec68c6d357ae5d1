"""How well each algorithm holds a temperature: six chambers, seven scenarios, beside the reference bench.

The reference was measured elsewhere: the firmware of BrewPi, a thermostat and a textbook PID on the same
chambers. Its text gives means over all runs, and ratios to BrewPi as geometric means. Settling it gives for
each chamber and scenario with a step, so there our ratio is exactly its own; the other ratios here are those
to the means of BrewPi on each chamber, as far as the reference tells them apart.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import exp, log
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from statistics import fmean

from msgspec import Struct, json

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.textbook import TEXTBOOK
from krausen.control.algorithm import Algorithm
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.runs import Finished, Job, Report, algorithms_that_hold, perform
from krausen.simulation.scenario import SCENARIOS

SWITCHING = "abcdef"
STEPS = "abdg"
HOLDS = "acde"

LETTERS = {scenario.name: scenario.letter for scenario in SCENARIOS}


class Means(Struct, frozen=True):
    """Means over all runs; settling and overshoot over a b d g, starts and alternations over a to f."""

    rmse_c: float
    max_c: float
    overshoot_c: float
    settle_h: float
    starts_per_day: float
    alternations_per_day: float
    kwh_per_day: float


class Ratios(Struct, frozen=True):
    """Geometric means of what an algorithm makes over what BrewPi makes."""

    rmse: float
    settling: float
    starts: float
    energy: float


REFERENCE = {
    "hysteresis": ("thermostat-beer", Means(0.141, 0.34, 0.27, 11.8, 14.9, 15.2, 0.55)),
    "textbook": ("pid-tpo", Means(0.118, 0.39, 0.89, 13.4, 25.2, 0.5, 0.34)),
    "cascade": ("brewpi", Means(0.075, 0.22, 0.09, 9.7, 33.6, 28.7, 0.91)),
}
RATIOS = {
    "hysteresis": Ratios(2.66, 0.82, 0.37, 0.98),
    "textbook": Ratios(2.05, 1.60, 0.73, 0.54),
    "cascade": Ratios(1.0, 1.0, 1.0, 1.0),
}

BREWPI_SETTLE_H = {
    "fridge2014": (3.2, 13.6, 6.5, 6.9),
    "freezer20": (3.8, 18.8, 3.1, 8.4),
    "fridge20": (4.4, 28.0, 4.4, 8.0),
    "fridge20tape": (6.0, 30.3, 15.7, 7.4),
    "freezer60": (5.4, 28.5, 4.3, 8.7),
    "glycol300": (2.8, 8.1, 1.7, 4.1),
}
"""Settling of BrewPi in scenarios a, b, d and g."""

WELL = (0.025, 32.42, 0.26)
BREWPI = {
    "fridge2014": (0.124, 17.29, 0.70),
    "freezer20": WELL,
    "fridge20": WELL,
    "freezer60": WELL,
    "fridge20tape": (0.201, 49.53, 0.74),
    "glycol300": (0.080, 37.43, 3.28),
}
"""Means of BrewPi: rmse, °C, over a c d e; starts a day over a to f; kWh a day over all.

The three chambers with a thermowell and a compressor are told as one.
"""

COLUMNS = "rmse °C", "max °C", "overshoot °C", "settling h", "starts/d", "alternations/d", "kWh/d"
TO_BREWPI = "rmse", "settling", "starts", "energy"
HEAD = f"| | {' | '.join(COLUMNS)} | ratios: {' | '.join(TO_BREWPI)} |\n|---{'|--:' * 11}|"


def known() -> Mapping[str, Algorithm]:
    """Give all algorithms that hold a temperature, and the textbook's."""
    return {**algorithms_that_hold(), TEXTBOOK.name: TEXTBOOK}


def live(job: Job) -> Report:
    """Run one vessel through a scenario."""
    *_, last = perform(job, known()[job.algorithm])
    if not isinstance(last, Finished):
        raise TypeError("A run has to finish.")
    return last.report


def means(reports: Sequence[Report]) -> Means:
    """Give the means over all runs."""
    over = {
        "settle_h": STEPS,
        "overshoot_c": STEPS,
        "starts_per_day": SWITCHING,
        "alternations_per_day": SWITCHING,
    }
    return Means(*(_mean(reports, field, over.get(field, "abcdefg")) for field in Means.__struct_fields__))


def ratios(reports: Sequence[Report]) -> Ratios:
    """Give the ratios to BrewPi."""
    return Ratios(
        rmse=_ratio(reports, "rmse_c", HOLDS, lambda chamber: BREWPI[chamber][0]),
        settling=_settling(reports),
        starts=_ratio(reports, "starts_per_day", SWITCHING, lambda chamber: BREWPI[chamber][1]),
        energy=_ratio(reports, "kwh_per_day", "abcdefg", lambda chamber: BREWPI[chamber][2]),
    )


def _mean(reports: Iterable[Report], field: str, letters: str) -> float:
    return fmean(getattr(one, field) for one in reports if LETTERS[one.scenario] in letters)


def _ratio(reports: Sequence[Report], field: str, letters: str, theirs: Callable[[str], float]) -> float:
    chambers = dict.fromkeys(one.chamber for one in reports)
    return exp(
        fmean(
            log(_mean((one for one in reports if one.chamber == chamber), field, letters) / theirs(chamber))
            for chamber in chambers
        )
    )


def _settling(reports: Iterable[Report]) -> float:
    return exp(
        fmean(
            log(one.settle_h / BREWPI_SETTLE_H[one.chamber][STEPS.index(LETTERS[one.scenario])])
            for one in reports
            if LETTERS[one.scenario] in STEPS
        )
    )


def row(name: str, made: Means, ratio: Ratios) -> str:
    """Give a line of the table of means."""
    cells = f"{made.rmse_c:.3f} | {made.max_c:.2f} | {made.overshoot_c:.2f} | {made.settle_h:.1f}"
    switching = f"{made.starts_per_day:.1f} | {made.alternations_per_day:.1f} | {made.kwh_per_day:.3f}"
    beside = f"{ratio.rmse:.2f} | {ratio.settling:.2f} | {ratio.starts:.2f} | {ratio.energy:.2f}"
    return f"| {name} | {cells} | {switching} | {beside} |"


def beside(name: str, reports: Sequence[Report]) -> Iterable[str]:
    """Give the means of an algorithm, and those of its like on the reference bench."""
    yield row(f"**{name}**", means(reports), ratios(reports))
    if name in REFERENCE:
        like, theirs = REFERENCE[name]
        yield row(f"reference {like}", theirs, RATIOS[name])


def per_chamber(reports: Sequence[Report]) -> Iterable[str]:
    """Give a line for each scenario and chamber: the means over its seeds."""
    for scenario, chamber in dict.fromkeys((one.scenario, one.chamber) for one in reports):
        own = [one for one in reports if (one.scenario, one.chamber) == (scenario, chamber)]
        made = Means(*(fmean(getattr(one, field) for one in own) for field in Means.__struct_fields__))
        cells = f"{made.rmse_c:.3f} | {made.max_c:.2f} | {made.overshoot_c:.2f} | {made.settle_h:.1f}"
        switching = f"{made.starts_per_day:.1f} | {made.alternations_per_day:.1f} | {made.kwh_per_day:.3f}"
        yield f"| {own[0].algorithm} {scenario} {chamber} | {cells} | {switching} |"


def main() -> None:
    """Run everything and print the runs of each algorithm, then its means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="lives of each chamber (5)")
    parser.add_argument("--cores", type=int, default=cpu_count() or 1, help="runs at a time (all cores)")
    parser.add_argument("--runs", type=Path, help="a file for every run as a line of JSON")
    parser.add_argument("algorithms", nargs="*", help="some alone; all that hold a temperature")
    asked = parser.parse_args()
    table = [HEAD]
    with get_context("spawn").Pool(asked.cores) as pool:
        for name in asked.algorithms or known():
            lives = product(range(1, asked.seeds + 1), SCENARIOS, CHAMBERS)
            jobs = [
                Job(chamber=chamber, scenario=one, algorithm=name, seed=seed) for seed, one, chamber in lives
            ]
            reports = list(pool.imap(live, jobs))
            if asked.runs is not None:
                with asked.runs.open("ab") as file:
                    file.writelines(json.encode(report) + b"\n" for report in reports)
            print("\n".join(per_chamber(reports)), flush=True)
            table.extend(beside(name, reports))
    print("\n".join(table))


if __name__ == "__main__":
    main()
