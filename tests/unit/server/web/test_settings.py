"""Settings by key."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

THEME = "/api/v1/settings/ui.theme"
ZONE = "/api/v1/settings/site.zone"


async def put(
    brewery: Brewery, path: str, body: object, role: UserRole = UserRole.BREWER, if_match: str = "*"
) -> httpx2.Response:
    async with brewery.caller(role, **{"if-match": if_match}) as client:
        return await client.put(path, json=body)


@pytest.mark.parametrize("value", ["dark", 3, 0.5, None, True, [1, {"a": None}], {"pins": {"north": [1]}}])
async def test_setting_is_anything_json_can_say(brewery: Brewery, value: object) -> None:
    answer = await put(brewery, THEME, {"value": value})
    assert answer.status_code == 200
    assert answer.json() == {
        "key": "ui.theme",
        "value": value,
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/settings/ui.theme") == answer.json()
    assert await brewery.read("/settings") == {"items": [answer.json()], "next": None}


async def test_setting_is_removed_once(brewery: Brewery) -> None:
    await put(brewery, THEME, {"value": 1})
    async with brewery.caller(UserRole.BREWER) as client:
        answers = [(await client.delete(THEME)).status_code for _ in range(2)]
    assert answers == [204, 404]
    assert await brewery.refusal("/settings/ui.theme") == (404, [])


async def test_stale_change_is_refused_with_what_is_there(brewery: Brewery) -> None:
    await put(brewery, THEME, {"value": 1})
    assert (await put(brewery, THEME, {"value": 2}, if_match='"1"')).status_code == 200
    answer = await put(brewery, THEME, {"value": 3}, if_match='"1"')
    assert answer.status_code == 409
    assert answer.json()["present"]["value"] == 2
    async with brewery.caller(UserRole.BREWER, **{"if-match": '"1"'}) as client:
        assert (await client.delete(THEME)).status_code == 409


async def test_change_of_what_was_removed_meanwhile_finds_nothing(brewery: Brewery) -> None:
    assert (await put(brewery, THEME, {"value": 3}, if_match='"1"')).status_code == 404


async def test_several_are_kept_at_once_and_the_others_stay(brewery: Brewery) -> None:
    await put(brewery, THEME, {"value": 1})
    items = [{"key": "ui.a", "value": 1}, {"key": "ui.b", "value": None}]
    answer = await put(brewery, "/api/v1/settings", {"items": items})
    assert [item["key"] for item in answer.json()["items"]] == ["ui.a", "ui.b"]
    found = [item["key"] for item in (await brewery.read("/settings"))["items"]]
    assert found == ["ui.a", "ui.b", "ui.theme"]
    assert (await put(brewery, "/api/v1/settings", {"items": []})).json()["items"] == []


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        (THEME, {}, ["/value"]),
        (ZONE, {"value": "Europe/Kopenhagen"}, ["/value"]),
        (ZONE, {"value": None}, ["/value"]),
        ("/api/v1/settings/-a", {"value": 1}, ["path:key"]),
        (
            "/api/v1/settings",
            {"items": [{"key": "a", "value": 1}, {"key": "site.zone", "value": "x"}]},
            ["/items/1/value"],
        ),
        ("/api/v1/settings", {"items": [{"key": "a b", "value": 1}]}, ["/items/0/key"]),
        ("/api/v1/settings", {"items": [{"key": "a"}]}, ["/items/0/value"]),
    ],
)
async def test_wrong_setting_is_refused_and_named(
    brewery: Brewery, path: str, body: dict[str, Any], where: list[str]
) -> None:
    answer = await put(brewery, path, body, UserRole.ADMIN)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert (await brewery.read("/settings"))["items"] == []


async def test_settings_of_the_site_are_for_admins(brewery: Brewery) -> None:
    several = {"items": [{"key": "site.zone", "value": "Europe/Oslo"}]}
    assert (await put(brewery, ZONE, {"value": "Europe/Oslo"})).status_code == 403
    assert (await put(brewery, "/api/v1/settings", several)).status_code == 403
    assert (await put(brewery, ZONE, {"value": "Europe/Oslo"}, UserRole.ADMIN)).status_code == 200
    async with brewery.caller(UserRole.BREWER) as client:
        assert (await client.delete(ZONE)).status_code == 403


async def test_changes_are_told_and_journalled_with_their_reason(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    await put(brewery, f"{THEME}?reason=Night", {"value": "dark"})
    async with brewery.caller(UserRole.BREWER) as client:
        await client.delete(f"{THEME}?reason=Day")
    entries = (await brewery.read("/journal?limit=2", UserRole.ADMIN))["items"]
    assert [(one["what"], one["id"], one["action"], one["reason"]) for one in reversed(entries)] == [
        ("setting", "ui.theme", "updated", "Night"),
        ("setting", "ui.theme", "deleted", "Day"),
    ]
    for action in ("updated", "deleted"):
        assert f'"what":"setting","id":"ui.theme","action":"{action}"' in await listener.next()
    listener.close()


# ——— one's own settings ———


async def guest(brewery: Brewery, login: str, role: UserRole) -> tuple[httpx2.AsyncClient, str]:
    """Give a signed-in browser, and its owner's id."""
    reception = brewery.site.reception
    user = await reception.add_user(login, login.title(), role, None, by="set-up")
    cookie, _ = await reception.sign_in_with_key(reception.issue_key(user.id))
    return brewery.caller(origin="http://krausen.test", cookie=f"krausen={cookie}"), user.id


