"""Controllers: listed, added, changed, removed; what they tell."""

import asyncio
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import Unproven
from krausen.model.controller import ControllerState
from krausen.model.people import UserRole
from krausen.server.controllers.news import MOST_LINES
from krausen.wire.messages import ControllerOrder, ControllerReport, ControllerSaid
from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.cellarman import CONTROLLERS, NAME, PLACE, WISH, call, cellarman, fridge, places

pytestmark = pytest.mark.anyio

NOON_ISO = "2026-09-21T14:13:20.000Z"
ORDER = ControllerOrder(name=NAME, driver="scripted_controller", settings={"port": PLACE})


async def test_controller_is_added_with_an_agent_of_its_name_that_has_its_token_here(
    brewery: Brewery,
) -> None:
    made = await call(brewery, "POST", "", {**WISH, "reason": "bought"}, status=201)
    assert (made.pop("token"), made.pop("command")) == (None, None)
    assert made == await call(brewery, "GET", f"/{NAME}")
    assert made == {
        "name": NAME,
        "driver": "scripted_controller",
        "settings": {"port": PLACE},
        "revision": 1,
        "created_at": NOON_ISO,
        "updated_at": NOON_ISO,
        "state": "offline",
        "detail": "The agent fridge is not here. While it is away the controller goes on by itself.",
        "firmware": "",
        "board": "",
        "title": "",
        "last_seen": None,
        "vessel": None,
        "agent": NAME,
        "chambers": [],
        "display": [],
        "doing": None,
        "parameters": [],
        "choices": [],
        "slots": 0,
    }
    caller = await brewery.site.reception.by_token(brewery.hosting.tokens[NAME])
    assert (caller.role, caller.adapters) == (UserRole.AGENT, (NAME,))
    said = [(one.what, one.id, one.action, one.reason) for one in await brewery.catalog.journal(2)]
    assert said == [("agent", NAME, "created", "bought"), ("controller", NAME, "created", "bought")]


async def test_agent_that_runs_elsewhere_is_given_its_token_once(brewery: Brewery) -> None:
    made = await call(brewery, "POST", "", {**WISH, "elsewhere": True}, status=201)
    command = f"krausen agent fridge --server http://krausen.test --token {made['token']}"
    assert made["command"] == command
    assert brewery.hosting.tokens == {}
    assert (await brewery.site.reception.by_token(made["token"])).adapters == (NAME,)
    assert "token" not in await call(brewery, "GET", f"/{NAME}")


async def test_where_no_agent_starts_by_itself_the_command_is_told(brewery: Brewery) -> None:
    brewery.hosting.runs = False
    made = await call(brewery, "POST", "", WISH, status=201)
    assert (made["token"], made["command"]) == (None, "krausen agent fridge")
    assert NAME in brewery.hosting.tokens


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": "a b"}, ["/name"]),
        ({"name": "krausen"}, ["/name"]),
        ({"name": "drivers"}, ["/name"]),
        ({"driver": "teapot"}, ["/driver"]),
        ({"settings": {"port": 7}}, ["/settings/port"]),
        ({"settings": 7}, ["/settings"]),
        ({"name": 7, "settings": 7}, ["/name", "/settings"]),
    ],
    ids=str,
)
async def test_wrong_controller_is_refused_and_nothing_is_made(
    brewery: Brewery, change: dict[str, Any], where: list[str]
) -> None:
    assert places(await call(brewery, "POST", "", WISH | change, status=422)) == where
    assert await brewery.catalog.controllers() == []
    assert await brewery.catalog.agents() == []
    assert brewery.hosting.tokens == {}


