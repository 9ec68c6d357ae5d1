"""`krausen simulate`: how well a temperature is held, faster than real time."""

import asyncio
import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

import click
from msgspec import Struct, json
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from krausen.errors import NotFound, OperatorNeeded
from krausen.physics.chambers import CHAMBERS, chamber_kind
from krausen.simulation.crew import run_all
from krausen.simulation.picture import picture
from krausen.simulation.runs import Finished, Job, Report, algorithm_of, algorithms_that_hold
from krausen.simulation.scenario import SCENARIOS, Scenario, scenario_of

ALL = "all"
MOST_SEEDS = 1000
TABLE_WIDTH = 132

FIGURES = {
    "rmse_c": ("rmse °C", ".3f"),
    "max_c": ("max °C", ".2f"),
    "bias_c": ("bias °C", "+.3f"),
    "overshoot_c": ("overshoot °C", ".2f"),
    "lost_c": ("probe lost °C", ".2f"),
    "settle_h": ("settling h", ".1f"),
    "starts_per_day": ("starts/d", ".1f"),
    "heats_per_day": ("heats/d", ".1f"),
    "alternations_per_day": ("alternations/d", ".1f"),
    "kwh_per_day": ("kWh/d", ".3f"),
    "short_cycles": ("short cycles", ".0f"),
    "simulated_s_per_s": ("simulated s/s", ",.0f"),
}
"""The figures, their names for people and their form."""
WITHIN_TABLE = (
    "rmse_c",
    "max_c",
    "overshoot_c",
    "settle_h",
    "starts_per_day",
    "alternations_per_day",
    "kwh_per_day",
    "short_cycles",
)
"""What a table of several runs has room for."""


class _Command(click.Command):
    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List what there is to choose from."""
        with formatter.section("Scenarios"):
            formatter.write_dl([(f"{one.letter} {one.name}", one.title) for one in SCENARIOS])
        with formatter.section("Chambers"):
            formatter.write_dl([(name, kind.title) for name, kind in CHAMBERS.items()])
        with formatter.section("Algorithms"):
            formatter.write_dl([(name, one.title) for name, one in algorithms_that_hold().items()])


@click.command("simulate", cls=_Command)
@click.option("--chamber", metavar="KIND", default="freezer20", help="Chamber, or all [freezer20].")
@click.option("--scenario", metavar="NAME", default="hold", help="Scenario by name or letter, or all [hold].")
@click.option("--algorithm", metavar="NAME", default="hysteresis", help="Algorithm, or all [hysteresis].")
@click.option(
    "--seed", metavar="N", type=click.IntRange(0, 2**31), default=1, help="Which life it lives [1]."
)
@click.option(
    "--seeds",
    metavar="N",
    type=click.IntRange(1, MOST_SEEDS),
    default=1,
    help="So many lives, from --seed on [1].",
)
@click.option(
    "--pictures",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw each run as an SVG file in this folder.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Report for programs: an object, or a list for several runs."
)
def simulate(**chosen: Any) -> None:
    """Run a vessel through a scenario, faster than real time.

    Says how far the true beer was from its setpoint, how long it took to settle, how often the outputs
    switched, and the electricity. Errors, in °C, count once the scenario's time to get there is over;
    settling is the time until the beer stays within 0.25 °C for two hours, or all of the run if it never
    does; short cycles are runs and rests below the minimum times. The same seed always gives the same.
    """
    wish = _Wish(**chosen)
    jobs = _jobs(wish)
    finished = asyncio.run(_run(jobs))
    if wish.pictures is not None:
        _draw(wish.pictures, jobs, finished)
    if wish.as_json:
        reports = [one.report for one in finished]
        click.echo(json.format(json.encode(reports if len(jobs) > 1 else reports[0]), indent=2))
    else:
        _show([one.report for one in finished])


COMMAND = simulate


class _Wish(Struct, frozen=True, kw_only=True):
    chamber: str
    scenario: str
    algorithm: str
    seed: int
    seeds: int
    pictures: Path | None
    as_json: bool


def _jobs(wish: _Wish) -> list[Job]:
    """Give what is to be run. Raises click's BadParameter for names that nobody knows."""
    try:
        chambers = list(CHAMBERS) if wish.chamber == ALL else [chamber_kind(wish.chamber).name]
        scenarios: Sequence[Scenario] = SCENARIOS if wish.scenario == ALL else [scenario_of(wish.scenario)]
        known = algorithms_that_hold()
        names = list(known) if wish.algorithm == ALL else [algorithm_of(wish.algorithm).name]
    except NotFound as error:
        raise click.BadParameter(str(error)) from error
    seeds = range(wish.seed, wish.seed + wish.seeds)
    return [
        Job(chamber=chamber, scenario=scenario, algorithm=name, seed=seed)
        for name, scenario, chamber, seed in product(names, scenarios, chambers, seeds)
    ]


