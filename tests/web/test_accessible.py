"""Every page as an automatic checker hears and sees it, in both themes: WCAG 2.2, levels A and AA."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.conftest import WAIT_MS
from tests.web.waiting import settled

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]

WEB = Path(__file__).parents[2] / "web"
AXE = WEB / "node_modules/axe-core/axe.min.js"
PATH = re.compile(r"^\s*(?:export const page: Page = \{ )?path: '([^']+)'", re.MULTILINE)
GUESTS = {"/setup", "/sign-in"}
EXAMPLES = {
    "*": ["/nowhere"],
    "/": ["/", "/?wall"],
    "/vessels/:id": ["/vessels/freezer20?untrue", "/vessels/freezer20?setpoint"],
    "/vessels/:id/settings": ["/vessels/freezer20/settings"],
    "/batches": ["/batches", "/batches?show=bin", "/batches?new"],
    "/batches/:id": ["/batches/harvest-pale-ale", "/batches/harvest-pale-ale?do=edit"],
    "/batches/:id/report": ["/batches/harvest-pale-ale/report"],
    "/batches/compare": ["/batches/compare?batches=harvest-pale-ale,wheat-beer"],
    "/data/:adapter": ["/data/demo"],
    "/debugger": ["/debugger?channel=agents"],
    "/profiles": ["/profiles", "/profiles?import"],
    "/profiles/:id": ["/profiles/new"],
    "/vessels/:id/chamber": ["/vessels/freezer20/chamber"],
    "/vessels/:id/course": ["/vessels/freezer20/course"],
}
"""Addresses of pages that are not simply their path."""
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What may differ between the themes: src/styles/tokens.css gives them other colours, and nothing else."""
RUN = """async (rules) => {
  // Colours on their way from one theme to the other are nobody's.
  const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime)
  const moving = document.getAnimations().filter(ends)
  await Promise.allSettled(moving.map((one) => one.finished))
  const found = await axe.run(document, { resultTypes: ['violations'], runOnly: rules })
  return found.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, nodes: nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary) }))
}"""


def paths() -> list[str]:
    """Give the path of every page there is."""
    pages = sorted((WEB / "src/pages").glob("*.svelte"))
    return [path for page in pages for path in PATH.findall(page.read_text(encoding="utf-8"))[:1]]


def violations(page: Page, axe: str) -> list[str]:
    """Give what is seriously wrong with what a page shows, in the light theme and in the dark one."""
    settled(page)
    page.evaluate(axe)
    light = serious(page, ALL_RULES)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = serious(page, COLOUR_RULES)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return [*light, *(f"dark: {one}" for one in dark)]


def serious(page: Page, rules: Mapping[str, Any]) -> list[str]:
    """Give what breaks a rule so that somebody is shut out."""
    found: list[dict[str, Any]] = page.evaluate(RUN, rules)
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {one['help']}: {node}" for one in grave for node in one["nodes"]]


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as a script for a page."""
    subprocess.run([sys.executable, "-m", "tools.page", "install"], cwd=WEB.parent, check=True)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def walker(browser: Browser) -> Iterator[Page]:
    """A page of somebody whose system tells what theme they like, and that nothing is to move."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def test_no_page_is_seriously_in_the_way_of_eyes_ears_or_keys(
    walker: Page, brewery: RunningBrewery, axe: str
) -> None:
    found: dict[str, list[str]] = {}
    walker.goto(f"{brewery.url}/sign-in")
    found["/sign-in"] = violations(walker, axe)
    walker.goto(f"{brewery.url}/#key=demo")
    walker.get_by_role("article").first.wait_for()
    for path in paths():
        for address in EXAMPLES.get(path, [path]) if path not in GUESTS else []:
            walker.goto(f"{brewery.url}{address}")
            found[address] = violations(walker, axe)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
    assert len(found) >= len(paths())
