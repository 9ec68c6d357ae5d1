"""Parts of the page that are fetched when they are wanted, and cannot be had at first."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.brewery import RunningBrewery
from tests.web.plant import sideways, unnamed
from tests.web.waiting import settled

pytestmark = pytest.mark.needs("chromium")

LOG = "What devices say"
LOST = f"“{LOG}” did not load"

Held = Callable[[str], threading.Event]


@pytest.fixture
def held(page: Page) -> Iterator[Held]:
    """Let parts of the page, by name, not be had until what is given is set."""

    def held(part: str) -> threading.Event:
        given = threading.Event()

        def answer(route: Route) -> None:
            route.continue_() if given.is_set() else route.abort()

        page.route(re.compile(rf"/assets/{part}-[^/]*\.js$"), answer)
        return given

    yield held
    page.unroute_all()


def trouble(page: Page, text: str = LOST) -> Locator:
    return page.get_by_role("alert").filter(has_text=text)


def open_wall(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/?wall")
    page.get_by_role("region", name="Vessels").get_by_role("article").first.wait_for()


def open_vessel(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/vessels/freezer20")


def test_the_window_of_the_logs_says_that_it_did_not_load_and_comes_by_itself(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("LogWindow")
    open_wall(page, brewery)
    page.keyboard.press("l")
    expect(trouble(page)).to_contain_text("fetched again every few seconds")
    expect(trouble(page)).to_contain_text("Failed to fetch")
    assert (sideways(page), unnamed(page)) == (0, [])
    given.set()
    expect(page.get_by_role("dialog", name=LOG)).to_be_visible()
    expect(trouble(page)).to_have_count(0)


def test_what_did_not_load_is_given_up_with_escape_and_wanted_again_later(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("LogWindow")
    open_wall(page, brewery)
    page.keyboard.press("l")
    expect(trouble(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(trouble(page)).to_have_count(0)
    expect(page).to_have_url(f"{brewery.url}/?wall")
    given.set()
    page.keyboard.press("l")
    expect(page.get_by_role("dialog", name=LOG)).to_be_visible()


def test_a_key_that_is_held_opens_and_closes_nothing_twice(page: Page, brewery: RunningBrewery) -> None:
    open_wall(page, brewery)
    window = page.get_by_role("dialog", name=LOG)
    page.keyboard.down("l")
    expect(window).to_be_visible()
    page.keyboard.down("l")
    page.keyboard.down("l")
    expect(window.get_by_role("radio", name="Devices")).to_be_visible()
    page.keyboard.up("l")
    page.keyboard.press("l")
    expect(window).to_have_count(0)
    page.keyboard.down("l")
    expect(window).to_be_visible()
    page.keyboard.up("l")
    page.keyboard.down("Escape")
    expect(window).to_have_count(0)
    page.keyboard.down("Escape")
    settled(page)
    expect(page).to_have_url(f"{brewery.url}/?wall")
    page.keyboard.up("Escape")


def test_the_wall_says_that_it_did_not_load_and_leaves_no_trace_on_the_overview(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("Wall")
    page.goto(f"{brewery.url}/?wall")
    expect(trouble(page, "“Wall display” did not load")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="did not load")).to_have_count(0)
    page.get_by_role("link", name="Wall display").click()
    expect(trouble(page, "“Wall display” did not load")).to_be_visible()
    given.set()
    expect(page.get_by_role("region", name="Vessels").get_by_role("article").first).to_be_visible()


def test_a_chart_says_that_it_did_not_load_and_is_drawn_by_itself(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("plot")
    open_vessel(page, brewery)
    expect(trouble(page, "This chart did not load")).to_be_visible()
    given.set()
    page.locator("figure canvas").first.wait_for()
    expect(trouble(page, "This chart did not load")).to_have_count(0)


def test_the_form_and_the_list_of_corrections_come_by_themselves(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("CorrectForm")
    open_vessel(page, brewery)
    page.get_by_role("button", name="Correct a stretch").click()
    lost = trouble(page, "“Correct a stretch” did not load")
    lost.get_by_role("button", name="Close").click()
    expect(lost).to_have_count(0)
    page.get_by_role("button", name="Correct a stretch").click()
    expect(lost).to_be_visible()
    given.set()
    expect(page.get_by_role("form", name="Correct a stretch")).to_be_visible()


def test_a_picture_is_told_of_in_its_menu_and_comes_by_itself(
    page: Page, brewery: RunningBrewery, held: Held
) -> None:
    given = held("picture")
    open_vessel(page, brewery)
    page.locator("figure canvas").first.wait_for()
    page.get_by_text("Take away", exact=True).click()
    page.get_by_role("button", name="Drawing (SVG)").click()
    expect(trouble(page, "What draws pictures did not load")).to_be_visible()
    with page.expect_download() as begun:
        given.set()
    assert begun.value.suggested_filename.endswith(".svg")


def test_the_dialog_for_files_comes_by_itself(page: Page, brewery: RunningBrewery, held: Held) -> None:
    given = held("ExportDialog")
    open_vessel(page, brewery)
    page.locator("figure canvas").first.wait_for()
    page.get_by_text("Take away", exact=True).click()
    page.get_by_role("button", name="Readings, other forms…").click()
    expect(trouble(page, "“Readings, other forms…” did not load")).to_be_visible()
    given.set()
    expect(page.get_by_role("dialog")).to_contain_text("Take away")


def test_the_list_of_components_comes_by_itself(page: Page, brewery: RunningBrewery, held: Held) -> None:
    given = held("components")
    page.goto(f"{brewery.url}/settings")
    page.get_by_text("In this page").click()
    expect(trouble(page, "did not load")).to_be_visible()
    given.set()
    expect(page.get_by_role("link", name="svelte")).to_be_visible()
