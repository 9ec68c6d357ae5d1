from pathlib import Path
from typing import Any

import pytest

from tools.checks import ROOT
from tools.coverage import LARGE, SLOW, complaints, pure_tests, share


def _file(*, run: int, of: int) -> dict[str, Any]:
    summary = {"num_statements": of, "covered_lines": run, "num_branches": 0, "covered_branches": 0}
    return {"summary": summary, "missing_lines": list(range(run, of)), "missing_branches": []}


@pytest.mark.parametrize(
    ("name", "run", "complaint"),
    [
        ("control/a.py", 100, 0),
        ("control/a.py", 99, 1),
        ("errors.py", 99, 1),
        ("agent/a.py", 90, 0),
        ("agent/a.py", 89, 1),
        ("plugins.py", 89, 1),
        ("cli/a.py", 0, 0),
    ],
)
def test_every_floor_is_asked_its_share(name: str, run: int, complaint: int) -> None:
    measured = {f"src/krausen/{name}": _file(run=run, of=100)}
    assert len(list(complaints(measured, pure_only=False))) == complaint


def test_a_package_is_judged_as_a_whole() -> None:
    measured = {
        "src/krausen/agent/a.py": _file(run=80, of=100),
        "src/krausen/agent/b.py": _file(run=300, of=300),
    }
    assert list(complaints(measured, pure_only=False)) == []


@pytest.mark.parametrize(("run", "expected"), [(90, []), (89, ["89.0 % is run, 90 % is asked"])])
def test_the_client_is_judged_as_a_whole_and_named_by_its_folder(run: int, expected: list[str]) -> None:
    client = "clients/python/src/krausen_client"
    measured = {f"{client}/rows.py": _file(run=run, of=100), f"{client}/aio.py": _file(run=run, of=100)}
    found = list(complaints(measured, pure_only=False))
    assert found == [f"{client}: {line}" for line in expected]
    assert list(complaints(measured, pure_only=True)) == []


def test_only_the_thinking_floors_are_judged_when_asked_for() -> None:
    measured = {"src/krausen/agent/a.py": _file(run=0, of=10), "src/krausen/model/b.py": _file(run=9, of=10)}
    assert list(complaints(measured, pure_only=True)) == [
        "src/krausen/model/b.py: 90.0 % is run, 100 % is asked; not run: 9"
    ]


def test_branches_count_like_lines() -> None:
    half = {"num_statements": 8, "covered_lines": 8, "num_branches": 2, "covered_branches": 1}
    assert share([half]) == 90.0
    assert share([]) == 100.0


def test_of_the_tests_of_the_thinking_floors_only_large_and_slow_ones_that_are_there_are_left_out() -> None:
    unit = ROOT / "tests" / "unit"
    assert all((unit / name).is_file() for name in LARGE)
    for file, test in (name.split("::") for name in SLOW):
        assert f"def {test}(" in (unit / file).read_text()
    tests = pure_tests(ROOT)
    assert {f"--ignore=tests/unit/{name}" for name in LARGE} < set(tests)
    assert {f"--deselect=tests/unit/{name}" for name in SLOW} < set(tests)
    assert "tests/unit/control" in tests
    assert "tests/unit/test_errors.py" in tests


def test_without_tests_nothing_is_left_out_either(tmp_path: Path) -> None:
    assert pure_tests(tmp_path) == []
