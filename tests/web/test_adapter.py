"""The page of one adapter: what comes in, and what was agreed."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.plant import PASSWORD, RunningPlant, page_on, plant_in, sideways, unnamed

pytestmark = pytest.mark.needs("chromium")

PATH = "/data/orchard"
SILENT_SINCE = 90
"""Minutes since tank 2 has been silent."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for running in plant_in(tmp_path_factory.mktemp("adapter") / "server"):
        sent(running)
        viewer = {"login": "vic", "name": "Vic", "role": "viewer", "password": PASSWORD}
        running.call("POST", "/users", viewer)
        yield running


@pytest.fixture(autouse=True)
def as_it_was(plant: RunningPlant) -> None:
    """Have nothing agreed, and kept what its source says."""
    plant.call("PUT", "/adapters/orchard/nodes", {"items": []})
    plant.call("PUT", "/adapters/orchard/metrics", {"items": []})
    plant.call("PUT", "/adapters/orchard", {"title": "Press", "policy": "open"})
    if plant.call("GET", f"/series/{id_of(plant)}/store")["chosen"]:
        plant.call("DELETE", f"/series/{id_of(plant)}/store")


@pytest.fixture
def doomed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """A plant whose server may be ended."""
    for running in plant_in(tmp_path_factory.mktemp("doomed") / "server"):
        sent(running)
        yield running


def sent(plant: RunningPlant) -> None:
    """Have four hours of readings."""
    now = datetime.fromisoformat(plant.call("GET", "/health")["time"])
    plant.call("POST", "/measurements", [row for m in range(240) for row in rows(now, m)])


def rows(now: datetime, minutes: int) -> Iterator[dict[str, object]]:
    """Give what the adapter sent so many minutes ago."""
    row = {"adapter": "orchard", "timestamp": (now - timedelta(minutes=minutes)).isoformat()}
    if not 60 < minutes < 120:
        yield {**row, "node": "tank 1", "data": {"temperature": 18.5, "ph": 4.2}}
    if minutes > SILENT_SINCE:
        yield {**row, "node": "tank 2", "data": {"temperature": 12.0}}


def id_of(plant: RunningPlant) -> str:
    """Give the series of the temperature in tank 1."""
    query = "/series?adapter=orchard&node=tank+1&metric=temperature"
    return str(plant.call("GET", query)["items"][0]["id"])


def what_is_kept(page: Page) -> Locator:
    stream(page, "tank 1", "temperature").get_by_role("link").click()
    return page.get_by_role("dialog").get_by_role("region", name="What is kept")


def own_rule(kept: Locator, **fields: str) -> None:
    kept.get_by_role("combobox", name="Keep").select_option("own")
    for label, value in fields.items():
        kept.get_by_role("textbox", name=label.replace("_", " ")).fill(value)


def stream(page: Page, node: str, metric: str) -> Locator:
    table = page.get_by_role("table", name="What comes in")
    return (
        table.get_by_role("row")
        .filter(has_text=node)
        .filter(has=page.get_by_role("link", name=metric, exact=True))
    )


def item(page: Page, what: str, name: str) -> Locator:
    listed = page.get_by_role("list", name=what).get_by_role("listitem")
    return listed.filter(has=page.get_by_role("checkbox", name=f"{name}: agreed", exact=True))


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


