from typing import Any

import anyio
import httpx2
import pytest

from krausen.model.people import Session, UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

OWN = {"origin": "http://krausen.test"}
LOGIN = {"login": "anna", "password": "correct horse"}


@pytest.fixture(autouse=True)
async def anna(brewery: Brewery) -> str:
    added = await brewery.site.reception.add_user(
        "anna", "Anna Ø.", UserRole.BREWER, "correct horse", by="set-up"
    )
    return added.id


async def sign_in(client: httpx2.AsyncClient, proof: dict[str, Any]) -> httpx2.Response:
    return await client.post("/api/v1/session", json=proof)


async def test_login_and_password_sign_in(brewery: Brewery, anna: str) -> None:
    async with brewery.caller() as client:
        answer = await sign_in(client, LOGIN)
        me = await client.get("/api/v1/me")
    body = {"user": {"id": anna, "login": "anna", "name": "Anna Ø.", "role": "brewer"}}
    assert (answer.status_code, answer.json()) == (201, body)
    assert (me.status_code, me.json()) == (200, body)


async def test_key_signs_in_once(brewery: Brewery, anna: str) -> None:
    key = brewery.site.reception.issue_key(anna)
    async with brewery.caller() as client, brewery.caller() as other:
        assert (await sign_in(client, {"key": key})).json()["user"]["login"] == "anna"
        assert (await sign_in(other, {"key": key})).status_code == 401


async def test_scripts_and_other_sites_never_see_the_cookie(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        cookie = (await sign_in(client, LOGIN)).headers["set-cookie"]
    said = {part.strip().lower() for part in cookie.split(";")}
    assert {"httponly", "samesite=lax", "path=/"} <= said
    assert "secure" not in said


async def test_cookie_is_for_tls_alone_where_there_is_tls(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        answer = await client.post("https://krausen.test/api/v1/session", json=LOGIN)
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_signing_out_ends_the_session(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        await sign_in(client, LOGIN)
        cookie = client.cookies["krausen"]
        answer = await client.delete("/api/v1/session", headers=OWN)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "krausen" not in client.cookies
        again = await client.get("/api/v1/me", headers={"cookie": f"krausen={cookie}"})
    assert again.status_code == 401


async def test_signing_in_again_ends_the_former_session(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        await sign_in(client, LOGIN)
        former = client.cookies["krausen"]
        await sign_in(client, LOGIN)
        assert client.cookies["krausen"] != former
        again = await client.get("/api/v1/me", headers={"cookie": f"krausen={former}"})
    assert again.status_code == 401


@pytest.mark.parametrize(
    ("proof", "status", "where"),
    [
        ({}, 422, ["/login", "/password"]),
        ({"login": "anna"}, 422, ["/password"]),
        ({"password": "correct horse"}, 422, ["/login"]),
        ({"login": 1, "password": []}, 422, ["/login", "/password"]),
        ({"login": "anna", "password": "wrong"}, 401, []),
        ({"login": "nobody", "password": "wrong"}, 401, []),
        ({"key": "wrong"}, 401, []),
        ({"key": "demo"}, 401, []),
    ],
)
async def test_wrong_proof_signs_nobody_in(
    brewery: Brewery, proof: dict[str, Any], status: int, where: list[str]
) -> None:
    async with brewery.caller() as client:
        answer = await sign_in(client, proof)
    assert answer.status_code == status
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down(brewery: Brewery) -> None:
    async with brewery.caller() as client:
        answers = [await sign_in(client, {"login": "anna", "password": "guess"}) for _ in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"origin": "http://evil.test"}, 403),
        ({"origin": "http://krausen.test.evil.test"}, 403),
        ({"origin": "http://krausen.test:81"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://evil.krausen.test"}, 403),
        ({"origin": "http://krausen.test"}, 404),
        ({"origin": "HTTP://KRAUSEN.test"}, 404),
        ({"sec-fetch-site": "same-origin"}, 404),
    ],
)
async def test_page_of_another_site_changes_nothing_with_a_cookie(
    brewery: Brewery, headers: dict[str, str], status: int
) -> None:
    async with brewery.caller() as client:
        await sign_in(client, LOGIN)
        answer = await client.put("/api/v1/vessels/none/setpoint", json={"mode": "off"}, headers=headers)
        looked = await client.get("/api/v1/vessels", headers=headers)
    assert (answer.status_code, looked.status_code) == (status, 200)


async def test_program_with_a_token_has_no_origin(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.BREWER) as client:
        answer = await client.put("/api/v1/vessels/north/setpoint", json={"mode": "off"})
    assert answer.status_code == 200


async def test_token_counts_before_a_cookie(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        await sign_in(client, LOGIN)
        assert (await client.get("/api/v1/me")).json()["user"]["role"] == "admin"


async def test_page_of_another_site_signs_nobody_in(brewery: Brewery) -> None:
    async with brewery.caller(origin="http://evil.test") as client:
        assert (await sign_in(client, LOGIN)).status_code == 403
    async with brewery.caller(origin="http://krausen.test") as client:
        assert (await sign_in(client, LOGIN)).status_code == 201


@pytest.mark.parametrize(
    "proof", ["Bearer", "Bearer ", "Bearer krs_wrong", "bearer krs_wrong", "Digest x", "Basic YTpi", "ü"]
)
async def test_wrong_proof_is_no_proof(brewery: Brewery, proof: str) -> None:
    async with brewery.caller() as client:
        answer = await client.get("/api/v1/me", headers=[(b"authorization", proof.encode())])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


# ——— one's own password ———

PASSWORD = "/api/v1/me/password"
NEW = {"old": "correct horse", "password": "battery staple"}


def browser(brewery: Brewery) -> httpx2.AsyncClient:
    return brewery.caller(origin="http://krausen.test")


async def test_own_password_is_changed_and_every_other_browser_signed_out(brewery: Brewery) -> None:
    async with browser(brewery) as here, browser(brewery) as there:
        await sign_in(here, LOGIN)
        await sign_in(there, LOGIN)
        answer = await here.put(PASSWORD, json=NEW)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await here.get("/api/v1/me")).status_code == 200
        assert (await there.get("/api/v1/me")).status_code == 401
        assert (await sign_in(there, LOGIN)).status_code == 401
        assert (await sign_in(there, LOGIN | {"password": "battery staple"})).status_code == 201
    entry = (await brewery.read("/journal?limit=1", UserRole.ADMIN))["items"][0]
    assert (entry["by"], entry["what"], entry["detail"]) == ("Anna Ø.", "user", "password")


async def test_other_people_stay_signed_in_when_one_changes_the_password(brewery: Brewery) -> None:
    await brewery.site.reception.add_user("bo", "Bo", UserRole.VIEWER, "correct horse", by="set-up")
    async with browser(brewery) as here, browser(brewery) as bo:
        await sign_in(here, LOGIN)
        await sign_in(bo, LOGIN | {"login": "bo"})
        await here.put(PASSWORD, json=NEW)
        assert (await bo.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"old": "correct hors"}, ["/old"]),
        ({"password": "short"}, ["/password"]),
        ({"old": None, "password": None}, ["/old", "/password"]),
    ],
)
async def test_wrong_change_of_the_own_password_is_refused_at_its_field(
    brewery: Brewery, change: dict[str, Any], where: list[str]
) -> None:
    async with browser(brewery) as here:
        await sign_in(here, LOGIN)
        answer = await here.put(PASSWORD, json=NEW | change)
        assert answer.status_code == 422
        assert [fault["where"] for fault in answer.json()["errors"]] == where
        assert (await here.get("/api/v1/me")).status_code == 200
        assert (await sign_in(here, LOGIN)).status_code == 201


