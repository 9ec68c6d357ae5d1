"""A profile rehearsed on a vessel that has been learned, on the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.conftest import WAIT_MS
from tests.web.plant import sideways
from tests.web.test_profiles import AXE, SERIOUS, ask
from tests.web.waiting import until

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

expect.set_options(timeout=WAIT_MS)

ID, VESSEL = "fridge20tape", "Garage fridge"


def opened(page: Page, brewery: RunningBrewery) -> None:
    until(page, lambda: ask(brewery, "GET", f"/vessels/{ID}/learned")["at"] is not None)
    page.goto(f"{brewery.url}/profiles/new")
    expect(page.get_by_role("heading", name="Rehearsal")).to_be_visible()
    page.get_by_label("Rehearse on", exact=True).select_option(label=VESSEL)


def rehearse(page: Page) -> None:
    page.get_by_role("button", name=f"Rehearse on {VESSEL}").click()
    expect(page.get_by_role("button", name="Rehearse again")).to_be_visible()


def test_a_rehearsal_says_when_each_step_is_reached(page: Page, brewery: RunningBrewery) -> None:
    opened(page, brewery)
    rehearse(page)
    card = page.get_by_role("region", name="Rehearsal")
    expect(card.get_by_role("status")).to_contain_text(f"On {VESSEL}")
    expect(card.get_by_role("listitem").filter(has_text=re.compile("^Step 1"))).to_have_count(1)
    expect(card).to_contain_text("kWh")
    expect(page.locator("figure path.expected")).to_have_count(1)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(SERIOUS) == []


def test_a_plan_that_changes_is_to_be_rehearsed_anew(page: Page, brewery: RunningBrewery) -> None:
    opened(page, brewery)
    rehearse(page)
    temperature = page.get_by_role("textbox", name="Step 1, Temperature", exact=True)
    temperature.fill("19")
    temperature.press("Enter")
    card = page.get_by_role("region", name="Rehearsal")
    expect(card).to_contain_text("The plan was changed since.")
    expect(page.locator("figure path.expected")).to_have_count(0)


def test_what_cannot_be_rehearsed_on_says_why(page: Page, brewery: RunningBrewery) -> None:
    opened(page, brewery)
    page.get_by_label("Rehearse on", exact=True).select_option(label="Cellar fridge")
    page.get_by_role("button", name="Rehearse on Cellar fridge").click()
    card = page.get_by_role("region", name="Rehearsal")
    expect(card.get_by_role("alert")).to_contain_text("held by the firmware")


def test_a_rehearsal_can_be_stopped(page: Page, brewery: RunningBrewery) -> None:
    opened(page, brewery)
    page.get_by_role("button", name=f"Rehearse on {VESSEL}").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name=f"Rehearse on {VESSEL}")).to_be_visible()


def test_on_a_phone_nothing_slides_sideways(phone: Page, brewery: RunningBrewery) -> None:
    opened(phone, brewery)
    rehearse(phone)
    assert sideways(phone) == 0
