import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import WAIT_S
from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.waiting import until

pytestmark = pytest.mark.needs("chromium")

SOURCE = "door/ispindel"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for plant in plant_in(tmp_path_factory.mktemp("logs") / "server"):
        plant.call("PATCH", "/doors/ispindel", {"enabled": True})
        refused(plant, {"name": "first"})
        vera = {"login": "vera", "name": "Vera", "role": "viewer", "password": "a long enough word"}
        plant.call("POST", "/users", vera)
        yield plant


def refused(plant: RunningPlant, report: dict[str, Any]) -> None:
    """Have the server write a line: a report without any value is turned away."""
    assert httpx2.post(f"{plant.url}/ispindel", json=report, timeout=WAIT_S).status_code == 422


def said(plant: RunningPlant, text: str, **more: object) -> None:
    plant.call("POST", "/channels/logs", {"test": True, "source": "cellar", "text": text, **more})


def said_until_heard(page: Page, plant: RunningPlant, text: str, **more: object) -> None:
    """Say something until the page shows it: what was said before it listened is not told again."""

    def heard() -> bool:
        said(plant, text, **more)
        return lines(page).get_by_text(text).count() > 0

    until(page, heard)


def lines(place: Page | Locator) -> Locator:
    return place.get_by_role("log", name="Lines")


def test_lines_are_read_found_and_opened(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/logs")
    line = lines(page).get_by_role("button", name=SOURCE).first
    expect(line).to_contain_text("warning")
    line.click()
    expect(lines(page)).to_contain_text("127.0.0.1")
    page.get_by_role("searchbox", name="Search").fill("NEITHER")
    expect(lines(page).locator("mark").first).to_have_text("neither")
    page.get_by_role("group", name="Sources").get_by_role("button", name="server", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("No line fits")
    page.get_by_role("button", name="Show everything").click()
    expect(line).to_be_visible()
    assert page.url == f"{plant.url}/logs"


def test_lines_come_as_they_are_said_and_wait_while_one_reads(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/logs")
    lines(page).get_by_role("button", name=SOURCE).first.wait_for()
    said_until_heard(page, plant, "Test: it boils", level="error", fields={"at_c": 99.5})
    line = lines(page).get_by_role("button", name=re.compile("error.*Test: it boils")).first
    expect(line.get_by_text("test", exact=True)).to_be_visible()
    page.get_by_role("button", name="Follow", exact=True).click()
    said(plant, "Test: it cools")
    # What was said until it was heard may have been said once too often.
    page.get_by_role("button", name=re.compile("newer lines? below")).click()
    expect(lines(page)).to_contain_text("Test: it cools")
    page.get_by_role("radio", name="Error").check()
    said(plant, "Test: it burns", level="error")
    said(plant, "Test: it rests")
    said(plant, "Test: it burns on", level="error")
    expect(lines(page)).to_contain_text("Test: it burns on")
    expect(lines(page)).not_to_contain_text("Test: it rests")


def test_an_admin_chooses_how_much_a_source_tells(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/logs")
    page.get_by_role("button", name="Levels").click()
    page.get_by_role("dialog").get_by_label(SOURCE).select_option("Error")
    page.wait_for_function(
        """async (source) => {
          const { items } = await (await fetch('/api/v1/logs/sources')).json()
          return items.some((one) => one.source === source && one.level === 'error')
        }""",
        arg=SOURCE,
    )
    page = page_on(browser, plant, "/logs", login="vera")
    lines(page).get_by_role("button", name=SOURCE).first.wait_for()
    expect(page.get_by_role("button", name="Levels")).to_have_count(0)


def test_the_key_l_shows_what_devices_say_but_not_while_typing(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/data")
    page.keyboard.press("l")
    window = page.get_by_role("dialog", name="What devices say")
    said_until_heard(page, plant, "Test: a relay clicks")
    expect(lines(window)).to_contain_text("Test: a relay clicks")
    window.get_by_role("radio", name="Everybody").check()
    expect(lines(window)).to_contain_text(SOURCE)
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("What devices say")
    page.keyboard.press("Escape")
    page.goto(f"{plant.url}/logs")
    page.get_by_role("searchbox", name="Search").press("l")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("l")
    expect(window).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1440])
def test_the_log_fits_and_everything_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = page_on(browser, plant, "/logs", width=width)
    lines(page).get_by_role("button").first.click()
    assert sideways(page) <= 0
    assert unnamed(page) == []
    page.keyboard.press("l")
    page.get_by_role("dialog").get_by_text("Everybody").wait_for()
    assert sideways(page) <= 0
    assert unnamed(page) == []
