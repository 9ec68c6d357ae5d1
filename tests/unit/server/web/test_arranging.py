"""Vessels are added, changed and removed."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState
from krausen.model.vessel import Role
from tests.unit.server.web.brewery import BEER, Brewery

pytestmark = pytest.mark.anyio

NORTH = "/api/v1/vessels/north"


@pytest.fixture(autouse=True)
async def series(brewery: Brewery) -> None:
    """Besides the beer probe, which is s1: outputs of two agents, and a hydrometer of neither."""
    brewery.site.roster.linked("roof", "current")
    names = [("cellar", "r1", "on"), ("roof", "r1", "on"), ("tilt", "red", "gravity"), ("cellar", "r2", "on")]
    await brewery.history.declare([(SeriesName(*name), "") for name in names])


async def send(
    brewery: Brewery, method: str, path: str, body: object = None, **headers: str
) -> httpx2.Response:
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        return await client.request(method, path, json=body)


async def post(brewery: Brewery, **body: Any) -> httpx2.Response:
    return await send(brewery, "POST", "/api/v1/vessels", {"name": "South"} | body)


async def test_vessel_is_added_off_with_all_that_was_said(brewery: Brewery) -> None:
    said = {"kind": "keg", "agent": "cellar", "limits": {"min": -1.5, "max": 22}, "settings": {"band_c": 1}}
    answer = await post(brewery, **said, roles={"heat": "s2", "gravity": "s4"})
    assert answer.status_code == 201
    added = answer.json()
    assert answer.headers["location"] == f"/api/v1/vessels/{added['id']}"
    assert (added["id"], added["name"], added["revision"]) == ("south", "South", 1)
    assert added["roles"] == {"heat": "s2", "gravity": "s4"}
    assert (added["kind"], added["agent"], added["limits"]) == ("keg", "cellar", {"min": -1.5, "max": 22})
    assert (added["requested"]["mode"], added["accepted"]["state"]) == ("off", "accepted")
    assert await brewery.read("/vessels/south") == added
    assert brewery.site.roster.vessels_of("cellar") == {"north", "south"}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Fryser på Loftet 2", ["fryser-pa-loftet-2", "fryser-pa-loftet-2-2"]),
        ("啤酒", ["vessel", "vessel-2"]),
    ],
)
async def test_ids_are_made_of_names_and_never_given_again(
    brewery: Brewery, name: str, ids: list[str]
) -> None:
    found = []
    for _ in ids:
        found.append((await post(brewery, name=name)).json()["id"])
        assert (await send(brewery, "DELETE", f"/api/v1/vessels/{found[-1]}")).status_code == 204
    assert found == ids


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": None}, ["/name"]),
        ({"agent": "a\n"}, ["/agent"]),
        ({"limits": {"min": 20, "max": 20}}, ["/limits/min"]),
        ({"limits": {"min": -60, "max": "warm"}}, ["/limits/max"]),
        ({"limits": {"min": -60, "max": 200}}, ["/limits/min", "/limits/max"]),
        ({"roles": {"beer": "s99", "lid": "s1"}}, ["/roles/beer", "/roles/lid"]),
        ({"agent": "roof", "roles": {"beer": "s1", "cool": "s3", "gravity": "s4"}}, ["/roles/beer"]),
        ({"roles": {"heat": "s2"}}, ["/roles/heat"]),
        ({"agent": "cellar", "roles": {"heat": "s2", "cool": "s2"}}, ["/roles/cool"]),
    ],
)
async def test_wrong_vessel_is_refused_and_every_field_named(
    brewery: Brewery, change: dict[str, Any], where: list[str]
) -> None:
    answer = await post(brewery, **change)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert len((await brewery.read("/vessels"))["items"]) == 1


async def test_one_output_serves_one_vessel(brewery: Brewery) -> None:
    assert (await post(brewery, agent="cellar", roles={"cool": "s2"})).status_code == 201
    answer = await post(brewery, agent="cellar", roles={"heat": "s2"})
    assert answer.status_code == 422
    assert "South" in answer.json()["detail"]


async def test_patch_changes_what_it_names_and_nothing_else(brewery: Brewery) -> None:
    before = await brewery.read("/vessels/north")
    headers = {"content-type": "application/merge-patch+json", "if-match": '"1"'}
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        answer = await client.patch(NORTH, content=b'{"limits": {"max": 21}, "roles": {"cool": "s2"}}')
    assert answer.status_code == 200
    after = answer.json()
    assert after == before | {
        "limits": {"min": 0, "max": 21},
        "roles": {"beer": "s1", "cool": "s2"},
        "revision": 2,
        "updated_at": after["updated_at"],
    }
    assert await brewery.read("/vessels/north") == after


async def test_null_takes_a_role_away_and_its_interval_ends(brewery: Brewery) -> None:
    answer = await send(brewery, "PATCH", NORTH, {"roles": {"beer": None}, "kind": None})
    assert (answer.json()["roles"], answer.json()["kind"]) == ({}, "bucket")
    assert (await send(brewery, "PATCH", NORTH, {"roles": {"cool": "s2"}})).status_code == 200
    roles = await brewery.catalog.roles_at("north", 0, 2**50)
    assert [(one.role, one.end) for one in roles] == [(Role.COOL, None)]


async def test_role_of_a_series_that_never_reported_stays(brewery: Brewery) -> None:
    vessel = (await brewery.catalog.vessel("north")).vessel
    unseen = {Role.BEER: BEER, Role.CHAMBER: SeriesName("cellar", "new", "temperature")}
    entry = (await brewery.catalog.journal(1))[0]
    await brewery.catalog.change_vessel(
        type(vessel)(id="north", name="N", agent="cellar", roles=unseen), entry
    )
    assert (await send(brewery, "PATCH", NORTH, {"name": "North"})).status_code == 200
    assert (await brewery.catalog.vessel("north")).vessel.roles == unseen


async def test_stale_change_is_refused_with_what_is_there(brewery: Brewery) -> None:
    await send(brewery, "PATCH", NORTH, {"name": "N"})
    for method, body in [("PATCH", {"name": "M"}), ("DELETE", None)]:
        answer = await send(brewery, method, NORTH, body, **{"if-match": '"1"'})
        assert answer.status_code == 409
        assert answer.json()["present"] == await brewery.read("/vessels/north")
    assert (await brewery.read("/vessels/north"))["name"] == "N"


@pytest.mark.parametrize("tag", ["", "three", '"3", "4"', '"-1"'])
async def test_if_match_that_is_no_revision_cannot_be_read(brewery: Brewery, tag: str) -> None:
    answer = await send(brewery, "PATCH", NORTH, {"name": "M"}, **{"if-match": tag})
    assert answer.status_code == 400


@pytest.mark.parametrize("tag", ["*", '"1"', 'W/"1"', "1"])
async def test_if_match_of_what_is_there_lets_it_be_changed(brewery: Brewery, tag: str) -> None:
    answer = await send(brewery, "PATCH", NORTH, {"name": "M"}, **{"if-match": tag})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": None}, ["/name"]),
        ({"limits": {"min": 26}}, ["/limits/min"]),
        ({"agent": "roof"}, ["/roles/beer"]),
        ({"roles": {"heat": "s3"}}, ["/roles/heat"]),
        ({"settings": 3, "kind": 4}, ["/kind", "/settings"]),
    ],
)
async def test_wrong_patch_is_refused_and_every_field_named(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    answer = await send(brewery, "PATCH", NORTH, body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert (await brewery.read("/vessels/north"))["revision"] == 1


async def test_vessel_is_removed_once(brewery: Brewery) -> None:
    answers = [(await send(brewery, "DELETE", NORTH)).status_code for _ in range(2)]
    assert answers == [204, 404]
    assert (await brewery.read("/vessels"))["items"] == []
    assert brewery.site.roster.vessels_of("cellar") == set()


async def test_vessel_that_is_held_is_not_removed(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.BREWER) as client:
        await client.put(f"{NORTH}/setpoint", json={"mode": "beer", "value": 18})
        held = await client.delete(NORTH)
        wish = (await brewery.catalog.vessel("north")).requested
        said = Answer(setpoint=wish, state=AnswerState.ACCEPTED)
        await brewery.catalog.answered("north", 2, said)
        await client.put(f"{NORTH}/setpoint", json={"mode": "off"})
        not_let_go = await client.delete(NORTH)
        await client.patch(NORTH, json={"agent": None})
        taken_away = await client.delete(NORTH)
    assert (held.status_code, not_let_go.status_code, taken_away.status_code) == (409, 409, 204)
    assert "Turn it off" in held.json()["detail"]
    assert "let go" in not_let_go.json()["detail"]


async def test_every_change_is_told_and_journalled_with_its_reason(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    id = (await send(brewery, "POST", "/api/v1/vessels?reason=New+keg", {"name": "South"})).json()["id"]
    await send(brewery, "PATCH", f"/api/v1/vessels/{id}?reason=Typo", {"name": "S"})
    await send(brewery, "DELETE", f"/api/v1/vessels/{id}?reason=Sold")
    entries = (await brewery.read("/journal?limit=3", UserRole.ADMIN))["items"]
    assert [(one["what"], one["id"], one["action"], one["reason"]) for one in reversed(entries)] == [
        ("vessel", "south", "created", "New keg"),
        ("vessel", "south", "updated", "Typo"),
        ("vessel", "south", "deleted", "Sold"),
    ]
    for action in ("created", "updated", "deleted"):
        assert f'"what":"vessel","id":"south","action":"{action}"' in await listener.next()
    listener.close()
