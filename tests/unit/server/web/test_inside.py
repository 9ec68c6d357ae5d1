"""Calls from inside are made by name, and nothing that comes by the network is one."""

import httpx2
import pytest

from krausen.model.people import Caller, UserRole
from krausen.server.web.inside import Inside
from tests.unit.server.web.brewery import Brewery, routes

pytestmark = pytest.mark.anyio

DOOR = Caller(id="door-x", login="x", name="door x", role=UserRole.BREWER, is_person=False)


async def test_a_call_from_inside_is_checked_journalled_and_answered_like_any_other(brewery: Brewery) -> None:
    inside = Inside(routes())
    status, said = await inside.ask(DOOR, "PUT", "/settings/note", {"value": [1]})
    assert (status, said["value"]) == (200, [1])
    assert await inside.ask(DOOR, "GET", "/settings/note?limit=5", None) == (200, said)
    status, problem = await inside.ask(DOOR, "PUT", "/settings/site.zone", {"value": "Europe/Rome"})
    assert (status, problem["detail"]) == (403, "Only admins may change site.zone.")
    assert (await inside.ask(DOOR, "PUT", "/settings/-", {"value": 1}))[0] == 422
    assert (await inside.ask(DOOR, "GET", "/nowhere", None))[0] == 404
    assert await inside.ask(DOOR, "DELETE", "/settings/note", None) == (204, None)
    journal = (await brewery.read("/journal", UserRole.ADMIN))["items"]
    assert {(one["by"], one["action"]) for one in journal if one["id"] == "note"} == {
        ("door x", "updated"),
        ("door x", "deleted"),
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"krausen.inside": "admin"},
        {"host": "inside"},
        {"cookie": "krausen.inside=admin; krausen=inside"},
        {"authorization": "Inside admin"},
        {"x-forwarded-for": "inside", "x-forwarded-host": "inside"},
    ],
)
async def test_nobody_is_inside_who_comes_by_the_network(brewery: Brewery, headers: dict[str, str]) -> None:
    transport = httpx2.ASGITransport(app=brewery.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://inside") as stranger:
        answer = await stranger.get("/api/v1/settings?krausen.inside=admin", headers=headers)
    assert answer.status_code == 401


async def test_a_mark_that_is_only_a_text_means_nothing(brewery: Brewery) -> None:
    said: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, int]) -> None:
        said.append(message.get("status", 0))

    scope = {
        "type": "http", "method": "GET", "path": "/api/v1/settings", "query_string": b"", "headers": [],
        "client": ("192.168.1.20", 1), "scheme": "http", "root_path": "", "krausen.inside": "admin",
    }  # fmt: skip
    await brewery.app(scope, receive, send)
    assert said[0] == 401
