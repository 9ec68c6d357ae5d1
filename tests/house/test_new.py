import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import new, record
from tools.checks import ROOT

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("web_dist", "__pycache__"))
    (tmp_path / "tests").mkdir()
    (tmp_path / "changes").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def _run(clone: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(300)
def test_what_is_started_keeps_every_rule_and_its_test_passes(clone: Path) -> None:
    kinds = [
        (kind, f"{kind}{length}")
        for kind in new.FILES
        for length in ("", "_" + "x" * (new.LONGEST - 1 - len(kind)))
    ]
    written = [path for kind, name in kinds for path in new.create(clone, kind, name).values()]
    python = [str(path) for path in written if path.suffix == ".py"]
    assert len(python) == 2 * len(kinds)
    assert {f"changes/{name}.added.md" for _, name in kinds} <= {str(path) for path in written}
    _run(clone, "ruff", "check", *python)
    _run(clone, "ruff", "format", "--check", *python)
    _run(clone, "mypy", *python)
    _run(clone, *PYTEST, *(path for path in python if path.startswith("tests/")))


def test_a_started_test_fails_when_the_recording_is_not_met(clone: Path) -> None:
    paths = new.create(clone, "sensor", "gadget")
    (clone / paths["recording"]).write_text(record.line("other", b"21.0", {"temperature": 3.0}))
    with pytest.raises(AssertionError, match="other"):
        _run(clone, *PYTEST, str(paths["test"]))


def test_it_tells_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new.main(["sensor", "gadget"], tmp_path) == 0
    said = capsys.readouterr().out
    assert "wrote src/krausen/drivers/sensors/gadget.py" in said
    assert ".venv/bin/pytest tests/unit/drivers/sensors/test_gadget.py" in said
    assert "$" not in said


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Gadget",
        "2gadget",
        "gadget_",
        "ga__dget",
        "class",
        "my_helper",
        "base",
        "x" * (new.LONGEST + 1),
        "../gadget",
        "a-b",
    ],
)
def test_an_ill_formed_name_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert new.main(["sensor", name], tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_taken_name_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    first = new.create(tmp_path, "sensor", "gadget")
    (tmp_path / first["extension"]).write_text("mine")
    (tmp_path / first["test"]).unlink()
    with pytest.raises(new.Refused, match="is taken"):
        new.create(tmp_path, "sensor", "gadget")
    assert (tmp_path / first["extension"]).read_text() == "mine"
    assert not (tmp_path / first["test"]).exists()


def test_an_unknown_kind_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        new.main(["gizmo", "gadget"], tmp_path)
    assert ended.value.code == 2


class _Standard:
    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_a_recording_is_kept_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tests" / "recordings" / "gadget"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "stdin", _Standard(b"\xff\n18.5"))
    assert record.main(["gadget", "cellar-1", "temperature=18.5", "battery=3"], tmp_path) == 0
    kept = json.loads((folder / "captured.jsonl").read_text())
    assert kept["id"] == "cellar-1"
    assert bytes.fromhex(kept["raw_hex"]) == b"\xff\n18.5"
    assert kept["expect"] == {"temperature": 18.5, "battery": 3.0}
    with pytest.raises(SystemExit):
        record.main(["gadget", "cellar-1", "temperature=18.5"], tmp_path)
    with pytest.raises(SystemExit):
        record.main(["unheard_of", "cellar-1", "temperature=18.5"], tmp_path)
