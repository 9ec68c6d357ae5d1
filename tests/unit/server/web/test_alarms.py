"""Alarms and rules over HTTP."""

from typing import Any

import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.server.web.alarms import LONGEST_SHELF_MIN
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

NOON = "2026-09-21T14:13:20.000Z"


async def ask(
    brewery: Brewery, method: str, path: str, body: object = None, status: int = 200, *, by: str = "brewer"
) -> Any:
    async with brewery.caller(UserRole(by)) as client:
        answer = await client.request(method, f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def trial(brewery: Brewery, **body: object) -> Any:
    return await ask(brewery, "POST", "/alarms", {"title": "Does it ring?"} | body, 201, by="admin")


async def test_a_test_alarm_is_raised_read_and_acknowledged(brewery: Brewery) -> None:
    made = await trial(brewery, detail="A test.", priority="critical", vessel="north")
    assert made == {
        "id": made["id"],
        "rule": "test",
        "priority": "critical",
        "state": "unacknowledged",
        "vessel": "north",
        "device": None,
        "since": NOON,
        "at": NOON,
        "title": "Does it ring?",
        "detail": "A test.",
        "do": "",
        "by": "t-admin",
        "reason": "",
        "test": True,
        "acknowledged_at": None,
        "cleared_at": None,
        "shelved_until": None,
        "revision": 1,
    } | {"by": made["by"]}
    assert await brewery.read("/alarms") == {"items": [made], "next": None}
    assert await brewery.read(f"/alarms/{made['id']}") == made
    seen = await ask(brewery, "POST", f"/alarms/{made['id']}/acknowledge", {"reason": "it does"})
    assert (seen["state"], seen["reason"], seen["revision"]) == ("normal", "it does", 2)
    assert seen["acknowledged_at"] == seen["cleared_at"] == seen["at"]
    assert (await brewery.read("/alarms"))["items"] == []
    assert (await brewery.read("/alarms?past=true"))["items"] == [seen]
    assert (await brewery.read("/alarms?state=normal"))["items"] == [seen]
    lines = [(one.what, one.id, one.action, one.detail) for one in await brewery.catalog.journal(2)]
    assert lines == [
        ("alarm", made["id"], "acknowledged", "Does it ring?"),
        ("alarm", made["id"], "raised", "Does it ring?"),
    ]


async def test_what_happens_is_told_on_the_channel(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["alarms"])
    made = await trial(brewery)
    assert f'"event":"raised","alarm":{{"id":"{made["id"]}"' in await listener.next()
    await ask(brewery, "POST", f"/alarms/{made['id']}/shelve", {"minutes": 60})
    assert '"event":"shelved"' in await listener.next()


@pytest.mark.parametrize(
    ("title", "priority"),
    [
        ("Setpoint not reached in time", "warning"),
        ("Pilot light out", "critical"),
        ("High liquid level", "warning"),
    ],
)
async def test_what_other_systems_call_alarms_is_told_as_one(
    brewery: Brewery, title: str, priority: str
) -> None:
    ear = brewery.site.live.listen()
    ear.subscribe(["alarms"])
    made = await trial(brewery, title=title, priority=priority, detail="The float has been up for 20 s.")
    assert (made["title"], made["priority"], made["state"]) == (title, priority, "unacknowledged")
    told = json.decode(await ear.next())["message"]
    assert told == {"event": "raised", "alarm": made}


async def test_an_alarm_is_shelved_and_taken_off_the_shelf(brewery: Brewery) -> None:
    id = (await trial(brewery))["id"]
    shelved = await ask(brewery, "POST", f"/alarms/{id}/shelve", {"minutes": 90, "reason": "later"})
    assert (shelved["state"], shelved["reason"]) == ("shelved", "later")
    assert shelved["shelved_until"] == shelved["at"].replace("14:13:20", "15:43:20")
    assert (await brewery.read("/alarms?state=shelved"))["items"] == [shelved]
    assert (await brewery.read("/alarms?state=acknowledged"))["items"] == []
    refused = await ask(brewery, "POST", f"/alarms/{id}/acknowledge", status=409)
    assert refused["present"] == shelved
    assert "is shelved" in refused["detail"]
    back = await ask(brewery, "POST", f"/alarms/{id}/unshelve")
    assert (back["state"], back["shelved_until"]) == ("unacknowledged", None)
    await ask(brewery, "POST", f"/alarms/{id}/unshelve", {}, 409)


@pytest.mark.parametrize("deed", ["acknowledge", "unshelve", "shelve"])
async def test_there_is_nothing_to_do_with_an_alarm_that_is_not_there(brewery: Brewery, deed: str) -> None:
    await ask(brewery, "POST", f"/alarms/none/{deed}", {"minutes": 5} if deed == "shelve" else None, 404)
    assert await brewery.refusal("/alarms/none") == (404, [])


@pytest.mark.parametrize("minutes", [0, -1, LONGEST_SHELF_MIN + 1])
async def test_a_shelf_has_its_bounds(brewery: Brewery, minutes: float) -> None:
    id = (await trial(brewery))["id"]
    refused = await ask(brewery, "POST", f"/alarms/{id}/shelve", {"minutes": minutes}, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/minutes"]


@pytest.mark.parametrize(
    ("body", "where"),
    [({"title": ""}, "/title"), ({"vessel": "none"}, "/vessel"), ({"priority": "high"}, "/priority")],
)
async def test_a_wrong_test_alarm_is_refused(brewery: Brewery, body: dict[str, str], where: str) -> None:
    refused = await ask(brewery, "POST", "/alarms", {"title": "T"} | body, 422, by="admin")
    assert [fault["where"] for fault in refused["errors"]] == [where]
    assert (await brewery.read("/alarms"))["items"] == []


async def test_alarms_are_asked_for_by_vessel_and_page_by_page(brewery: Brewery) -> None:
    made = [await trial(brewery, title=f"T{n}", vessel="north" if n % 2 else None) for n in range(5)]
    ids = [one["id"] for one in reversed(made)]
    first = await brewery.read("/alarms?limit=2")
    second = await brewery.read(f"/alarms?limit=3&cursor={first['next']}")
    assert [one["id"] for one in first["items"] + second["items"]] == ids
    assert second["next"] is None
    of_north = await brewery.read("/alarms?vessel=north")
    assert [one["title"] for one in of_north["items"]] == ["T3", "T1"]
    for id in ids:
        await ask(brewery, "POST", f"/alarms/{id}/acknowledge")
    past, cursor = [], ""
    while True:
        page = await brewery.read(f"/alarms?past=true&limit=2{cursor}")
        past += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert past == ids[::-1]
    assert (await brewery.read("/alarms?past=true&state=shelved"))["items"] == []
    assert await brewery.refusal("/alarms?past=true&cursor=x") == (422, ["query:cursor"])
    assert await brewery.refusal("/alarms?state=loud") == (422, ["query:state"])


async def test_rules_are_listed_with_what_they_go_by(brewery: Brewery) -> None:
    found = await brewery.read("/rules")
    by_name = {one["name"]: one for one in found["items"]}
    assert list(by_name) == sorted(by_name)
    assert by_name["out_of_band"] == {
        "name": "out_of_band",
        "kind": "out_of_band",
        "vessel": None,
        "settings": {"band_c": 1.0, "settle_h": 6.0, "critical_c": 3.0},
        "priority": "warning",
        "on_delay_s": 1800.0,
        "off_delay_s": 600.0,
        "deadband": 0.3,
        "enabled": True,
    }


async def test_prometheus_counts_what_stands_without_tests(brewery: Brewery) -> None:
    await trial(brewery, priority="critical")
    async with brewery.caller(UserRole.VIEWER) as client:
        text = (await client.get("/metrics")).text
    assert 'krausen_alarms{priority="critical"} 0' in text
