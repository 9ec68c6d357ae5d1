"""What the tests of the repository's own tools share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.checks import ROOT


@pytest.fixture
def uv() -> str:
    """Give the uv that runs this, else the one on the path or in .tools."""
    return os.environ.get("UV", "uv")


@pytest.fixture(autouse=True)
def _near_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    near = [str(Path(sys.executable).parent), str(ROOT / ".tools" / "bin"), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(near))


Program = Callable[[Path, str], Path]


@pytest.fixture
def program() -> Program:
    """Give a function that makes a shell script into a program."""

    def make(path: Path, script: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make
