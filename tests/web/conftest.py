"""Browsers on a running demo brewery."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web.brewery import RunningBrewery
from tests.web.telling import text_of, troubles_of

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
WAIT_MS = 30_000
"""How long a page or a server may take; a busy machine is slow, not wrong."""
WAIT_S = WAIT_MS / 1000

expect.set_options(timeout=WAIT_MS)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of a test that failed what its pages showed, and what went wrong in them."""
    report = yield
    chromium = getattr(item, "funcargs", {}).get("chromium")
    if report.failed and isinstance(chromium, Browser):
        for page in (page for context in chromium.contexts for page in context.pages):
            report.sections.append((f"page at {page.url}", text_of(page)))
            report.sections.append((f"troubles of the page at {page.url}", troubles_of(page)))
    return report


@pytest.fixture(scope="session")
def brewery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBrewery]:
    running = RunningBrewery(tmp_path_factory.mktemp("brewery"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one file: while it is open, its event loop would be in the way of others."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser as if nobody had used it: what a test has open in it ends with the test."""
    yield chromium
    for context in chromium.contexts:
        context.close()


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
