"""Devices that were found and that nobody uses yet."""

from typing import Any

import pytest

from krausen.model.controller import Found
from krausen.model.people import UserRole
from krausen.server.discoveries import IGNORED, SERVER
from krausen.wire.messages import DevicesFound
from tests.unit.server.web.brewery import Brewery
from tests.unit.server.web.cellarman import PLACE, WISH, call, cellarman, places

pytestmark = pytest.mark.anyio

BOARD = Found(
    id="brewpi-beer",
    kind="controller",
    driver="scripted_controller",
    title="BrewPi beer",
    text="It answers at beer.local.",
    settings={"port": PLACE},
)
CABLE = Found(
    id="usb-1", kind="controller", driver="scripted_controller", title="Uno", settings={"port": "/dev/tty1"}
)


async def listed(brewery: Brewery, state: str = "discovered", query: str = "") -> list[str]:
    found = await brewery.read(f"/devices?state={state}{query}")
    return [one["id"] for one in found["items"]]


async def ask(
    brewery: Brewery,
    method: str,
    path: str,
    body: object = None,
    *,
    status: int,
    role: UserRole = UserRole.ADMIN,
) -> Any:
    async with brewery.caller(role) as client:
        answer = await client.request(method, f"/api/v1/devices{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_what_is_found_is_offered_with_how_it_would_be_opened(brewery: Brewery) -> None:
    await brewery.site.discoveries.found(SERVER, [BOARD])
    assert await brewery.read("/devices/brewpi-beer") == {
        "id": "brewpi-beer",
        "agent": "",
        "name": "brewpi-beer",
        "title": "BrewPi beer",
        "revision": 0,
        "kind": "controller",
        "driver": "scripted_controller",
        "state": "discovered",
        "series": {},
        "last_seen": None,
        "value": None,
        "unit": "",
        "at": None,
        "quality": None,
        "uses": [],
        "text": "It answers at beer.local.",
        "settings": {"port": PLACE},
    }
    assert await listed(brewery) == ["brewpi-beer"]
    assert await listed(brewery, query="&kind=relay") == []
    assert [one["id"] for one in (await brewery.read("/devices"))["items"]] == ["probe-1"]
    await brewery.site.discoveries.found(SERVER, [])
    assert await listed(brewery) == []
    assert await brewery.refusal("/devices/brewpi-beer") == (404, [])


async def test_what_an_agent_sees_is_offered_as_long_as_it_is_here(brewery: Brewery) -> None:
    async with cellarman(brewery, "cellar") as here:
        unfit = [Found(id=id, kind="controller", driver="x", title="x") for id in ("", "a/b", "x" * 200)]
        await here.say(DevicesFound((BOARD, CABLE, *unfit)))
        assert await listed(brewery) == ["brewpi-beer", "usb-1"]
        await brewery.site.discoveries.found(SERVER, [BOARD])
        found = {
            one["id"]: one["agent"] for one in (await brewery.read("/devices?state=discovered"))["items"]
        }
        assert found == {"brewpi-beer": "", "usb-1": "cellar"}
    assert await listed(brewery) == ["brewpi-beer"]


async def test_adopted_controller_is_not_offered_any_more(brewery: Brewery) -> None:
    await brewery.site.discoveries.found(SERVER, [BOARD, CABLE])
    made = await ask(brewery, "POST", "/brewpi-beer/adopt", {"name": "fridge", "reason": "found"}, status=201)
    assert (made["name"], made["driver"], made["settings"], made["token"]) == (
        "fridge",
        "scripted_controller",
        {"port": PLACE},
        None,
    )
    assert "fridge" in brewery.hosting.tokens
    assert await listed(brewery) == ["usb-1"]
    assert (await brewery.catalog.journal(1))[0].reason == "found"


async def test_what_another_machine_has_found_gets_its_agent_there(brewery: Brewery) -> None:
    async with cellarman(brewery, "cellar") as here:
        await here.say(DevicesFound((CABLE,)))
        made = await ask(brewery, "POST", "/usb-1/adopt", {"name": "fridge"}, status=201)
        assert made["token"] in made["command"]
        assert await listed(brewery) == []
        await brewery.site.discoveries.found(SERVER, [CABLE])
        assert await listed(brewery) == ["usb-1"], "that of this machine is another one"


async def test_agent_of_this_machine_finds_for_this_machine(brewery: Brewery) -> None:
    await brewery.hosting.settle("cellar", "krs_x")
    async with cellarman(brewery, "cellar") as here:
        await here.say(DevicesFound((CABLE,)))
        made = await ask(brewery, "POST", "/usb-1/adopt", {"name": "fridge"}, status=201)
        assert made["token"] is None


@pytest.mark.parametrize(
    ("id", "body", "status", "where"),
    [
        ("none", {"name": "fridge"}, 404, []),
        ("probe", {"name": "fridge"}, 422, ["path:id"]),
        ("brewpi-beer", {"name": "a b"}, 422, ["/name"]),
        ("brewpi-beer", {}, 422, ["/name"]),
        ("brewpi-beer", {"name": "fridge", "vessel": "north"}, 422, ["/vessel"]),
        ("brewpi-beer", {"name": "fridge", "role": "beer"}, 422, ["/role"]),
        ("unknown", {"name": "fridge"}, 422, ["/driver"]),
        ("odd", {"name": "fridge"}, 422, ["/settings"]),
    ],
)
async def test_what_cannot_be_adopted_is_refused(
    brewery: Brewery, id: str, body: object, status: int, where: list[str]
) -> None:
    probe = Found(id="probe", kind="thermometer", driver="x", title="x")
    unknown = Found(id="unknown", kind="controller", driver="x", title="x")
    odd = Found(id="odd", kind="controller", driver="scripted_controller", title="x", settings={"port": 7})
    await brewery.site.discoveries.found(SERVER, [BOARD, probe, unknown, odd])
    refused = await ask(brewery, "POST", f"/{id}/adopt", body, status=status)
    assert places(refused) == where
    assert await brewery.catalog.controllers() == []


async def test_what_is_ignored_is_offered_no_more_until_it_is_heeded(brewery: Brewery) -> None:
    await brewery.site.discoveries.found(SERVER, [BOARD, CABLE])
    brewer = UserRole.BREWER
    await ask(brewery, "POST", "/usb-1/ignore", {"reason": "a printer"}, status=204, role=brewer)
    assert (await listed(brewery), await listed(brewery, "ignored")) == (["brewpi-beer"], ["usb-1"])
    assert (await brewery.catalog.journal(1))[0].reason == "a printer"
    await ask(brewery, "POST", "/brewpi-beer/ignore", status=204, role=brewer)
    assert await brewery.catalog.setting(IGNORED) == ["brewpi-beer", "usb-1"]
    await ask(brewery, "DELETE", "/usb-1/ignore?reason=none", status=204, role=brewer)
    assert (await listed(brewery), await listed(brewery, "ignored")) == (["usb-1"], ["brewpi-beer"])
    for method in ("POST", "DELETE"):
        await ask(brewery, method, "/none/ignore", status=404)


@pytest.mark.parametrize("kept", [None, 7, "usb-1", {"usb-1": 1}, [7, None, ["usb-1"]]], ids=repr)
async def test_setting_that_somebody_spoilt_ignores_nothing(brewery: Brewery, kept: object) -> None:
    await brewery.site.discoveries.found(SERVER, [CABLE])
    caller = await brewery.site.reception.by_token("krs_admin")
    await brewery.site.settings.keep({IGNORED: kept}, caller)
    assert await listed(brewery) == ["usb-1"]


async def test_what_comes_and_goes_is_told(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    for found in ([BOARD], [BOARD, CABLE], [CABLE]):
        await brewery.site.discoveries.found(SERVER, found)
    said = [await listener.next() for _ in range(3)]
    for text, (id, action) in zip(
        said, [("brewpi-beer", "created"), ("usb-1", "created"), ("brewpi-beer", "deleted")], strict=True
    ):
        assert f'"what":"device","id":"{id}","action":"{action}"' in text


async def test_device_at_the_place_of_a_controller_was_added_by_hand(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    await brewery.site.discoveries.found(SERVER, [BOARD])
    assert await listed(brewery) == []
