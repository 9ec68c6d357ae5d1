import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.waiting import until

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    yield from plant_in(tmp_path_factory.mktemp("debugger") / "server")


def debugger(browser: Browser, plant: RunningPlant, query: str = "", width: int = 1440) -> Page:
    page = page_on(browser, plant, f"/debugger{query}", width=width)
    page.get_by_role("region", name="Test Simulations").wait_for()
    return page


def press(page: Page, name: str, told: str) -> None:
    """Press a test button, and wait until the page says what was done."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("region", name="Test Simulations").get_by_role("status")).to_contain_text(told)


def listening(page: Page) -> None:
    """Wait until the live log hears its channel, on which nobody has said anything yet."""
    expect(frames(page)).to_contain_text("Nothing was said on this channel")


def frames(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def test_a_message_is_checked_published_and_seen(browser: Browser, plant: RunningPlant) -> None:
    page = debugger(browser, plant, "?channel=logs")
    listening(page)
    publish = page.get_by_role("button", name="Publish to logs")
    body = page.get_by_label("Message, as JSON")
    body.fill('{"text": ')
    expect(page.get_by_text("This is no JSON yet")).to_be_visible()
    expect(publish).to_be_disabled()
    body.fill(json.dumps({"text": "first", "many": [1, 2]}))
    publish.click()
    expect(frames(page)).to_contain_text('by Anna Andersen {"text":"first","many":[1,2]}')
    page.get_by_role("button", name="Pause").click()
    body.fill('"second"')
    publish.click()
    expect(page.get_by_role("button", name="Resume")).to_contain_text("1 waiting")
    expect(frames(page)).not_to_contain_text("second")
    page.get_by_role("button", name="Resume").click()
    expect(frames(page)).to_contain_text("second")
    page.get_by_role("searchbox", name="Filter").fill("FIRST")
    expect(frames(page).get_by_role("button")).to_have_count(1)


def test_a_channel_of_ones_own_is_declared_and_spoken_in(browser: Browser, plant: RunningPlant) -> None:
    page = debugger(browser, plant)
    page.get_by_role("button", name="Declare a channel").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("no good name")
    dialog.get_by_role("button", name="Declare it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This was not declared")
    dialog.get_by_label("Name").fill("test-taps")
    dialog.get_by_role("button", name="Declare it").click()
    expect(dialog).to_have_count(0)
    listening(page)
    page.get_by_role("button", name="Publish to test-taps").click()
    expect(frames(page)).to_contain_text("Hello")
    clear_away(page)
    until(page, lambda: "test-taps" not in names(plant, "channels"))


def test_a_test_alarm_is_raised_and_acknowledged(browser: Browser, plant: RunningPlant) -> None:
    page = debugger(browser, plant, "?channel=alarms")
    listening(page)
    press(page, "Generate Alarm", "Raised “Test: ")
    (alarm,) = plant.call("GET", "/alarms")["items"]
    assert (alarm["test"], alarm["state"]) == (True, "unacknowledged")
    expect(frames(page)).to_contain_text('{"event":"raised"')
    press(page, "Ack Alarms", "1 test alarm acknowledged.")
    assert plant.call("GET", "/alarms")["items"] == []
    press(page, "Ack Alarms", "No test alarm waits")


def test_what_tests_make_is_marked_and_cleared_away(browser: Browser, plant: RunningPlant) -> None:
    plant.call("POST", "/profiles", {"name": "Test of mine", "type": "fermentation", "steps": STEPS})
    page = debugger(browser, plant)
    press(page, "Generate Logs", "4 lines published")
    press(page, "Add Profiles", "3 profiles added.")
    press(page, "Add Profiles", "here already")
    press(page, "Add Devices", "devices published")
    expect(page.get_by_role("region", name="Test devices")).to_contain_text("test-cellar")
    press(page, "Set Logo", "TEST")
    press(page, "Set Theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert plant.call("GET", "/processes")["items"] == []
    page.get_by_role("link", name="Profiles").click()
    row = page.get_by_role("row", name="Test ale")
    expect(row.get_by_text("test", exact=True)).to_be_visible()
    expect(page.get_by_role("row", name="Test of mine").get_by_text("test", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Debugger").click()
    clear_away(page)
    assert names(plant, "profiles") == {"Test of mine"}
    assert names(plant, "controllers") == set()
    assert [one["key"] for one in plant.call("GET", "/settings")["items"] if "test" in one["key"]] == []
    assert "site.logo" not in {one["key"] for one in plant.call("GET", "/settings")["items"]}
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_a_simulation_is_seen_on_every_page_that_is_open(browser: Browser, plant: RunningPlant) -> None:
    page = debugger(browser, plant, "?channel=agents")
    other = debugger(browser, plant, "?channel=agents")
    page.get_by_role("button", name="Lager", exact=True).click()
    for one in (page, other):
        chamber = one.get_by_role("region", name="Lager chamber")
        expect(chamber).to_contain_text("Test lager 1")
        expect(chamber).to_contain_text("Cooling")
        expect(chamber.get_by_text("test", exact=True)).to_be_visible()
    assert plant.call("GET", "/vessels")["items"] == []
    page.get_by_role("button", name="Stop Lager").click()
    expect(other.get_by_role("region", name="Lager chamber")).to_have_count(0)


def test_the_debugger_is_for_admins(browser: Browser, plant: RunningPlant) -> None:
    bo = {"login": "bo", "name": "Bo", "role": "brewer", "password": "a long enough word"}
    plant.call("POST", "/users", bo)
    page = page_on(browser, plant, "/debugger", login="bo")
    expect(page.get_by_role("main")).to_contain_text("Only an admin can open this page.")
    expect(page.get_by_role("link", name="Debugger")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1440])
def test_it_fits_and_everything_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = debugger(browser, plant, "?channel=logs", width)
    listening(page)
    press(page, "Generate Logs", "4 lines published")
    frames(page).get_by_role("button").last.click()
    assert sideways(page) <= 0
    assert unnamed(page) == []


STEPS = [{"kind": "hold", "temperature": 18, "hours": None, "until": None, "title": ""}]


def names(plant: RunningPlant, collection: str) -> set[str]:
    found = plant.call("GET", f"/{collection}")["items"]
    return {one["name"] for one in found if not one.get("builtin")}


def clear_away(page: Page) -> None:
    page.get_by_role("button", name="Clear away tests").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Hold to clear away tests").press("Enter")
    dialog.get_by_label("Type “tests” to go on").fill("tests")
    dialog.get_by_role("button", name="Clear away tests").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="What tests made")).to_have_count(0)
