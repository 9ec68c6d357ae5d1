"""Courses that are not whole: gaps and their causes, untrue readings, replaced probes; and the bin."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.brewery import RunningBrewery
from tests.web.choosing import choose
from tests.web.test_batches import ask, open_batch, planned

pytestmark = pytest.mark.needs("chromium")


def now_of(brewery: RunningBrewery) -> datetime:
    """Give the brewery's own time."""
    return datetime.fromisoformat(ask(brewery, "GET", "/health")["time"])


def send(brewery: RunningBrewery, node: str, values: Sequence[tuple[datetime, float]]) -> str:
    """Send temperatures of a node of the adapter `shed`; give the id of their series."""
    rows = [
        {"adapter": "shed", "node": node, "timestamp": at.isoformat(), "data": {"temperature": value}}
        for at, value in values
    ]
    ask(brewery, "POST", "/measurements", rows)
    query = f"/series?adapter=shed&node={node}&metric=temperature"
    series: list[dict[str, Any]] = ask(brewery, "GET", query)["items"]
    return str(series[0]["id"])


@contextmanager
def watched(brewery: RunningBrewery, name: str, beer: str) -> Iterator[str]:
    """Add a vessel that is only watched, and take it away again; give its id."""
    vessel = str(ask(brewery, "POST", "/vessels", {"name": name, "roles": {"beer": beer}})["id"])
    yield vessel
    for batch in ask(brewery, "GET", f"/batches?vessel={vessel}&state=running")["items"]:
        ask(brewery, "POST", f"/batches/{batch['id']}/finish", {})
    ask(brewery, "DELETE", f"/vessels/{vessel}")


def test_a_gap_is_told_with_its_cause_to_hand_key_and_ear(page: Page, brewery: RunningBrewery) -> None:
    now = now_of(brewery)
    minutes = [now - timedelta(minutes=m) for m in range(600)]
    send(brewery, "wall", [(at, 15.0) for at in minutes])
    spoken = [(at, 18.0) for m, at in enumerate(minutes) if not 240 < m < 360]
    barrel = send(brewery, "barrel", spoken)
    with watched(brewery, "Shed barrel", barrel) as vessel:
        begin, end = (str(int((now - timedelta(minutes=m)).timestamp() * 1000)) for m in (580, 20))
        page.goto(f"{brewery.url}/vessels/{vessel}?from={begin}&to={end}")
        chart = page.get_by_role("figure")
        cause = "the device was silent"
        expect(chart).to_have_attribute("aria-label", re.compile(f"one gap of 2.h \\({cause}\\)"))
        box = chart.locator(".area").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
        expect(chart.locator(".readout")).to_contain_text(re.compile(f"No readings from .*: {cause}"))
        page.mouse.move(0, 0)
        for _ in range(40):
            chart.press("Shift+ArrowLeft")
        chart.press("Shift+ArrowRight")
        heard = chart.locator("[aria-live]")
        for _ in range(300):
            if cause in heard.inner_text():
                break
            chart.press("ArrowRight")
        expect(heard).to_contain_text(re.compile(f"No readings from .*: {cause}"))


def test_untrue_readings_are_crosses_when_near_and_no_part_of_the_line(
    page: Page, brewery: RunningBrewery
) -> None:
    open_batch(page, brewery, "harvest-pale-ale")
    toggle = page.get_by_role("button", name="Untrue readings")
    with page.expect_response(re.compile("/chart\\?.*quality=all")):
        toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("untrue"))
    expect(page.get_by_role("status").filter(has_text="readings")).to_be_visible()
    toggle.click()
    expect(page).not_to_have_url(re.compile("untrue"))


def test_a_replaced_probe_keeps_one_line_in_the_batch(page: Page, brewery: RunningBrewery) -> None:
    old = send(brewery, "old", [(now_of(brewery), 50.0)])
    new = send(brewery, "new", [(now_of(brewery), 60.0)])
    with watched(brewery, "Keg", old) as vessel:
        batch = planned(brewery, "Cider")
        ask(brewery, "PATCH", f"/batches/{batch}", {"vessel": vessel})
        ask(brewery, "POST", f"/batches/{batch}/start", {})
        send(brewery, "old", [(now_of(brewery), 10.0)])
        ask(brewery, "PATCH", f"/vessels/{vessel}", {"roles": {"beer": new}})
        send(brewery, "new", [(now_of(brewery), 20.0)])
        send(brewery, "old", [(now_of(brewery), 70.0)])
        open_batch(page, brewery, batch)
        expect(page.get_by_role("figure")).to_have_attribute(
            "aria-label", re.compile("Beer 10\\.0 to 20\\.0.°C")
        )
        page.get_by_role("group", name="Acts").get_by_role("button", name="Edit").click()
        expect(page.get_by_role("dialog").get_by_label("Vessel")).to_be_disabled()


def test_a_deleted_batch_lies_in_the_bin_and_comes_back(page: Page, brewery: RunningBrewery) -> None:
    batch = planned(brewery, "Perry")
    ask(brewery, "DELETE", f"/batches/{batch}")
    page.goto(f"{brewery.url}/batches")
    choose(page, "Bin")
    expect(page).to_have_url(re.compile("show=bin"))
    row = page.get_by_role("row").filter(has_text="Perry")
    row.get_by_role("button", name="Restore Perry").click()
    expect(row).to_have_count(0)
    assert ask(brewery, "GET", f"/batches/{batch}")["name"] == "Perry"
    page.get_by_role("button", name="Undo").click()
    expect(row).to_have_count(1)
