import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.checks import ROOT

FOR_TYPES = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import random\n"


def _judged(clone: Path, contracts: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["lint-imports", "--no-logo", "--config", contracts],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("web_dist", "__pycache__"))
    (tmp_path / "tools").mkdir()
    for name in ("pyproject.toml", "tools/pure.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("broken/__init__.py", ""),
        ("model/broken.py", "import krausen.wire.messages"),
        ("control/broken.py", "import krausen.wire.messages"),
        ("ports/broken.py", "import krausen.agent.agent"),
        ("agent/broken.py", "import krausen.storage.connection"),
        ("agent/broken.py", "import litestar"),
        ("agent/broken.py", "import uvicorn"),
        ("agent/broken.py", "from sqlalchemy.orm import Session"),
        ("ports/broken.py", "import sqlite3"),
        ("agent/broken.py", "import httpx2"),
    ],
    ids=lambda text: text or "empty",
)
def test_a_broken_floor_is_refused(module: str, line: str, clone: Path) -> None:
    file = clone / "src" / "krausen" / module
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{line}\n")
    said = _judged(clone, "pyproject.toml")
    assert said.returncode != 0
    assert "broken" in said.stdout.split("Broken contracts")[1]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("model/broken.py", "import asyncio"),
        ("model/broken.py", "import datetime"),
        ("control/broken.py", "import time"),
        ("control/broken.py", "from random import random"),
        ("wire/broken.py", "from pathlib import Path"),
        ("wire/broken.py", "import litestar"),
    ],
)
def test_a_thinking_floor_may_not_touch_the_world(module: str, line: str, clone: Path) -> None:
    (clone / "src" / "krausen" / module).write_text(f"{line}\n")
    said = _judged(clone, "tools/pure.toml")
    assert said.returncode != 0
    assert "broken" in said.stdout.split("Broken contracts")[1]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("control/fine.py", FOR_TYPES),
        ("wire/fine.py", "import datetime\n"),
        ("storage/fine.py", "import sqlalchemy\n"),
    ],
)
def test_what_is_allowed_passes(module: str, text: str, clone: Path) -> None:
    (clone / "src" / "krausen" / module).write_text(text)
    for contracts in ("pyproject.toml", "tools/pure.toml"):
        said = _judged(clone, contracts).stdout
        assert "Contracts:" in said
        assert "fine" not in said
