import re
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.web.brewery import free_port
from tests.web.conftest import WAIT_MS
from tests.web.plant import RunningPlant, page_on, plant_in, sideways, unnamed
from tests.web.test_accessible import AXE, violations

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

expect.set_options(timeout=WAIT_MS)


class Emulator:
    """An emulated BrewPi at a port, which can be switched off."""

    def __init__(self) -> None:
        self.port = free_port()
        self.place = f"tcp://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Switch it on."""
        words = ["emulate", "brewpi", "--tcp", str(self.port), "--speed", "20"]
        command = [sys.executable, "-m", "krausen", *words]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        """Switch it off."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


@pytest.fixture(scope="module")
def board() -> Iterator[Emulator]:
    emulator = Emulator()
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory, board: Emulator) -> Iterator[RunningPlant]:
    """A server with a controller whose agent runs on another machine, and people who may less."""
    for running in plant_in(tmp_path_factory.mktemp("controllers") / "server"):
        for login, role in (("bo", "brewer"), ("vera", "viewer")):
            person = {"login": login, "name": login, "role": role, "password": "a long enough word"}
            running.call("POST", "/users", person)
        wish = {"name": "corner", "driver": "brewpi", "settings": {"port": board.place}, "elsewhere": True}
        running.agent("corner", running.call("POST", "/controllers", wish)["token"], devices="")
        yield running


def controller(browser: Browser, plant: RunningPlant, *, width: int = 1440, login: str = "anna") -> Page:
    page = page_on(browser, plant, "/controllers/corner", width=width, login=login)
    expect(page.get_by_role("img", name="Its display says: Mode")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True).filter(visible=True)).to_be_visible()
    return page


def wired(browser: Browser, plant: RunningPlant, *, width: int = 1440, login: str = "anna") -> Page:
    controller(browser, plant).context.close()
    page = page_on(browser, plant, "/controllers/corner/wiring", width=width, login=login)
    expect(page.get_by_role("button", name="Chamber heater")).to_be_visible()
    expect(page.get_by_text("Read at")).to_be_visible()
    return page


def hardware(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{re.escape(name)}"))


def freed(plant: RunningPlant, device: str) -> None:
    plant.call("PATCH", f"/controllers/corner/devices/{device}", {"function": "none"})


def device(plant: RunningPlant, name: str) -> dict[str, object]:
    items = plant.call("GET", "/controllers/corner/devices")["items"]
    return next(one for one in items if one["id"] == name)


def test_a_controller_is_added_and_waited_for(browser: Browser, plant: RunningPlant) -> None:
    page = page_on(browser, plant, "/devices")
    page.get_by_role("button", name="Add a controller").click()
    dialog = page.get_by_role("dialog")
    add = dialog.get_by_role("button", name=re.compile("^Add "))
    expect(add).to_be_disabled()
    dialog.get_by_label("Name").fill("hall uno")
    dialog.get_by_label("Place").fill("somewhere")
    add.click()
    expect(dialog.get_by_role("alert").first).to_contain_text("letters, digits")
    dialog.get_by_label("Name").fill("hall-uno")
    add.click()
    expect(dialog.get_by_role("alert").first).to_contain_text("no place of a controller")
    dialog.get_by_label("Place").fill("tcp://127.0.0.1:9")
    dialog.get_by_label("What it is plugged into").select_option("Another machine")
    add.click()
    expect(dialog.get_by_role("group", name="Command")).to_contain_text("krausen agent hall-uno --server")
    expect(dialog.get_by_role("status").first).to_be_attached()
    expect(dialog).to_contain_text("Waiting for the agent hall-uno")
    dialog.get_by_role("link", name="Open it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("hall-uno")
    expect(page.get_by_role("main")).to_contain_text("Its agent has never been here")
    expect(page.get_by_role("button", name="Restart")).to_be_disabled()
    page.get_by_role("button", name="Remove hall-uno").click()
    page.get_by_role("button", name="Hold to remove hall-uno").press("Enter")
    page.get_by_label("Type “hall-uno” to go on").fill("hall-uno")
    page.get_by_role("button", name="Remove hall-uno", exact=True).last.click()
    expect(page.get_by_role("region", name="Controllers")).not_to_contain_text("hall-uno")


def test_a_place_that_is_taken_names_who_has_it(
    browser: Browser, plant: RunningPlant, board: Emulator
) -> None:
    page = page_on(browser, plant, "/devices?add")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("second")
    dialog.get_by_label("Place").fill(board.place)
    dialog.get_by_role("button", name="Add second").click()
    expect(dialog.get_by_role("alert")).to_contain_text("corner")


def test_its_page_shows_display_values_and_what_it_does(browser: Browser, plant: RunningPlant) -> None:
    page = controller(browser, plant)
    does = page.get_by_role("region", name="What it does")
    expect(does).to_contain_text(re.compile(r"Beer\s*\d+\.\d°C"))
    expect(does).to_contain_text(re.compile(r"Chamber\s*\d+\.\d°C"))
    facts = page.get_by_role("region", name="Facts")
    expect(facts).to_contain_text("ESP8266")
    expect(facts).to_contain_text("just now")


def test_a_constant_is_written_and_brought_back(browser: Browser, plant: RunningPlant) -> None:
    page = controller(browser, plant)
    gain = page.get_by_label("Proportional gain")
    gain.fill("100")
    expect(page.get_by_role("alert")).to_contain_text("to 63")
    expect(page.get_by_role("button", name="Write", exact=True)).to_be_disabled()
    gain.fill("6,5")
    expect(page.get_by_role("group", name="1\u00a0change")).to_contain_text("Proportional gain 5 → 6.5")
    page.get_by_role("button", name="Write", exact=True).click()
    back = page.get_by_role("button", name="Proportional gain: back to default, 5")
    expect(back).to_be_visible()
    values = {one["key"]: one["value"] for one in plant.call("GET", "/controllers/corner")["parameters"]}
    assert values["Kp"] == 6.5
    back.click()
    expect(gain).to_have_value("5")
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_role("group", name="1\u00a0change")).to_have_count(0)
    expect(gain).to_have_value("5")


def test_restarting_is_asked_for_and_said_in_its_log(browser: Browser, plant: RunningPlant) -> None:
    page = controller(browser, plant)
    page.get_by_role("button", name="Restart").click()
    dialog = page.get_by_role("dialog", name="Restart corner?")
    expect(dialog).to_contain_text("Heating and cooling go off while it starts")
    dialog.get_by_role("button", name="Restart").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("No answer since")
    expect(page.get_by_role("button", name="Restart")).to_be_enabled()
    journal = plant.call("GET", "/journal")["items"]
    assert any(entry["what"] == "controller" and entry["id"] == "corner" for entry in journal)


def test_hardware_is_picked_up_with_keys_written_and_freed(browser: Browser, plant: RunningPlant) -> None:
    page = wired(browser, plant)
    door = hardware(page, "Door (pin 13)")
    door.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Door (pin 13) picked up. Door switch.")).to_be_attached()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text(re.compile("It is an input"))).not_to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Door (pin 13) given back.")).to_be_attached()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Door (pin 13)")
    expect(panel).to_contain_text("Door (pin 13) becomes door switch. This is written into the controller")
    panel.get_by_role("button", name="Write: door switch").click()
    expect(panel).to_have_count(0)
    expect(door).to_contain_text("slot")
    assert device(plant, "pin-13")["function"] == "door"
    door.click()
    page.get_by_role("radio", name="Nothing").check()
    page.get_by_role("button", name="Write: free it").click()
    expect(door).to_contain_text("free")
    assert device(plant, "pin-13")["slot"] is None


def test_hardware_is_dragged_to_what_it_does(browser: Browser, plant: RunningPlant) -> None:
    page = wired(browser, plant)
    door, place = hardware(page, "Door (pin 13)"), page.get_by_role("button", name="Door switch")
    place.scroll_into_view_if_needed()
    start, end = door.bounding_box(), place.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 40, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=6)
    expect(place).to_contain_text("drop here")
    page.mouse.up()
    panel = page.get_by_role("complementary", name="Door (pin 13)")
    expect(panel.get_by_role("radio", name="Door switch")).to_be_checked()
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert device(plant, "pin-13")["function"] == "none"


def test_what_cannot_be_says_why(browser: Browser, plant: RunningPlant) -> None:
    page = wired(browser, plant)
    hardware(page, "Heat (pin 16)").click()
    panel = page.get_by_role("complementary", name="Heat (pin 16)")
    expect(panel.get_by_role("radio", name="Chamber light")).to_be_enabled()
    expect(panel.get_by_role("radio", name="Chamber cooler")).to_have_count(0)
    panel.get_by_text("What it cannot be, and why").click()
    expect(panel).to_contain_text("Cool (pin 14) is this now: free it first.")
    expect(panel).to_contain_text("It measures no temperature.")
    panel.get_by_label("Chamber", exact=True).select_option("2")
    panel.get_by_role("button", name=re.compile("^Write")).click()
    expect(panel.get_by_role("alert")).to_contain_text("one chamber and one beer")


def test_a_phone_chooses_hardware_for_a_place(browser: Browser, plant: RunningPlant) -> None:
    freed(plant, "pin-13")
    page = wired(browser, plant, width=390)
    page.get_by_role("button", name="Door switch").tap()
    sheet = page.get_by_role("dialog", name="Hardware for door switch")
    sheet.get_by_role("button", name="Door (pin 13)").tap()
    form = page.get_by_role("dialog", name="Door (pin 13)")
    form.get_by_role("button", name="Write: door switch").tap()
    expect(form).to_have_count(0)
    expect(page.get_by_role("button", name="Door switch")).to_contain_text("Door (pin 13)")
    freed(plant, "pin-13")


def test_a_chamber_gets_a_name_and_loses_it(browser: Browser, plant: RunningPlant) -> None:
    page = wired(browser, plant)
    page.get_by_role("button", name="Name it: Chamber 1").click()
    name = page.get_by_role("dialog").get_by_label("Name")
    name.fill("Corner fridge")
    name.press("Enter")
    expect(page.get_by_role("heading", name="Corner fridge")).to_be_visible()
    page.get_by_role("button", name="Name it: Corner fridge").click()
    name.fill("")
    name.press("Enter")
    expect(page.get_by_role("heading", name="Chamber 1")).to_be_visible()


def test_a_vessel_on_a_controller_is_held_by_its_firmware(browser: Browser, plant: RunningPlant) -> None:
    page = controller(browser, plant)
    page.get_by_role("link", name="Add a vessel").click()
    expect(page.get_by_role("main")).to_contain_text("It is held by its own firmware")
    expect(page.get_by_label("Algorithm")).to_have_count(0)
    page.get_by_label("Name", exact=True).fill("Corner fridge")
    page.get_by_role("button", name="Add the vessel").click()
    page.wait_for_url("**/vessels/corner-fridge")
    page.get_by_role("link", name="Its controller and display").click()
    expect(page.get_by_role("region", name="Facts").get_by_role("link", name="Corner fridge")).to_be_visible()
    expect(page.get_by_role("button", name="Remove corner")).to_be_disabled()
    vessel = plant.call("GET", "/vessels/corner-fridge")
    assert vessel["algorithm"] == "firmware"
    assert {"beer", "chamber", "heat", "cool"} <= vessel["roles"].keys()
    page.goto(f"{plant.url}/agents")
    page.get_by_role("heading", name="corner").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("corner")
    plant.call("DELETE", "/vessels/corner-fridge")


def test_a_brewer_writes_and_a_viewer_reads(browser: Browser, plant: RunningPlant) -> None:
    page = controller(browser, plant, login="bo")
    expect(page.get_by_role("button", name="Restart")).to_be_enabled()
    expect(page.get_by_role("button", name="Change the connection")).to_have_count(0)
    page = controller(browser, plant, login="vera")
    expect(page.get_by_role("main")).to_contain_text("Only a brewer can change this.")
    expect(page.get_by_role("button", name=re.compile("^(Restart|Reset|Write|Remove)"))).to_have_count(0)
    expect(page.get_by_label("Proportional gain")).to_have_count(0)
    page = wired(browser, plant, login="vera")
    expect(page.get_by_role("button", name="Look for hardware")).to_have_count(0)
    hardware(page, "Door (pin 13)").click()
    expect(page.get_by_role("button", name=re.compile("^Write"))).to_be_disabled()


@pytest.mark.parametrize("path", ["/controllers/corner", "/controllers/corner/wiring", "/devices?add"])
def test_no_page_is_in_the_way_of_eyes_ears_or_keys(browser: Browser, plant: RunningPlant, path: str) -> None:
    page = page_on(browser, plant, path)
    if path.endswith("wiring"):
        hardware(page, "Door (pin 13)").click()
    assert violations(page, AXE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_everything_fits_and_has_a_name(browser: Browser, plant: RunningPlant, width: int) -> None:
    for page in (controller(browser, plant, width=width), wired(browser, plant, width=width)):
        assert sideways(page) <= 0
        assert unnamed(page) == []
    hardware(page, "Door (pin 13)").last.click()
    expect(page.get_by_role("radio", name="Nothing")).to_be_visible()
    assert sideways(page) <= 0
    assert unnamed(page) == []


def test_a_lost_controller_shows_what_was_and_writes_nothing(
    browser: Browser, plant: RunningPlant, board: Emulator
) -> None:
    page = controller(browser, plant)
    board.stop()
    expect(page.get_by_role("main")).to_contain_text(re.compile("No answer since"), timeout=60_000)
    expect(page.get_by_role("button", name="Restart")).to_be_disabled()
    expect(page.get_by_label("Proportional gain")).to_be_disabled()
    page.get_by_role("link", name="What is wired").click()
    expect(page.get_by_text("As it was told last")).to_be_visible()
    expect(page.get_by_role("button", name="Look for hardware")).to_be_disabled()
    page.goto(f"{plant.url}/devices")
    expect(page.get_by_role("heading", level=1)).to_have_text("One controller does not answer")
    board.start()
    page.goto(f"{plant.url}/controllers/corner")
    expect(page.get_by_role("button", name="Restart")).to_be_enabled(timeout=60_000)
