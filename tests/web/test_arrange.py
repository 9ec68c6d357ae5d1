import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.choosing import choose
from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.waiting import until

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for running in plant_in(tmp_path_factory.mktemp("arrange") / "server"):
        running.added("cellar-pi")
        running.added("hall-pi", '[[probe]]\nid = "hall-air"\ndriver = "constant"\n')
        yield running


def vessel(plant: RunningPlant, name: str, **plan: Any) -> str:
    return str(plant.call("POST", "/vessels", {"name": name, "agent": "cellar-pi", **plan})["id"])


def settings(browser: Browser, plant: RunningPlant, id: str) -> Page:
    page = page_on(browser, plant, f"/vessels/{id}/settings")
    page.get_by_role("textbox", name="Name").wait_for()
    return page


def fill(page: Page, role: str, device: str) -> None:
    page.get_by_role("button", name=f"Choose: {role}").click()
    page.get_by_role("dialog").get_by_role("radio", name=device).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def part(page: Page, role: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("button", name=f"Choose: {role}"))


def test_a_vessel_is_added_with_everything_it_needs(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices")
    page.get_by_role("link", name="Add a vessel").click()
    page.get_by_role("button", name="Add the vessel").click()
    expect(page.get_by_text("Give it a name.")).to_be_visible()
    page.get_by_role("textbox", name="Name", exact=True).fill("North freezer")
    choose(page, "Conical")
    page.get_by_role("combobox", name="Agent").select_option("cellar-pi")
    page.get_by_role("combobox", name="Chamber").select_option("Another chamber …")
    page.get_by_role("textbox", name="Name of the chamber").fill("Chest freezer")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("combobox", name="Chamber")).to_contain_text("Chest freezer")
    page.get_by_role("textbox", name="Lowest setpoint").fill("2,5")
    fill(page, "Beer probe", "freezer-beer")
    expect(part(page, "Beer probe")).to_contain_text(re.compile(r"1\d\.\d\u00a0°C"))
    fill(page, "Heater", "freezer-heater")
    fill(page, "Cooler", "freezer-cooler")
    page.get_by_role("combobox", name="Algorithm").select_option("PID")
    page.get_by_role("textbox", name=re.compile("^Gain")).fill("0.7")
    page.get_by_role("textbox", name="Reason").fill("first brew")
    page.get_by_role("button", name="Add the vessel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("North freezer")
    made = plant.call("GET", "/vessels/north-freezer")
    assert (made["kind"], made["agent"], made["algorithm"]) == ("conical", "cellar-pi", "pid")
    assert made["settings"] == {"gain": 0.7}
    assert made["limits"] == {"min": 2.5, "max": 30.0}
    assert set(made["roles"]) == {"beer", "heat", "cool"}
    assert made["chamber"] is not None
    assert plant.call("GET", "/journal?limit=1")["items"][0]["reason"] == "first brew"


def test_only_what_differs_is_saved_and_the_bar_says_so(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Keg")
    page = settings(browser, plant, id)
    bar = page.get_by_role("group", name=re.compile("change"))
    expect(bar).to_have_count(0)
    page.get_by_role("textbox", name="Name").fill("Blue keg")
    choose(page, "Keg")
    expect(bar).to_contain_text("name: Blue keg, kind: keg. The setpoint stays.")
    bar.get_by_role("button", name="Discard").click()
    expect(bar).to_have_count(0)
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Keg")
    fill(page, "Room probe", "hall-air")
    expect(bar).to_contain_text("its line in the chart goes on")
    bar.get_by_role("button", name="Save").click()
    expect(bar).to_have_count(0)
    assert set(plant.call("GET", f"/vessels/{id}")["roles"]) == {"ambient"}


def test_the_servers_refusal_stands_at_its_field(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Pot")
    page = settings(browser, plant, id)
    page.get_by_role("textbox", name="Lowest setpoint").fill("\u2212300")
    page.get_by_role("button", name="Save").click()
    lowest = page.get_by_role("textbox", name="Lowest setpoint")
    expect(lowest).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("A limit lies between")).to_be_visible()


def test_what_another_agent_has_cannot_be_chosen_and_says_why(browser: Browser, plant: RunningPlant) -> None:
    page = settings(browser, plant, vessel(plant, "Crock"))
    page.get_by_role("button", name="Choose: Beer probe").click()
    foreign = page.get_by_role("dialog").get_by_role("radio", name="hall-air")
    expect(foreign).to_be_disabled()
    expect(page.get_by_role("dialog")).to_contain_text("does not belong to cellar-pi")


def test_two_who_change_it_at_once_both_see_what_differs(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Carboy")
    page = settings(browser, plant, id)
    page.get_by_role("textbox", name="Name").fill("Mine")
    plant.call("PATCH", f"/vessels/{id}", {"name": "Theirs", "kind": "carboy"})
    told = page.get_by_role("alert").filter(has_text="Somebody else changed this vessel")
    expect(told).to_contain_text("name: Theirs")
    expect(told).to_contain_text("name: Mine")
    expect(page.get_by_role("radio", name="Carboy")).to_be_checked()
    told.get_by_role("button", name="Save mine over it").click()
    expect(told).to_have_count(0)
    after = plant.call("GET", f"/vessels/{id}")
    assert (after["name"], after["kind"]) == ("Mine", "carboy")


def test_a_held_vessel_is_not_removed_and_one_that_is_off_is(browser: Browser, plant: RunningPlant) -> None:
    probe = plant.call("GET", "/devices/spare")["series"]["temperature"]
    id = vessel(plant, "Barrel", roles={"beer": probe})
    plant.call("PUT", f"/vessels/{id}/setpoint", {"mode": "beer", "value": 12, "unit": "C"})
    page = settings(browser, plant, id)

    def remove() -> None:
        page.get_by_role("button", name="Remove Barrel", exact=True).click()
        page.get_by_role("button", name="Hold to remove Barrel").press("Enter")
        page.get_by_role("textbox", name=re.compile("Type")).fill("Barrel")
        page.get_by_role("textbox", name=re.compile("Type")).press("Enter")

    remove()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Barrel is in mode beer")
    page.get_by_role("button", name="Keep it").click()
    plant.call("PUT", f"/vessels/{id}/setpoint", {"mode": "off"})
    until(page, lambda: plant.call("GET", f"/vessels/{id}")["accepted"]["mode"] == "off")
    remove()
    expect(page).to_have_url(f"{plant.url}/")
    assert id not in [one["id"] for one in plant.call("GET", "/vessels")["items"]]


def test_a_viewer_may_not_open_the_settings(browser: Browser, plant: RunningPlant) -> None:
    person = {"login": "vera", "name": "Vera", "role": "viewer", "password": "a long enough word"}
    plant.call("POST", "/users", person)
    id = vessel(plant, "Tun")
    page = page_on(browser, plant, f"/vessels/{id}", login="vera")
    expect(page.get_by_role("link", name="Settings of this vessel")).to_have_count(0)
    page.goto(f"{plant.url}/vessels/{id}/settings")
    expect(page.get_by_text("Only a brewer can open this page.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = page_on(browser, plant, "/add-vessel", width=width)
    page.get_by_role("textbox", name="Name").wait_for()
    assert sideways(page) <= 0
    assert unnamed(page) == []
