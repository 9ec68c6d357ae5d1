"""The calls that open and close doors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import DOORS, Brewery

pytestmark = pytest.mark.anyio

GUIDE = Path(__file__).parents[4] / "docs" / "guides" / "doors.md"
SOURCE = {"path": "/in/keg", "node": "keg", "values": [{"metric": "temperature", "at": "/t", "unit": "°C"}]}


async def patch(
    brewery: Brewery,
    name: str,
    body: object,
    role: UserRole = UserRole.ADMIN,
    status: int = 200,
    if_match: str | None = None,
) -> Any:
    headers = {} if if_match is None else {"if-match": if_match}
    async with brewery.caller(role, **headers) as client:
        answer = await client.patch(f"/api/v1/doors/{name}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def wheres(problem: Any) -> list[str]:
    return [fault["where"] for fault in problem["errors"]]


async def test_doors_are_listed_and_read_with_all_that_is_known_of_them(brewery: Brewery) -> None:
    listed = await brewery.read("/doors", UserRole.BREWER)
    assert [door["name"] for door in listed["items"]] == sorted(DOORS)
    assert [door["name"] for door in listed["items"] if door["enabled"]] == ["pylot"]
    pylot = await brewery.read("/doors/pylot", UserRole.BREWER)
    assert pylot in listed["items"]
    description = pylot.pop("description")
    assert description.startswith("PYLOT")
    schema = pylot.pop("schema")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert pylot == {
        "name": "pylot",
        "title": "PYLOT client",
        "enabled": True,
        "port": None,
        "allow": [],
        "may_switch": False,
        "settings": {},
        "proof": "login",
        "methods": ["POST"],
        "paths": ["/api/measurements"],
        "sockets": [],
        "apart": False,
        "tcp_port": None,
        "problem": None,
        "knocks": 0,
        "refusals": 0,
        "recent_knocks": [],
        "recent_refusals": [],
        "revision": 0,
    }
    http = await brewery.read("/doors/http", UserRole.BREWER)
    assert (http["proof"], http["paths"], http["settings"]) == ("network", [], {"messages": []})
    assert "192.168.0.0/16" in http["allow"]


async def test_the_guide_shows_a_door_as_it_is_told(brewery: Brewery) -> None:
    wanted, door = map(json.loads, re.findall(r"```json\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL))
    told = await brewery.read("/doors/ispindel", UserRole.BREWER)
    assert list(door) == list(told)
    assert (door["settings"], door["tcp_port"]) == (told["settings"], told["tcp_port"])
    await patch(brewery, "http", wanted)
    said = re.search(r"With this, `(\{.*?\})` posted to `(/in/scale)`", GUIDE.read_text())
    assert said is not None
    async with brewery.caller() as client:
        assert (await client.post(said[2], content=said[1].encode())).json() == {"readings": 1}
    (series,) = (await brewery.read("/series?adapter=http"))["items"]
    assert (series["node"], series["metric"], series["unit"]) == ("scale-1", "weight", "kg")
    assert series["latest"]["v"] == pytest.approx(21.45)


async def test_only_brewers_read_and_only_admins_change(brewery: Brewery) -> None:
    assert await brewery.refusal("/doors") == (403, [])
    assert await brewery.refusal("/doors/pylot", UserRole.SENDER) == (403, [])
    assert await brewery.refusal("/doors/none", UserRole.BREWER) == (404, [])
    await patch(brewery, "http", {"enabled": True}, UserRole.BREWER, 403)
    await patch(brewery, "none", {"enabled": True}, status=404)


async def test_a_door_is_opened_given_settings_and_closed(brewery: Brewery) -> None:
    settings = {"messages": [SOURCE]}
    opened = await patch(
        brewery,
        "http",
        {"enabled": True, "allow": ["10.0.0.0/8"], "settings": settings, "port": 8100, "reason": "kegs"},
    )
    assert (opened["enabled"], opened["allow"], opened["paths"]) == (True, ["10.0.0.0/8"], ["/in/keg"])
    assert (opened["port"], opened["revision"]) == (8100, 1)
    assert opened["settings"]["messages"][0]["values"][0]["factor"] == 1.0
    closed = await patch(brewery, "http", {"enabled": False, "settings": {"messages": None}, "port": None})
    assert (closed["enabled"], closed["settings"], closed["port"]) == (False, {"messages": []}, None)
    assert closed["allow"] == ["10.0.0.0/8"]
    entries = (await brewery.read("/journal", UserRole.ADMIN))["items"][:2]
    assert [(one["what"], one["id"], one["reason"]) for one in entries] == [
        ("door", "http", ""),
        ("door", "http", "kegs"),
    ]


async def test_every_bad_field_is_named(brewery: Brewery) -> None:
    bad = {**SOURCE, "path": "/elsewhere", "values": [{"metric": "", "at": "x"}], "time_form": "h"}
    problem = await patch(
        brewery,
        "http",
        {"port": 0, "allow": ["10.0.0.0/8", "cellar"], "settings": {"messages": [SOURCE, bad], "colour": 1}},
        status=422,
    )
    assert wheres(problem) == [
        "/settings/messages/1/path",
        "/settings/messages/1/values/0/metric",
        "/settings/messages/1/values/0/at",
        "/settings/messages/1/time_form",
        "/port",
        "/allow/1",
        "/settings/colour",
    ]
    twice = await patch(brewery, "http", {"settings": {"messages": [SOURCE, SOURCE]}}, status=422)
    assert wheres(twice) == ["/settings"]
    assert "twice" in twice["detail"]
    assert wheres(await patch(brewery, "http", {"allow": []}, status=422)) == ["/allow"]
    assert wheres(await patch(brewery, "http", {"enabled": "yes", "port": "x"}, status=422)) == [
        "/enabled",
        "/port",
    ]
    assert (await brewery.read("/doors/http", UserRole.BREWER))["revision"] == 0


async def test_who_saw_an_older_door_is_told_how_it_is_now(brewery: Brewery) -> None:
    await patch(brewery, "http", {"may_switch": True}, if_match='"0"')
    stale = await patch(brewery, "http", {"may_switch": False}, status=409, if_match='"0"')
    assert (stale["present"]["may_switch"], stale["present"]["revision"]) == (True, 1)
    await patch(brewery, "http", {"may_switch": False}, if_match='"1"')


async def test_how_doors_fare_is_told_to_those_who_gather_metrics(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        await client.post("/api/measurements", content=b"[]")
    async with brewery.caller(UserRole.VIEWER) as client:
        told = (await client.get("/metrics")).text.splitlines()
    assert 'krausen_door_open{door="pylot"} 1' in told
    assert 'krausen_door_open{door="http"} 0' in told
    assert 'krausen_door_knocks_total{door="pylot"} 0' in told
    assert 'krausen_door_refusals_total{door="pylot"} 1' in told
