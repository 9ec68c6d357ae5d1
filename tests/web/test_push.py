import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.conftest import WAIT_S
from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.test_accessible import AXE, violations
from tests.web.waiting import until

pytestmark = pytest.mark.needs("chromium")

REPORT = {"name": "spin1", "temperature": 20, "temp_units": "C", "gravity": 1.048, "angle": 30.5}
SECRET = "a key that nobody sees"


class Receiver(ThreadingHTTPServer):
    """A service that takes pushes, whose key is the one it was given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.url = f"http://127.0.0.1:{self.server_port}/push"
        self.key = SECRET
        self.status = 200
        self.taken: list[dict[str, Any]] = []


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver = self.server
        assert isinstance(receiver, Receiver)
        push = json.loads(self.rfile.read(int(self.headers["content-length"])))
        receiver.taken.append(push)
        is_known = push["api_key"] == receiver.key
        status, words = (receiver.status, "Thank you.") if is_known else (401, "I do not know this key.")
        body = json.dumps({"message": words}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        serving = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield receiver
        receiver.shutdown()
        serving.join()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for plant in plant_in(tmp_path_factory.mktemp("push") / "server"):
        plant.call("PATCH", "/doors/ispindel", {"enabled": True})
        sent = httpx2.post(f"{plant.url}/ispindel", json=REPORT, timeout=WAIT_S)
        assert sent.status_code == 200
        for login, role in (("bo", "brewer"), ("vera", "viewer")):
            person = {"login": login, "name": login, "role": role, "password": "a long enough word"}
            plant.call("POST", "/users", person)
        yield plant


@pytest.fixture(autouse=True)
def _nothing_is_left(plant: RunningPlant) -> Iterator[None]:
    yield
    for target in plant.call("GET", "/push-targets")["items"]:
        plant.call("DELETE", f"/push-targets/{target['id']}")


def added(plant: RunningPlant, receiver: Receiver, name: str = "Club", **more: object) -> str:
    """Add a target by program, and give its id."""
    settings = {"url": receiver.url, "api_key": SECRET}
    wish = {"name": name, "kind": "generic", "every_s": 1, "settings": settings, **more}
    return str(plant.call("POST", "/push-targets", wish)["id"])


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Push targets").get_by_role("listitem").filter(has_text=name)


def test_an_admin_is_led_through_and_sees_what_goes_before_it_begins(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    page = page_on(browser, plant, "/push")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is pushed yet")
    page.get_by_role("link", name=re.compile("Fermentrack")).click()
    test = page.get_by_role("button", name="Send a test")
    expect(page.get_by_role("main")).to_contain_text("Still needed: Address.")
    expect(test).to_be_disabled()
    page.get_by_label("Name", exact=True).fill("Club")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Key", exact=True).fill(SECRET)
    often = page.get_by_role("textbox", name="How often")
    often.fill("0.2 s")
    expect(page.get_by_role("alert").first).to_have_text("At least 1\u00a0s.")
    expect(test).to_be_disabled()
    often.fill("1 s")
    sensors = page.get_by_role("group", name="Hydrometers")
    sensors.get_by_role("radio", name="Chosen").check()
    expect(sensors.get_by_role("checkbox", name=re.compile("spin1"))).to_be_checked()
    test.click()
    expect(page.get_by_role("status").filter(has_text="It arrived")).to_be_visible()
    sent = page.get_by_role("region", name="Sent")
    expect(sent).to_contain_text(f"POST {receiver.url}")
    expect(sent).to_contain_text('"name":"spin1"')
    expect(sent).to_contain_text("•••")
    expect(sent).not_to_contain_text(SECRET)
    expect(page.get_by_role("region", name="Answered")).to_contain_text("Thank you.")
    (kept,) = plant.call("GET", "/push-targets")["items"]
    assert (kept["state"], kept["every_s"], len(kept["what"]["sensors"])) == ("paused", 1, 1)
    assert len(receiver.taken) == 1
    page.get_by_role("button", name="Start pushing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Club")
    expect(page.get_by_role("region", name="Deliveries").get_by_role("listitem").nth(2)).to_be_visible()
    assert receiver.taken[-1]["api_key"] == SECRET
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything arrives where it should")
    expect(row(page, "Club")).to_contain_text("Active")


def test_a_test_that_failed_says_why_and_a_changed_form_wants_another(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    page = page_on(browser, plant, "/push?add=generic")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_label("Key", exact=True).fill("wrong")
    page.get_by_role("button", name="Send a test").click()
    outcome = page.get_by_role("status").filter(has_text="It did not arrive")
    expect(outcome).to_contain_text("I do not know this key.")
    expect(page.get_by_role("button", name="Start all the same")).to_be_enabled()
    page.get_by_label("Key", exact=True).fill(SECRET)
    expect(page.get_by_role("main")).to_contain_text("Something was changed since the test")
    expect(page.get_by_role("button", name=re.compile("^Start"))).to_have_count(0)
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("button", name="Start pushing")).to_be_enabled()
    assert len(plant.call("GET", "/push-targets")["items"]) == 1


def test_a_refused_key_is_told_mended_and_never_shown(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    receiver.key = "the new key"
    id = added(plant, receiver)
    page = page_on(browser, plant, f"/push/{id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Club")
    expect(page.get_by_role("main")).to_contain_text("The service takes nothing")
    expect(page.get_by_role("main")).to_contain_text("I do not know this key.")
    page.get_by_role("button", name="Change").click()
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    page.get_by_role("button", name="Replace: Key").click()
    page.get_by_role("button", name="Keep the old one").click()
    expect(save).to_be_disabled()
    page.get_by_role("button", name="Replace: Key").click()
    page.get_by_label("Key", exact=True).fill("the new key")
    save.click()
    expect(page.get_by_role("region", name="Deliveries")).to_contain_text("Arrived")
    page.get_by_role("button", name="Change").click()
    page.get_by_label("Name", exact=True).fill("Club of Brewers")
    save.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Club of Brewers")
    until(page, lambda: receiver.taken[-1]["api_key"] == "the new key")


def test_who_else_changed_it_is_not_overwritten_unseen(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    id = added(plant, receiver, state="paused")
    page = page_on(browser, plant, f"/push/{id}?change")
    page.get_by_label("Name", exact=True).fill("Mine")
    plant.call("PATCH", f"/push-targets/{id}", {"every_s": 5})
    save = page.get_by_role("button", name="Save")
    save.click()
    expect(page.get_by_role("alert").first).to_contain_text("Somebody else changed it meanwhile")
    assert plant.call("GET", f"/push-targets/{id}")["name"] == "Club"
    save.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mine")


def test_a_service_that_stumbles_is_told_live(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    added(plant, receiver)
    page = page_on(browser, plant, "/push")
    expect(row(page, "Club")).to_contain_text(re.compile(r"Arrived\s+(\d+) of \1"))
    receiver.status = 503
    expect(row(page, "Club")).to_contain_text("Trying again")
    expect(row(page, "Club")).to_contain_text("Thank you.")
    expect(row(page, "Club").get_by_role("img")).to_have_attribute("aria-label", re.compile(r"^Of the last"))
    expect(page.get_by_role("heading", level=1)).to_have_text("One service is tried again")


def test_a_brewer_pauses_and_tests_and_a_viewer_only_looks(
    browser: Browser, plant: RunningPlant, receiver: Receiver
) -> None:
    id = added(plant, receiver)
    page = page_on(browser, plant, f"/push/{id}", login="bo")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert plant.call("GET", f"/push-targets/{id}")["state"] == "paused"
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("region", name="Answered")).to_contain_text("Thank you.")
    expect(page.get_by_role("region", name="Deliveries")).to_contain_text("test")
    expect(page.get_by_role("main")).to_contain_text("Only an admin can change or remove it.")
    expect(page.get_by_role("button", name=re.compile("^(Change|Remove)"))).to_have_count(0)
    page = page_on(browser, plant, f"/push/{id}?change", login="vera")
    expect(page.get_by_role("main")).to_contain_text("Only a brewer can pause or test it.")
    acts = re.compile("^(Change|Remove|Pause|Resume|Send|Save)")
    expect(page.get_by_role("button", name=acts)).to_have_count(0)
    expect(page.get_by_role("main")).not_to_contain_text(SECRET)
    page = page_on(browser, plant, "/push?add", login="vera")
    expect(row(page, "Club")).to_contain_text("Paused")
    expect(page.get_by_role("link", name="Add a service")).to_have_count(0)


def test_one_is_removed_by_its_name(browser: Browser, plant: RunningPlant, receiver: Receiver) -> None:
    id = added(plant, receiver)
    page = page_on(browser, plant, f"/push/{id}")
    page.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Hold to remove Club").press("Enter")
    dialog.get_by_label(re.compile("Type .Club.")).fill("club")
    dialog.get_by_role("button", name="Remove Club").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is pushed yet")
    assert plant.call("GET", "/push-targets")["items"] == []


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_everything_fits_has_a_name_and_shuts_nobody_out(
    browser: Browser, plant: RunningPlant, receiver: Receiver, width: int
) -> None:
    id = added(plant, receiver, "Homebrewersassociationofcopenhagenandsurroundings")
    page = page_on(browser, plant, f"/push/{id}", width=width)
    page.get_by_role("region", name="Deliveries").locator("summary").last.click()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_role("status").filter(has_text="It arrived").wait_for()
    plant.call("PATCH", f"/push-targets/{id}", {"state": "paused"})
    page.get_by_role("button", name="Resume").wait_for()
    axe = AXE.read_text(encoding="utf-8")
    for path in ("", "/push", f"/push/{id}?change", "/push?add=webhook", "/push?add=influxdb"):
        if path:
            page.goto(plant.url + path)
        assert violations(page, axe) == [], path
        assert sideways(page) <= 0, path
        assert unnamed(page) == [], path
