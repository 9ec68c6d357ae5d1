"""Tells which requirements are shown by tests, and refuses a list that is not true.

docs/requirements.md states every requirement under its number. tests/requirements.toml names for each number
that is done the tests that show it, as `path::function` or `path::Class::function`.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.checks import ROOT, verdict

NUMBERS = tuple([f"R{n:03}" for n in range(1, 191)] + [f"S{n:02}" for n in range(1, 26)])
STATED = Path("docs/requirements.md")
SHOWN = Path("tests/requirements.toml")

Shown = Mapping[str, Sequence[str]]


def stated(page: str) -> list[str]:
    """Give the numbers of a page of requirements in its order, one for each row of its tables."""
    return re.findall(r"^\| ([RS]\d+) \| \S", page, flags=re.MULTILINE)


def complaints(root: Path, numbers: Sequence[str], shown: Shown) -> Iterator[str]:
    """Give a line for every number that is missing, doubled or unknown, and every test that is not there."""
    yield from (f"{STATED}: {number} has no row" for number in NUMBERS if number not in numbers)
    yield from (f"{STATED}: {number} has two rows" for number in NUMBERS if numbers.count(number) > 1)
    yield from (f"{STATED}: {number} is no number of ours" for number in numbers if number not in NUMBERS)
    for number, tests in shown.items():
        if number not in NUMBERS:
            yield f"{SHOWN}: {number} is no requirement; {STATED} has them all"
        if not tests:
            yield f"{SHOWN}: {number} names no test; name one, or take the number out"
        yield from (f"{SHOWN}: {number}: {test} is not there" for test in tests if not exists(root, test))


def exists(root: Path, test: str) -> bool:
    """Tell whether a test of this name is written down, without running or importing anything."""
    path, *names = test.split("::")
    file = root / path
    if not (names and names[-1].startswith("test_") and file.is_file() and path.startswith("tests/")):
        return False
    body: Sequence[ast.stmt] = ast.parse(file.read_text()).body
    for name in names:
        found = [node for node in body if isinstance(node, _NAMED) and node.name == name]
        if not found:
            return False
        body = found[-1].body
    return True


def progress(shown: Shown) -> str:
    """Say how many requirements are open, and which, runs of numbers drawn together."""
    still_open = [number for number in NUMBERS if number not in shown]
    if not still_open:
        return f"Requirements: all {len(NUMBERS)} are shown by tests."
    return f"Requirements: {len(still_open)} of {len(NUMBERS)} are open: {', '.join(_runs(still_open))}"


def main(root: Path = ROOT) -> int:
    """Check, print what is open, and give the exit status."""
    shown: Shown = tomllib.loads((root / SHOWN).read_text())["shown"]
    numbers = stated((root / STATED).read_text())
    return verdict(complaints(root, numbers, shown), praise=progress(shown))


_NAMED = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _runs(numbers: Sequence[str]) -> Iterator[str]:
    first = last = NUMBERS.index(numbers[0])
    for place in [*map(NUMBERS.index, numbers[1:]), len(NUMBERS) + 1]:
        if place == last + 1 and NUMBERS[place][0] == NUMBERS[last][0]:
            last = place
            continue
        yield NUMBERS[first] if first == last else f"{NUMBERS[first]}-{NUMBERS[last]}"
        first = last = place


if __name__ == "__main__":
    sys.exit(main())
