"""Adapters, their nodes and metrics."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio

KETTLE = "/api/v1/adapters/kettle"
UNARRANGED = {
    "name": "cellar",
    "title": "",
    "zone": None,
    "policy": "open",
    "revision": 0,
    "created_at": None,
    "updated_at": None,
}


async def put(brewery: Brewery, path: str, body: object, **headers: str) -> httpx2.Response:
    async with brewery.caller(UserRole.ADMIN, **headers) as client:
        return await client.put(path, json=body)


async def test_adapter_that_reports_is_listed_and_read(brewery: Brewery) -> None:
    assert await brewery.read("/adapters") == {"items": [UNARRANGED], "next": None}
    assert await brewery.read("/adapters/cellar") == UNARRANGED
    assert await brewery.refusal("/adapters/kettle") == (404, [])


async def test_adapter_is_arranged_before_it_reports(brewery: Brewery) -> None:
    answer = await put(brewery, KETTLE, {"title": "Kedel", "zone": "Europe/Copenhagen", "policy": "agreed"})
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "kettle",
        "title": "Kedel",
        "zone": "Europe/Copenhagen",
        "policy": "agreed",
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/adapters/kettle") == answer.json()
    assert [one["name"] for one in (await brewery.read("/adapters"))["items"]] == ["cellar", "kettle"]


async def test_its_zone_is_that_of_its_local_times(brewery: Brewery) -> None:
    await put(brewery, KETTLE, {"zone": "Asia/Tokyo"})
    row = {"adapter": "kettle", "node": "n", "timestamp": "2026-09-21T20:00:00", "data": {"t": 1}}
    async with brewery.caller(UserRole.BREWER) as client:
        assert (await client.post("/api/v1/measurements", json=[row])).status_code == 200
    (series,) = (await brewery.read("/series?adapter=kettle"))["items"]
    assert series["last"] == "2026-09-21T11:00:00.000Z"


async def test_several_are_arranged_at_once(brewery: Brewery) -> None:
    items = [{"name": "kettle", "title": "Kedel"}, {"name": "cellar", "zone": "Europe/Oslo"}]
    answer = await put(brewery, "/api/v1/adapters", {"items": items})
    assert [(one["name"], one["revision"]) for one in answer.json()["items"]] == [
        ("kettle", 1),
        ("cellar", 1),
    ]
    assert (await put(brewery, "/api/v1/adapters", {"items": []})).json()["items"] == []


async def test_nodes_and_metrics_come_from_what_reports_and_what_was_agreed(brewery: Brewery) -> None:
    cellar = "/api/v1/adapters/cellar"
    node = {"name": "probe-1", "title": "", "kind": "", "agreed": False}
    metric = {"name": "temperature", "title": "", "unit": "°C", "min": None, "max": None, "agreed": False}
    assert (await brewery.read("/adapters/cellar/nodes"))["items"] == [node]
    assert (await brewery.read("/adapters/cellar/metrics"))["items"] == [metric]
    named = {"name": "probe-1", "title": "Gulvet", "kind": "probe", "agreed": True}
    mash = {"name": "mash", "title": "", "kind": "", "agreed": True}
    agreed = {"name": "temperature", "title": "T", "min": -5, "max": 40}
    answer = await put(brewery, f"{cellar}/nodes", {"items": [named, {"name": "mash"}]})
    assert answer.json()["items"] == [mash, named]
    answer = await put(brewery, f"{cellar}/metrics", {"items": [agreed]})
    assert answer.json()["items"] == [{**agreed, "unit": "°C", "agreed": True}]
    await put(brewery, cellar, {"title": "Cellar"})
    assert (await brewery.read("/adapters/cellar/nodes"))["items"] == [mash, named]
    assert (await brewery.read("/adapters/cellar"))["revision"] == 3


async def test_stale_change_is_refused_with_what_is_there(brewery: Brewery) -> None:
    await put(brewery, KETTLE, {"title": "a"})
    await put(brewery, KETTLE, {"title": "b"}, **{"if-match": '"1"'})
    for path, body in [(KETTLE, {"title": "c"}), (f"{KETTLE}/nodes", {"items": []})]:
        answer = await put(brewery, path, body, **{"if-match": '"1"'})
        assert answer.status_code == 409
        assert answer.json()["present"]["title"] == "b"


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        (KETTLE, {"zone": "Mars", "title": "\n"}, ["/title", "/zone"]),
        (KETTLE, {"policy": "shut"}, ["/policy"]),
        ("/api/v1/adapters/%0a", {}, ["path:name"]),
        (
            "/api/v1/adapters",
            {"items": [{"name": "a"}, {"name": "", "zone": ""}]},
            ["/items/1/name", "/items/1/zone"],
        ),
        ("/api/v1/adapters/cellar/nodes", {"items": [{"name": "a"}, {"name": "a"}]}, ["/items/1/name"]),
        (
            "/api/v1/adapters/cellar/nodes",
            {"items": [{"name": "\n", "title": "\n"}]},
            ["/items/0/name", "/items/0/title"],
        ),
        ("/api/v1/adapters/cellar/nodes", {"items": [{"name": "a", "kind": "\n"}]}, ["/items/0/kind"]),
        ("/api/v1/adapters/cellar/metrics", {"items": [{"name": "a", "min": 2, "max": 1}]}, ["/items/0/min"]),
        ("/api/v1/adapters/cellar/metrics", {"items": [{"name": "a", "unit": "x" * 129}]}, ["/items/0/unit"]),
    ],
)
async def test_wrong_adapter_is_refused_and_every_field_named(
    brewery: Brewery, path: str, body: dict[str, Any], where: list[str]
) -> None:
    answer = await put(brewery, path, body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert (await brewery.read("/adapters"))["items"] == [UNARRANGED]


async def test_nodes_of_nobody_are_not_found(brewery: Brewery) -> None:
    assert await brewery.refusal("/adapters/kettle/nodes") == (404, [])
    assert (await put(brewery, f"{KETTLE}/metrics", {"items": []})).status_code == 404


async def test_arranging_is_journalled_with_its_reason(brewery: Brewery) -> None:
    await put(brewery, f"{KETTLE}?reason=New", {"title": "a"})
    entry = (await brewery.read("/journal?limit=1", UserRole.ADMIN))["items"][0]
    assert (entry["what"], entry["id"], entry["action"], entry["reason"]) == (
        "adapter",
        "kettle",
        "updated",
        "New",
    )
