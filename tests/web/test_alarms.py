"""Alarms on the page, with test alarms of a real server."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.test_accessible import AXE, WEB, violations

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    yield from plant_in(tmp_path_factory.mktemp("alarms") / "server")


@pytest.fixture(scope="module")
def checker() -> str:
    subprocess.run([sys.executable, "-m", "tools.page", "install"], cwd=WEB.parent, check=True)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _quiet(plant: RunningPlant) -> Iterator[None]:
    yield
    for alarm in plant.call("GET", "/alarms")["items"]:
        if alarm["state"] == "shelved":
            plant.call("POST", f"/alarms/{alarm['id']}/unshelve", {})
        plant.call("POST", f"/alarms/{alarm['id']}/acknowledge", {})


def raised(plant: RunningPlant, title: str, priority: str = "warning", **more: str) -> Any:
    return plant.call("POST", "/alarms", {"title": title, "priority": priority, **more})


def bell(page: Page) -> Locator:
    return page.locator("header").get_by_role("link", name="Alarms")


def detail(page: Page, title: str) -> Locator:
    return page.get_by_role("article", name=title)


def test_a_critical_alarm_is_called_out_and_acknowledged_on_overview(
    browser: Browser, plant: RunningPlant
) -> None:
    page = page_on(browser, plant, "/")
    expect(bell(page)).to_contain_text("none unacknowledged")
    raised(plant, "Smoke in the cellar", "critical", detail="Only a drill.")
    strip = page.get_by_role("region", name="Smoke in the cellar")
    expect(strip).to_contain_text("test")
    expect(strip).to_contain_text("Only a drill.")
    expect(page.locator("[data-called]")).to_have_text("Test of a critical alarm: Smoke in the cellar")
    expect(bell(page)).to_contain_text("1 unacknowledged, the worst is critical")
    strip.get_by_role("button", name="Acknowledge: Smoke in the cellar").click()
    expect(strip).to_have_count(0)
    expect(bell(page)).to_contain_text("none unacknowledged")


def test_what_somebody_publishes_is_no_alarm(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/alarms")
    expect(page.get_by_role("heading", level=1)).to_have_text("All is well")
    true = raised(plant, "True")
    forged = {"event": "raised", "alarm": {**true, "id": "forged", "title": "Made up"}}
    plant.call("POST", "/channels/alarms", forged)
    raised(plant, "Also true")
    expect(page.get_by_role("link", name="Also true")).to_be_visible()
    expect(page.get_by_role("link", name="Made up")).to_have_count(0)


def test_alarms_are_handled_by_keys_alone(browser: Browser, plant: RunningPlant) -> None:
    worst = raised(plant, "Far too warm", "critical")
    other = raised(plant, "Rather warm")
    page = page_on(browser, plant, "/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Two alarms need you")
    expect(detail(page, "Far too warm")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(detail(page, "Rather warm")).to_be_visible()
    expect(page).to_have_url(f"{plant.url}/alarms?alarm={other['id']}")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("One alarm needs you")
    assert plant.call("GET", f"/alarms/{worst['id']}")["state"] == "unacknowledged"
    expect(detail(page, "Rather warm")).to_contain_text("Acknowledged by Anna Andersen")


def test_an_alarm_is_shelved_with_a_reason_and_taken_off_again(browser: Browser, plant: RunningPlant) -> None:
    made = raised(plant, "Door open")
    page = page_on(browser, plant, f"/alarms?alarm={made['id']}", width=390)
    page.get_by_role("button", name="Shelve: Door open").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="8\u00a0h").check()
    dialog.get_by_label("Reason").fill("moving kegs")
    dialog.get_by_role("button", name="Shelve until").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing needs you")
    expect(detail(page, "Door open")).to_contain_text(
        re.compile("Shelved by Anna Andersen until .*moving kegs")
    )
    assert plant.call("GET", f"/alarms/{made['id']}")["reason"] == "moving kegs"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One alarm needs you")
    detail(page, "Door open").get_by_label("Reason").fill("it is closed")
    page.get_by_role("button", name="Acknowledge: Door open").click()
    expect(detail(page, "Door open")).to_contain_text("it is closed")
    page.goto(f"{plant.url}/alarms?tab=history")
    expect(page.get_by_role("link", name="Door open")).to_contain_text("test")


def test_a_viewer_reads_and_acts_not(browser: Browser, plant: RunningPlant) -> None:
    person = {"login": "vera", "name": "Vera", "role": "viewer", "password": "a long enough word"}
    plant.call("POST", "/users", person)
    raised(plant, "Only look")
    page = page_on(browser, plant, "/alarms", login="vera")
    expect(detail(page, "Only look")).to_contain_text("Only a brewer can acknowledge")
    expect(page.get_by_role("button", name=re.compile("Acknowledge|Shelve"))).to_have_count(0)
    page.get_by_role("radio", name="Rules").check()
    expect(page.get_by_role("main")).to_contain_text("has been away for more than 10\u00a0min")
    expect(page).to_have_url(f"{plant.url}/alarms?tab=rules")


def test_alarms_fit_have_names_and_shut_nobody_out(
    browser: Browser, plant: RunningPlant, checker: str
) -> None:
    raised(plant, "Far too warm for a lager that long", "critical", detail="It was cold. Now it is not.")
    shelved = raised(plant, "Rather warm")
    plant.call("POST", f"/alarms/{shelved['id']}/shelve", {"minutes": 60, "reason": "known"})
    raised(plant, "Look some time", "notice")
    for address in ("/alarms", "/alarms?tab=rules", "/"):
        page = page_on(browser, plant, address)
        for width in (320, 390, 768, 1440):
            page.set_viewport_size({"width": width, "height": 844})
            assert sideways(page) <= 0, (address, width)
            assert unnamed(page) == [], (address, width)
        assert violations(page, checker) == []
