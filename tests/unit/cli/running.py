"""Commands of `krausen` that go on until they are ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

PATIENCE_S = 20.0
LOOK_S = 0.05


class Running:
    """A command in a process of its own; what it says goes to a file."""

    def __init__(self, said: Path, *words: str, **variables: str) -> None:
        self._said = said
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **variables}
        with said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "krausen", *words], stdout=output, stderr=output, env=environment
            )

    def said(self) -> str:
        """Give all that it has said."""
        return self._said.read_text()

    def until_said(self, words: str) -> str:
        """Wait until it has said some words, and give all that it has said."""
        pause = Event()
        for _ in range(int(PATIENCE_S / LOOK_S)):
            if words in self.said():
                return self.said()
            assert self.process.poll() is None, self.said()
            pause.wait(LOOK_S)
        raise AssertionError(self.said())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, and give its status."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


@contextmanager
def running(said: Path, *words: str, **variables: str) -> Iterator[Running]:
    """Give a command; it is killed if it is left running."""
    command = Running(said, *words, **variables)
    try:
        yield command
    finally:
        command.process.kill()
        command.process.wait()


def given(*words: str) -> "subprocess.CompletedProcess[str]":
    """Give a command, and how it ended."""
    command = [sys.executable, "-m", "krausen", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