async def test_name_and_place_are_one_controllers_alone(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    told = await call(brewery, "POST", "", WISH | {"settings": {"port": "/dev/ttyACM0"}}, status=409)
    assert "already: choose another name" in told["detail"]
    told = await call(brewery, "POST", "", WISH | {"name": "other"}, status=409)
    assert told["detail"] == f"This is the place of fridge already: {PLACE}."
    assert [one.name for one in await brewery.catalog.controllers()] == [NAME]
    assert list(brewery.hosting.tokens) == [NAME]


async def test_name_of_an_agent_is_taken_and_nothing_is_left_of_the_controller(brewery: Brewery) -> None:
    await brewery.site.roster.greeted(NAME, "1", NOON)
    assert "agent fridge" in (await call(brewery, "POST", "", WISH, status=409))["detail"]
    assert await brewery.catalog.controllers() == []


async def test_cable_of_another_machine_is_another_device(brewery: Brewery) -> None:
    cable = {"settings": {"port": "/dev/ttyACM0"}}
    for name, elsewhere in (("here", False), ("there", True), ("yonder", True)):
        await call(brewery, "POST", "", WISH | cable | {"name": name, "elsewhere": elsewhere}, status=201)
    told = await call(brewery, "POST", "", WISH | cable | {"name": "here-too"}, status=409)
    assert "the place of here already" in told["detail"]


async def test_where_the_token_cannot_be_left_nothing_is_made(brewery: Brewery) -> None:
    brewery.hosting.fault = "The disk is full. Make room."
    refused = await call(brewery, "POST", "", WISH, status=503)
    assert refused["detail"] == "The disk is full. Make room."
    assert await brewery.catalog.controllers() == []
    assert await brewery.catalog.agents() == []
    brewery.hosting.fault = ""
    await call(brewery, "POST", "", WISH, status=201)


async def test_kinds_of_controllers_are_listed_with_a_form(brewery: Brewery) -> None:
    (kind,) = (await call(brewery, "GET", "/drivers", role=UserRole.VIEWER))["items"]
    assert (kind["name"], kind["title"]) == ("scripted_controller", "Scripted controller")
    assert kind["schema"]["properties"]["port"]["type"] == "string"


async def test_agent_is_told_its_own_controller_and_hears_of_changes(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with cellarman(brewery) as here, cellarman(brewery, "cellar") as other:
        assert (here.orders, other.orders) == ([(ORDER,)], [()])
        changed = await call(brewery, "PATCH", f"/{NAME}", {"settings": {"port": "tcp://b:23"}})
        assert (changed["settings"], changed["revision"]) == ({"port": "tcp://b:23"}, 2)
        await asyncio.sleep(0.01)
        assert here.orders[1:] == [(replace(ORDER, settings={"port": "tcp://b:23"}),)]
        assert other.orders == [()]


async def test_what_a_controller_tells_is_shown_and_kept_while_it_is_away(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        found = await call(brewery, "GET", f"/{NAME}", role=UserRole.VIEWER)
        assert [found[key] for key in ("state", "detail", "firmware", "board", "title", "slots")] == [
            "connected",
            "",
            "1.0",
            "fake",
            "Scripted controller",
            4,
        ]
        assert found["last_seen"] == NOON_ISO
        assert found["chambers"] == [{"id": "1", "name": "Chamber 1", "devices": ["pin-1", "pin-2"]}]
        assert found["display"] == ["Mode off", "Nothing to do."]
        assert found["doing"] == {"code": 0, "text": "Nothing to do.", "since": None, "remaining_s": None}
        assert [one["key"] for one in found["parameters"]] == ["band"]
        assert [one["function"] for one in found["choices"]] == ["none", "heater", "cooler", "beer"]
        listed = (await call(brewery, "GET", ""))["items"]
        assert listed == [{key: found[key] for key in listed[0]}]
        await here.report(ControllerState.LOST, "The line was cut.")
        lost = await call(brewery, "GET", f"/{NAME}")
        assert (lost["state"], lost["detail"], lost["board"]) == ("lost", "The line was cut.", "fake")
    gone = await call(brewery, "GET", f"/{NAME}")
    assert (gone["state"], gone["board"], gone["last_seen"]) == ("offline", "fake", lost["last_seen"])


async def test_agent_that_has_not_reported_yet_is_opening_its_controller(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with cellarman(brewery):
        assert (await call(brewery, "GET", f"/{NAME}"))["state"] == "opening"


async def test_vessel_that_a_controller_holds_is_named(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with brewery.caller(UserRole.BREWER) as client:
        made = await client.post("/api/v1/vessels", json={"name": "Fass", "agent": NAME})
    assert (made.status_code, made.json()["algorithm"]) == (201, "firmware")
    assert (await call(brewery, "GET", f"/{NAME}"))["vessel"] == "fass"


async def test_chambers_are_named_and_names_are_taken_away(brewery: Brewery) -> None:
    async with fridge(brewery):
        named = await call(brewery, "PATCH", f"/{NAME}", {"chambers": {"1": "Left", "2": "Right"}})
        assert named["chambers"] == [
            {"id": "1", "name": "Left", "devices": ["pin-1", "pin-2"]},
            {"id": "2", "name": "Right", "devices": []},
        ]
        plain = await call(brewery, "PATCH", f"/{NAME}", {"chambers": {"1": None, "2": None}})
        assert [one["name"] for one in plain["chambers"]] == ["Chamber 1"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"settings": {"port": []}}, ["/settings/port"]),
        ({"chambers": {"0": "x"}}, ["/chambers"]),
        ({"chambers": {"a/b": "x"}}, ["/chambers"]),
        ({"chambers": {"1": ""}}, ["/chambers/1"]),
        ({"chambers": {"1": 7}}, ["/chambers/1"]),
    ],
    ids=str,
)
async def test_wrong_change_is_refused(brewery: Brewery, body: object, where: list[str]) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    assert places(await call(brewery, "PATCH", f"/{NAME}", body, status=422)) == where
    assert (await call(brewery, "GET", f"/{NAME}"))["revision"] == 1


async def test_change_of_what_somebody_else_has_changed_is_refused_with_how_it_is(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    await call(brewery, "POST", "", WISH | {"name": "other", "settings": {"port": "tcp://o"}}, status=201)
    async with brewery.caller(UserRole.ADMIN, **{"if-match": '"7"'}) as client:
        changed = await client.patch(f"{CONTROLLERS}/{NAME}", json={"chambers": {}})
        removed = await client.delete(f"{CONTROLLERS}/{NAME}")
    present = await call(brewery, "GET", f"/{NAME}")
    for refused in (changed, removed):
        assert (refused.status_code, refused.json()["present"]) == (409, present)
    taken = {"settings": {"port": "tcp://o"}}
    assert "place of other" in (await call(brewery, "PATCH", f"/{NAME}", taken, status=409))["detail"]


async def test_removed_controller_is_let_go_and_its_agent_is_gone(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    token = brewery.hosting.tokens[NAME]
    async with brewery.caller(UserRole.ADMIN) as client, cellarman(brewery) as here:
        await here.report()
        refused = await client.delete(f"/api/v1/agents/{NAME}")
        assert (refused.status_code, "the agent goes with it" in refused.text) == (409, True)
        await call(brewery, "DELETE", f"/{NAME}?reason=sold", status=204)
    assert brewery.hosting.tokens == {}
    with pytest.raises(Unproven):
        await brewery.site.reception.by_token(token)
    assert await brewery.refusal(f"/agents/{NAME}") == (404, [])
    assert await brewery.catalog.agents() == []
    await call(brewery, "GET", f"/{NAME}", status=404)
    await call(brewery, "GET", f"/{NAME}/log", status=404)
    newest = (await brewery.catalog.journal(1))[0]
    assert (newest.what, newest.id, newest.action, newest.reason) == ("controller", NAME, "deleted", "sold")
    again = await call(brewery, "POST", "", WISH, status=201)
    assert (again["state"], again["board"]) == ("offline", "")


async def test_removal_hangs_up_on_an_agent_that_is_here(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with cellarman(brewery) as here:
        await call(brewery, "DELETE", f"/{NAME}", status=204)
        assert here.link.server.waiting() == 0
        assert brewery.site.roster.link_of(NAME) == "offline"
        assert NAME not in brewery.site.roster.known_agents()


async def test_controller_that_holds_a_vessel_stays(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with brewery.caller(UserRole.BREWER) as client:
        await client.post("/api/v1/vessels", json={"name": "Fass", "agent": NAME})
    assert "holds Fass" in (await call(brewery, "DELETE", f"/{NAME}", status=409))["detail"]
    assert list(brewery.hosting.tokens) == [NAME]


async def test_controller_whose_agent_cannot_be_ended_stays(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    brewery.hosting.fault = "The file cannot be removed."
    await call(brewery, "DELETE", f"/{NAME}", status=503)
    assert [one.name for one in await brewery.catalog.controllers()] == [NAME]


async def test_agent_that_was_removed_by_hand_does_not_keep_its_controller(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    await brewery.site.agents.dismiss(NAME, (await brewery.site.reception.by_token("krs_admin")))
    await call(brewery, "DELETE", f"/{NAME}", status=204)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("GET", "/log", None),
        ("GET", "/devices", None),
        ("PATCH", "/devices/pin-1", {"slot": 1}),
        ("POST", "/scan", None),
        ("PATCH", "/parameters", {"band": 1}),
        ("POST", "/reset", {"what": "memory"}),
        ("POST", "/restart", None),
    ],
)
async def test_controller_that_is_not_there_cannot_be_found(
    brewery: Brewery, method: str, path: str, body: object
) -> None:
    assert "none" in (await call(brewery, method, f"/none{path}", body, status=404))["detail"]


async def test_agent_may_speak_of_its_own_controller_alone(brewery: Brewery) -> None:
    await call(brewery, "POST", "", WISH, status=201)
    async with cellarman(brewery, "cellar") as other:
        await other.say(ControllerReport(controller=NAME, at=NOON, state=ControllerState.CONNECTED))
        await other.say(ControllerReport(controller="cellar", at=NOON, state=ControllerState.CONNECTED))
        await other.say(ControllerSaid(NAME, NOON, "Lies."))
        await other.say(ControllerSaid("cellar", NOON, "Of nothing."))
    assert (await call(brewery, "GET", f"/{NAME}"))["state"] == "offline"
    assert (await call(brewery, "GET", f"/{NAME}/log"))["items"] == []
    assert brewery.site.controllers.news.lines("cellar") == []


async def test_log_is_read_from_its_end_and_forgets_its_beginning(brewery: Brewery) -> None:
    async with fridge(brewery) as here:
        for n in range(MOST_LINES + 1):
            brewery.site.controllers.news.said(ControllerSaid(NAME, NOON + n, f"line {n}"))
        await here.tell("Beer sensor lost.", "warning", at=NOON + 60_000)
        await here.tell("x" * 5000, at=-1)
        first = await call(brewery, "GET", f"/{NAME}/log?limit=3", role=UserRole.VIEWER)
        assert [(one["level"], one["text"][:17]) for one in first["items"]] == [
            ("info", "x" * 17),
            ("warning", "Beer sensor lost."),
            ("info", "line 500"),
        ]
        assert (first["items"][1]["time"], len(first["items"][0]["text"])) == (
            "2026-09-21T14:14:20.000Z",
            500,
        )
        rest = await call(brewery, "GET", f"/{NAME}/log?limit=1000&cursor={first['next']}")
        assert (len(rest["items"]), rest["items"][-1]["text"]) == (MOST_LINES - 3, "line 3")


async def test_listeners_hear_how_it_stands_and_what_people_changed(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["data", "changes"])
    async with fridge(brewery) as here:
        brewery.site.live.flush()
        await here.report(ControllerState.LOST, "Cut.")
        brewery.site.live.flush()
    brewery.site.live.flush()
    await call(brewery, "DELETE", f"/{NAME}", status=204)
    listener.put("END")
    said = []
    while (text := await listener.next()) != "END":
        said.append(json.decode(text)["message"])
    stands = [one["controller"]["state"] for one in said if "controller" in one]
    assert stands == ["connected", "lost", "offline"]
    changes = [(one["what"], one["action"]) for one in said if one.get("what") == "controller"]
    assert changes == [("controller", "created"), ("controller", "deleted")]
    assert not [one for one in brewery.site.live.present(["data"]) if "controller" in one.text]
