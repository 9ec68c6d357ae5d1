import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.conftest import WAIT_MS
from tests.web.plant import sideways

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

expect.set_options(timeout=WAIT_MS)

VESSEL, VESSEL_NAME = "fridge20tape", "Cellar fridge"
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
SERIOUS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))"""


def ask(brewery: RunningBrewery, method: str, path: str, body: object = None) -> Any:
    token = (brewery.data / "demo-token").read_text().strip()
    proof = {"authorization": f"Bearer {token}"}
    answer = httpx2.request(method, f"{brewery.url}/api/v1{path}", json=body, headers=proof)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def step(kind: str, temperature: float, hours: float | None = None) -> dict[str, object]:
    return {"kind": kind, "temperature": temperature, "hours": hours}


STEPS = [step("hold", 18, 72), step("ramp", 20, 24), step("hold", 20, 48), step("hold", 4)]


def drawn(brewery: RunningBrewery, name: str) -> str:
    events = [{"hours": 80, "text": "Dry hop"}]
    return cast(
        str, ask(brewery, "POST", "/profiles", {"name": name, "steps": STEPS, "events": events})["id"]
    )


def wish_again(brewery: RunningBrewery, before: dict[str, Any]) -> None:
    """Ask again for what was asked for."""
    mode = before["mode"]
    wish = {"profile": before["profile"]} if mode == "profile" else {"value": before["value"]}
    ask(brewery, "PUT", f"/vessels/{VESSEL}/setpoint", {"mode": mode, **wish})


@pytest.fixture
def followed(brewery: RunningBrewery) -> Iterator[str]:
    """A profile that the fridge follows; afterwards it holds again what it held."""
    before = ask(brewery, "GET", f"/vessels/{VESSEL}")["requested"]
    profile = drawn(brewery, "Followed ale")
    ask(brewery, "PUT", f"/vessels/{VESSEL}/setpoint", {"mode": "profile", "profile": profile})
    yield profile
    wish_again(brewery, before)
    ask(brewery, "DELETE", f"/profiles/{profile}")


def cell(page: Page, number: int, what: str) -> Locator:
    return page.get_by_role("textbox", name=f"Step {number}, {what}", exact=True)


def put(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")


def handle(page: Page, number: int) -> Locator:
    return page.get_by_role("figure").get_by_role("button", name=re.compile(f"^Step {number} (ends|stays)"))


def test_a_new_profile_is_drawn_and_marked_where_it_is_wrong(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/profiles")
    page.get_by_role("link", name=re.compile("New profile|Draw the first")).click()
    page.get_by_label("Name").fill("Saison")
    put(cell(page, 2, "Temperature"), "80")
    expect(cell(page, 2, "Temperature")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("80 °C is above 50 °C, which is no fermentation temperature.")).to_be_visible()
    expect(page.get_by_role("button", name="Add the profile")).to_be_disabled()
    put(cell(page, 2, "Temperature"), "27,5")
    put(cell(page, 1, "Lasts"), "soon")
    expect(page.get_by_role("group", name="New profile").get_by_text("One thing is wrong")).to_be_visible()
    put(cell(page, 1, "Lasts"), "2 d 6 h")
    page.get_by_role("button", name="Add an event").click()
    page.get_by_placeholder("What to tell").fill("Check the airlock")
    page.get_by_placeholder("What to tell").press("Enter")
    page.get_by_role("button", name="Add the profile").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saison")
    kept = ask(brewery, "GET", "/profiles/saison")
    assert [one["temperature"] for one in kept["steps"]][:3] == [18, 27.5, 27.5]
    assert kept["steps"][0]["hours"] == 54
    assert [one["text"] for one in kept["events"]] == ["Check the airlock"]
    ask(brewery, "DELETE", "/profiles/saison")


def test_handles_are_dragged_and_moved_by_keys_and_all_is_undone(page: Page, brewery: RunningBrewery) -> None:
    profile = drawn(brewery, "Handled ale")
    page.goto(f"{brewery.url}/profiles/{profile}")
    handle(page, 1).press("ArrowUp")
    handle(page, 1).press("ArrowRight")
    expect(cell(page, 1, "Temperature")).to_have_value("18.1")
    expect(cell(page, 1, "Lasts")).to_have_value("3\u00a0d\u00a01\u00a0h")
    box = handle(page, 3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(cell(page, 3, "Temperature")).not_to_have_value("20.0")
    assert cell(page, 2, "Temperature").input_value() == cell(page, 3, "Temperature").input_value()
    expect(page.get_by_text(re.compile(r"^\d.changes$"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, 3, "Temperature")).to_have_value("20.0")
    page.get_by_role("button", name="Undo").click()
    expect(cell(page, 1, "Lasts")).to_have_value("3\u00a0d")
    page.get_by_role("button", name="Redo").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    assert ask(brewery, "GET", f"/profiles/{profile}")["steps"][0]["hours"] == 73
    ask(brewery, "DELETE", f"/profiles/{profile}")


def test_unsaved_changes_are_asked_about_and_wait(page: Page, brewery: RunningBrewery) -> None:
    profile = drawn(brewery, "Left ale")
    page.goto(f"{brewery.url}/profiles/{profile}")
    put(cell(page, 1, "Temperature"), "17")
    menu = page.get_by_role("navigation").first
    menu.get_by_role("link", name="Batches").click()
    asked = page.get_by_role("dialog", name="Leave with unsaved changes?")
    asked.get_by_role("button", name="Stay").click()
    expect(cell(page, 1, "Temperature")).to_have_value("17.0")
    menu.get_by_role("link", name="Profiles").click()
    asked.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("link", name="Left ale").click()
    expect(cell(page, 1, "Temperature")).to_have_value("17.0")
    page.get_by_role("button", name="Discard").click()
    expect(cell(page, 1, "Temperature")).to_have_value("18.0")
    ask(brewery, "DELETE", f"/profiles/{profile}")


def test_somebody_elses_change_is_told_and_never_overwritten_unasked(
    page: Page, brewery: RunningBrewery
) -> None:
    profile = drawn(brewery, "Shared ale")
    page.goto(f"{brewery.url}/profiles/{profile}")
    put(cell(page, 1, "Temperature"), "17")
    ask(brewery, "PATCH", f"/profiles/{profile}", {"name": "Shared ale, better"})
    told = page.get_by_role("alert").filter(has_text="meanwhile")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shared ale, better")
    expect(cell(page, 1, "Temperature")).to_have_value("18.0")
    ask(brewery, "DELETE", f"/profiles/{profile}")


def test_a_profile_is_started_followed_paused_and_left(page: Page, brewery: RunningBrewery) -> None:
    before = ask(brewery, "GET", f"/vessels/{VESSEL}")["requested"]
    profile = drawn(brewery, "Started ale")
    page.goto(f"{brewery.url}/profiles")
    page.get_by_role("button", name="Start Started ale").click()
    form = page.get_by_role("dialog", name="Start Started ale")
    form.get_by_label("Vessel").select_option(label=VESSEL_NAME)
    expect(form.get_by_text("What will happen:")).to_be_visible()
    form.get_by_role("button", name=f"Start in {VESSEL_NAME}").click()
    panel = page.get_by_role("region", name="Setpoint")
    expect(panel.get_by_text("Started ale")).to_be_visible()
    expect(panel.get_by_role("listitem").first).to_be_visible()
    panel.get_by_role("button", name="Pause").click()
    panel.get_by_role("button", name="Pause the course").click()
    panel.get_by_role("button", name="Go on").click()
    expect(panel.get_by_role("button", name="Pause")).to_be_visible()
    panel.get_by_role("button", name="Next step").click()
    expect(panel.get_by_text("nothing jumps")).to_be_visible()
    panel.get_by_role("button", name=re.compile("^End step")).click()
    panel.get_by_role("button", name="Hold here").click()
    panel.get_by_role("button", name=re.compile("^Hold .*°C$")).click()
    expect(panel.get_by_text(re.compile("^Beer "))).to_be_visible()
    assert ask(brewery, "GET", f"/vessels/{VESSEL}")["requested"]["mode"] == "beer"
    wish_again(brewery, before)
    ask(brewery, "DELETE", f"/profiles/{profile}")


def test_a_running_course_is_changed_without_a_jump(
    page: Page, brewery: RunningBrewery, followed: str
) -> None:
    page.goto(f"{brewery.url}/vessels/{VESSEL}/course")
    before = ask(brewery, "GET", f"/vessels/{VESSEL}/course")["now"]
    put(cell(page, before["step"] + 1, "Temperature"), "15")
    expect(page.get_by_text(re.compile("meets the new plan at .*; nothing jumps"))).to_be_visible()
    page.get_by_role("button", name="Apply to the running course").click()
    expect(page.get_by_role("button", name="Apply to the running course")).to_have_count(0)
    course = ask(brewery, "GET", f"/vessels/{VESSEL}/course")
    assert course["profile"]["id"] == followed
    assert course["now"]["setpoint"] == pytest.approx(before["setpoint"], abs=0.5)
    assert 15 in course["curve"]["setpoint"]
    page.get_by_role("button", name="Shift").click()
    page.get_by_role("textbox", name="Hours", exact=True).last.fill("-2")
    page.get_by_role("button", name=re.compile("^Shift by")).click()
    expect(page.get_by_role("button", name=re.compile("^Shift by"))).to_have_count(0)
    assert ask(brewery, "GET", f"/vessels/{VESSEL}/course")["revision"] > course["revision"]


def test_a_text_of_another_host_is_looked_at_before_it_is_kept(page: Page, brewery: RunningBrewery) -> None:
    profile = drawn(brewery, "Exported ale")
    forms = ask(brewery, "GET", "/profiles/forms")["items"]
    token = (brewery.data / "demo-token").read_text().strip()
    address = f"{brewery.url}/api/v1/profiles/{profile}/export?form={forms[0]['name']}"
    text = httpx2.get(address, headers={"authorization": f"Bearer {token}"}).text
    page.goto(f"{brewery.url}/profiles")
    page.get_by_role("button", name="Import").click()
    form = page.get_by_role("dialog", name="Import a profile")
    form.get_by_label("Or paste its text here").fill("nothing of the kind")
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_label("Or paste its text here").fill(text)
    expect(form.get_by_text(forms[0]["title"]).last).to_be_visible()
    form.get_by_label("Name").fill("Brought along")
    form.get_by_role("button", name="Add Brought along").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brought along")
    page.get_by_role("button", name="Remove", exact=True).click()
    danger = page.get_by_role("dialog", name="Remove Brought along?")
    danger.get_by_role("button", name=re.compile("^Hold to remove")).press("Enter")
    danger.get_by_label(re.compile("^Type")).fill("Brought along")
    danger.get_by_label(re.compile("^Type")).press("Enter")
    expect(page).to_have_url(f"{brewery.url}/profiles")
    expect(page.get_by_role("link", name="Brought along")).to_have_count(0)
    ask(brewery, "DELETE", f"/profiles/{profile}")


def test_a_phone_has_chart_list_and_a_sheet_to_walk(phone: Page, brewery: RunningBrewery) -> None:
    profile = drawn(brewery, "Pocket ale")
    phone.goto(f"{brewery.url}/profiles/{profile}")
    phone.get_by_role("button", name=re.compile("Hold 18.0")).click()
    sheet = phone.get_by_role("region", name="Step", exact=True)
    expect(sheet.get_by_role("heading", name=re.compile("Step 1"))).to_be_focused()
    sheet.get_by_role("button", name="Step after", exact=True).click()
    expect(sheet.get_by_role("heading", name=re.compile("Step 2 · Ramp to"))).to_be_visible()
    sheet.get_by_role("button", name="More").click()
    expect(sheet.get_by_text(re.compile("2.changes"))).to_be_visible()
    assert sideways(phone) <= 0
    sheet.press("Escape")
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    steps = ask(brewery, "GET", f"/profiles/{profile}")["steps"]
    assert [one["temperature"] for one in steps] == [18, 20.1, 20.1, 4]
    ask(brewery, "DELETE", f"/profiles/{profile}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_a_profile_is_in_the_way_of_eyes_ears_or_keys(
    page: Page, brewery: RunningBrewery, followed: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    wrong: dict[str, object] = {}
    of_vessel = f"/vessels/{VESSEL}"
    for path in (f"/profiles/{followed}", f"/profiles?start={followed}", of_vessel, f"{of_vessel}/course"):
        page.goto(f"{brewery.url}{path}")
        page.get_by_role("heading", name=re.compile("Followed ale|profile|Setpoint")).first.wait_for()
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(SERIOUS)
        if found:
            wrong[path] = found
    assert wrong == {}