async def test_who_guesses_the_old_password_waits_as_at_the_door(brewery: Brewery) -> None:
    async with browser(brewery) as here:
        await sign_in(here, LOGIN)
        for n in range(5):
            assert (await here.put(PASSWORD, json=NEW | {"old": f"guess {n}"})).status_code == 422
        answer = await here.put(PASSWORD, json=NEW | {"old": "guess"})
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "60"


async def test_a_token_has_no_password_to_change(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.put(PASSWORD, json=NEW)
    assert answer.status_code == 403
    assert "signed in" in answer.json()["detail"]


async def test_who_signs_in_by_key_alone_has_no_password_to_change(brewery: Brewery) -> None:
    user = await brewery.site.reception.add_user("key", "", UserRole.VIEWER, None, by="set-up")
    async with browser(brewery) as here:
        await sign_in(here, {"key": brewery.site.reception.issue_key(user.id)})
        answer = await here.put(PASSWORD, json=NEW)
    assert [fault["where"] for fault in answer.json()["errors"]] == ["/old"]


# ——— when somebody was here last ———


async def seen(brewery: Brewery, login: str) -> str | None:
    users = (await brewery.read("/users", UserRole.ADMIN))["items"]
    at: str | None = next(user["last_seen"] for user in users if user["login"] == login)
    return at


async def test_people_are_last_seen_when_they_last_used_a_session_or_a_login(brewery: Brewery) -> None:
    assert await seen(brewery, "anna") is None
    async with browser(brewery) as client:
        await sign_in(client, LOGIN)
        assert await seen(brewery, "anna") == "2026-09-21T14:13:20.000Z"
        await anyio.sleep(60)
        await client.get("/api/v1/me")
        assert await seen(brewery, "anna") == "2026-09-21T14:14:20.000Z"
        await anyio.sleep(60)
        await client.delete("/api/v1/session")
    assert await seen(brewery, "anna") == "2026-09-21T14:15:20.000Z"
    await anyio.sleep(60)
    async with brewery.caller() as client:
        auth = httpx2.BasicAuth("anna", "correct horse")
        await client.post("/api/v1/measurements", json=[], auth=auth)
    assert await seen(brewery, "anna") == "2026-09-21T14:16:20.000Z"


async def test_after_a_restart_the_noted_use_of_sessions_tells_who_was_here(
    brewery: Brewery, anna: str
) -> None:
    for digest, ms in [("a", 5), ("b", 9), ("c", 7)]:
        await brewery.catalog.keep_session(Session(digest=digest, user=anna, created_at=1, seen_at=ms))
    assert await seen(brewery, "anna") == "1970-01-01T00:00:00.009Z"
