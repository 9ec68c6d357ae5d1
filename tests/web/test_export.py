"""Readings are taken away from the page, and come back through it."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.web.brewery import RunningBrewery

pytestmark = pytest.mark.needs("chromium")


def take(page: Page, brewery: RunningBrewery) -> Path:
    page.goto(f"{brewery.url}/data?filter=beer")
    page.get_by_role("button", name="Take away…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="24 h").check()
    with page.expect_download() as begun:
        dialog.get_by_role("button", name="Take away", exact=True).click()
    expect(dialog).to_be_hidden()
    return Path(begun.value.path())


@pytest.mark.parametrize("width", [1440, 390])
def test_readings_are_taken_away_and_are_nothing_new_when_they_come_back(
    page: Page, brewery: RunningBrewery, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    raw = take(page, brewery).read_bytes()
    assert raw.startswith(b"time,variable,value,unit,quality,")
    assert raw.count(b"\n") > 2
    page.goto(f"{brewery.url}/batches/import")
    page.set_input_files("input[type=file]", FilePayload(name="back.csv", mimeType="text/csv", buffer=raw))
    card = page.get_by_role("region", name="File back.csv")
    expect(card).to_contain_text("Krausen's own export, table")
    expect(card.get_by_role("table")).to_contain_text("As it will be stored")
    expect(page.get_by_role("button", name="Store 0 rows")).to_be_disabled()


def test_days_the_wrong_way_round_cannot_be_taken_away(page: Page, brewery: RunningBrewery) -> None:
    page.goto(f"{brewery.url}/data")
    page.get_by_role("button", name="Take away…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Days…").check()
    dialog.get_by_label("To, that day included").fill("2000-01-01")
    expect(dialog).to_contain_text("Choose two days")
    expect(dialog.get_by_role("button", name="Take away", exact=True)).to_be_disabled()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
