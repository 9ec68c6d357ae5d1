"""A demo brewery in a process of its own, for browser tests."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

SPEED = 100
"""Simulated seconds a second: a compressor's five minutes of rest take three."""


class RunningBrewery:
    """`krausen demo` on a free port, with one past day."""

    def __init__(self, data: Path, speed: int = SPEED) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self._speed = speed
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is open."""
        words = ["demo", "--port", str(self.port), "--data", str(self.data)]
        command = [sys.executable, "-m", "krausen", *words, "--speed", str(self._speed), "--days", "1"]
        environment = {**os.environ, "TZ": "Europe/Copenhagen", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        opened = self._process.stdout.readline()
        assert opened.startswith("Krausen's demo brewery is open"), opened
        self.key_address = opened.split(": ", 1)[1].strip()

    def kill(self) -> None:
        """Let it die without warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


def free_port() -> int:
    """Give a port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
