"""Every change is told to listeners and stands in the journal with its reason."""

from typing import Any

import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.server.live import Listener
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

WHY = "because"
CSV = b"""Beer Time;Beer Temp;Beer Set;Beer Annot;Fridge Temp;Fridge Set;Fridge Annot
Oct 01 2014 10:00:00;20.0;20.0;null;19.0;18.0;null
"""

CHANGES: list[tuple[str, str, dict[str, Any], int, tuple[str, str]]] = [
    ("POST", "/vessels", {"name": "South"}, 201, ("vessel", "created")),
    ("PATCH", "/vessels/north", {"name": "N"}, 200, ("vessel", "updated")),
    ("PUT", "/vessels/north/setpoint", {"mode": "off"}, 200, ("setpoint", "updated")),
    ("POST", "/chambers", {"name": "Fridge"}, 201, ("chamber", "created")),
    ("PATCH", "/devices/probe-1", {"title": "Float"}, 200, ("device", "updated")),
    ("POST", "/agents", {"agent": "loft"}, 201, ("agent", "created")),
    ("POST", "/tokens", {"title": "kettle", "role": "sender"}, 201, ("token", "created")),
    ("POST", "/users", {"login": "anna", "role": "viewer"}, 201, ("user", "created")),
    ("PUT", "/adapters", {"items": [{"name": "orchard"}]}, 200, ("adapter", "updated")),
    ("PUT", "/adapters/orchard", {"title": "Orchard"}, 200, ("adapter", "updated")),
    ("PUT", "/adapters/cellar/nodes", {"items": []}, 200, ("adapter", "updated")),
    ("PUT", "/adapters/cellar/metrics", {"items": []}, 200, ("adapter", "updated")),
    ("PUT", "/settings", {"items": [{"key": "a", "value": 1}]}, 200, ("setting", "updated")),
    ("PUT", "/settings/a", {"value": 1}, 200, ("setting", "updated")),
]


def listen(brewery: Brewery) -> Listener:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    return listener


async def next_of(listener: Listener) -> tuple[str, str]:
    message = json.decode(await listener.next())["message"]
    return message["what"], message["action"]


async def ask(brewery: Brewery, method: str, path: str, body: object, status: int) -> Any:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.request(method, f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else {}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"), CHANGES, ids=[f"{one[0]} {one[1]}" for one in CHANGES]
)
async def test_change_is_told_and_journalled_with_the_reason_in_its_body(
    brewery: Brewery, method: str, path: str, body: dict[str, Any], status: int, told: tuple[str, str]
) -> None:
    listener = listen(brewery)
    await ask(brewery, method, path, body | {"reason": WHY}, status)
    assert await next_of(listener) == told
    assert (await brewery.catalog.journal(1))[0].reason == WHY


@pytest.mark.parametrize(("method", "path"), sorted({(one[0], one[1]) for one in CHANGES}))
async def test_reason_that_is_too_long_is_refused_and_named(brewery: Brewery, method: str, path: str) -> None:
    body = next(one[2] for one in CHANGES if (one[0], one[1]) == (method, path))
    refused = await ask(brewery, method, path, body | {"reason": "x" * 501}, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/reason"]


async def test_person_and_token_that_change_and_go_are_told(brewery: Brewery) -> None:
    user = (await ask(brewery, "POST", "/users", {"login": "anna", "role": "viewer"}, 201))["id"]
    token = (await ask(brewery, "POST", "/tokens", {"title": "t", "role": "viewer"}, 201))["id"]
    listener = listen(brewery)
    await ask(brewery, "PATCH", f"/users/{user}", {"name": "Anna", "reason": WHY}, 200)
    changed = (await brewery.catalog.journal(1))[0]
    assert (changed.reason, changed.detail) == (WHY, "name")
    await ask(brewery, "DELETE", f"/users/{user}?reason={WHY}", None, 204)
    await ask(brewery, "DELETE", f"/tokens/{token}?reason={WHY}", None, 204)
    assert [one.reason for one in await brewery.catalog.journal(2)] == [WHY, WHY]
    assert [await next_of(listener) for _ in range(3)] == [
        ("user", "updated"),
        ("user", "deleted"),
        ("token", "deleted"),
    ]


async def test_batch_that_is_imported_is_told(brewery: Brewery) -> None:
    listener = listen(brewery)
    async with brewery.caller(UserRole.BREWER) as client:
        for row in (b"", b"Oct 01 2014 10:02:00;20.5;20.0;null;19.0;18.0;null\n"):
            headers = {"content-type": "application/octet-stream"}
            path = "/api/v1/imports?name=brew.csv&timezone=UTC"
            answer = await client.post(path, content=CSV + row, headers=headers)
            assert answer.status_code == 201, answer.text
    assert [await next_of(listener) for _ in range(2)] == [("batch", "created"), ("batch", "updated")]
