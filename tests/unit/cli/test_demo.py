"""`krausen demo` as a process of its own, with its children."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psutil
import pytest

from tests.unit.cli.running import LOOK_S, Running, running

PATIENCE_S = 60.0

pytestmark = pytest.mark.timeout(180)


@contextmanager
def filling(folder: Path) -> Iterator[tuple[Running, list[psutil.Process]]]:
    """Give a demo that simulates a year, and the children that do it."""
    options = ("--port", "0", "--data", str(folder / "brewery"), "--days", "365")
    with running(folder / "said", "demo", *options) as command:
        command.until_said("is open")
        yield command, _children(command)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ending_a_demo_while_it_fills_leaves_no_children(tmp_path: Path, how: signal.Signals) -> None:
    with filling(tmp_path) as (command, children):
        assert command.stop(how) == 0
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
        assert alive == []
        assert "Traceback" not in command.said()


def test_the_children_of_a_demo_that_was_killed_end_by_themselves(tmp_path: Path) -> None:
    with filling(tmp_path) as (command, children):
        command.stop(signal.SIGKILL)
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
        assert alive == []


def _children(command: Running) -> list[psutil.Process]:
    pause = Event()
    for _ in range(int(PATIENCE_S / LOOK_S)):
        found = psutil.Process(command.process.pid).children()
        if found:
            return found
        pause.wait(LOOK_S)
    raise AssertionError(command.said())
