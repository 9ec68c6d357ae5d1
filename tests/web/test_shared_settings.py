"""What one page changes, and all open pages show."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.web.brewery import RunningBrewery
from tests.web.choosing import choose
from tests.web.conftest import WAIT_MS, opened
from tests.web.waiting import shown

pytestmark = pytest.mark.needs("chromium")

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>'
STEPS = [{"kind": "hold", "temperature": 18, "hours": 72}, {"kind": "hold", "temperature": 4, "hours": None}]


class Gallery(BaseHTTPRequestHandler):
    """A site elsewhere that has one picture."""

    def do_GET(self) -> None:
        is_there = self.path == "/logo.svg"
        self.send_response(200 if is_there else 404)
        self.end_headers()
        self.wfile.write(PICTURE if is_there else b"Not here.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library calls it so
        """Say nothing."""


@pytest.fixture
def gallery() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def other(browser: Browser, brewery: RunningBrewery, complaints: list[str]) -> Iterator[Page]:
    """A second browser of the same person."""
    yield from opened(browser, brewery, complaints, width=1440, height=900)


def ask(brewery: RunningBrewery, method: str, path: str, body: object = None) -> Any:
    token = (brewery.data / "demo-token").read_text().strip()
    proof = {"authorization": f"Bearer {token}"}
    answer = httpx2.request(method, f"{brewery.url}/api/v1{path}", json=body, headers=proof)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def at(page: Page, brewery: RunningBrewery, path: str) -> None:
    page.goto(f"{brewery.url}{path}")
    shown(page)


def test_a_logo_by_its_address_stands_on_every_open_page_and_a_bad_address_changes_nothing(
    page: Page, other: Page, brewery: RunningBrewery, gallery: str
) -> None:
    at(page, brewery, "/settings")
    address = page.get_by_label("Or its address")
    address.press_sequentially(f"{gallery}/logo.svg")
    brand = other.get_by_role("navigation", name="Main").locator("img")
    expect(brand).to_have_attribute("src", re.compile("^data:image/svg"))
    address.fill(f"{gallery}/nothing.png")
    expect(page.get_by_role("alert").filter(has_text="The logo stays as it is")).to_contain_text("404")
    expect(brand).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(brand).to_have_count(0)


def test_who_wishes_so_comes_back_to_where_they_left(page: Page, brewery: RunningBrewery) -> None:
    at(page, brewery, "/settings")
    choose(page, "Where I left")
    expect(page.get_by_role("group", name="When opened: Where I left")).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Batches").click()
    expect(page).to_have_url(f"{brewery.url}/batches")
    page.goto(brewery.url)
    expect(page).to_have_url(f"{brewery.url}/batches")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Overview").click()
    expect(page).to_have_url(f"{brewery.url}/")
    at(page, brewery, "/settings")
    choose(page, "Overview")
    expect(page.get_by_role("group", name="When opened: Overview")).to_be_visible()
    page.goto(brewery.url)
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page).to_have_url(f"{brewery.url}/")


def test_a_profile_that_somebody_removes_is_told_and_what_was_changed_in_it_is_not_lost(
    page: Page, other: Page, brewery: RunningBrewery
) -> None:
    profile = ask(brewery, "POST", "/profiles", {"name": "Short ale", "steps": STEPS})["id"]
    at(page, brewery, f"/profiles/{profile}")
    at(other, brewery, f"/profiles/{profile}")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    other.get_by_label("Name", exact=True).fill("Longer ale")
    ask(brewery, "DELETE", f"/profiles/{profile}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This profile was removed")
    expect(page.get_by_role("alert").filter(has_text="By ")).to_contain_text(re.compile(r"at \d\d:\d\d"))
    page.get_by_role("alert").get_by_role("link").click()
    expect(page).to_have_url(f"{brewery.url}/profiles")
    expect(other.get_by_role("alert").filter(has_text="still here")).to_be_visible()
    other.get_by_role("button", name="Add the profile").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Longer ale")
    ask(brewery, "DELETE", f"/profiles/{other.url.rsplit('/', 1)[1]}")


def test_a_lost_connection_counts_to_the_next_try_and_is_made_anew_at_a_press(
    browser: Browser, brewery: RunningBrewery
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    lines: list[WebSocketRoute] = []
    cut = threading.Event()

    def connect(line: WebSocketRoute) -> None:
        if cut.is_set():
            line.close()
            return
        lines.append(line)
        line.connect_to_server()

    page.route_web_socket(re.compile("/api/v1/live"), connect)
    page.goto(f"{brewery.url}/#key=demo")
    lamp = page.get_by_role("status", name="Connection")
    expect(lamp).to_contain_text("Live")
    cut.set()
    for line in lines:
        line.close()
    expect(lamp).to_contain_text("No connection since")
    expect(page.get_by_text(re.compile(r"again in \d+\ss"))).to_be_visible()
    beer = page.get_by_role("article").first.locator(".reading")
    before = beer.inner_text()
    cut.clear()
    page.get_by_role("button", name="Reconnect now").click()
    expect(lamp).to_contain_text("Live")
    expect(beer).not_to_have_text("unknown")
    assert before
    context.close()
