from pathlib import Path

import pytest

from tools import changelog
from tools.checks import ROOT

OLD = """# Changes

## [Unreleased]

Look into changes/.

## [0.1.0] - 2026-01-01

### Added

- The first things.
"""
NEW = """# Changes

## [Unreleased]

Look into changes/.

## [0.2.0] - 2027-03-01

### Added

- A probe.
- A relay that
  listens.

### Fixed

- A leak.

## [0.1.0] - 2026-01-01

### Added

- The first things.
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    notes = {"probe.added": "A probe.", "relay.added": "A relay that\nlistens.", "leak.fixed": "A leak."}
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "README.md").write_text("How to.")
    for name, text in notes.items():
        (tmp_path / "changes" / f"{name}.md").write_text(f"{text}\n")
    (tmp_path / "CHANGELOG.md").write_text(OLD)
    return tmp_path


def test_a_release_gathers_the_notes_and_removes_them(tree: Path) -> None:
    assert changelog.main(["0.2.0", "2027-03-01"], tree) == 0
    assert (tree / "CHANGELOG.md").read_text() == NEW
    assert [path.name for path in (tree / "changes").iterdir()] == ["README.md"]


def test_our_own_change_log_can_be_released() -> None:
    log = changelog.released(
        (ROOT / "CHANGELOG.md").read_text(), "9.9.9", "2030-01-01", changelog.notes(ROOT)
    )
    assert log.count("## [9.9.9] - 2030-01-01\n") == 1
    assert log.index("## [Unreleased]") < log.index("## [9.9.9]")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("probe.md", "A probe."),
        ("probe.nice.md", "A probe."),
        ("Probe.added.md", "A probe."),
        ("other.added.md", " \n"),
    ],
)
def test_a_bad_note_is_refused_and_nothing_released(name: str, text: str, tree: Path) -> None:
    (tree / "changes" / name).write_text(text)
    assert changelog.main(["0.2.0", "2027-03-01"], tree) == 1
    assert (tree / "CHANGELOG.md").read_text() == OLD
