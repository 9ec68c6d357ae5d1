"""The JavaScript client as it is packed, in Node, against a real server."""

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.clients.python.house import House, opened_house
from tests.web.conftest import CHROMIUM, FLAGS
from tools.checks import ROOT

EXAMPLES = ROOT / "clients" / "javascript" / "examples"
SESSION = Path(__file__).parent / "javascript" / "session.mjs"
NODE = (sys.executable, "-m", "tools.page", "node")
PATIENCE_S = 60
LOOK_S = 0.3


class Shop(NamedTuple):
    """A server, a brewer's token, and what Node wants to hear to have a WebSocket."""

    house: House
    token: str
    flags: tuple[str, ...]

    def started(self, script: Path, *words: str) -> "subprocess.Popen[str]":
        """Start a script with the server's address and the token."""
        pipe = subprocess.PIPE
        command = [*NODE, *self.flags, str(script), self.house.url, self.token, *words]
        return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def said(self, script: str, *words: str) -> str:
        """Give what an example says."""
        with self.started(EXAMPLES / script, *words) as running:
            output, errors = running.communicate(timeout=PATIENCE_S)
            assert running.returncode == 0, errors
        return output


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server that all tests share, with the channel `talk`."""
    with opened_house(tmp_path_factory.mktemp("shop")) as house:
        house.ask("POST", "/channels", {"name": "talk", "title": "Talk", "publish": "brewer"})
        yield Shop(house, house.token(), flags())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client installed in it as `npm install` does; it is built for the examples, too."""
    folder = tmp_path_factory.mktemp("package")
    command = [sys.executable, "-m", "tools.page", "client", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (packed,) = folder.glob("krausen-client-*.tgz")
    with tarfile.open(packed) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                place = folder / member.name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.read())
    (folder / "node_modules").mkdir()
    (folder / "package").rename(folder / "node_modules" / "krausen-client")
    return folder


@pytest.fixture(scope="module")
def found(shop: Shop, package: Path) -> dict[str, Any]:
    """What a program found at the server, which is started anew when it asks for that."""
    script = package / SESSION.name
    script.write_text(SESSION.read_text())
    told: dict[str, Any] = {}
    with shop.started(script) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        for line in running.stdout:
            what, told[what] = json.loads(line)
            if what == "restart":
                shop.house.stop()
                shop.house.start()
                running.stdin.write("started\n")
                running.stdin.flush()
        assert running.wait(PATIENCE_S) == 0, running.stderr.read()
    assert "over" in told
    return told


def flags() -> tuple[str, ...]:
    """Give what Node wants to hear to have a WebSocket: before Node 22 it is an experiment."""
    asked = subprocess.run(
        [*NODE, "-p", "typeof WebSocket"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return () if asked.stdout.strip() == "function" else ("--experimental-websocket",)


def test_a_token_is_all_it_takes(found: dict[str, Any]) -> None:
    assert found["who"] == "brewer"


def test_what_was_set_is_read_back_and_a_stale_change_is_refused(found: dict[str, Any]) -> None:
    assert found["setting"] == {"hue": "green"}
    assert found["stale"] == 409


def test_measurements_are_taken_listed_and_exported(found: dict[str, Any]) -> None:
    assert found["taken"] == {"rows": 2, "readings": 2}
    assert found["series"] == ["tank-1 temperature", "tank-2 temperature"]
    assert found["export"].startswith("time,")
    assert "18.25" in found["export"]


def test_a_name_goes_into_the_path_whole(found: dict[str, Any]) -> None:
    assert found["adapter"] == "shelf #1 & 100%?"


def test_a_refused_call_has_the_words_of_the_server(found: dict[str, Any]) -> None:
    status, words = found["unknown"]
    assert status == 404
    assert "vessel" in words


def test_what_is_published_comes_back_as_such(found: dict[str, Any]) -> None:
    published = found["published"]
    assert published["message"] == {"n": 1}
    assert published["published"] is True
    assert published["by"]


def test_a_refused_message_is_a_rejected_promise_with_the_words_of_the_server(found: dict[str, Any]) -> None:
    assert found["not allowed"][0] == "not_publishable"
    assert "admin" in found["not allowed"][1]
    assert found["not there"][0] == "unknown_channel"


def test_a_channel_that_is_not_there_is_told(found: dict[str, Any]) -> None:
    (detail,) = found["not heard"]
    assert "nowhere" in detail


def test_what_was_said_while_the_connection_was_lost_comes_first(found: dict[str, Any]) -> None:
    assert found["resumed"] == {"message": {"n": 2}, "gaps": []}


def test_after_a_restart_of_the_server_there_is_a_gap_and_then_all_goes_on(found: dict[str, Any]) -> None:
    assert found["after the restart"] == {"message": {"n": 3}, "gap": True, "epochs": 2}


def test_a_token_that_is_none_is_not_tried_for_ever(found: dict[str, Any]) -> None:
    ((state, why),) = found["stranger"]
    assert state == "closed"
    assert "token" in why


@pytest.mark.usefixtures("package")
def test_the_example_tells_and_changes_how_vessels_stand(shop: Shop) -> None:
    shop.house.ask("POST", "/vessels", {"name": "Fermenter 1", "kind": "fermenter"})
    assert shop.said("vessels.mjs") == "Fermenter 1: no reading, asked for off\n"
    assert shop.said("vessels.mjs", "Nobody", "18") == "There is no vessel Nobody.\n"


@pytest.mark.usefixtures("package")
def test_the_example_tells_fresh_readings(shop: Shop) -> None:
    with shop.started(EXAMPLES / "listen.mjs", "1") as running:
        # Only what comes once it listens is told; when that is, nobody says.
        for minute in range(60):
            row = {"adapter": "cellar", "node": "tank", "timestamp": f"2026-05-01T18:{minute:02}:00Z"}
            shop.house.ask("POST", "/measurements", [row | {"data": {"temperature": 18.5}}])
            with suppress(subprocess.TimeoutExpired):
                running.wait(LOOK_S)
                break
        output, errors = running.communicate(timeout=PATIENCE_S)
    assert re.fullmatch(r"18:\d\d:00 cellar tank temperature 18.5\n", output), errors


@pytest.mark.needs("chromium")
@pytest.mark.usefixtures("package")
def test_the_example_page_shows_vessels_as_they_change(shop: Shop) -> None:
    vessel = shop.house.ask("POST", "/vessels", {"name": "Fermenter 2", "kind": "fermenter"})
    with served(shop) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        page.get_by_label("Token").fill(shop.token)
        page.get_by_role("button", name="Connect").click()
        row = page.get_by_role("row").filter(has_text="Fermenter 2")
        expect(row).to_have_text(re.compile("off$"))
        expect(page.get_by_role("status")).to_have_text("Connection: open.")
        shop.house.ask("PATCH", f"/vessels/{vessel['id']}", {"name": "Fermenter 2, cleaned"})
        expect(row).to_have_text(re.compile("^Fermenter 2, cleaned"))
        browser.close()


@contextmanager
def served(shop: Shop) -> Iterator[str]:
    """Serve the example page, and give its address."""
    command = [*NODE, str(EXAMPLES / "serve.mjs"), shop.house.url, "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as serving:
        try:
            assert serving.stdout is not None
            yield serving.stdout.readline().strip()
        finally:
            # Node may have been started by another process, which would leave it behind.
            os.killpg(serving.pid, signal.SIGTERM)
