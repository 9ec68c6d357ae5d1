import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.choosing import choose
from tests.web.conftest import WAIT_MS
from tests.web.plant import sideways
from tests.web.waiting import settled

pytestmark = pytest.mark.needs("chromium")

VESSELS = 4


def open_vessel(page: Page, name: str = "North freezer") -> None:
    page.get_by_role("article").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def picture_of(page: Page) -> str:
    settled(page)
    return str(page.locator("figure canvas").first.evaluate("canvas => canvas.toDataURL()"))


def drawn_anew(page: Page, before: str) -> None:
    """Wait until the chart is another picture than before."""
    page.wait_for_function(
        "(before) => document.querySelector('figure canvas').toDataURL() !== before", arg=before
    )


def request(page: Page, value: str) -> None:
    page.get_by_role("button", name="Change setpoint").click()
    choose(page, "Beer")
    page.get_by_role("textbox", name=re.compile("setpoint")).fill(value)
    page.get_by_role("button", name=re.compile("^Request")).click()


def test_the_printed_address_signs_the_browser_in(browser: Browser, tmp_path: Path) -> None:
    """It works for ten minutes, so it has to be that of a brewery which has just begun."""
    brewery = RunningBrewery(tmp_path)
    try:
        brewery.start()
        page = browser.new_context().new_page()
        page.goto(brewery.key_address)
        expect(page.get_by_role("article")).to_have_count(VESSELS)
        assert "key=" not in page.url
    finally:
        brewery.stop()


def test_a_plain_visit_offers_the_demo(browser: Browser, brewery: RunningBrewery) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(brewery.url)
    page.get_by_role("button", name="Look around the demo brewery").click()
    expect(page.get_by_role("article")).to_have_count(VESSELS)
    context.close()


@pytest.mark.parametrize(("path", "status"), [("/api/v1/health", 503), ("/api/v1/session", 429)])
def test_what_fails_once_at_the_beginning_is_tried_again(
    browser: Browser, brewery: RunningBrewery, path: str, status: int
) -> None:
    context = browser.new_context()
    context.route(f"**{path}", lambda route: route.fulfill(status=status), times=1)
    page = context.new_page()
    with page.expect_response(lambda answer: answer.url.endswith(path) and answer.ok, timeout=WAIT_MS):
        page.goto(f"{brewery.url}/#key=demo")
    expect(page.get_by_role("article")).to_have_count(VESSELS)


def test_a_page_that_does_not_load_says_so_until_it_does(page: Page) -> None:
    away = threading.Event()
    page.route(
        re.compile(r"/assets/Batches-.*\.js$"),
        lambda route: route.continue_() if away.is_set() else route.abort(),
    )
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Batches").click()
    expect(page.get_by_role("alert").filter(has_text="This page did not load")).to_be_visible()
    away.set()
    expect(page.get_by_role("alert").filter(has_text="This page did not load")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Harvest")).first).to_be_visible()


def test_the_chart_moves_by_itself(page: Page, complaints: list[str]) -> None:
    open_vessel(page)
    page.locator("figure canvas").first.wait_for()
    before = picture_of(page)
    drawn_anew(page, before)
    assert complaints == []


def test_a_setpoint_reaches_the_simulated_relay_and_comes_back(page: Page) -> None:
    open_vessel(page, "Garage fridge")
    truths = page.get_by_role("list", name="From wish to output")
    request(page, "4.0")
    for truth in ("Requested", "Accepted"):
        expect(truths.get_by_role("listitem", name=truth)).to_contain_text("4.0")
    expect(truths.get_by_role("listitem", name="Demanded")).to_contain_text("Cool 100")
    expect(truths.get_by_role("listitem", name="Observed")).to_contain_text("Cooler on")
    request(page, "19.2")
    expect(truths.get_by_role("listitem", name="Observed")).not_to_contain_text("Cooler on")


def test_a_setpoint_beyond_the_limits_is_refused_in_words(page: Page) -> None:
    open_vessel(page)
    page.get_by_role("button", name="Change setpoint").click()
    choose(page, "Beer")
    page.get_by_role("textbox", name=re.compile("setpoint")).fill("31")
    expect(
        page.get_by_text("31.0\u00a0°C is above this vessel\u2019s limit of 26.0\u00a0°C.")
    ).to_be_visible()


def test_on_a_phone_everything_fits_and_one_thumb_is_enough(phone: Page, complaints: list[str]) -> None:
    assert sideways(phone) <= 0
    phone.get_by_role("article").first.get_by_role("link").first.tap()
    phone.get_by_role("button", name="Change setpoint").tap()
    dialog = phone.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for button in dialog.get_by_role("button").all():
        assert (button.bounding_box() or {"height": 0})["height"] >= 34
    dialog.get_by_role("button", name="Cancel").tap()
    expect(dialog).to_have_count(0)
    assert sideways(phone) <= 0
    assert complaints == []


@pytest.mark.parametrize("width", [320, 360, 768, 1120])
def test_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/vessels/freezer20", "/batches", "/batches/harvest-pale-ale", "/data"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        settled(page)
        assert sideways(page) <= 0, path


def test_the_dark_theme_follows_the_system_and_a_choice_outlives_a_reload(page: Page) -> None:
    ground = page.locator("html")
    light, dark = "rgb(242, 243, 240)", "rgb(15, 18, 17)"
    expect(ground).to_have_css("background-color", light)
    page.emulate_media(color_scheme="dark")
    expect(ground).to_have_css("background-color", dark)
    theme = page.get_by_role("button", name=re.compile("^Theme"))
    theme.click()
    expect(theme).to_have_accessible_name("Theme: light")
    expect(ground).to_have_css("background-color", light)
    page.reload()
    expect(ground).to_have_css("background-color", light)
    theme.click()
    page.emulate_media(color_scheme="light")
    expect(ground).to_have_css("background-color", dark)


def test_a_real_brew_is_imported_and_shown(page: Page, brewery: RunningBrewery, log_file: Path) -> None:
    words = ["import", str(log_file), "--timezone", "Europe/Amsterdam", "--data", str(brewery.data)]
    done = subprocess.run(
        [sys.executable, "-m", "krausen", *words], capture_output=True, text=True, check=True
    )
    assert "3,272" in done.stdout
    page.goto(f"{brewery.url}/batches")
    page.get_by_role("link", name=re.compile("brewpi_2014")).first.click()
    chart = page.get_by_role("figure")
    expect(chart).to_have_attribute("aria-label", re.compile("Beer"))
    expect(page.get_by_text("Beer temp set to 16.0 in web interface")).to_be_visible()
    before = picture_of(page)
    page.get_by_role("button", name="Zoom in").click()
    drawn_anew(page, before)


def test_a_server_that_is_lost_is_told_and_its_return_too(browser: Browser, tmp_path: Path) -> None:
    brewery = RunningBrewery(tmp_path)
    brewery.start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{brewery.url}/#key=demo")
    connection = page.get_by_role("status", name="Connection")
    expect(page.get_by_role("article")).to_have_count(VESSELS)
    expect(connection).to_contain_text("Live")
    brewery.kill()
    expect(connection).to_contain_text("No connection")
    expect(page.get_by_role("article")).to_have_count(VESSELS)
    brewery.start()
    expect(connection).to_contain_text("Live", timeout=2 * WAIT_MS)
    brewery.stop()
    context.close()
