import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import kept
from krausen.model.learned import Learned, Standing
from tests.web.plant import CELLAR, RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.test_accessible import axe, violations
from tests.web.waiting import settled, until

__all__ = ("axe",)

pytestmark = pytest.mark.needs("chromium")

WATCHED_H = 61.5
TOLD = 4
LEARNED = kept(begin(18.6, 17.9, valve=False), WATCHED_H, Standing.LEARNING)
ROLES = {"beer": "temperature", "chamber": "temperature", "heater": "on", "cooler": "on"}
DEVICES = CELLAR.replace("freezer20", "fridge20tape") + CELLAR.replace('"freezer"', '"cabinet"').replace(
    '"spare"', '"other"'
)
"""Two simulated chambers: one is never switched off, the other is where pre-flights run."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for running in plant_in(tmp_path_factory.mktemp("chamber") / "server"):
        running.added("cellar-pi", DEVICES)
        person = {"login": "vera", "name": "Vera", "role": "viewer", "password": "a long enough word"}
        running.call("POST", "/users", person)
        yield running


def vessel(plant: RunningPlant, name: str, **plan: Any) -> str:
    plan = {"agent": "cellar-pi", "algorithm": "learning", **plan}
    return str(plant.call("POST", "/vessels", {"name": name, **plan})["id"])


def roles(plant: RunningPlant, page: Page, chamber: str) -> dict[str, str]:
    """Give what plays the parts of a vessel in a simulated chamber, as soon as the agent has told of it."""
    wanted = {f"{chamber}-{part}": metric for part, metric in ROLES.items()}
    found: dict[str, str] = {}

    def told() -> bool:
        for one in plant.call("GET", "/devices?limit=1000")["items"]:
            if one["name"] in wanted and wanted[one["name"]] in one["series"]:
                found[one["name"]] = one["series"][wanted[one["name"]]]
        return len(found) == len(wanted)

    until(page, told)
    named = {"heater": "heat", "cooler": "cool"}
    return {
        named.get(part, part): found[name] for name, part in zip(wanted, ROLES, strict=True) if name in found
    }


def chamber(
    browser: Browser, plant: RunningPlant, id: str, *, width: int = 1440, login: str = "anna"
) -> Page:
    page = page_on(browser, plant, f"/vessels/{id}/chamber", width=width, login=login)
    settled(page)
    return page


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def a_file(content: bytes, name: str = "chamber.json") -> FilePayload:
    return {"name": name, "mimeType": "application/json", "buffer": content}


def learned(plant: RunningPlant, id: str) -> dict[str, Any]:
    answer: dict[str, Any] = plant.call("GET", f"/vessels/{id}/learned")
    return answer


def teach(plant: RunningPlant, id: str, page: Page) -> None:
    """Give a vessel a model, and wait until its agent has it."""
    plant.call("PUT", f"/vessels/{id}/learned", msgspec.to_builtins(LEARNED))
    until(page, lambda: bool((now := learned(plant, id))["quantities"]) and not now["pending"])


def test_a_vessel_that_does_not_learn_says_what_to_do(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Bucket", algorithm="hysteresis")
    page = page_on(browser, plant, f"/vessels/{id}")
    page.get_by_role("link", name="Its chamber").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bucket: chamber")
    expect(page.get_by_role("heading", name="Nothing has been learned of this chamber")).to_be_visible()
    expect(page.get_by_role("radio", name="Saver")).to_be_disabled()
    page.get_by_role("link", name="Choose the algorithm").click()
    expect(page.get_by_role("combobox", name="Algorithm")).to_be_visible()


def test_a_model_is_imported_exported_and_forgotten(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Keg")
    page = chamber(browser, plant, id)
    expect(page.get_by_role("heading", name="Nothing learned yet")).to_be_visible()
    keeping = card(page, "What it keeps")
    expect(keeping.get_by_role("button", name="Forget")).to_be_disabled()
    page.get_by_label("File of a learned chamber").set_input_files(a_file(msgspec.json.encode(LEARNED)))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("chamber.json: learning, watched for 2\u00a0d\u00a013\u00a0h")
    dialog.get_by_role("textbox", name="Reason").fill("same fridge, new agent")
    dialog.get_by_role("button", name="Take it over").click()
    expect(dialog).to_have_count(0)
    drift = (
        card(page, "What moves the beer").get_by_role("listitem").filter(has_text="Drift towards the room")
    )
    expect(drift).to_contain_text("1\u00a0d\u00a021\u00a0h")
    expect(drift).to_contain_text("still a guess")
    expect(card(page, "What it has learned")).to_contain_text("watched for 2\u00a0d\u00a013\u00a0h")
    expect(keeping).not_to_contain_text("on its way")
    with page.expect_download() as downloading:
        keeping.get_by_role("link", name="Export").click()
    exported = downloading.value.path().read_bytes()
    assert msgspec.json.decode(exported, type=Learned) == LEARNED
    keeping.get_by_role("button", name="Forget").click()
    expect(dialog).to_contain_text("It begins anew")
    dialog.get_by_role("button", name="Forget it").click()
    expect(page.get_by_role("heading", name="Nothing learned yet")).to_be_visible()
    assert learned(plant, id)["quantities"] == {}
    reasons = [one["reason"] for one in plant.call("GET", "/journal?limit=2")["items"]]
    assert "same fridge, new agent" in reasons


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\x89PNG", "it is not JSON"), (b'{"steps": []}', "it has no model in it")],
    ids=["a picture", "another file"],
)
def test_a_file_that_is_no_model_is_told_for_what_it_is(
    browser: Browser, plant: RunningPlant, content: bytes, why: str
) -> None:
    page = chamber(browser, plant, vessel(plant, "Pot"))
    page.get_by_label("File of a learned chamber").set_input_files(a_file(content, "photo.json"))
    expect(card(page, "What it keeps").get_by_role("alert")).to_contain_text(why)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_the_server_refuses_stands_in_the_dialog(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Crock")
    page = chamber(browser, plant, id)
    wrong = json.dumps({**msgspec.to_builtins(LEARNED), "mean": [1.0, 2.0]}).encode()
    page.get_by_label("File of a learned chamber").set_input_files(a_file(wrong))
    page.get_by_role("button", name="Take it over").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).not_to_be_empty()
    assert learned(plant, id)["quantities"] == {}


def test_a_temperament_counts_at_once_and_is_undone(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Carboy")
    page = chamber(browser, plant, id)
    expect(page.get_by_role("radio", name="Balanced")).to_be_checked()
    page.get_by_role("radio", name="Saver").check()
    told = page.get_by_role("group", name="Temperament: saver")
    expect(told).to_be_visible()
    assert plant.call("GET", f"/vessels/{id}")["settings"] == {"temperament": "saver"}
    told.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("radio", name="Balanced")).to_be_checked()
    assert plant.call("GET", f"/vessels/{id}")["settings"] == {}


def test_a_pre_flight_waits_until_the_vessel_is_off(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Barrel")
    page = chamber(browser, plant, id)
    plant.call("PATCH", f"/vessels/{id}", {"roles": roles(plant, page, "freezer")})
    plant.call("PUT", f"/vessels/{id}/setpoint", {"mode": "beer", "value": 12, "unit": "C"})
    trial = card(page, "Pre-flight")
    expect(trial).to_contain_text("Barrel is controlled now.")
    expect(trial.get_by_role("button", name="Start pre-flight")).to_be_disabled()
    expect(trial.get_by_role("link", name="Switch it off first")).to_have_attribute(
        "href", f"/vessels/{id}?setpoint"
    )


def test_a_pre_flight_tells_how_far_it_is_and_is_stopped(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Tun")
    page = chamber(browser, plant, id)
    plant.call("PATCH", f"/vessels/{id}", {"roles": roles(plant, page, "cabinet")})
    trial = card(page, "Pre-flight")
    expect(trial.get_by_role("button", name="Start pre-flight")).to_be_enabled()
    trial.get_by_role("button", name="Start pre-flight").click()
    expect(trial.get_by_role("progressbar", name="Progress of the pre-flight")).to_be_visible()
    expect(trial.get_by_role("status")).to_contain_text("Watching the probes at rest")
    expect(trial.get_by_role("listitem").filter(has_text="beer probe answers")).to_contain_text("Good.")
    trial.get_by_role("button", name="Stop pre-flight").click()
    expect(trial).to_contain_text("It ended before its time.")
    expect(trial.get_by_role("button", name="Run it again")).to_be_enabled()
    assert plant.call("GET", f"/vessels/{id}/preflight")["state"] == "stopped"


def test_what_rests_is_seldom_asked_for(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Cask")
    page = chamber(browser, plant, id)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for number in range(TOLD):
        plant.call("PATCH", f"/vessels/{id}", {"name": f"Cask {number}"})
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Cask {number}: chamber")
    assert len([url for url in asked if url.endswith(("/learned", "/preflight"))]) < TOLD


def test_a_viewer_sees_everything_and_can_do_nothing(browser: Browser, plant: RunningPlant) -> None:
    id = vessel(plant, "Jar")
    page = chamber(browser, plant, id, login="vera")
    teach(plant, id, page)
    expect(card(page, "How late it answers")).to_be_visible()
    expect(card(page, "Temperament")).to_contain_text("Only a brewer can change this.")
    expect(card(page, "What it keeps").get_by_role("link", name="Export")).to_be_visible()
    for role in ("radio", "button"):
        inside = page.get_by_role("main").get_by_role(role)
        names = [one for one in inside.all_inner_texts() if re.search("Import|Forget|Start|Saver", one)]
        assert names == []


def test_every_eye_and_ear_is_served_with_and_without_a_model(
    browser: Browser, plant: RunningPlant, axe: str
) -> None:
    id = vessel(plant, "Vat")
    page = chamber(browser, plant, id)
    assert violations(page, axe) == []
    teach(plant, id, page)
    expect(card(page, "In numbers")).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("dialog").wait_for()
    assert violations(page, axe) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    id = vessel(plant, f"Sauerkraut on the upper shelf behind the door {width}")
    page = chamber(browser, plant, id, width=width)
    teach(plant, id, page)
    expect(card(page, "In numbers")).to_be_visible()
    assert sideways(page) <= 0
    assert unnamed(page) == []
