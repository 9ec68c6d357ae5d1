import re
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.choosing import choose
from tests.web.conftest import WAIT_MS, WAIT_S
from tests.web.plant import sideways, unnamed
from tests.web.waiting import settled, until

pytestmark = pytest.mark.needs("chromium")

PALE, WHEAT, LAGER, PORTER = "harvest-pale-ale", "wheat-beer", "helles-lager", "brown-porter"
VIEWER, PASSWORD = "vera", "a long enough word"


def ask(brewery: RunningBrewery, method: str, path: str, body: object = None) -> Any:
    token = (brewery.data / "demo-token").read_text().strip()
    proof = {"authorization": f"Bearer {token}"}
    answer = httpx2.request(method, f"{brewery.url}/api/v1{path}", json=body, headers=proof, timeout=WAIT_S)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def planned(brewery: RunningBrewery, name: str) -> str:
    return cast(str, ask(brewery, "POST", "/batches", {"name": name})["id"])


def open_batch(page: Page, brewery: RunningBrewery, batch: str) -> None:
    page.goto(f"{brewery.url}/batches/{batch}")
    page.get_by_role("group", name="Acts").wait_for()


def test_a_batch_is_planned_started_paused_noted_and_finished(page: Page, brewery: RunningBrewery) -> None:
    ask(brewery, "POST", f"/batches/{PORTER}/finish", {})
    page.goto(f"{brewery.url}/batches")
    page.get_by_role("button", name="Start a batch").click()
    form = page.get_by_role("dialog", name="Start a batch")
    form.get_by_label("Name").fill("Oat Stout")
    form.get_by_label("Vessel").select_option(label="Cellar fridge")
    form.get_by_label("Original gravity").fill("1,062")
    form.get_by_role("button", name="Start Oat Stout").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oat Stout")
    acts = page.get_by_role("group", name="Acts")
    acts.get_by_role("button", name="Pause").click()
    expect(acts.get_by_role("button", name="Resume")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    acts.get_by_role("button", name="Add a note").click()
    note = page.get_by_role("dialog", name="Add a note")
    note.get_by_label("Text").fill("Smells of bread")
    note.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("region", name="Log").get_by_text("Smells of bread")).to_be_visible()
    acts.get_by_role("button", name="Finish").click()
    danger = page.get_by_role("dialog", name="Finish Oat Stout?")
    expect(danger.get_by_role("button", name="Let it go on")).to_be_focused()
    danger.get_by_role("button", name=re.compile("^Hold to finish")).press("Enter")
    danger.get_by_label(re.compile("^Type")).fill("Oat Stout")
    danger.get_by_label(re.compile("^Type")).press("Enter")
    expect(acts.get_by_role("button", name="Delete")).to_be_visible()
    told = ask(brewery, "GET", "/batches/oat-stout")
    assert (told["state"], told["original_gravity"]) == ("finished", 1.062)


def test_what_is_wrong_with_a_new_batch_stands_beside_its_field(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/batches?new")
    form = page.get_by_role("dialog", name="Start a batch")
    form.get_by_label("Original gravity").fill("1052")
    form.get_by_role("button", name="Start the batch").click()
    expect(form.get_by_text("A batch needs a name.")).to_be_visible()
    expect(form.get_by_text("A gravity lies between 0.98 and 1.2.")).to_be_visible()
    expect(form.get_by_text("A batch starts in a vessel.")).to_be_visible()


def test_a_deleted_batch_comes_back_with_undo(page: Page, brewery: RunningBrewery) -> None:
    open_batch(page, brewery, planned(brewery, "Slip of the pen"))
    page.get_by_role("group", name="Acts").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"{brewery.url}/batches")
    entry = page.get_by_role("link", name="Slip of the pen")
    expect(entry).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(entry).to_have_count(1)


def test_a_batch_is_edited_as_it_was_seen(page: Page, brewery: RunningBrewery) -> None:
    batch = planned(brewery, "Pils")
    open_batch(page, brewery, batch)
    page.get_by_role("group", name="Acts").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit Pils")
    form.get_by_label("Yeast").fill("W-34/70")
    form.get_by_role("button", name="Save the changes").click()
    expect(form).to_have_count(0)
    expect(page.get_by_text("W-34/70")).to_be_visible()
    assert ask(brewery, "GET", f"/batches/{batch}")["yeast"] == "W-34/70"


