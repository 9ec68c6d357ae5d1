from typing import Any

import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.server.web.channels import LARGEST
from tests.unit.server.web.brewery import SECRETS, Brewery
from tests.unit.server.web.sockets import connected

pytestmark = pytest.mark.anyio

ROOT = "/api/v1/channels"
KITCHEN = {"name": "kitchen", "title": "Kitchen", "publish": "viewer"}
NOW = "2026-09-21T14:13:20"


async def declare(brewery: Brewery, **other: str) -> None:
    async with brewery.caller(UserRole.ADMIN) as admin:
        assert (await admin.post(ROOT, json=KITCHEN | other)).status_code == 201


async def test_built_in_and_declared_channels_are_listed(brewery: Brewery) -> None:
    await declare(brewery)
    page = await brewery.read("/channels")
    assert page["next"] is None
    assert [item["name"] for item in page["items"]] == [
        "data",
        "alarms",
        "logs",
        "changes",
        "agents",
        "kitchen",
    ]
    data, kitchen = page["items"][0], page["items"][-1]
    assert (data["builtin"], data["revision"], data["created_at"], data["updated_at"]) == (
        True,
        1,
        None,
        None,
    )
    assert kitchen["builtin"] is False
    assert kitchen["created_at"].startswith(NOW)
    first = await brewery.read("/channels?limit=2")
    rest = await brewery.read(f"/channels?limit=100&cursor={first['next']}")
    assert first["items"] + rest["items"] == page["items"]


async def test_channel_is_declared_changed_and_removed(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN) as admin:
        made = await admin.post(ROOT, json={"name": "tap"})
        assert made.status_code == 201
        assert made.headers["location"] == f"{ROOT}/tap"
        body = made.json()
        assert (body["title"], body["publish"], body["revision"]) == ("", "brewer", 1)
        changed = await admin.patch(f"{ROOT}/tap", json={"publish": "admin"}, headers={"if-match": '"1"'})
        assert (changed.json()["publish"], changed.json()["revision"]) == ("admin", 2)
        assert await brewery.read("/channels/tap") == changed.json()
        stale = await admin.patch(f"{ROOT}/tap", json={"title": "Tap"}, headers={"if-match": '"1"'})
        assert (stale.status_code, stale.json()["present"]) == (409, changed.json())
        assert (await admin.delete(f"{ROOT}/tap")).status_code == 204
        assert (await admin.delete(f"{ROOT}/tap")).status_code == 404
    assert (await brewery.refusal("/channels/tap"))[0] == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "/name"),
        ({"name": "a b"}, "/name"),
        ({"name": 5}, "/name"),
        ({"name": "tap", "publish": "sender"}, "/publish"),
        ({"name": "tap", "title": None}, "/title"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused(brewery: Brewery, body: Any, where: str) -> None:
    async with brewery.caller(UserRole.ADMIN) as admin:
        answer = await admin.post(ROOT, json=body)
    assert (answer.status_code, [one["where"] for one in answer.json()["errors"]]) == (422, [where])


async def test_those_built_in_stay(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN) as admin:
        answers = [
            await admin.post(ROOT, json={"name": "data"}),
            await admin.patch(f"{ROOT}/data", json={"title": "Mine"}),
            await admin.delete(f"{ROOT}/data"),
        ]
    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert answers[1].json()["present"]["name"] == "data"


@pytest.mark.parametrize("role", [None, *UserRole])
async def test_only_admins_arrange_channels(brewery: Brewery, role: UserRole | None) -> None:
    async with brewery.caller(role) as caller:
        statuses = [
            (await caller.post(ROOT, json=KITCHEN)).status_code,
            (await caller.patch(f"{ROOT}/kitchen", json={"title": "K"})).status_code,
            (await caller.delete(f"{ROOT}/kitchen")).status_code,
        ]
    refused = 401 if role is None else 403
    assert statuses == ([201, 200, 204] if role is UserRole.ADMIN else [refused] * 3)


@pytest.mark.parametrize(
    "body", [b'{"a":1}', b"null", b"0", b'"\xc3\xbc"', b"[1,2.5e300]", b" [ ]\n", b"[" * 400 + b"]" * 400]
)
async def test_any_json_reaches_who_listens(brewery: Brewery, body: bytes) -> None:
    await declare(brewery)
    viewer = f"Bearer {SECRETS[UserRole.VIEWER]}"
    async with (
        connected(brewery.app, authorization=viewer) as peer,
        brewery.caller(UserRole.VIEWER) as caller,
    ):
        await peer.say({"subscribe": ["kitchen"]})
        assert await peer.ask({"ping": 1}) == {"pong": 1}
        headers = {"content-type": "application/json"}
        answer = await caller.post(f"{ROOT}/kitchen", content=body, headers=headers)
        assert answer.status_code == 200
        heard = await peer.hear()
    same = {key: heard[key] for key in ("channel", "seq", "time")}
    assert answer.json() == same
    assert (heard["by"], heard["published"]) == ("viewer", True)
    assert heard["message"] == json.decode(body)


@pytest.mark.parametrize(
    ("path", "role", "body", "status"),
    [
        ("kitchen", UserRole.VIEWER, b"1", 200),
        ("kitchen", None, b"1", 401),
        ("kitchen", UserRole.SENDER, b"1", 403),
        ("kitchen", UserRole.AGENT, b"1", 403),
        ("gossip", UserRole.ADMIN, b"1", 404),
        ("data", UserRole.VIEWER, b"1", 403),
        ("data", UserRole.BREWER, b"1", 200),
        ("changes", UserRole.BREWER, b"1", 403),
        ("changes", UserRole.ADMIN, b"1", 200),
        ("kitchen", UserRole.VIEWER, b"", 400),
        ("kitchen", UserRole.VIEWER, b"{", 400),
        ("kitchen", UserRole.VIEWER, b'"\xff"', 400),
        ("kitchen", UserRole.VIEWER, b'"\\ud800"', 400),
        ("kitchen", UserRole.VIEWER, b"[" * 60_000, 400),
        ("kitchen", UserRole.VIEWER, b"NaN", 422),
        ("kitchen", UserRole.VIEWER, b'"' + b"x" * (LARGEST - 2) + b'"', 200),
        ("kitchen", UserRole.VIEWER, b'"' + b"x" * (LARGEST - 1) + b'"', 413),
    ],
)
async def test_who_may_publish_what(
    brewery: Brewery, path: str, role: UserRole | None, body: bytes, status: int
) -> None:
    await declare(brewery)
    before = brewery.site.live.said(path)
    async with brewery.caller(role) as caller:
        headers = {"content-type": "application/json"}
        answer = await caller.post(f"{ROOT}/{path}", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert brewery.site.live.said(path) - before == (status == 200)


async def test_a_published_reading_is_no_reading(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.BREWER) as brewer:
        fake = {"readings": [{"series": "s1", "t": 2_000_000_000_000, "v": 99.0}]}
        assert (await brewer.post(f"{ROOT}/data", json=fake)).status_code == 200
    items = (await brewery.read("/series/latest"))["items"]
    assert [item["v"] for item in items] == [18.0]


async def test_what_is_not_json_is_refused_by_its_kind(brewery: Brewery) -> None:
    await declare(brewery)
    async with brewery.caller(UserRole.ADMIN) as admin:
        answer = await admin.post(f"{ROOT}/kitchen", content=b"x", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
