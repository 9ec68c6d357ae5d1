"""A demo brewery in a process of its own, for benchmarks."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

STEP_S = 0.01
PATIENCE_S = 600.0


class Brewery:
    """A running demo: its process, address and data folder."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, data: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.data = data

    def health(self) -> dict[str, Any] | None:
        """Give what it says of itself, None while it does not answer."""
        return self.ask("/api/v1/health")

    def ask(self, path: str) -> dict[str, Any] | None:
        """Give an answer as the demo's user, None while there is none."""
        token = self.data / "local-token"
        proof = {"Authorization": f"Bearer {token.read_text()}"} if token.exists() else {}
        try:
            with urlopen(Request(self.url + path, headers=proof), timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except (URLError, ConnectionError, TimeoutError):
            return None
        return found

    def wait(self, path: str, *keys: str) -> dict[str, Any]:
        """Wait for an answer that has something under each of these keys."""
        start = time.perf_counter()
        while time.perf_counter() - start < PATIENCE_S and self.process.poll() is None:
            found = self.ask(path)
            if found is not None and all(found.get(key) for key in keys):
                return found
            time.sleep(STEP_S)
        raise TimeoutError(f"{self.url}{path} did not answer.")

    def wait_filled(self) -> None:
        """Wait until its past is simulated."""
        while self.wait("/api/v1/health")["filling"] is not None:
            time.sleep(0.1)


@contextmanager
def running(*options: str, command: Sequence[str] = (sys.executable, "-m", "krausen")) -> Iterator[Brewery]:
    """Run a demo brewery with options; it ends on leaving."""
    with TemporaryDirectory() as data:
        port = free_port()
        words = [*command, "demo", "--port", str(port), "--data", data, *options]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=os.environ) as process:
            try:
                yield Brewery(process, port, Path(data))
            finally:
                process.terminate()


def free_port() -> int:
    """Give a port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
