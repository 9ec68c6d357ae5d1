from pathlib import Path

import pytest

from tools import requirements
from tools.checks import ROOT
from tools.requirements import NUMBERS, Shown, complaints, exists, progress, stated

TEST = "def test_a(): ...\n\nclass TestB:\n    async def test_c(self): ...\n\ndef a(): ...\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(TEST)
    return tmp_path


def test_every_number_is_stated_once_and_in_order() -> None:
    assert stated((ROOT / "docs" / "requirements.md").read_text()) == list(NUMBERS)


@pytest.mark.parametrize(
    ("test", "there"),
    [
        ("tests/test_x.py::test_a", True),
        ("tests/test_x.py::TestB::test_c", True),
        ("tests/test_x.py::test_c", False),
        ("tests/test_x.py::a", False),
        ("tests/test_x.py::TestB", False),
        ("tests/test_x.py", False),
        ("tests/test_y.py::test_a", False),
        ("src/test_x.py::test_a", False),
    ],
)
def test_a_test_is_there_or_not(test: str, there: bool, tree: Path) -> None:
    assert exists(tree, test) is there


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ({"R001": ["tests/test_x.py::test_gone"]}, "R001: tests/test_x.py::test_gone is not there"),
        ({"R191": ["tests/test_x.py::test_a"]}, "R191 is no requirement"),
        ({"S07": []}, "S07 names no test"),
    ],
)
def test_an_untrue_list_is_refused(shown: Shown, text: str, tree: Path) -> None:
    found = list(complaints(tree, NUMBERS, shown))
    assert len(found) == 1
    assert text in found[0]


def test_a_true_list_passes(tree: Path) -> None:
    shown = {"R001": ["tests/test_x.py::test_a", "tests/test_x.py::TestB::test_c"]}
    assert list(complaints(tree, NUMBERS, shown)) == []


def test_rows_that_are_missing_doubled_or_unknown_are_refused(tree: Path) -> None:
    numbers = [*NUMBERS[1:], "R002", "S26"]
    assert [line.removeprefix("docs/requirements.md: ") for line in complaints(tree, numbers, {})] == [
        "R001 has no row",
        "R002 has two rows",
        "S26 is no number of ours",
    ]


def test_what_is_open_is_told_in_runs() -> None:
    shown = {
        number: ["t"] for number in NUMBERS if number not in {"R003", "R188", "R189", "R190", "S01", "S25"}
    }
    assert progress(shown) == "Requirements: 6 of 215 are open: R003, R188-R190, S01, S25"
    assert progress({number: ["t"] for number in NUMBERS}) == "Requirements: all 215 are shown by tests."


def test_the_page_and_the_list_are_read_from_their_places(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "docs").mkdir()
    (tree / "docs" / "requirements.md").write_text(
        "\n".join(f"| {number} | does | it |" for number in NUMBERS)
    )
    (tree / "tests" / "requirements.toml").write_text('[shown]\nR001 = ["tests/test_x.py::test_a"]\n')
    assert requirements.main(tree) == 0
    assert "214 of 215 are open: R002-R190, S01-S25" in capsys.readouterr().out
    (tree / "tests" / "requirements.toml").write_text('[shown]\nR001 = ["tests/test_x.py::test_b"]\n')
    assert requirements.main(tree) == 1
