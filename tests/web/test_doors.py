import json
import re
import socket
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.brewery import free_port
from tests.web.conftest import WAIT_S
from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed

pytestmark = pytest.mark.needs("chromium")

REPORT = {"name": "spin1", "temperature": 68, "temp_units": "F", "gravity": 1.048, "angle": 30.5}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    for plant in plant_in(tmp_path_factory.mktemp("doors") / "server"):
        plant.call("PATCH", "/doors/ispindel", {"settings": {"tcp_port": free_port()}})
        yield plant


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name)


def changing(page: Page, name: str) -> Locator:
    page.get_by_role("button", name=f"Change {name}").click()
    return page.get_by_role("dialog")


def sent(address: str, report: object) -> int:
    """Send a report as a device does, and give the status of the answer."""
    return httpx2.post(address, json=report, timeout=WAIT_S).status_code


def opened(plant: RunningPlant, door: str) -> None:
    plant.call("PATCH", f"/doors/{door}", {"enabled": True})


def test_an_admin_opens_a_door_and_sees_who_knocks(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/doors")
    door = card(page, "iSpindel and GravityMon")
    expect(door).to_contain_text("Closed")
    assert sent(f"{plant.url}/ispindel", REPORT) == 404
    door.get_by_role("button", name="Open it: iSpindel and GravityMon").click()
    expect(door.get_by_role("button", name="Close it: iSpindel and GravityMon")).to_be_visible()
    expect(door).to_contain_text("Nobody has reported since the server started")
    address = door.get_by_role("group", name="Address to enter").locator("code").inner_text()
    assert address == f"{plant.url}/ispindel"
    assert sent(address, REPORT) == 200
    expect(door).to_contain_text("spin1, 3\u00a0readings, 127.0.0.1")
    assert sent(address, {"name": "spin1"}) == 422
    expect(door).to_contain_text("1 taken, 1 refused")
    door.get_by_text("Recent refusals").click()
    expect(door.get_by_role("table", name="Recent refusals")).to_contain_text("neither temperature nor")
    door.get_by_role("button", name="Close it: iSpindel and GravityMon").click()
    expect(door).to_contain_text("Closed")
    assert sent(address, REPORT) == 404


def test_a_report_by_tcp_is_acknowledged_and_shown(browser: Browser, plant: RunningPlant) -> None:
    opened(plant, "ispindel")
    page = page_on(browser, plant, "/doors")
    door = card(page, "iSpindel and GravityMon")
    host, _, port = (
        door.get_by_role("group", name="Host and port").locator("code").inner_text().partition(":")
    )
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as connection:
        connection.sendall(json.dumps(REPORT | {"name": "by tcp"}).encode())
        assert connection.recv(1) == b"\x06"
    expect(door).to_contain_text("by tcp, 3\u00a0readings")


def test_a_door_apart_shows_its_port_and_its_websocket(browser: Browser, plant: RunningPlant) -> None:
    port = free_port()
    plant.call("PATCH", "/doors/maelstrom", {"enabled": True, "port": port})
    page = page_on(browser, plant, "/doors")
    door = card(page, "maelstrom")
    address = door.get_by_role("group", name="Address to enter").locator("code").inner_text()
    assert address == f"http://127.0.0.1:{port}/"
    assert httpx2.get(address, timeout=WAIT_S).headers["location"] == "/app.html"
    socket = door.get_by_role("group", name="Address of its WebSocket")
    expect(socket.locator("code")).to_have_text(f"ws://127.0.0.1:{port}/socket")
    expect(door).not_to_contain_text("are answered on this server's own port")
    dialog = changing(page, "maelstrom")
    dialog.get_by_label("Port of its own").fill("")
    expect(dialog).to_contain_text("answers on a port of its own alone")
    expect(dialog.get_by_role("button", name="Keep changes")).to_be_disabled()


def test_networks_and_ports_are_changed_and_refused_in_words(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/doors")
    dialog = changing(page, "InfluxDB line protocol")
    keep = dialog.get_by_role("button", name="Keep changes")
    expect(keep).to_be_disabled()
    port = dialog.get_by_label("Port of its own")
    port.fill("70000")
    expect(dialog.get_by_role("alert")).to_contain_text("from 1 to 65535")
    port.fill(str(plant.port))
    network = dialog.get_by_label("Network", exact=True)
    network.fill("127.0.0.0/8, 300.1.1.1")
    network.press("Enter")
    expect(dialog.get_by_role("button", name="Remove 127.0.0.0/8")).to_be_visible()
    keep.click()
    expect(dialog.get_by_role("alert").first).to_contain_text("no network")
    dialog.get_by_role("button", name="Remove 300.1.1.1").click()
    port.fill("")
    dialog.get_by_label("Tags that name the node").fill("host")
    keep.click()
    expect(dialog).to_have_count(0)
    expect(card(page, "InfluxDB line protocol")).to_contain_text("from 127.0.0.0/8")
    kept = plant.call("GET", "/doors/influx")
    assert (kept["allow"], kept["port"], kept["settings"]["tags"]) == (["127.0.0.0/8"], None, "host")


def test_settings_that_are_lists_are_written_as_json(browser: Browser, plant: RunningPlant) -> None:
    opened(plant, "http")
    page = page_on(browser, plant, "/doors")
    dialog = changing(page, "Any JSON by HTTP")
    messages = dialog.get_by_label("Messages")
    keep = dialog.get_by_role("button", name="Keep changes")
    messages.fill("[{")
    expect(dialog.get_by_role("alert")).to_contain_text("no JSON")
    expect(keep).to_be_disabled()
    message = {"path": "/elsewhere", "node": "cellar", "values": [{"metric": "temperature", "at": "/t"}]}
    messages.fill(json.dumps([message]))
    keep.click()
    expect(dialog.get_by_role("alert")).to_contain_text("/0/path")
    messages.fill(json.dumps([message | {"path": "/in/cellar"}]))
    keep.click()
    expect(dialog).to_have_count(0)
    door = card(page, "Any JSON by HTTP")
    expect(door).to_contain_text(f"{plant.url}/in/cellar")
    assert sent(f"{plant.url}/in/cellar", {"t": 11.5}) == 200
    expect(door).to_contain_text("cellar, 1\u00a0reading")


def test_who_else_changed_a_door_is_not_overwritten_unseen(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/doors")
    dialog = changing(page, "InfluxDB line protocol")
    dialog.get_by_label("Tags that name the node").fill("cpu")
    plant.call("PATCH", "/doors/influx", {"may_switch": True})
    keep = dialog.get_by_role("button", name="Keep changes")
    keep.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else changed this door")
    keep.click()
    expect(dialog).to_have_count(0)
    kept = plant.call("GET", "/doors/influx")
    assert (kept["settings"]["tags"], kept["may_switch"]) == ("cpu", True)


def test_a_brewer_reads_and_a_viewer_does_not_see_it(browser: Browser, plant: RunningPlant) -> None:
    for login, role in (("bo", "brewer"), ("vera", "viewer")):
        person = {"login": login, "name": login, "role": role, "password": "a long enough word"}
        plant.call("POST", "/users", person)
    page = page_on(browser, plant, "/doors", login="bo")
    expect(card(page, "PYLOT client")).to_contain_text("Open")
    expect(page.get_by_role("main")).to_contain_text("Only an admin can open or change a door.")
    expect(page.get_by_role("button", name=re.compile("^(Open|Close|Change) "))).to_have_count(0)
    page = page_on(browser, plant, "/", login="vera")
    menu = page.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Devices")).to_be_visible()
    expect(menu.get_by_role("link", name="Doors")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    opened(plant, "ispindel")
    assert sent(f"{plant.url}/ispindel", REPORT) == 200
    page = page_on(browser, plant, "/doors", width=width)
    page.get_by_text("Recent reports").first.click()
    assert sideways(page) <= 0
    assert unnamed(page) == []
    dialog = changing(page, "Any JSON by HTTP")
    dialog.get_by_label("Messages").wait_for()
    assert sideways(page) <= 0
    assert unnamed(page) == []
