"""A server with nothing set up, an admin, and agents that can be started beside it, for browser tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
from playwright.sync_api import Browser, Page, ViewportSize

from tests.web.brewery import free_port
from tests.web.conftest import WAIT_MS, WAIT_S
from tests.web.waiting import shown

LOGIN, PASSWORD, NAME = "anna", "a long enough word", "Anna Andersen"
CELLAR = """
[[simulated]]
id = "freezer"
chamber = "freezer20"
beer_c = 12

[[probe]]
id = "spare"
driver = "constant"

[probe.settings]
value_c = 4.5
every_s = 1
"""
"""A simulated freezer with its probes and relays, and a probe that nobody uses."""


class RunningPlant:
    """`krausen server` on a free port, with one admin."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._token = ""

    def start(self) -> None:
        """Start the server, wait until it is open, and make its admin."""
        opened = self._run("server", ["server", "--port", str(self.port), "--data", str(self.data)])
        assert "#setup=" in opened, opened
        self.call("POST", "/setup", {"login": LOGIN, "name": NAME, "password": PASSWORD})
        self._token = (self.data / "local-token").read_text().strip()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the server as a program of this machine."""
        proof = {"authorization": f"Bearer {self._token}"} if self._token else {}
        answer = httpx2.request(method, f"{self.url}/api/v1{path}", json=body, headers=proof, timeout=WAIT_S)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def agent(self, name: str, token: str, devices: str = CELLAR) -> None:
        """Start an agent with a data folder of its own, as on another machine."""
        data = self.data.parent / f"machine-{name}"
        place = data / "agents" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / "devices.toml").write_text(devices)
        words = ["agent", name, "--server", self.url, "--token", token, "--data", str(data)]
        self._start(f"agent {name}", words)

    def added(self, name: str, devices: str = CELLAR) -> None:
        """Add an agent and start it."""
        self.agent(name, cast(str, self.call("POST", "/agents", {"agent": name})["token"]), devices)

    def end(self, who: str) -> None:
        """Ask one process to end."""
        process = self._processes.pop(who)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()

    def stop(self) -> None:
        """End everything."""
        for who in tuple(reversed(self._processes)):
            self.end(who)

    def _run(self, who: str, words: list[str]) -> str:
        process = self._start(who, words)
        assert process.stdout is not None
        return process.stdout.readline()

    def _start(self, who: str, words: list[str]) -> subprocess.Popen[str]:
        environment = {**os.environ, "TZ": "Europe/Copenhagen", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "krausen", *words], stdout=subprocess.PIPE, text=True, env=environment
        )
        self._processes[who] = process
        return process


def plant_in(data: Path) -> Iterator[RunningPlant]:
    """Give a running plant, and end it."""
    plant = RunningPlant(data)
    try:
        plant.start()
        yield plant
    finally:
        plant.stop()


def page_on(
    browser: Browser, plant: RunningPlant, path: str, *, width: int = 1440, login: str = LOGIN
) -> Page:
    """Give a page that has signed in, in a browser context of its own."""
    size: ViewportSize = {"width": width, "height": 844 if width < 760 else 900}
    context = browser.new_context(viewport=size, has_touch=width < 760, color_scheme="light")
    context.set_default_timeout(WAIT_MS)
    proof = {"login": login, "password": PASSWORD}
    answer = context.request.post(f"{plant.url}/api/v1/session", data=proof, headers={"origin": plant.url})
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto(plant.url + path)
    shown(page)
    return page


def unnamed(page: Page) -> list[str]:
    """List controls that a screen reader has no name for."""
    return cast(
        list[str],
        page.evaluate(
            """() => [...document.querySelectorAll('button, a[href], input, select, textarea, dialog')]
              .filter((one) => one.checkVisibility() && !one.closest('[aria-hidden=true]'))
              .filter((one) => !(one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')
                || one.labels?.length || one.textContent.trim()))
              .map((one) => one.outerHTML.slice(0, 120))"""
        ),
    )


def sideways(page: Page) -> int:
    """Give by how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
