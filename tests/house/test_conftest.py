"""What tests/conftest.py promises, shown by running pytest on small suites of their own."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DEBIAN_PACKAGES
from tools.checks import ROOT

SKIPPED = "import pytest\n\ndef test_a() -> None:\n    pytest.skip('no scale is here: borrow one')\n"
SKIPPED_WHOLE = "import pytest\n\npytest.skip('no scale is here: borrow one', allow_module_level=True)\n"
EXPECTED = (
    "import pytest\n\n@pytest.mark.xfail(reason='known')\ndef test_a() -> None:\n    raise ValueError\n"
)
NEEDS = "import pytest\n\n@pytest.mark.needs('mosquitto')\ndef test_a() -> None: ...\n"
CALLS = "import socket\n\ndef test_a() -> None:\n    socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
CALLS_NEAR = """
import socket

def test_a() -> None:
    with socket.create_server(('127.0.0.1', 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""
WARNS = "import warnings\n\ndef test_a() -> None:\n    warnings.warn('old', stacklevel=1)\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def _run(suite: Path, test: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (suite / "tests" / "test_it.py").write_text(test)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no"],
        cwd=suite,
        env={**os.environ, "CI": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("test", [SKIPPED, SKIPPED_WHOLE], ids=["test", "module"])
def test_a_skip_is_named_with_what_it_needs(test: str, suite: Path) -> None:
    done = _run(suite, test)
    assert re.search(r"tests/test_it\.py(::test_a)?: no scale is here: borrow one", done.stdout)
    assert done.stdout.splitlines()[-1].startswith("==")
    assert "1 skipped" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("test", [SKIPPED, SKIPPED_WHOLE], ids=["test", "module"])
def test_a_skip_is_a_failure_in_ci(test: str, suite: Path) -> None:
    done = _run(suite, test, CI="true")
    assert done.returncode != 0
    assert "no scale is here: borrow one" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_an_expected_failure_is_no_skip(suite: Path) -> None:
    assert "1 xfailed" in _run(suite, EXPECTED, CI="true").stdout


def test_a_missing_program_is_named_with_its_package(suite: Path, tmp_path: Path) -> None:
    assert "sudo apt-get install mosquitto" in _run(suite, NEEDS, PATH=str(tmp_path)).stdout


def test_a_program_that_is_there_is_used(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "mosquitto").write_text("")
    (tmp_path / "mosquitto").chmod(0o755)
    assert "1 passed" in _run(suite, NEEDS, PATH=str(tmp_path)).stdout


def test_the_network_is_closed_but_for_this_machine(suite: Path) -> None:
    assert "Tests use no network" in _run(suite, CALLS).stdout
    assert "1 passed" in _run(suite, CALLS_NEAR).stdout


def test_a_warning_is_an_error(suite: Path) -> None:
    assert "UserWarning: old" in _run(suite, WARNS).stdout
    assert _run(suite, WARNS).returncode == 1


def test_ci_installs_every_program_that_a_test_needs() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    needed = {name for text in texts for name in re.findall(r"mark\.needs\(\"([\w-]+)\"\)", text)}
    assert needed <= DEBIAN_PACKAGES.keys()
    installed = re.findall(r"\[([\w-]+)\]=", (ROOT / ".ci" / "run").read_text())
    assert needed <= set(installed)
