"""What tests/conftest.py promises, shown by running pytest on a small suite with it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import DEBIAN_PACKAGES
from tools.checks import ROOT

SUITE = {
    "test_one.py": """
import socket
import warnings

import pytest

def test_skips():
    pytest.skip("no scale is here: borrow one")

@pytest.mark.xfail(reason="known")
def test_is_known_to_fail():
    raise ValueError

@pytest.mark.needs("mosquitto")
def test_needs_what_is_here(): ...

@pytest.mark.needs("chromium")
def test_needs_what_is_missing(): ...

def test_calls_far_away():
    with socket.socket() as caller:
        caller.connect(("192.0.2.1", 80))

def test_calls_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_warns():
    warnings.warn("old", stacklevel=1)

async def test_waits(): ...
""",
    "test_two.py": "import pytest\n\npytest.skip('no hops are here: grow some', allow_module_level=True)\n",
}


def _run(suite: Path, *files: str, **environment: str) -> list[str]:
    """Run files of the suite, all when none is named, and give the lines that pytest prints."""
    (suite / "tests").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copyfile(ROOT / name, suite / name)
    for name, text in SUITE.items():
        (suite / "tests" / name).write_text(text)
    (suite / "bin").mkdir()
    (suite / "bin" / "mosquitto").touch(mode=0o755)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "--tb=line", "-rA", *files],
        cwd=suite,
        env={**os.environ, "PATH": str(suite / "bin"), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {1, 2}, done.stdout + done.stderr
    return done.stdout.splitlines()


def _outcome(lines: list[str], test: str) -> str:
    """Give how a test ended, and why, as pytest's short summary has it."""
    return next(line for line in lines if re.match(rf"[A-Z]+ tests/test_one\.py::{test}\b", line))


def test_at_a_desk_skips_are_named_and_all_else_is_strict(tmp_path: Path) -> None:
    lines = _run(tmp_path, CI="")
    assert "tests/test_one.py::test_skips: no scale is here: borrow one" in lines
    assert "tests/test_two.py: no hops are here: grow some" in lines
    missing = "chromium is not installed: sudo apt-get install chromium"
    assert f"tests/test_one.py::test_needs_what_is_missing: {missing}" in lines
    for test in ("test_needs_what_is_here", "test_calls_this_machine", "test_waits"):
        assert _outcome(lines, test).startswith("PASSED")
    assert "Tests use no network" in _outcome(lines, "test_calls_far_away")
    assert "UserWarning: old" in _outcome(lines, "test_warns")
    assert _outcome(lines, "test_is_known_to_fail").startswith("XFAIL")
    assert "2 failed, 3 passed, 3 skipped, 1 xfailed" in lines[-1]


def test_in_ci_a_skipped_test_is_a_failure(tmp_path: Path) -> None:
    lines = _run(tmp_path, "tests/test_one.py", CI="true")
    assert "no scale is here: borrow one" in _outcome(lines, "test_skips")
    assert _outcome(lines, "test_needs_what_is_missing").startswith("ERROR")
    assert _outcome(lines, "test_is_known_to_fail").startswith("XFAIL")
    assert "3 failed, 3 passed, 1 xfailed, 1 error" in lines[-1]


def test_in_ci_a_skipped_module_is_an_error(tmp_path: Path) -> None:
    lines = _run(tmp_path, "tests/test_two.py", CI="true")
    assert "Skipped, which CI does not allow. no hops are here: grow some" in lines
    assert "1 error" in lines[-1]


def test_ci_installs_every_program_that_a_test_needs() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    needed = {name for text in texts for name in re.findall(r"mark\.needs\(\"([\w-]+)\"\)", text)}
    assert needed <= DEBIAN_PACKAGES.keys()
    installed = re.findall(r"\[([\w-]+)\]=", (ROOT / ".ci" / "run").read_text())
    assert needed <= set(installed)
