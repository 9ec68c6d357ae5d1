"""The calls of maelstrom's page as they are known from outside, at a port of the door's own."""

import pytest
from msgspec import json

from krausen.doors.maelstrom import boards
from krausen.model.people import UserRole
from tests.unit.server.web.brewery import CONTROLLER, Brewery
from tests.unit.server.web.maelstrom import (
    ALE,
    EVENTS,
    FAR,
    POINTS,
    Guest,
    change,
    subscribe,
    welcomed,
    with_controller,
)
from tests.unit.server.web.sockets import Gone

pytestmark = pytest.mark.anyio


@pytest.fixture
async def guest(brewery: Brewery) -> Guest:
    """Somebody at the door, which is open."""
    return await welcomed(brewery)


async def test_the_root_leads_to_a_page_that_leads_to_ours(guest: Guest) -> None:
    root = await guest.ask("GET", "/")
    assert (root.status_code, root.headers["location"]) == (302, "/app.html")
    page = await guest.ask("GET", "/app.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'href="http://brewery.lan:8080/"' in page.text


async def test_a_profile_comes_back_with_every_point_and_event(guest: Guest) -> None:
    await guest.write("/profiles", ALE)
    (listed,) = (await guest.read("/profiles"))["profiles"]
    assert (await guest.read(f"/profile/{listed['id']}")) == {"profile": listed}
    assert listed == {
        "id": 1,
        "name": "Pale Ale",
        "type": "Fermentation",
        "temperatures": [
            {"profileId": 1, **one, "days": float(one["days"]), "temperature": float(one["temperature"])}
            for one in POINTS
        ],
        "events": [{"profileId": 1, **one} for one in EVENTS],
    }


async def test_it_is_a_profile_of_ours_in_celsius_made_by_the_door(guest: Guest) -> None:
    await guest.write("/profiles", ALE)
    (ours,) = (await guest.brewery.read("/profiles"))["items"]
    steps = [(one["kind"], one["temperature"], one["hours"]) for one in ours["steps"]]
    assert steps == [("hold", 20.277777778, 54.0), ("ramp", 1.111111111, 186.0)]
    assert ours["events"] == [{"hours": 72.0, "text": "Dry hops"}]
    journal = (await guest.brewery.read("/journal", UserRole.ADMIN))["items"]
    assert {entry["by"] for entry in journal if entry["what"] == "profile"} == {"door maelstrom"}


async def test_changing_a_profile_replaces_its_points(guest: Guest) -> None:
    await guest.write("/profiles", ALE)
    await guest.write("/profile/1", {**ALE, "id": 7, "temperatures": POINTS[:1], "events": []})
    profile = (await guest.read("/profile/1"))["profile"]
    assert (profile["id"], len(profile["temperatures"]), profile["events"]) == (1, 1, [])
    assert len((await guest.read("/profiles"))["profiles"]) == 1


async def test_what_was_changed_on_our_page_is_seen_as_the_corners_of_the_course(guest: Guest) -> None:
    await guest.write("/profiles", ALE)
    steps = [
        {"kind": "hold", "temperature": 20, "hours": 24},
        {"kind": "step", "temperature": 15},
        {"kind": "ramp", "temperature": 10, "hours": 12},
    ]
    async with guest.brewery.caller(UserRole.BREWER) as brewer:
        answer = await brewer.patch("/api/v1/profiles/pale-ale", json={"steps": steps})
    assert answer.status_code == 200, answer.text
    points = (await guest.read("/profile/1"))["profile"]["temperatures"]
    corners = [(one["days"], one["temperature"]) for one in points]
    assert corners == [(0.0, 68.0), (1.0, 68.0), (1.0, 59.0), (1.5, 50.0)]
    assert points[1]["date"] == "2026-09-22T14:13:20"


async def test_a_mash_in_celsius(guest: Guest) -> None:
    await change(guest.brewery, {"settings": {"unit": "C"}})
    points = [{"days": 0, "temperature": 66.5, "date": None}, {"days": 0.05, "temperature": 78}]
    await guest.write("/profiles", {"name": "Mash", "type": "Mash", "temperatures": points, "events": []})
    (ours,) = (await guest.brewery.read("/profiles"))["items"]
    assert (ours["type"], ours["steps"][-1]["temperature"]) == ("mash", 78)
    (theirs,) = (await guest.read("/profiles"))["profiles"]
    assert [one["date"] for one in theirs["temperatures"]] == ["2026-09-21T14:13:20", "2026-09-21T15:25:20"]


async def test_a_removed_profile_is_gone_and_its_number_never_comes_again(guest: Guest) -> None:
    await guest.write("/profiles", ALE)
    answer = await guest.ask("DELETE", "/profile/1")
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert (await guest.ask("GET", "/profile/1")).status_code == 404
    await guest.write("/profiles", ALE)
    assert [one["id"] for one in (await guest.read("/profiles"))["profiles"]] == [2]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("GET", "/profile/99", b"", 404),
        ("GET", "/profile/one", b"", 404),
        ("POST", "/profile/99", json.encode(ALE), 404),
        ("DELETE", "/iocontroller/99", b"", 404),
        ("GET", "/publish", b"", 405),
        ("PUT", "/profiles", b"{}", 405),
        ("DELETE", "/profiles", b"", 405),
        ("POST", "/publish", b"channel=data", 400),
        ("POST", "/profiles", b"", 400),
        ("POST", "/profiles", b"{", 400),
        ("POST", "/profiles", b"[]", 400),
        ("POST", "/profiles", json.encode({**ALE, "name": ""}), 422),
        ("POST", "/profiles", json.encode({**ALE, "temperatures": []}), 422),
        ("POST", "/profiles", json.encode({**ALE, "temperatures": [{"days": 0}]}), 422),
        (
            "POST",
            "/profiles",
            json.encode({**ALE, "temperatures": [{"days": 0, "temperature": 500}]}),
            422,
        ),
        (
            "POST",
            "/profiles",
            json.encode({**ALE, "temperatures": [{"days": 0, "temperature": 68, "date": "May"}]}),
            422,
        ),
        ("POST", "/appsettings", b'[{"name": "", "value": "x"}]', 422),
        ("POST", "/iocontrollers", b'{"name": 1}', 422),
    ],
)
async def test_what_is_wrong_is_told_in_json_and_blocks_nothing(
    guest: Guest, method: str, path: str, body: bytes, status: int
) -> None:
    answer = await guest.ask(method, path, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert answer.json()["error"]
    await guest.write("/profiles", ALE)


async def test_an_unknown_path_is_not_found_as_before(guest: Guest) -> None:
    assert (await guest.ask("GET", "/nowhere")).json() == {"error": "Not found"}


async def test_settings_are_kept_by_name_in_an_array_or_alone(guest: Guest) -> None:
    await guest.write("/appsettings", [{"name": "breweryLogo", "value": "http://x/logo.png"}])
    await guest.write("/appsettings", {"name": "Thème: größe", "value": ""})
    await guest.write("/appsettings", {"name": "themeSelectedStyle"})
    assert (await guest.read("/appsettings"))["appsettings"] == [
        {"name": "Thème: größe", "value": ""},
        {"name": "breweryLogo", "value": "http://x/logo.png"},
        {"name": "themeSelectedStyle", "value": ""},
    ]
    keys = {item["key"] for item in (await guest.brewery.read("/settings"))["items"]}
    assert "maelstrom.setting.breweryLogo" in keys


async def test_the_logo_is_that_of_the_site_until_another_is_chosen(guest: Guest) -> None:
    async with guest.brewery.caller(UserRole.ADMIN) as admin:
        await admin.put("/api/v1/settings/site.logo", json={"value": "data:image/png;base64,AA"})
    (logo,) = (await guest.read("/appsettings"))["appsettings"]
    assert logo == {"name": "breweryLogo", "value": "data:image/png;base64,AA"}


async def test_controllers_that_we_do_not_speak_with_are_kept_as_they_are(guest: Guest) -> None:
    await guest.write("/iocontrollers", {"name": "Kettle", "socket": "/run/brewpi/BEERSOCKET"})
    await guest.write("/iocontrollers", {"name": "Kettle", "address": "10.0.0.9", "port": "8080"})
    first, second = (await guest.read("/iocontrollers"))["controllers"]
    assert first == {
        "id": 1,
        "name": "Kettle",
        "address": "",
        "port": "",
        "socket": "/run/brewpi/BEERSOCKET",
    }
    assert (await guest.read("/iocontroller/2")) == {"controller": second}
    await guest.write("/iocontroller/2", {"name": "Fridge", "address": "10.0.0.10", "port": "8080"})
    answer = await guest.ask("DELETE", "/iocontroller/1")
    assert answer.json() == {"status": "success"}
    (left,) = (await guest.read("/iocontrollers"))["controllers"]
    assert (left["id"], left["name"], left["address"]) == (2, "Fridge", "10.0.0.10")


async def test_controllers_of_ours_are_among_theirs(guest: Guest) -> None:
    await guest.write("/iocontrollers", {"name": "Kettle"})
    await with_controller(guest)
    kettle, ours = (await guest.read("/iocontrollers"))["controllers"]
    assert kettle["name"] == "Kettle"
    assert ours == {"id": 2, "name": "upstairs", "address": "10.0.0.9", "port": "8080", "socket": ""}
    assert (await guest.read("/iocontroller/2")) == {"controller": ours}


async def test_guests_give_a_controller_of_ours_another_name_and_no_other_line(guest: Guest) -> None:
    await with_controller(guest, "/dev/ttyACM0")
    (ours,) = (await guest.read("/iocontrollers"))["controllers"]
    assert (ours["address"], ours["socket"]) == ("", "/dev/ttyACM0")
    await guest.write("/iocontroller/1", {**ours, "name": "Upstairs"})
    assert (await guest.read("/iocontroller/1"))["controller"]["name"] == "Upstairs"
    for method, body in (("POST", {"name": "x", "address": "10.0.0.1", "port": "1"}), ("DELETE", {})):
        answer = await guest.ask(method, "/iocontroller/1", json=body)
        assert (answer.status_code, "page" in answer.json()["error"]) == (403, True)
    (kept,) = (await guest.brewery.read("/controllers"))["items"]
    assert kept["settings"] == {"port": "/dev/ttyACM0"}


async def test_guests_arrange_controllers_where_an_admin_says_so(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "DRIVER", CONTROLLER.name)
    await change(guest.brewery, {"settings": {"may_arrange": True}})
    await guest.write("/iocontrollers", {"name": "Old fridge", "address": "10.0.0.9", "port": "8080"})
    (ours,) = (await guest.brewery.read("/controllers"))["items"]
    assert (ours["name"], ours["settings"]) == ("old-fridge", {"port": "tcp://10.0.0.9:8080"})
    await guest.write("/iocontroller/1", {"name": "Old fridge", "address": "10.0.0.10", "port": "8080"})
    (ours,) = (await guest.brewery.read("/controllers"))["items"]
    assert ours["settings"] == {"port": "tcp://10.0.0.10:8080"}
    (theirs,) = (await guest.read("/iocontrollers"))["controllers"]
    assert (theirs["id"], theirs["name"], theirs["address"]) == (1, "Old fridge", "10.0.0.10")
    assert (await guest.ask("DELETE", "/iocontroller/1")).status_code == 200
    assert (await guest.brewery.read("/controllers"))["items"] == []
    assert (await guest.read("/iocontrollers"))["controllers"] == []


async def test_who_is_elsewhere_comes_in_nowhere(guest: Guest) -> None:
    assert (await guest.ask("GET", "/profiles", FAR)).status_code == 403
    with pytest.raises(Gone):
        async with guest.socket(FAR):
            pass


STRANGER = "http://stranger.test"


async def test_the_page_of_a_stranger_neither_reads_nor_listens(guest: Guest) -> None:
    for headers in ({"origin": STRANGER}, {"sec-fetch-site": "cross-site"}):
        answer = await guest.ask("GET", "/profiles", headers=headers)
        assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)
    assert (await guest.ask("OPTIONS", "/profiles", headers={"origin": STRANGER})).status_code == 405
    with pytest.raises(Gone):
        async with guest.socket(origin=STRANGER):
            pass
    async with guest.socket(origin="http://brewery.lan:8888") as own:
        await subscribe(own)


