"""Why it heated or cooled at another time: by a button, by the chart, by hand, key and ear."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.test_accessible import AXE, violations

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(300)]

QUESTION = re.compile(
    r"^(Why (was the (heater|cooler) on|did (it wait|nothing run))|What is known) at \d\d:\d\d"
)
UNKNOWN = re.compile(r"^Nothing is known at ")


def opened(page: Page, brewery: RunningBrewery, query: str = "") -> None:
    """Open a vessel whose chart is there."""
    page.goto(f"{brewery.url}/vessels/freezer20{query}")
    expect(page.get_by_role("figure").locator("canvas")).to_be_visible()


def told(page: Page, brewery: RunningBrewery) -> str:
    """Wait until the agent has told of several changes; give the time of one after which there is another."""
    why = f"{brewery.url}/api/v1/vessels/freezer20/why"
    for _ in range(120):
        at = ""
        for _ in range(5):
            answer = page.request.get(why + (f"?at={quote(at)}" if at else ""))
            found = answer.json() if answer.ok else {"earlier": None, "later": None}
            if at and found["later"] is not None and found["earlier"] is not None:
                return at
            if found["earlier"] is None:
                break
            at = str(found["earlier"])
        page.wait_for_timeout(500)
    raise AssertionError("The agent tells too few reasons.")


def test_the_past_is_asked_from_the_card_and_one_comes_back_to_now(
    page: Page, brewery: RunningBrewery
) -> None:
    earlier = told(page, brewery)
    opened(page, brewery)
    card = page.locator("#why")
    present = card.get_by_role("heading")
    expect(present).not_to_have_text(QUESTION)
    card.get_by_role("button", name="At another time").click()
    expect(present).to_have_text(QUESTION)
    expect(card.get_by_label("Time")).to_be_focused()
    expect(card.locator("p").first).not_to_be_empty()
    opened(page, brewery, f"?why={quote(earlier)}")
    expect(present).to_have_text(QUESTION)
    address = page.url
    card.get_by_role("button", name="Later").click()
    expect(page).not_to_have_url(address)
    expect(present).to_have_text(QUESTION)
    card.get_by_role("button", name="Earlier").click()
    expect(page).to_have_url(address)
    card.get_by_role("button", name="Now").click()
    expect(page).to_have_url(f"{brewery.url}/vessels/freezer20")
    expect(card).to_be_focused()
    expect(card.get_by_role("button", name="At another time")).to_be_visible()


def test_a_link_shows_the_same_moment_and_where_nothing_is_known_it_says_so(
    page: Page, brewery: RunningBrewery
) -> None:
    opened(page, brewery, "?why=2020-02-03T03:12:00Z")
    card = page.locator("#why")
    expect(card.get_by_role("heading")).to_have_text(UNKNOWN)
    expect(card).to_contain_text("what is known begins later")
    expect(card.get_by_label("Time")).to_have_value("2020-02-03T04:12")
    expect(card.get_by_role("button", name="Earlier")).to_be_disabled()
    card.get_by_label("Time").fill("2020-02-03T05:00")
    card.get_by_label("Time").dispatch_event("change")
    expect(page).to_have_url(re.compile(r"why=2020-02-03T04%3A00"))


def test_a_click_in_the_chart_and_enter_at_its_cursor_ask_why_then(
    page: Page, brewery: RunningBrewery
) -> None:
    told(page, brewery)
    opened(page, brewery)
    chart = page.get_by_role("figure")
    box = chart.locator(".area").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + 60)
    heading = page.locator("#why").get_by_role("heading")
    expect(heading).to_have_text(re.compile(f"{UNKNOWN.pattern}|{QUESTION.pattern}"))
    expect(chart.locator(".mark")).not_to_have_count(0)
    asked = page.url
    chart.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(asked)
    expect(heading).to_have_text(QUESTION)


def test_on_a_telephone_a_tap_asks_and_a_button_leads_to_the_answer(
    phone: Page, brewery: RunningBrewery
) -> None:
    opened(phone, brewery)
    area = phone.get_by_role("figure").locator(".area")
    area.scroll_into_view_if_needed()
    area.tap(position={"x": 40, "y": 60})
    phone.get_by_role("button", name=re.compile(r"^Why at \d\d:\d\d")).click()
    card = phone.locator("#why")
    expect(card).to_be_focused()
    expect(card.get_by_role("heading")).to_be_in_viewport()
    width = "document.documentElement.scrollWidth - innerWidth"
    assert phone.evaluate(width) <= 0


def test_the_card_of_the_past_is_in_nobodys_way(page: Page, brewery: RunningBrewery) -> None:
    told(page, brewery)
    opened(page, brewery)
    page.locator("#why").get_by_role("button", name="At another time").click()
    expect(page.locator("#why").get_by_role("heading")).to_have_text(QUESTION)
    assert violations(page, AXE.read_text(encoding="utf-8")) == []
