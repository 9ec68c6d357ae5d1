"""Push targets by HTTP."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from krausen.server.pushing.recording import HIDDEN
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

PUSH = "/api/v1/push-targets"
CLUB = {"name": "Club", "kind": "latest", "settings": {"url": "https://club.example/in", "key": "opensesame"}}


async def called(brewery: Brewery, method: str, path: str, *, role: str, **given: Any) -> httpx2.Response:
    async with brewery.caller(UserRole(role)) as client:
        return await client.request(method.upper(), path, **given)


async def test_a_target_is_added_read_changed_and_removed(brewery: Brewery) -> None:
    made = await called(brewery, "post", PUSH, json=CLUB, role="admin")
    assert (made.status_code, made.headers["location"]) == (201, f"{PUSH}/club")
    club = made.json()
    assert club["settings"] == {"url": "https://club.example/in", "key": HIDDEN}
    assert (club["every_s"], club["state"], club["circuit"]) == (900.0, "active", "closed")
    assert club["what"] == {"vessels": "all", "sensors": "all", "batches": "none", "series": "none"}
    change = {"every_s": 60, "what": {"vessels": ["north"]}, "settings": {"url": "https://other.example/"}}
    changed = (await called(brewery, "patch", f"{PUSH}/club", json=change, role="admin")).json()
    assert (changed["every_s"], changed["what"]["vessels"], changed["revision"]) == (60.0, ["north"], 2)
    assert (await brewery.catalog.target("club")).settings == {
        "url": "https://other.example/",
        "key": "opensesame",
    }
    await called(brewery, "patch", f"{PUSH}/club", json={"settings": {"key": HIDDEN}}, role="admin")
    assert (await brewery.catalog.target("club")).settings["key"] == "opensesame"
    assert (await called(brewery, "delete", f"{PUSH}/club", role="admin")).status_code == 204
    assert (await called(brewery, "delete", f"{PUSH}/club", role="admin")).status_code == 404
    assert [entry.what for entry in await brewery.catalog.journal(4)] == ["target"] * 4


async def test_what_is_wrong_is_named_field_by_field(brewery: Brewery) -> None:
    wrong = {"name": "", "kind": "latest", "every_s": 0.1, "what": {"vessels": 3}}
    refused = (await called(brewery, "post", PUSH, json=wrong, role="admin")).json()
    assert {error["where"] for error in refused["errors"]} == {"/name", "/every_s", "/what/vessels"}
    odd = {**CLUB, "settings": {"url": 5, "colour": "red"}}
    refused = (await called(brewery, "post", PUSH, json=odd, role="admin")).json()
    assert {error["where"] for error in refused["errors"]} == {"/settings/url", "/settings/colour"}
    refused = (await called(brewery, "post", PUSH, json={**CLUB, "kind": "pigeon"}, role="admin")).json()
    assert refused["errors"][0]["where"] == "/kind"
    soon = {**CLUB, "kind": "counting", "every_s": 60}
    refused = (await called(brewery, "post", PUSH, json=soon, role="admin")).json()
    assert refused["errors"][0]["where"] == "/every_s"
    assert "15 minutes" in refused["errors"][0]["message"]
    assert await brewery.catalog.targets() == []


async def test_brewers_pause_and_try_and_change_nothing_else(brewery: Brewery) -> None:
    await called(brewery, "post", PUSH, json=CLUB, role="admin")
    assert (
        await called(brewery, "patch", f"{PUSH}/club", json={"name": "Mine"}, role="brewer")
    ).status_code == 403
    paused = await called(brewery, "patch", f"{PUSH}/club", json={"state": "paused"}, role="brewer")
    assert (paused.status_code, paused.json()["state"]) == (200, "paused")
    tried = (await called(brewery, "post", f"{PUSH}/club/test", role="brewer")).json()
    assert (tried["ok"], tried["test"], tried["status"]) == (True, True, 200)
    assert "opensesame" not in tried["request"]
    (told,) = (await called(brewery, "get", f"{PUSH}/club/deliveries", role="viewer")).json()["items"]
    assert told == tried


async def test_of_two_who_change_it_the_second_is_told(brewery: Brewery) -> None:
    await called(brewery, "post", PUSH, json=CLUB, role="admin")
    await called(brewery, "patch", f"{PUSH}/club", json={"name": "One"}, role="admin")
    late = await called(
        brewery, "patch", f"{PUSH}/club", json={"name": "Two"}, role="admin", headers={"if-match": '"1"'}
    )
    assert (late.status_code, late.json()["present"]["name"]) == (409, "One")


async def test_kinds_tell_what_they_want(brewery: Brewery) -> None:
    kinds = {
        one["name"]: one
        for one in (await called(brewery, "get", f"{PUSH}/kinds", role="viewer")).json()["items"]
    }
    counting = kinds["counting"]
    assert (counting["least_s"], counting["by_device"], counting["sends"]) == (900.0, True, "latest")
    assert counting["schema"]["properties"]["key"]["writeOnly"] is True
    assert kinds["every"]["takes"] == ["sensors", "series", "vessels"]