@pytest.mark.parametrize("role", [UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN])
async def test_everybody_who_is_signed_in_keeps_and_removes_their_own_settings(
    brewery: Brewery, role: UserRole
) -> None:
    client, id = await guest(brewery, "anna", role)
    path = f"/api/v1/settings/user.{id}.unit"
    async with client:
        assert (await client.put(path, json={"value": "F"})).status_code == 200
        several = {"items": [{"key": f"user.{id}.theme", "value": "dark"}]}
        assert (await client.put("/api/v1/settings", json=several)).status_code == 200
        assert (await client.get(path)).json()["value"] == "F"
        assert (await client.delete(path)).status_code == 204
    assert [one["key"] for one in (await brewery.read("/settings"))["items"]] == [f"user.{id}.theme"]


async def test_nobody_changes_the_settings_of_somebody_else_and_be_it_an_admin(brewery: Brewery) -> None:
    bo, id = await guest(brewery, "bo", UserRole.VIEWER)
    anna, _ = await guest(brewery, "anna", UserRole.ADMIN)
    path = f"/api/v1/settings/user.{id}.unit"
    several = {"items": [{"key": "ui.x", "value": 1}, {"key": f"user.{id}.unit", "value": "C"}]}
    async with bo, anna:
        await bo.put(path, json={"value": "F"})
        answers = [
            await anna.put(path, json={"value": "C"}),
            await anna.put("/api/v1/settings", json=several),
            await anna.delete(path),
            await anna.put(f"/api/v1/settings/user.{id}x.unit", json={"value": "C"}),
        ]
        assert [answer.status_code for answer in answers] == [403] * 4
        assert "somebody else" in answers[0].json()["detail"]
        assert (await bo.get(path)).json()["value"] == "F"
    assert [one["key"] for one in (await brewery.read("/settings"))["items"]] == [f"user.{id}.unit"]


async def test_a_token_has_no_own_settings_and_a_viewer_changes_no_others(brewery: Brewery) -> None:
    own = await put(brewery, "/api/v1/settings/user.t-admin.unit", {"value": 1}, UserRole.ADMIN)
    several = {"items": [{"key": "ui.theme", "value": 1}]}
    assert own.status_code == 403
    assert (await put(brewery, THEME, {"value": 1}, UserRole.VIEWER)).status_code == 403
    assert (await put(brewery, "/api/v1/settings", several, UserRole.VIEWER)).status_code == 403
    assert (await brewery.read("/settings"))["items"] == []


async def test_own_settings_go_with_their_owner(brewery: Brewery) -> None:
    client, id = await guest(brewery, "bo", UserRole.VIEWER)
    async with client:
        await client.put(f"/api/v1/settings/user.{id}.unit", json={"value": "F"})
    await put(brewery, "/api/v1/settings/user.theme", {"value": "not one person's"})
    async with brewery.caller(UserRole.ADMIN) as admin:
        assert (await admin.delete(f"/api/v1/users/{id}")).status_code == 204
    assert [one["key"] for one in (await brewery.read("/settings"))["items"]] == ["user.theme"]
