"""The display for a wall."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.brewery import RunningBrewery
from tests.web.plant import sideways, unnamed
from tests.web.waiting import settled

pytestmark = pytest.mark.needs("chromium")

VESSELS = 4
ALARM = {
    "id": "a1",
    "rule": "out_of_band",
    "priority": "critical",
    "state": "unacknowledged",
    "vessel": "freezer20",
    "device": None,
    "since": "2026-11-20T17:42:00Z",
    "at": "2026-11-20T17:42:00Z",
    "title": "North freezer is far too warm",
    "detail": "",
    "do": "",
    "by": "",
    "reason": "",
    "test": False,
    "acknowledged_at": None,
    "cleared_at": None,
    "shelved_until": None,
    "revision": 1,
}


def many(count: int, route: Route) -> None:
    """Answer with so many vessels more than there are."""
    answer = route.fetch()
    items: list[dict[str, Any]] = answer.json()["items"]
    more = [{**items[0], "id": f"more-{i}", "name": f"More {i}", "kind": "pot"} for i in range(count)]
    route.fulfill(response=answer, json={"items": [*items, *more], "next": None})


def test_the_wall_shows_all_vessels_large_and_no_controls_until_the_pointer_moves(
    page: Page, brewery: RunningBrewery, complaints: list[str]
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.route("**/api/v1/alarms*", lambda route: route.fulfill(json={"items": [ALARM], "next": None}))
    page.get_by_role("link", name="Wall display").click()
    cards = page.get_by_role("region", name="Vessels").get_by_role("article")
    expect(cards).to_have_count(VESSELS)
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_text("Conicals", exact=True)).to_be_visible()
    expect(cards.first.locator(".reading")).to_have_css("font-size", "150px")
    page.reload()
    needy = page.get_by_role("article", name="North freezer")
    expect(needy).to_contain_text("North freezer is far too warm")
    expect(page.get_by_role("heading", level=1)).to_have_text("One vessel needs you")
    settled(page)
    tall = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert (sideways(page), tall, unnamed(page)) == (0, 0, [])
    leave = page.get_by_role("button", name="Leave")
    expect(leave).to_have_count(0)
    page.mouse.move(300, 300)
    page.mouse.move(310, 310)
    leave.click()
    expect(page).to_have_url(f"{brewery.url}/")
    assert complaints == []


def test_many_vessels_come_in_turn_and_stand_while_they_are_held(page: Page, brewery: RunningBrewery) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.route("**/api/v1/vessels*", lambda route: many(7, route))
    page.goto(f"{brewery.url}/?wall")
    cards = page.get_by_role("region", name="Vessels").get_by_role("article")
    expect(cards).to_have_count(6)
    expect(cards.first).to_have_accessible_name("More 0")
    expect(page.get_by_text("Brew house")).to_have_count(2)
    expect(page.get_by_text("1 of 2")).not_to_contain_text("held")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("2 of 2")).to_contain_text("held")
    expect(cards).to_have_count(5)
    page.keyboard.press("Space")
    expect(page.get_by_text("2 of 2")).not_to_contain_text("held")
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What devices say")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(f"{brewery.url}/?wall")
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
