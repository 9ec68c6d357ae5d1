"""A real server in a process of its own; it can be stopped, killed and started again at its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any

import httpx2

from krausen_client import Client, Options
from tests.unit.cli.running import Running

LOGIN, PASSWORD = "anna", "correct horse"


class House:
    """A server with the person `anna`, and tokens as they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._starts = 0
        self._running: Running | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._starts += 1
        words = ("server", "--port", str(self._port), "--data", str(self._folder / "data"))
        self._running = Running(self._folder / f"said-{self._starts}", *words)
        self._running.until_said("http://")

    def stop(self) -> None:
        """Ask the server to end, and wait until it has."""
        assert self._running is not None
        self._running.stop()

    def kill(self) -> None:
        """End the server as a crash does."""
        if self._running is not None:
            self._running.process.kill()
            self._running.process.wait()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Give what a call answers to the server's own token."""
        proof = {"authorization": f"Bearer {(self._folder / 'data' / 'local-token').read_text()}"}
        answer = httpx2.request(method, f"{self.url}/api/v1{path}", json=body, headers=proof)
        assert answer.is_success, answer.text
        return answer.json()

    def add_person(self) -> None:
        """Let Anna in, as a brewer."""
        self.ask("POST", "/users", {"login": LOGIN, "name": "Anna", "role": "brewer", "password": PASSWORD})

    def token(self, role: str = "brewer", *adapters: str) -> str:
        """Give a token of a role for adapters, by default all."""
        wish = {"title": role, "role": role, "adapters": list(adapters) or ["*"], "expires_at": None}
        return str(self.ask("POST", "/tokens", wish)["token"])

    def stored(self, adapter: str) -> dict[tuple[str, str], list[tuple[str, float]]]:
        """Give all that is stored of an adapter: times and values by node and metric."""
        with Client(self.url, token=self.token(), options=Options(patience_s=0)) as client:
            return {
                (series.node, series.metric): [
                    (reading.t.isoformat(timespec="milliseconds"), reading.v)
                    for reading in client.readings(series.id)
                ]
                for series in client.series(adapter=adapter)
            }


@contextmanager
def opened_house(folder: Path) -> Iterator[House]:
    """Give a house with its server running; it is killed in the end."""
    house = House(folder)
    try:
        house.start()
        yield house
    finally:
        house.kill()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