def test_ticked_batches_are_compared_and_the_address_says_how(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/batches?show=running")
    for name in ("Harvest Pale Ale", "Wheat Beer"):
        page.get_by_role("checkbox", name=f"Compare {name}").check()
    page.get_by_role("link", name="Compare 2 batches").click()
    expect(page.get_by_role("figure")).to_have_attribute(
        "aria-label", re.compile("Harvest Pale Ale, Wheat Beer")
    )
    facts = page.get_by_role("region", name="Facts")
    expect(facts.get_by_role("columnheader", name="Wheat Beer")).to_be_visible()
    expect(facts.get_by_role("rowheader", name="Mean temperature")).to_be_visible()
    choose(page, "Calendar")
    expect(page).to_have_url(re.compile("by=calendar"))
    page.get_by_role("figure").press("ArrowRight")
    expect(page.get_by_role("figure").get_by_role("table")).to_be_visible()
    page.get_by_role("button", name="Take Wheat Beer out").click()
    expect(facts.get_by_role("columnheader", name="Wheat Beer")).to_have_count(0)


def test_a_report_is_made_for_paper_whatever_the_theme(page: Page, brewery: RunningBrewery) -> None:
    # A brewery that was just opened is still being given its past.
    until(page, lambda: ask(brewery, "GET", f"/batches/{PALE}/report")["completeness"] > 0)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{brewery.url}/batches/{PALE}/report")
    paper = page.get_by_role("article")
    expect(paper.get_by_role("heading", name="How it was held")).to_be_visible()
    expect(paper.get_by_role("rowheader", name="Beer")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(paper).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_role("navigation")).to_have_count(0)
    for size in ("A4", "Letter"):
        assert page.pdf(format=size).startswith(b"%PDF")


def test_a_stretch_is_left_out_and_counts_again_after_undo(page: Page, brewery: RunningBrewery) -> None:
    open_batch(page, brewery, LAGER)
    page.get_by_role("button", name="Correct a stretch").click()
    form = page.get_by_role("form", name="Correct a stretch")
    form.get_by_label("Reason").fill("Probe hung in air")
    form.get_by_role("button", name="Leave the stretch out").click()
    listed = page.get_by_role("region", name="Corrections")
    expect(listed.get_by_text("Beer left out")).to_be_visible()
    expect(listed.get_by_text("Probe hung in air")).to_be_visible()
    expect(page.locator(".corrected")).to_have_count(1)
    listed.get_by_role("button", name="Undo: Beer left out").click()
    expect(listed).to_have_count(0)
    assert ask(brewery, "GET", "/corrections")["items"] == []


def test_dragging_chooses_the_stretch_while_one_corrects(page: Page, brewery: RunningBrewery) -> None:
    open_batch(page, brewery, LAGER)
    page.locator("figure canvas").first.wait_for()
    address = page.url
    page.get_by_role("button", name="Correct a stretch").click()
    time = page.get_by_role("form", name="Correct a stretch").get_by_label("From, time")
    before = time.input_value()
    box = page.locator(".area").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(time).not_to_have_value(before)
    assert page.url == address
    dragged = time.input_value()
    page.get_by_role("button", name="Take what is seen").click()
    expect(time).not_to_have_value(dragged)


def test_what_is_seen_is_taken_away_as_picture_drawing_and_readings(
    page: Page, brewery: RunningBrewery, tmp_path: Path
) -> None:
    open_batch(page, brewery, PALE)
    page.locator("figure canvas").first.wait_for()
    begins = {"Picture (PNG)": b"\x89PNG", "Drawing (SVG)": b"<svg"}
    for name, begin in begins.items():
        page.locator("summary", has_text="Take away").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.name.startswith("harvest-pale-ale-")
        assert kept.read_bytes().startswith(begin)
    page.locator("summary", has_text="Take away").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Readings (CSV)").click()
    readings = tmp_path / "readings.csv"
    download.value.save_as(readings)
    assert readings.read_text().count("\n") > 100
    page.get_by_role("button", name="Readings, other forms…").click()
    dialog = page.get_by_role("dialog", name="Take away Harvest Pale Ale")
    dialog.get_by_role("radio", name="JSON lines").check()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Take away", exact=True).click()
    download.value.save_as(readings)
    assert readings.read_text().startswith("{")


def test_a_brew_is_seen_before_it_is_stored(page: Page, brewery: RunningBrewery, log_file: Path) -> None:
    copy = log_file.read_bytes()
    file = {"name": "winter brew.csv", "mimeType": "text/csv", "buffer": copy}
    page.goto(f"{brewery.url}/batches/import")
    page.get_by_label("Time zone").select_option("Europe/Amsterdam")
    page.locator("input[type=file]").set_input_files(cast(Any, file))
    card = page.get_by_role("region", name="File winter brew.csv")
    expect(card.get_by_text("3,272")).to_be_visible()
    assert not [one for one in ask(brewery, "GET", "/batches")["items"] if one["name"] == "winter brew"]
    page.get_by_role("button", name=re.compile("^Store 3,272")).click()
    card.get_by_role("link", name="Open the batch").click()
    expect(page.get_by_role("figure")).to_have_attribute("aria-label", re.compile("Beer"))


def test_a_file_that_is_no_log_is_refused_in_words(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/batches/import")
    file = {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 miaow"}
    page.locator("input[type=file]").set_input_files(cast(Any, file))
    expect(page.get_by_role("alert")).to_contain_text("This file cannot be read")
    expect(page.get_by_role("button", name=re.compile("^Store"))).to_have_count(0)


def test_a_viewer_sees_batches_and_is_offered_nothing_else(browser: Browser, brewery: RunningBrewery) -> None:
    ask(
        brewery,
        "POST",
        "/users",
        {"login": VIEWER, "name": "Vera", "password": PASSWORD, "role": "viewer"},
    )
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    context.request.post(
        f"{brewery.url}/api/v1/session",
        data={"login": VIEWER, "password": PASSWORD},
        headers={"origin": brewery.url},
    )
    page = context.new_page()
    page.goto(f"{brewery.url}/batches")
    page.get_by_role("link", name="Wheat Beer").wait_for()
    expect(page.get_by_role("button", name="Start a batch")).to_have_count(0)
    open_batch(page, brewery, WHEAT)
    page.locator("figure canvas").first.wait_for()
    expect(page.get_by_role("group", name="Acts").get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("button", name="Correct a stretch")).to_have_count(0)
    page.goto(f"{brewery.url}/batches/import")
    expect(page.get_by_text("Only a brewer can open this page.")).to_be_visible()
    context.close()


def test_every_page_of_batches_fits_and_names_its_controls(page: Page, brewery: RunningBrewery) -> None:
    paths = (
        "/batches",
        "/batches?new",
        f"/batches/{PALE}",
        f"/batches/{PALE}?do=note",
        f"/batches/{PALE}/report",
        f"/batches/compare?batches={PALE},{WHEAT},{LAGER}",
        "/batches/import",
    )
    for width in (320, 390, 768, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        for path in paths:
            page.goto(brewery.url + path)
            settled(page)
            assert sideways(page) <= 0, (width, path)
            assert unnamed(page) == [], (width, path)
