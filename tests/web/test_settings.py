import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.choosing import choose
from tests.web.conftest import WAIT_MS, opened
from tests.web.waiting import shown

pytestmark = pytest.mark.needs("chromium")

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>'


@pytest.fixture
def other(browser: Browser, brewery: RunningBrewery, complaints: list[str]) -> Iterator[Page]:
    """A second browser of the same person."""
    yield from opened(browser, brewery, complaints, width=1440, height=900)


def at(page: Page, brewery: RunningBrewery, path: str) -> None:
    page.goto(f"{brewery.url}{path}")
    shown(page)


def undo_of(page: Page, told: str) -> Locator:
    """Give the button that takes back what was told, which stays while the pointer is on it."""
    toast = page.get_by_role("group", name=told)
    toast.hover()
    return toast.get_by_role("button", name="Undo")


def test_a_change_counts_at_once_on_every_open_page_and_is_undone(
    page: Page, other: Page, brewery: RunningBrewery
) -> None:
    at(page, brewery, "/settings")
    brand = other.get_by_role("navigation", name="Main")
    page.get_by_label("Name", exact=True).fill("Harbour Street")
    page.keyboard.press("Enter")
    expect(brand).to_contain_text("Harbour Street")
    page.get_by_label("Name", exact=True).fill("South Pier")
    page.keyboard.press("Tab")
    undo = undo_of(page, "Name: South Pier")
    expect(brand).to_contain_text("South Pier")
    undo.click()
    expect(brand).to_contain_text("Harbour Street")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Harbour Street")


def test_what_one_likes_goes_along_to_other_screens(page: Page, other: Page, brewery: RunningBrewery) -> None:
    at(page, brewery, "/settings")
    ground, card = other.locator("html"), other.get_by_role("article").first
    choose(page, "System")
    expect(ground).to_have_attribute("data-theme", "light")
    choose(page, "Dark")
    undo = undo_of(page, "Theme: Dark")
    expect(ground).to_have_attribute("data-theme", "dark")
    undo.click()
    expect(ground).to_have_attribute("data-theme", "light")
    choose(page, "°F")
    undo = undo_of(page, "Temperature: °F")
    expect(card).to_contain_text("°F")
    undo.click()
    expect(card).to_contain_text("°C")


def test_the_zone_of_the_site_moves_the_clocks(page: Page, other: Page, brewery: RunningBrewery) -> None:
    at(page, brewery, "/settings")
    zone = page.get_by_label("Time zone", exact=True)
    before = zone.input_value()
    sentence = other.locator("header p").first
    expect(sentence).to_have_text(re.compile(r"\d\d:\d\d"))
    hour = int(sentence.inner_text()[-5:-3])
    zone.select_option("Pacific/Kiritimati")
    expect(sentence).not_to_have_text(re.compile(f"(?:{hour:02}|{(hour + 1) % 24:02}):\\d\\d$"))
    zone.select_option(before)
    expect(zone).to_have_value(before)


def test_a_logo_stands_beside_the_name_and_goes_again(
    page: Page, brewery: RunningBrewery, tmp_path: Path
) -> None:
    picture = tmp_path / "logo.svg"
    picture.write_text(PICTURE)
    at(page, brewery, "/settings")
    brand = page.get_by_role("navigation", name="Main").locator("img")
    page.get_by_label("Choose a picture").first.set_input_files(picture)
    expect(brand).to_have_attribute("src", re.compile("^data:image/svg"))
    (tmp_path / "no.png").write_text("no picture")
    page.get_by_label("Choose a picture").first.set_input_files(tmp_path / "no.png")
    expect(page.get_by_role("alert")).to_contain_text("no picture")
    page.get_by_role("button", name="Remove").click()
    expect(brand).to_have_count(0)


def test_the_components_name_their_licences(page: Page, brewery: RunningBrewery) -> None:
    at(page, brewery, "/settings")
    page.get_by_text("In this page").click()
    row = page.get_by_role("table", name="In this page").get_by_role("row").filter(has_text="uplot")
    expect(row).to_contain_text("MIT")


def test_the_journal_tells_a_change_in_a_sentence_without_jumping(
    page: Page, other: Page, brewery: RunningBrewery
) -> None:
    at(page, brewery, "/settings/journal")
    at(other, brewery, "/vessels/freezer20")
    other.get_by_role("button", name="Change setpoint").click()
    choose(other, "Beer")
    other.get_by_role("textbox", name=re.compile("setpoint")).fill("18.5")
    other.get_by_role("button", name="dry hop").click()
    other.get_by_role("button", name=re.compile("^Request")).click()
    first = page.get_by_role("listitem").filter(has_text="18.5")
    expect(first.first).to_contain_text(re.compile(r"set North freezer to beer 18\.5\s°C\s+“dry hop”"))
    page.set_viewport_size({"width": 1000, "height": 300})
    page.mouse.wheel(0, 200)
    page.wait_for_function("scrollY > 100")
    at(other, brewery, "/settings")
    choose(other, "Off")
    newer = page.get_by_role("button", name=re.compile("1.newer line"))
    expect(newer).to_be_visible()
    newer.click()
    expect(page.get_by_role("listitem").filter(has_text="their own settings").first).to_be_visible()
    choose(other, "On", exact=True)


def test_the_person_menu_says_who_one_is_and_signs_out(page: Page, brewery: RunningBrewery) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("button").click()
    menu = page.get_by_role("dialog")
    expect(menu).to_contain_text("Signed in as")
    menu.get_by_role("link", name="Settings").click()
    expect(menu).to_have_count(0)
    expect(page).to_have_url(f"{brewery.url}/settings")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_on_a_phone_every_page_of_the_menu_is_reached(phone: Page) -> None:
    phone.get_by_role("button", name="More").tap()
    menu = phone.get_by_role("dialog")
    for name in ("Agents", "Settings"):
        expect(menu.get_by_role("link", name=name)).to_be_visible()
    menu.get_by_role("link", name="Settings").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Settings")


def test_without_the_server_nothing_can_be_changed(browser: Browser, tmp_path: Path) -> None:
    brewery = RunningBrewery(tmp_path)
    brewery.start()
    page = _signed_in(browser, brewery)
    at(page, brewery, "/settings")
    expect(page.get_by_label("Name", exact=True)).to_be_enabled()
    brewery.kill()
    expect(page.get_by_label("Name", exact=True)).to_be_disabled()
    expect(page.get_by_text("Nothing can be changed until it is back.")).to_be_visible()
    page.context.close()


def _signed_in(browser: Browser, brewery: RunningBrewery) -> Page:
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(f"{brewery.url}/#key=demo")
    page.get_by_role("article").first.wait_for()
    return page
