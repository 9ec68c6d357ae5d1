from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
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
