import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    yield from plant_in(tmp_path_factory.mktemp("agents") / "server")


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def add(page: Page, name: str) -> Locator:
    page.get_by_role("button", name="Add an agent").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("button", name=f"Add {name}").click()
    return dialog


def test_a_new_agent_is_told_its_command_and_is_recognised(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/agents")
    dialog = add(page, "cellar-pi")
    command = dialog.get_by_role("group", name="Command").locator("code").inner_text()
    assert command.startswith(f"krausen agent cellar-pi --server {plant.url} --token krs_")
    expect(dialog.get_by_text("Waiting for cellar-pi")).to_be_visible()
    plant.agent("cellar-pi", command.split()[-1])
    expect(dialog.get_by_text("cellar-pi is recognised.")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(card(page, "cellar-pi")).to_contain_text("Current")
    expect(card(page, "cellar-pi")).to_contain_text("Holds no vessel")
    expect(card(page, "cellar-pi").get_by_role("link")).to_have_text("7\u00a0devices")
    page.reload()
    expect(card(page, "cellar-pi")).to_contain_text("in step")
    assert command.split()[-1] not in page.content()


def test_names_are_refused_in_words(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/agents")
    dialog = add(page, "twice")
    dialog.get_by_role("button", name="Done").click()
    dialog = add(page, "twice")
    name = dialog.get_by_role("textbox", name="Name")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("two words")
    expect(dialog.get_by_role("alert")).to_contain_text("letters, digits, dots")
    expect(card(page, "twice")).to_contain_text("It has not come yet")


def test_an_agent_that_went_is_told_away_and_can_be_removed(browser: Browser, plant: RunningPlant) -> None:
    plant.added("going-pi")
    page = page_on(browser, plant, "/agents")
    expect(card(page, "going-pi")).to_contain_text("Current")
    expect(card(page, "going-pi").get_by_role("button", name="Remove going-pi")).to_be_disabled()
    plant.end("agent going-pi")
    expect(card(page, "going-pi")).to_contain_text("Away since")
    expect(page.get_by_role("heading", level=1)).to_contain_text("away")
    card(page, "going-pi").get_by_role("button", name="Remove going-pi").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    hold = dialog.get_by_role("button", name="Hold to remove going-pi")
    hold.hover()
    page.mouse.down()
    expect(card(page, "going-pi")).to_have_count(0)
    page.mouse.up()


def test_a_viewer_looks_and_is_offered_no_act(browser: Browser, plant: RunningPlant) -> None:
    person = {"login": "vera", "name": "Vera", "role": "viewer", "password": "a long enough word"}
    plant.call("POST", "/users", person)
    plant.call("POST", "/agents", {"agent": "seen-pi"})
    page = page_on(browser, plant, "/agents", login="vera")
    expect(card(page, "seen-pi")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Add|Remove"))).to_have_count(0)


def test_without_a_process_manager_the_page_says_how(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/agents")
    section = page.get_by_role("region", name="Processes of this machine")
    expect(section).to_contain_text("started by hand")
    expect(section).to_contain_text("krausen up")
    expect(section).to_contain_text("krausen start")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = page_on(browser, plant, "/agents", width=width)
    page.get_by_role("button", name="Add an agent").wait_for()
    assert sideways(page) <= 0
    assert unnamed(page) == []
