"""Tokens and users."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio


async def post(brewery: Brewery, path: str, body: dict[str, Any]) -> httpx2.Response:
    async with brewery.caller(UserRole.ADMIN) as client:
        return await client.post(f"/api/v1/{path}", json=body)


async def test_token_is_shown_once_and_works(brewery: Brewery) -> None:
    body = {
        "title": "Grainfather",
        "role": "sender",
        "adapters": ["orchard"],
        "expires_at": "2027-01-01T00:00:00",
    }
    answer = await post(brewery, "tokens", body)
    made = answer.json()
    text = made.pop("token")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/tokens/{made['id']}"
    assert made | {"id": ""} == {
        "id": "",
        "title": "Grainfather",
        "role": "sender",
        "adapters": ["orchard"],
        "expires_at": "2026-12-31T23:00:00.000Z",
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read(f"/tokens/{made['id']}", UserRole.ADMIN) == made
    assert made in (await brewery.read("/tokens", UserRole.ADMIN))["items"]
    async with brewery.caller(authorization=f"Bearer {text}") as client:
        assert (await client.get("/api/v1/me")).json()["user"]["name"] == "Grainfather"


async def test_token_is_for_all_adapters_and_for_ever_unless_told_otherwise(brewery: Brewery) -> None:
    made = (await post(brewery, "tokens", {"title": "t", "role": "viewer"})).json()
    assert (made["adapters"], made["expires_at"]) == (["*"], None)


async def test_revoked_token_is_worthless(brewery: Brewery) -> None:
    made = (await post(brewery, "tokens", {"title": "t", "role": "viewer"})).json()
    async with brewery.caller(UserRole.ADMIN) as client:
        path = f"/api/v1/tokens/{made['id']}"
        answers = [await client.delete(path), await client.delete(path), await client.get(path)]
    assert [answer.status_code for answer in answers] == [204, 404, 404]
    async with brewery.caller(authorization=f"Bearer {made['token']}") as client:
        assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"title": ""}, ["/title"]),
        ({"role": "king"}, ["/role"]),
        ({"adapters": ["a", ""]}, ["/adapters/1"]),
        ({"adapters": "a"}, ["/adapters"]),
        ({"expires_at": "soon"}, ["/expires_at"]),
        ({"expires_at": "2020-01-01T00:00:00Z"}, ["/expires_at"]),
        ({"title": None, "role": None}, ["/title", "/role"]),
    ],
)
async def test_wrong_token_is_refused_and_named(
    brewery: Brewery, change: dict[str, Any], where: list[str]
) -> None:
    answer = await post(brewery, "tokens", {"title": "t", "role": "viewer"} | change)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where


async def test_token_that_lasts_beyond_all_time_can_be_read(brewery: Brewery) -> None:
    body = {"title": "t", "role": "viewer", "expires_at": "9999-12-31T23:59:59-14:00"}
    assert (await post(brewery, "tokens", body)).json()["expires_at"] == "9999-12-31T23:59:59.999Z"


async def test_person_is_added_and_can_sign_in(brewery: Brewery) -> None:
    body = {"login": "bo", "name": "Bo", "role": "viewer", "password": "correct horse"}
    answer = await post(brewery, "users", body)
    added = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/users/{added['id']}"
    assert added | {"id": ""} == {
        "id": "",
        "login": "bo",
        "name": "Bo",
        "role": "viewer",
        "last_seen": None,
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/users", UserRole.ADMIN) == {"items": [added], "next": None}
    assert await brewery.read(f"/users/{added['id']}", UserRole.ADMIN) == added
    async with brewery.caller() as client:
        proof = {"login": "bo", "password": "correct horse"}
        assert (await client.post("/api/v1/session", json=proof)).status_code == 201


async def test_login_belongs_to_one_person(brewery: Brewery) -> None:
    answers = [await post(brewery, "users", {"login": "bo", "role": "viewer"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]


async def test_wrong_person_is_refused_and_named(brewery: Brewery) -> None:
    body = {"login": "b o", "name": "\x00", "role": "agent", "password": "short"}
    answer = await post(brewery, "users", body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == ["/login", "/name", "/role", "/password"]


async def test_person_who_is_not_there_is_not_found(brewery: Brewery) -> None:
    assert await brewery.refusal("/users/nobody", UserRole.ADMIN) == (404, [])


async def person(brewery: Brewery, login: str, role: str = "viewer") -> dict[str, Any]:
    body = {"login": login, "name": login.title(), "role": role, "password": "correct horse"}
    added: dict[str, Any] = (await post(brewery, "users", body)).json()
    return added


async def ask(
    brewery: Brewery, method: str, path: str, body: object = None, if_match: str = "*"
) -> httpx2.Response:
    async with brewery.caller(UserRole.ADMIN, **{"if-match": if_match}) as client:
        return await client.request(method, f"/api/v1{path}", json=body)


async def test_person_is_changed_by_a_patch(brewery: Brewery) -> None:
    bo = await person(brewery, "bo")
    answer = await ask(
        brewery, "PATCH", f"/users/{bo['id']}?reason=Wedding", {"name": "Bo H.", "role": "admin"}
    )
    assert answer.status_code == 200
    assert answer.json() == bo | {"name": "Bo H.", "role": "admin", "revision": 2}
    entry = (await brewery.read("/journal?limit=1", UserRole.ADMIN))["items"][0]
    assert (entry["what"], entry["action"], entry["reason"], entry["detail"]) == (
        "user",
        "updated",
        "Wedding",
        "name, role",
    )


async def test_another_password_signs_a_person_out_everywhere(brewery: Brewery) -> None:
    bo = await person(brewery, "bo")
    former, later = (
        {"login": "bo", "password": "correct horse"},
        {"login": "bo", "password": "battery staple"},
    )
    async with brewery.caller(origin="http://krausen.test") as client:
        assert (await client.post("/api/v1/session", json=former)).status_code == 201
        assert (await client.get("/api/v1/me")).status_code == 200
        await ask(brewery, "PATCH", f"/users/{bo['id']}", {"name": "B"})
        assert (await client.get("/api/v1/me")).status_code == 200
        await ask(brewery, "PATCH", f"/users/{bo['id']}", {"password": "battery staple"})
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await client.post("/api/v1/session", json=former)).status_code == 401
        assert (await client.post("/api/v1/session", json=later)).status_code == 201
        await ask(brewery, "PATCH", f"/users/{bo['id']}", {"password": None})
        assert (await client.get("/api/v1/me")).status_code == 401
        assert (await client.post("/api/v1/session", json=later)).status_code == 401


async def test_person_is_removed_once_and_signed_out(brewery: Brewery) -> None:
    bo = await person(brewery, "bo")
    async with brewery.caller() as client:
        await client.post("/api/v1/session", json={"login": "bo", "password": "correct horse"})
        answers = [(await ask(brewery, "DELETE", f"/users/{bo['id']}")).status_code for _ in range(2)]
        assert answers == [204, 404]
        assert (await client.get("/api/v1/me")).status_code == 401
    assert await brewery.refusal(f"/users/{bo['id']}", UserRole.ADMIN) == (404, [])


async def test_last_admin_stays_one(brewery: Brewery) -> None:
    anna, bo = await person(brewery, "anna", "admin"), await person(brewery, "bo", "admin")
    assert (await ask(brewery, "PATCH", f"/users/{bo['id']}", {"role": "brewer"})).status_code == 200
    for method, body in [("PATCH", {"role": "brewer"}), ("DELETE", None)]:
        answer = await ask(brewery, method, f"/users/{anna['id']}", body)
        assert answer.status_code == 409
        assert "last admin" in answer.json()["detail"]
        assert answer.json()["present"] == anna
    assert (await ask(brewery, "PATCH", f"/users/{anna['id']}", {"name": "A"})).status_code == 200
    assert (await ask(brewery, "DELETE", f"/users/{bo['id']}")).status_code == 204


async def test_stale_change_of_a_person_is_refused(brewery: Brewery) -> None:
    await person(brewery, "anna", "admin")
    bo = await person(brewery, "bo")
    await ask(brewery, "PATCH", f"/users/{bo['id']}", {"name": "B"}, '"1"')
    for method, body in [("PATCH", {"name": "C"}), ("DELETE", None)]:
        answer = await ask(brewery, method, f"/users/{bo['id']}", body, '"1"')
        assert answer.status_code == 409
        assert answer.json()["present"]["name"] == "B"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"login": "a b", "password": "short"}, ["/login", "/password"]),
        ({"role": "agent"}, ["/role"]),
        ({"role": None, "login": None}, ["/login", "/role"]),
        ({"name": 3}, ["/name"]),
    ],
)
async def test_wrong_change_of_a_person_is_refused_and_named(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    bo = await person(brewery, "bo")
    answer = await ask(brewery, "PATCH", f"/users/{bo['id']}", body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert await brewery.read(f"/users/{bo['id']}", UserRole.ADMIN) == bo


async def test_change_to_the_login_of_another_is_refused(brewery: Brewery) -> None:
    await person(brewery, "anna", "admin")
    bo = await person(brewery, "bo")
    assert (await ask(brewery, "PATCH", f"/users/{bo['id']}", {"login": "anna"})).status_code == 409
