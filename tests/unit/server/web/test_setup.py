"""The first admin is made once, from here or with the code."""

from typing import Any

import httpx2
import pytest

from krausen.testing.clock import HandClock
from tests.unit.server.web.brewery import NOON, Brewery, brewery_at

pytestmark = pytest.mark.anyio

ANNA = {"login": "anna", "password": "correct horse", "name": "Anna"}
HERE = "http://127.0.0.1:8080"
ELSEWHERE = "http://brewery.example"


@pytest.fixture
def fresh() -> Any:
    """A brewery where nobody is."""
    with brewery_at(HandClock(NOON)) as brewery:
        yield brewery


async def set_up(
    brewery: Brewery, body: object, base: str = HERE, address: str = "127.0.0.1", **headers: str
) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=brewery.app, client=(address, 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        return await client.post("/api/v1/setup", json=body)


async def needed(brewery: Brewery) -> bool:
    async with brewery.caller() as client:
        answer = (await client.get("/api/v1/setup")).json()
    assert set(answer) == {"needed"}
    return bool(answer["needed"])


@pytest.mark.parametrize(
    ("base", "address"),
    [(HERE, "127.0.0.1"), ("http://localhost", "127.0.0.1"), ("http://[::1]:8080", "::1")],
)
async def test_first_admin_is_made_here_and_signs_in(fresh: Brewery, base: str, address: str) -> None:
    assert await needed(fresh)
    answer = await set_up(fresh, ANNA, base, address)
    assert answer.status_code == 201
    assert (answer.json()["login"], answer.json()["role"]) == ("anna", "admin")
    assert answer.headers["location"] == f"/api/v1/users/{answer.json()['id']}"
    assert not await needed(fresh)
    async with fresh.caller() as client:
        assert (await client.post("/api/v1/session", json=ANNA)).status_code == 201


async def test_there_is_one_first_admin(fresh: Brewery) -> None:
    assert (await set_up(fresh, ANNA)).status_code == 201
    for base in (HERE, ELSEWHERE):
        assert (await set_up(fresh, ANNA | {"login": "bo", "code": "setup-code"}, base)).status_code == 404
    assert [user.login for user in await fresh.catalog.users()] == ["anna"]


@pytest.mark.parametrize(
    ("base", "address", "headers"),
    [
        (HERE, "192.168.1.7", {}),
        (ELSEWHERE, "127.0.0.1", {}),
        (HERE, "127.0.0.1", {"x-forwarded-for": "192.168.1.7"}),
        (HERE, "127.0.0.1", {"origin": "http://elsewhere.example"}),
    ],
)
async def test_from_elsewhere_nobody_sets_up_without_the_code(
    fresh: Brewery, base: str, address: str, headers: dict[str, str]
) -> None:
    for body in (ANNA, ANNA | {"code": "guess"}, ANNA | {"code": ""}):
        assert (await set_up(fresh, body, base, address, **headers)).status_code == 403
    assert await needed(fresh)


async def test_code_that_the_server_printed_sets_up_from_elsewhere(fresh: Brewery) -> None:
    body = ANNA | {"code": fresh.site.first_run.code}
    assert (await set_up(fresh, body, ELSEWHERE, "192.168.1.7")).status_code == 201


async def test_bad_first_admin_is_refused_and_every_field_named(fresh: Brewery) -> None:
    answer = await set_up(fresh, {"login": "a b", "password": "short", "name": "\n"})
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == ["/login", "/name", "/password"]
    assert (await set_up(fresh, {"login": "anna"})).status_code == 422
    assert await needed(fresh)