async def _run(jobs: Sequence[Job]) -> list[Finished]:
    terminal = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    total = sum(job.scenario.days for job in jobs)
    done = dict.fromkeys(range(len(jobs)), 0.0)
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        task = progress.add_task(f"Simulating {total} days", total=total)

        def hear(number: int, share: float) -> None:
            progress.advance(task, (share - done[number]) * jobs[number].scenario.days)
            done[number] = share

        return await run_all(jobs, os.cpu_count() or 1, hear)


def _draw(folder: Path, jobs: Sequence[Job], finished: Sequence[Finished]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for job, one in zip(jobs, finished, strict=True):
            name = f"{job.chamber}-{job.scenario.name}-{job.algorithm}-{job.seed}"
            (folder / f"{name}.svg").write_text(
                picture(_title(job), _caption(one.report), one.trace), "utf-8"
            )
    except OSError as error:
        raise OperatorNeeded(f"Pictures cannot be put into {folder}: {error.strerror}.") from error


def _title(job: Job) -> str:
    return f"{job.scenario.name} · {job.chamber} · {job.algorithm} · seed {job.seed}"


def _caption(report: Report) -> str:
    return (
        f"rmse {report.rmse_c:.3f} °C, settled after {report.settle_h:.1f} h, "
        f"{report.starts_per_day:.1f} starts, {report.alternations_per_day:.1f} alternations and "
        f"{report.kwh_per_day:.2f} kWh a day"
    )


def _show(reports: Sequence[Report]) -> None:
    console = Console(markup=False, highlight=False, emoji=False)
    if len(reports) > 1:
        # A figure that is cut off is none; a terminal that is too narrow wraps the lines instead.
        console.width = max(console.width, TABLE_WIDTH)
    console.print(_facts(reports[0]) if len(reports) == 1 else _table(reports))


def _facts(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    for name in ("chamber", "scenario", "algorithm", "seed"):
        table.add_row(name, str(getattr(report, name)))
    for field, (name, _) in FIGURES.items():
        table.add_row(name, _cell([report], field))
    return table


def _table(reports: Sequence[Report]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("algorithm", "scenario", "chamber", "seed"):
        table.add_column(heading, no_wrap=True)
    for field in WITHIN_TABLE:
        table.add_column(FIGURES[field][0], justify="right", no_wrap=True)
    for name in dict.fromkeys(report.algorithm for report in reports):
        own = [report for report in reports if report.algorithm == name]
        for one in own:
            table.add_row(name, one.scenario, one.chamber, str(one.seed), *_cells([one]))
        table.add_row(name, "mean", "", "", *_cells(own), style="bold")
    return table


def _cells(reports: Sequence[Report]) -> list[str]:
    return [_cell(reports, field) for field in WITHIN_TABLE]


def _cell(reports: Sequence[Report], field: str) -> str:
    return format(fmean(getattr(report, field) for report in reports), FIGURES[field][1])
