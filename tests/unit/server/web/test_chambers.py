"""Chambers, and vessels that stand in them."""

from typing import Any

import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio


async def ask(
    brewery: Brewery, method: str, path: str, body: object = None, status: int = 200, seen: int | None = None
) -> Any:
    headers = {} if seen is None else {"if-match": f'"{seen}"'}
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        answer = await client.request(method, f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def fridge(brewery: Brewery, **body: object) -> Any:
    return await ask(brewery, "POST", "/chambers", {"name": "Køleskab", "agent": "cellar"} | body, 201)


async def test_chamber_is_added_read_changed_and_removed(brewery: Brewery) -> None:
    made = await fridge(brewery, reason="bought")
    assert made == {
        "id": "koleskab",
        "name": "Køleskab",
        "agent": "cellar",
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/chambers") == {"items": [made], "next": None}
    assert await brewery.read("/chambers/koleskab") == made
    changed = await ask(brewery, "PATCH", "/chambers/koleskab", {"agent": None}, seen=1)
    assert (changed["agent"], changed["name"], changed["revision"]) == ("", "Køleskab", 2)
    stale = await ask(brewery, "PATCH", "/chambers/koleskab", {}, 409, seen=1)
    assert stale["present"] == changed
    await ask(brewery, "DELETE", "/chambers/koleskab?reason=sold", status=204)
    await ask(brewery, "DELETE", "/chambers/koleskab", status=404)
    assert (await fridge(brewery))["id"] == "koleskab-2"
    lines = [(one.action, one.reason) for one in await brewery.catalog.journal(4)]
    assert lines == [("created", ""), ("deleted", "sold"), ("updated", ""), ("created", "bought")]


@pytest.mark.parametrize(("body", "where"), [({"name": ""}, "/name"), ({"agent": "a\nb"}, "/agent")])
async def test_wrong_chamber_is_refused(brewery: Brewery, body: dict[str, str], where: str) -> None:
    refused = await ask(brewery, "POST", "/chambers", {"name": "Fridge"} | body, 422)
    assert [fault["where"] for fault in refused["errors"]] == [where]
    assert await brewery.catalog.chambers() == []


async def test_vessel_stands_in_a_chamber_of_its_agent(brewery: Brewery) -> None:
    await fridge(brewery)
    vessel = await ask(brewery, "PATCH", "/vessels/north", {"chamber": "koleskab", "reason": "moved"})
    assert vessel["chamber"] == "koleskab"
    assert (await brewery.catalog.journal(1))[0].reason == "moved"
    refused = await ask(brewery, "DELETE", "/chambers/koleskab", status=409)
    assert "North stands in" in refused["detail"]
    refused = await ask(brewery, "PATCH", "/chambers/koleskab", {"agent": "roof"}, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/agent"]
    assert (await ask(brewery, "PATCH", "/vessels/north", {"chamber": None}))["chamber"] is None
    await ask(brewery, "DELETE", "/chambers/koleskab", status=204)


@pytest.mark.parametrize("body", [{"chamber": "none"}, {"chamber": "koleskab", "agent": "roof"}])
async def test_vessel_stands_in_no_chamber_of_nobody_or_of_another_agent(
    brewery: Brewery, body: dict[str, str]
) -> None:
    await fridge(brewery)
    refused = await ask(brewery, "POST", "/vessels", {"name": "New"} | body, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/chamber"]


async def test_vessels_of_two_agents_do_not_share_a_chamber_of_nobody(brewery: Brewery) -> None:
    await fridge(brewery, agent="")
    await ask(brewery, "PATCH", "/vessels/north", {"chamber": "koleskab"})
    new = {"name": "New", "agent": "roof", "chamber": "koleskab"}
    refused = await ask(brewery, "POST", "/vessels", new, 422)
    assert "belongs to cellar" in refused["detail"]
    assert (await ask(brewery, "POST", "/vessels", new | {"agent": ""}, 201))["chamber"] == "koleskab"
