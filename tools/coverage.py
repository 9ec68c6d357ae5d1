"""Measures how much of the code the tests run, branches included, and refuses too little.

The floors that think (0 to 2) are run completely by their own unit tests, all others and the Python client
nine parts in ten by all tests together; nothing is asked of cli. With the word `pure` only the former is
measured, which is quick.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.checks import ROOT, verdict

PURE = (
    "alarms",
    "brewing",
    "control",
    "errors",
    "importing",
    "model",
    "physics",
    "profiles",
    "protocols",
    "wire",
)
LARGE = (
    "importing/test_published.py",
    "physics/test_published.py",
    "physics/test_second_integrator.py",
)
"""Tests over whole logs and whole days, under tests/unit: they run no branch that others do not run."""
SLOW = (
    "control/algorithms/test_cascade.py::test_the_integral_ends_at_the_band",
    "control/learning/test_rehearsal.py::test_a_step_that_is_easy_is_reached_when_the_plan_wants_it",
    "control/learning/test_rehearsal.py::test_low_is_never_above_mean_nor_mean_above_high",
    "control/learning/test_rehearsal.py::test_more_beer_takes_more_energy_and_as_many_starts",
    "control/learning/test_rehearsal.py::test_the_same_chance_makes_the_same_lives",
    "control/learning/test_rehearsal.py::test_what_is_less_known_spreads_wider",
    "control/preflight/test_findings.py::test_output_is_never_said_to_do_what_it_does_not",
    "physics/test_chamber.py::test_a_restored_chamber_goes_on_as_if_it_had_never_stopped",
    "physics/test_chamber.py::test_cooling_cools_and_heating_heats",
    "physics/test_chamber.py::test_readings_do_not_depend_on_how_time_is_cut_or_probes_are_read",
    "physics/test_weather.py::test_pauses_between_openings_are_exponential",
    "physics/test_weather.py::test_the_door_opens_as_often_as_told_for_20_to_120_seconds",
    "protocols/brewpi/cycle/test_second.py::test_a_chamber_is_held_as_the_firmware_holds_it",
)
"""Single tests of that kind. Where a branch is told as not run, see first whether one of these runs it."""
PRODUCT = Path("src/krausen")
PURE_FILES = tuple(str(PRODUCT / name) + rest for name in PURE for rest in ("/*", ".py"))
CLIENT = Path("clients/python/src/krausen_client")
ALL_TESTS = ("tests", "--ignore=tests/house", "--ignore=tests/web", "-n", "auto")
LEAST_PERCENT = 90.0
MOST_PLACES = 12


def main(words: Sequence[str]) -> int:
    """Run the tests, print what is not run, and give the exit status."""
    pure_only = words == ["pure"]
    tests = pure_tests(ROOT) if pure_only else ALL_TESTS
    if not tests:
        return verdict([], praise="Coverage: there is no unit test of the floors 0 to 2 yet.")
    with tempfile.TemporaryDirectory() as folder:
        measured = _measured(tests, PURE_FILES if pure_only else (), Path(folder))
    found = complaints(measured, pure_only=pure_only)
    return verdict(found, praise="Coverage: every floor is run as far as it has to be.")


def pure_tests(root: Path) -> list[str]:
    """List the unit tests of the floors 0 to 2, as far as there are any, without the large and the slow."""
    unit = Path("tests/unit")
    places = [unit / name for name in PURE] + [unit / f"test_{name}.py" for name in PURE]
    there = [str(place) for place in places if (root / place).exists()]
    left_out = [f"--ignore={unit / name}" for name in LARGE] + [f"--deselect={unit / name}" for name in SLOW]
    return [*there, *left_out] if there else []


def complaints(measured: Mapping[str, Any], *, pure_only: bool) -> Iterator[str]:
    """Give a line for every file of a pure package, and every other package, that is run too little.

    `measured` are the files of coverage's JSON report.
    """
    packages: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for name, file in measured.items():
        package = _package(Path(name))
        packages[package].append(file["summary"])
        if package in PURE and share([file["summary"]]) < 100.0:
            yield f"{name}: {_not_run(file)}"
    for package, files in packages.items():
        if pure_only or package in {*PURE, "cli", "__init__", "__main__"}:
            continue
        if share(files) < LEAST_PERCENT:
            place = CLIENT if package == CLIENT.name else PRODUCT / package
            yield f"{place}: {share(files):.1f} % is run, {LEAST_PERCENT:.0f} % is asked"


def share(files: Sequence[Mapping[str, float]]) -> float:
    """Give the percentage of lines and branches that are run; all of nothing is 100."""
    there = sum(file["num_statements"] + file["num_branches"] for file in files)
    run = sum(file["covered_lines"] + file["covered_branches"] for file in files)
    return 100.0 * run / there if there else 100.0


def _package(path: Path) -> str:
    if path.is_relative_to(CLIENT):
        return CLIENT.name
    return path.relative_to(PRODUCT).parts[0].removesuffix(".py")


def _not_run(file: Mapping[str, Any]) -> str:
    places = [str(line) for line in file["missing_lines"]]
    places += [f"{start}->{end}" for start, end in file["missing_branches"]]
    shown = ", ".join(places[:MOST_PLACES]) + (" ..." if len(places) > MOST_PLACES else "")
    return f"{share([file['summary']]):.1f} % is run, 100 % is asked; not run: {shown}"


def _measured(tests: Sequence[str], patterns: Sequence[str], folder: Path) -> Mapping[str, Any]:
    """Run the tests, and give what coverage reports of the files that fit a pattern, or of all."""
    quick = {"HYPOTHESIS_PROFILE": "brief", "COVERAGE_FILE": str(folder / "measured")}
    report = folder / "report.json"
    for words in (
        ["run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=600", *tests],
        ["combine", "-q"],
        ["json", "-q", "-o", str(report), *([f"--include={','.join(patterns)}"] if patterns else [])],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "coverage", *words], cwd=ROOT, env={**os.environ, **quick}, check=False
        )
        if done.returncode != 0:
            sys.exit(f"coverage {words[0]} ended with {done.returncode}; nothing was measured.")
    files: Mapping[str, Any] = json.loads(report.read_text())["files"]
    return files


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
