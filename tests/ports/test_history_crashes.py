"""A history that is killed in the middle of everything."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_was_acknowledged_is_there_after_every_kill() -> None:
    # In a process of its own, for it forks, and pytest has threads.
    command = [sys.executable, "-m", "bench.history_crash", "12", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("12 kills; every acknowledged reading was there, once")
