"""Browsers on a running demo brewery."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.brewery import RunningBrewery

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
WAIT_MS = 20_000
"""How long a page may take; a busy machine is slow, not wrong."""


@pytest.fixture(scope="session")
def brewery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBrewery]:
    running = RunningBrewery(tmp_path_factory.mktemp("brewery"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser for one test: while one is open, its own event loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def page(browser: Browser, brewery: RunningBrewery, complaints: list[str]) -> Iterator[Page]:
    yield from opened(browser, brewery, complaints, width=1440, height=900)


@pytest.fixture
def phone(browser: Browser, brewery: RunningBrewery, complaints: list[str]) -> Iterator[Page]:
    yield from opened(browser, brewery, complaints, width=390, height=844)


def opened(
    browser: Browser, brewery: RunningBrewery, complaints: list[str], *, width: int, height: int
) -> Iterator[Page]:
    """Give a page of a browser that has just signed in, at a size."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=width < 760, color_scheme="light"
    )
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{brewery.url}/#key=demo")
    page.get_by_role("article").first.wait_for()
    yield page
    context.close()


@pytest.fixture
def log_file() -> Path:
    """A log of a real BrewPi, of permissive licence."""
    return Path(__file__).parents[1] / "recordings" / "brewpi_log" / "brewpi_2014-02-03_2d.csv"
