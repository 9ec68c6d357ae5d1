"""The rules of the house, each run as the recipe of that name."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.checks import ROOT

JUST = str(Path(sys.executable).with_name("just"))


def _rules() -> list[str]:
    """List what `just check` is made of."""
    dump = subprocess.run(
        [JUST, "--dump", "--dump-format", "json"], cwd=ROOT, capture_output=True, check=True
    )
    return [rule["recipe"] for rule in json.loads(dump.stdout)["recipes"]["check"]["dependencies"]]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("recipe", [*_rules(), "page test", "coverage pure"])
def test_the_rule_is_kept(recipe: str) -> None:
    done = subprocess.run(
        [JUST, *recipe.split()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
