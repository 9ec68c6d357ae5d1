import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.conftest import Program
from tools.checks import ROOT

RUN = ROOT / "run"
PRETENDS = (
    "import runpy, sys; sys.version_info = (3, 7, 0); runpy.run_path(sys.argv.pop(1), run_name='__main__')"
)


@pytest.fixture
def run() -> ModuleType:
    loader = SourceFileLoader("run", str(RUN))
    spec = importlib.util.spec_from_loader("run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _old_pythons() -> list[list[str]]:
    """List commands that run a script on an old Python: this one in disguise, and those that are here."""
    found = [path for minor in (7, 8, 9, 10) if (path := shutil.which(f"python3.{minor}"))]
    asked = [[path, "-c", "import sys; print(sys.executable)"] for path in found]
    said = [subprocess.run(command, capture_output=True, text=True, check=False) for command in asked]
    real = [[answer.stdout.strip()] for answer in said if answer.returncode == 0]
    return [[sys.executable, "-c", PRETENDS], *real]


def test_an_old_python_can_read_it() -> None:
    ast.parse(RUN.read_text(), feature_version=(3, 7))


def test_it_uses_the_standard_library_alone() -> None:
    tree = ast.parse(RUN.read_text())
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    taken = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in [*plain, *taken]} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("python", _old_pythons(), ids=lambda command: Path(command[0]).name)
def test_an_old_python_says_in_one_line_what_is_missing(python: list[str], tmp_path: Path) -> None:
    said = _start([*python, str(RUN), "demo"], PATH=str(tmp_path))
    assert said.returncode == 1
    assert said.stderr.startswith("Krausen cannot start: this is Python 3.")
    assert "it needs 3.11 or later (sudo apt-get install python3.11)" in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_an_old_python_hands_over_to_the_first_new_one_that_works(tmp_path: Path, program: Program) -> None:
    program(tmp_path / "python3.13", "exit 127")
    program(tmp_path / "python3.12", "exit 0")
    program(tmp_path / "python3.11", "exit 0")
    program(tmp_path / "uv", 'echo "$@"')
    said = _start([sys.executable, "-c", PRETENDS, str(RUN), "demo"], PATH=str(tmp_path))
    assert f"--python {tmp_path}/python3.12 " in said.stdout


@pytest.mark.parametrize(
    ("words", "become"),
    [
        ([], "--no-default-groups krausen"),
        (["demo", "--port", "9000"], "--no-default-groups krausen demo --port 9000"),
        (["status"], "--no-default-groups krausen status"),
        (["test"], "pytest -n auto"),
        (["test", "tests/unit", "-k", "a or b"], "pytest -n auto tests/unit -k a or b"),
    ],
)
def test_words_become_a_command(words: list[str], become: str, tmp_path: Path, program: Program) -> None:
    program(tmp_path / "uv", 'echo "$@"')
    said = _start([sys.executable, str(RUN), *words], PATH=str(tmp_path))
    assert said.stdout == f"run --frozen --project {ROOT} --python {sys.executable} {become}\n"


@pytest.mark.parametrize(("word", "page"), [("test", "require"), ("demo", "")])
def test_only_tests_insist_on_the_page(word: str, page: str, tmp_path: Path, program: Program) -> None:
    program(tmp_path / "uv", 'echo "[$KRAUSEN_WEB]"')
    said = _start([sys.executable, str(RUN), word], PATH=str(tmp_path), KRAUSEN_WEB="")
    assert said.stdout == f"[{page}]\n"


@pytest.mark.parametrize(("word", "kept"), [("test", ""), ("demo", "1")])
def test_what_tests_compile_is_kept_for_the_programs_they_start(
    word: str, kept: str, tmp_path: Path, program: Program
) -> None:
    program(tmp_path / "uv", 'echo "[$PYTHONDONTWRITEBYTECODE]"')
    said = _start([sys.executable, str(RUN), word], PATH=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    assert said.stdout == f"[{kept}]\n"


def test_files_are_meant_where_the_user_stands_but_tests_run_in_the_clone(
    tmp_path: Path, program: Program
) -> None:
    program(tmp_path / "uv", 'test "$1" = --version || pwd')
    here = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert (
        _start([sys.executable, str(RUN), "import", "old.csv"], **here, folder=tmp_path).stdout
        == f"{tmp_path}\n"
    )
    assert _start([sys.executable, str(RUN), "test"], **here, folder=tmp_path).stdout == f"{ROOT}\n"


def test_a_uv_that_does_not_work_is_passed_over(
    run: ModuleType, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "path" / "uv", "exit 127")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(run, "ROOT", tmp_path)
    assert run.find_uv() is None
    fetched = program(tmp_path / ".tools" / "bin" / "uv", "exit 0")
    assert run.find_uv() == str(fetched)


def test_uv_is_fetched_with_pip_and_that_is_said_once(
    run: ModuleType,
    tmp_path: Path,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    program(tmp_path / "ready" / "uv", "exit 0")
    tools = tmp_path / ".tools" / "bin"
    install = f'case "$*" in *install*) mkdir -p "{tools}"; cp "{tmp_path}/ready/uv" "{tools}";; esac'
    python = program(tmp_path / "python3.11", f'echo "$@" >> "{tmp_path}/asked"; {install}')
    assert run.fetch_uv(str(python)) == str(tools / "uv")
    asked = (tmp_path / "asked").read_text()
    assert f"--target {tmp_path}/.tools uv>=" in asked
    assert "-m venv" not in asked
    assert len(capfd.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("exit 1", "has no pip (sudo apt-get install python3-pip)"),
        ('case "$*" in *install*) exit 1;; esac', "could not be fetched from PyPI"),
        ("exit 0", "could not be fetched from PyPI"),
    ],
    ids=["no pip", "pip fails", "pip installs nothing"],
)
def test_what_is_missing_is_named(
    script: str, text: str, run: ModuleType, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    python = program(tmp_path / "python3.11", script)
    with pytest.raises(run.Missing) as missing:
        run.fetch_uv(str(python))
    assert text in str(missing.value)


def _start(
    command: list[str], *, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
