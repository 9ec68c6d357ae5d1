"""Every page as an automatic checker hears and sees it, in both themes: WCAG 2.2, levels A and AA."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.conftest import WAIT_MS

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

expect.set_options(timeout=WAIT_MS)

WEB = Path(__file__).parents[2] / "web"
AXE = WEB / "node_modules/axe-core/axe.min.js"
PATH = re.compile(r"^\s*(?:export const page: Page = \{ )?path: '([^']+)'", re.MULTILINE)
GUESTS = {"/setup", "/sign-in"}
EXAMPLES = {
    "*": ["/nowhere"],
    "/": ["/"],
    "/vessels/:id": ["/vessels/freezer20?untrue", "/vessels/freezer20?setpoint"],
    "/vessels/:id/settings": ["/vessels/freezer20/settings"],
    "/batches": ["/batches", "/batches?show=bin", "/batches?new"],
    "/batches/:id": ["/batches/harvest-pale-ale", "/batches/harvest-pale-ale?do=edit"],
    "/batches/:id/report": ["/batches/harvest-pale-ale/report"],
    "/batches/compare": ["/batches/compare?batches=harvest-pale-ale,wheat-beer"],
    "/data/:adapter": ["/data/demo"],
}
"""Addresses of pages that are not simply their path."""
RUN = """async () => {
  const found = await axe.run(document, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })
  return found.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) }))
}"""


def paths() -> list[str]:
    """Give the path of every page there is."""
    pages = sorted((WEB / "src/pages").glob("*.svelte"))
    return [path for page in pages for path in PATH.findall(page.read_text(encoding="utf-8"))[:1]]


def violations(page: Page, axe: str) -> list[str]:
    """Give what is seriously wrong with what a page shows."""
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {one['help']}: {node}" for one in serious for node in one["nodes"]]


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as a script for a page."""
    subprocess.run([sys.executable, "-m", "tools.page", "install"], cwd=WEB.parent, check=True)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    found: Literal["light", "dark"] = request.param
    return found


@pytest.fixture
def walker(browser: Browser, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    """A page of somebody whose system has that theme."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def seen(page: Page) -> None:
    """Wait until a page shows what it is of."""
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)


def test_no_page_is_seriously_in_the_way_of_eyes_ears_or_keys(
    walker: Page, brewery: RunningBrewery, axe: str
) -> None:
    found: dict[str, list[str]] = {}
    walker.goto(f"{brewery.url}/sign-in")
    seen(walker)
    found["/sign-in"] = violations(walker, axe)
    walker.goto(f"{brewery.url}/#key=demo")
    walker.get_by_role("article").first.wait_for()
    for path in paths():
        for address in EXAMPLES.get(path, [path]) if path not in GUESTS else []:
            walker.goto(f"{brewery.url}{address}")
            seen(walker)
            found[address] = violations(walker, axe)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert len(found) >= len(paths())