def test_streams_are_told_with_value_rate_and_gaps(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    expect(page.get_by_role("heading", level=1)).to_have_text("Press")
    expect(page.get_by_text("Adapter orchard · 3\u00a0streams, 1 silent")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("tank 2")
    expect(stream(page, "tank 2", "temperature")).to_contain_text("silent 1\u00a0h")
    told = stream(page, "tank 1", "temperature")
    expect(told).to_contain_text("18.5\u00a0°C")
    expect(told).to_contain_text(re.compile("(59|60|61)"))
    expect(told).to_contain_text("1, of 1\u00a0h")


def test_a_stream_opens_its_day_with_its_gaps(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    stream(page, "tank 1", "temperature").get_by_role("link").click()
    day = page.get_by_role("dialog", name="tank 1 · temperature")
    expect(day).to_contain_text("A reading every 1\u00a0min")
    expect(day.get_by_role("region", name="Gaps").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(day).to_have_count(0)
    assert page.url.endswith(PATH)


def test_what_is_kept_of_a_stream_is_told_and_chosen(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    kept = what_is_kept(page)
    expect(kept).to_contain_text("Every reading. As its source says.")
    kept.get_by_role("button", name="Change what is kept").click()
    expect(kept.get_by_role("combobox", name="Keep")).to_be_focused()
    expect(kept.get_by_role("button", name="Keep it so")).to_be_disabled()
    own_rule(kept, What_changes_by_more_than="0,0625", At_least_one_every="60", Reason="Small card")
    kept.get_by_role("button", name="Keep it so").click()
    expect(kept).to_contain_text("What changes by more than 0.06\u00a0°C, at least one a minute.")
    expect(kept).to_contain_text("Chosen by people.")
    expect(kept.get_by_role("button", name="Change what is kept")).to_be_focused()
    wanted = {"every_s": 0.0, "deadband": 0.0625, "longest_s": 60.0, "chosen": True}
    assert plant.call("GET", f"/series/{id_of(plant)}/store") == wanted
    assert plant.call("GET", "/journal?limit=1")["items"][0]["reason"] == "Small card"
    kept.get_by_role("button", name="Change what is kept").click()
    kept.get_by_role("combobox", name="Keep").select_option("source")
    kept.get_by_role("button", name="Keep it so").click()
    expect(kept).to_contain_text("Every reading. As its source says.")


def test_a_rule_that_cannot_be_is_refused_at_its_field(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    kept = what_is_kept(page)
    kept.get_by_role("button", name="Change what is kept").click()
    own_rule(kept, What_changes_by_more_than="1e13", At_most_one_every="90", At_least_one_every="60")
    kept.get_by_role("button", name="Keep it so").click()
    expect(kept).to_contain_text("This is not a number.")
    expect(kept).to_contain_text("This is shorter than “At most one every”.")
    own_rule(kept, What_changes_by_more_than="1" + 13 * "0", At_least_one_every="100")
    kept.get_by_role("button", name="Keep it so").click()
    expect(kept.get_by_role("textbox", name="What changes by more than")).to_have_attribute(
        "aria-invalid", "true"
    )
    expect(kept.get_by_role("alert")).to_have_count(1)
    assert not plant.call("GET", f"/series/{id_of(plant)}/store")["chosen"]


def test_somebody_else_s_choice_is_told_above_what_is_typed(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    kept = what_is_kept(page)
    kept.get_by_role("button", name="Change what is kept").click()
    own_rule(kept, What_changes_by_more_than="0.5")
    theirs = {"every_s": 0, "deadband": 0, "longest_s": 300}
    plant.call("PUT", f"/series/{id_of(plant)}/store", theirs)
    expect(kept.get_by_text("Somebody else changed this meanwhile")).to_be_visible()
    expect(kept).to_contain_text("Now it is: What changes, at least one every 5\u00a0min.")
    kept.get_by_role("button", name="Keep it so").click()
    expect(kept).to_contain_text("What changes by more than 0.5\u00a0°C, at least one a minute.")
    assert plant.call("GET", f"/series/{id_of(plant)}/store")["deadband"] == 0.5


def test_agreeing_is_saved_and_binds_who_sends(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    page.wait_for_load_state("networkidle")
    page.get_by_role("radio", name="Only what is agreed").check()
    expect(page.get_by_text("would be refused: tank 1, tank 2, ph, temperature")).to_be_visible()
    page.get_by_role("button", name="Agree to all that reports").click()
    page.get_by_role("button", name="Add a node").click()
    page.get_by_role("textbox", name="Name of the node").fill("tank 3")
    item(page, "Nodes", "tank 2").get_by_role("checkbox").uncheck()
    item(page, "Metrics", "ph").get_by_role("button", name="Change").click()
    page.get_by_role("textbox", name="Least").fill("2,5")
    page.get_by_role("textbox", name="Reason").fill("New press")
    saved(page)
    assert plant.call("GET", "/adapters/orchard")["policy"] == "agreed"
    nodes = {one["name"]: one["agreed"] for one in plant.call("GET", "/adapters/orchard/nodes")["items"]}
    assert nodes == {"tank 1": True, "tank 2": False, "tank 3": True}
    ph = plant.call("GET", "/adapters/orchard/metrics")["items"][0]
    assert (ph["name"], ph["min"], ph["max"]) == ("ph", 2.5, None)
    assert plant.call("GET", "/journal?limit=1")["items"][0]["reason"] == "New press"
    now = datetime.fromisoformat(plant.call("GET", "/health")["time"])
    with pytest.raises(httpx2.HTTPStatusError, match="422"):
        plant.call("POST", "/measurements", list(rows(now, 200)))
    expect(item(page, "Nodes", "tank 3")).to_contain_text("not heard of yet")
    item(page, "Nodes", "tank 3").get_by_role("button", name="Take back tank 3").click()
    saved(page)
    expect(item(page, "Nodes", "tank 3")).to_have_count(0)


def test_what_is_wrong_stands_at_its_row(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    page.get_by_role("button", name="Add a metric").click()
    page.get_by_role("textbox", name="Greatest").fill("much")
    page.get_by_role("button", name="Save").click()
    new = item(page, "Metrics", "New metric")
    expect(new).to_contain_text("Give it the name that the sender uses.")
    expect(new).to_contain_text("This is not a number.")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("button", name="Discard").click()
    expect(new).to_have_count(0)


def test_the_server_is_heard_at_the_row_it_speaks_of(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    page.get_by_role("button", name="Add a node").click()
    page.get_by_role("textbox", name="Name of the node").fill("tank\u200e")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="printable")).to_be_visible()
    expect(page.get_by_text("Not saved", exact=True)).to_be_visible()


def test_somebody_else_s_change_is_kept_and_told(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    item(page, "Nodes", "tank 1").get_by_role("checkbox").check()
    plant.call("PUT", "/adapters/orchard", {"title": "Cider press", "policy": "open"})
    expect(page.get_by_text("Somebody else changed this adapter meanwhile")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cider press")
    saved(page)
    assert plant.call("GET", "/adapters/orchard")["title"] == "Cider press"
    assert plant.call("GET", "/adapters/orchard/nodes")["items"][0]["agreed"] is True


def test_a_zone_is_chosen_and_given_back(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH)
    zone = page.get_by_role("combobox", name="Time zone of its clock")
    zone.select_option("Asia/Tokyo")
    saved(page)
    assert plant.call("GET", "/adapters/orchard")["zone"] == "Asia/Tokyo"
    zone.select_option("")
    saved(page)
    assert plant.call("GET", "/adapters/orchard")["zone"] is None


def test_a_viewer_sees_everything_and_changes_nothing(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, PATH, login="vic")
    expect(page.get_by_text("Only an admin can change this.")).to_be_visible()
    expect(page.get_by_role("table", name="Nodes").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    kept = what_is_kept(page)
    expect(kept).to_contain_text("Every reading.")
    expect(kept.get_by_role("button")).to_have_count(0)


def test_who_never_sent_anything_is_not_known(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/data/nobody")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such adapter")
    page.get_by_role("link", name="Go to Data").click()
    expect(page).to_have_url(re.compile("/data$"))


def test_without_its_server_the_page_says_so_and_saves_nothing(
    browser: Browser, doomed: RunningPlant
) -> None:
    page = page_on(browser, doomed, PATH)
    item(page, "Nodes", "tank 1").get_by_role("checkbox").check()
    doomed.end("server")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    expect(item(page, "Nodes", "tank 2").get_by_role("checkbox")).to_be_disabled()
    expect(stream(page, "tank 1", "temperature")).to_contain_text("18.5\u00a0°C")
    kept = what_is_kept(page)
    kept.get_by_role("button", name="Change what is kept").click()
    expect(kept.get_by_role("combobox", name="Keep")).to_be_disabled()
    expect(kept).to_contain_text("No connection to the server.")


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    page = page_on(browser, plant, PATH, width=width)
    page.get_by_role("button", name="Add a metric").click()
    item(page, "Nodes", "tank 1").get_by_role("button", name="Change").click()
    assert sideways(page) <= 0
    assert unnamed(page) == []
    kept = what_is_kept(page)
    kept.get_by_role("button", name="Change what is kept").click()
    own_rule(kept)
    assert sideways(page) <= 0
    assert unnamed(page) == []