async def test_a_page_that_an_admin_named_may_be_served_elsewhere(guest: Guest) -> None:
    await change(guest.brewery, {"settings": {"origins": ["http://brewpi.lan"]}})
    theirs = {"origin": "http://brewpi.lan"}
    asked = await guest.ask("OPTIONS", "/profile/1", headers=theirs)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "http://brewpi.lan")
    assert asked.headers["access-control-allow-methods"] == "DELETE, GET, POST"
    assert asked.headers["access-control-allow-headers"] == "content-type"
    answer = await guest.ask("POST", "/profiles", json=ALE, headers=theirs)
    assert (answer.status_code, answer.headers["vary"]) == (200, "origin")
    async with guest.socket(origin="http://brewpi.lan") as peer:
        await subscribe(peer)


async def test_closing_the_door_ends_every_conversation(guest: Guest) -> None:
    async with guest.socket() as peer:
        await subscribe(peer)
        await change(guest.brewery, {"enabled": False})
        with pytest.raises(Gone, match="1012"):
            await peer.hear()
    assert (await guest.ask("GET", "/profiles")).status_code == 404
    with pytest.raises(Gone):
        async with guest.socket():
            pass


async def test_it_answers_at_its_own_port_alone_and_needs_one(guest: Guest) -> None:
    brewery = guest.brewery
    async with brewery.caller() as caller:
        assert (await caller.get("/profiles")).headers["content-type"] != "application/json"
    async with brewery.caller(UserRole.ADMIN) as admin:
        answer = await admin.patch("/api/v1/doors/maelstrom", json={"port": None})
    assert (answer.status_code, [one["where"] for one in answer.json()["errors"]]) == (422, ["/port"])


async def test_while_the_disk_refuses_guests_are_told_to_come_back(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest.brewery.catalog, "away", "The disk is full.")
    answer = await guest.ask("GET", "/profiles")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["error"]
