import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    yield from plant_in(tmp_path_factory.mktemp("empty") / "server")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for running in plant_in(tmp_path_factory.mktemp("devices") / "server"):
        running.added("cellar-pi")
        yield running


def listed(page: Page) -> Locator:
    return page.get_by_role("list", name="Devices").get_by_role("listitem")


def row(page: Page, name: str) -> Locator:
    return listed(page).filter(has=page.get_by_role("link", name=name, exact=True))


def test_without_devices_the_page_says_how_to_have_some(browser: Browser, empty: RunningPlant) -> None:
    page = page_on(browser, empty, "/devices")
    expect(page.get_by_role("heading", level=1)).to_have_text("No device yet")
    expect(page.get_by_text("agents/NAME/devices.toml")).to_be_visible()
    page.get_by_role("link", name="Go to Agents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No agent yet")


def test_devices_are_listed_with_value_and_use(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices")
    expect(listed(page)).to_have_count(7)
    expect(row(page, "spare")).to_contain_text("4.5\u00a0°C")
    expect(row(page, "spare")).to_contain_text("unused")
    expect(row(page, "freezer-beer")).to_contain_text("12.0\u00a0°C")


def test_filters_stand_in_the_address(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices")
    page.get_by_role("combobox", name="Kind").select_option("Relay")
    expect(listed(page)).to_have_count(2)
    assert page.url.endswith("?kind=relay")
    page.reload()
    expect(listed(page)).to_have_count(2)
    page.get_by_role("combobox", name="Use").select_option("Used")
    page.get_by_role("button", name="Show all").click()
    expect(listed(page)).to_have_count(7)


def test_a_device_gets_a_title_and_loses_it_again(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices?device=spare")
    title = page.get_by_role("textbox", name="Title")
    title.fill("Air in the cellar")
    page.get_by_role("button", name="Rename").click()
    expect(row(page, "Air in the cellar")).to_be_visible()
    assert plant.call("GET", "/devices/spare")["title"] == "Air in the cellar"
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "spare")).to_be_visible()
    expect(title).to_have_value("spare")


def test_a_device_draws_its_day_and_leads_to_its_stream(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices")
    row(page, "freezer-beer").get_by_role("link").click()
    detail = page.get_by_role("complementary", name="freezer-beer")
    chart = detail.get_by_role("img", name=re.compile("^temperature, the last 24 hours: 1"))
    expect(chart).to_be_visible()
    detail.get_by_role("link", name="Show in Data").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").nth(1)).to_contain_text("freezer-beer")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = page_on(browser, plant, "/devices", width=width)
    row(page, "freezer-beer").get_by_role("link").click()
    page.get_by_role("heading", name="freezer-beer").wait_for()
    assert sideways(page) <= 0
    assert unnamed(page) == []
