"""A server that nobody has set up yet, for browser tests."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.web.brewery import free_port
from tests.web.conftest import WAIT_MS

PASSWORD = "four calm yeasts sing"


class NewServer:
    """`krausen server` on a free port and an empty folder."""

    def __init__(self, data: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.elsewhere = f"http://cellar.localhost:{port}"
        """The same by a name that a machine does not call itself by."""
        self._words = ["server", "--port", str(port), "--data", str(data)]

    def start(self) -> None:
        """Start it and wait until it says that it is open."""
        environment = {**os.environ, "TZ": "Europe/Copenhagen", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "krausen", *self._words]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self._process.stdout is not None
        opened = self._process.stdout.readline()
        found = re.search(r"#setup=(\S+)", opened)
        assert found, opened
        self.code = found[1]

    def stop(self) -> None:
        """Ask it to end."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


def visitor(browser: Browser, address: str, *, width: int = 1440) -> Page:
    """Give a page of a browser of its own, at an address."""
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme="light")
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(address)
    return page


def sign_in(browser: Browser, address: str, login: str, *, width: int = 1440) -> Page:
    """Give a page at an address, where a person signed in on the way."""
    page = visitor(browser, address, width=width)
    page.get_by_label("Name").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    return page
