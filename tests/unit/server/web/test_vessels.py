from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery

pytestmark = pytest.mark.anyio


async def wish(brewery: Brewery, body: dict[str, Any], id: str = "north") -> httpx2.Response:
    async with brewery.caller(UserRole.BREWER) as client:
        return await client.put(f"/api/v1/vessels/{id}/setpoint", json=body)


async def test_vessels_are_listed_and_read_alike(brewery: Brewery) -> None:
    found = await brewery.read("/vessels")
    assert found == {"items": [await brewery.read("/vessels/north")], "next": None}
    (vessel,) = found["items"]
    assert vessel["id"] == "north"
    assert vessel["limits"] == {"min": 0, "max": 25}
    assert vessel["roles"] == {"beer": "s1"}
    assert vessel["requested"]["mode"] == vessel["accepted"]["mode"] == "off"
    assert vessel["observed"]["stale"] is True


async def test_vessel_that_is_not_there_is_not_found(brewery: Brewery) -> None:
    assert await brewery.refusal("/vessels/south") == (404, [])
    assert (await wish(brewery, {"mode": "off"}, "south")).status_code == 404


async def test_wish_is_taken_and_waits_for_the_agent(brewery: Brewery) -> None:
    answer = await wish(brewery, {"mode": "beer", "value": 18.5, "reason": "Pitching", "revision": 1})
    assert answer.status_code == 200
    vessel = answer.json()
    assert vessel["requested"] == {
        "revision": 2,
        "mode": "beer",
        "value": 18.5,
        "profile": None,
        "reason": "Pitching",
        "by": "brewer",
        "at": "2026-09-21T14:13:20.000Z",
    }
    assert (vessel["accepted"]["state"], vessel["accepted"]["revision"]) == ("waiting", 1)
    assert await brewery.read("/vessels/north") == vessel


async def test_wish_is_in_the_journal(brewery: Brewery) -> None:
    await wish(brewery, {"mode": "beer", "value": 18.5, "reason": "Pitching"})
    entry = (await brewery.read("/journal", UserRole.ADMIN))["items"][0]
    assert entry == {
        "at": "2026-09-21T14:13:20.000Z",
        "by": "brewer",
        "what": "vessel",
        "id": "north",
        "action": "setpoint",
        "reason": "Pitching",
        "detail": "beer 18.50 °C",
    }


@pytest.mark.parametrize(
    ("unit", "value", "celsius"), [("C", 20, 20), ("F", 68, 20), ("F", 32, 0), ("K", 293.15, 20)]
)
async def test_units_are_converted(brewery: Brewery, unit: str, value: float, celsius: float) -> None:
    answer = await wish(brewery, {"mode": "beer", "value": value, "unit": unit})
    assert answer.json()["requested"]["value"] == pytest.approx(celsius)


async def test_stale_wish_is_refused_with_what_is_there(brewery: Brewery) -> None:
    await wish(brewery, {"mode": "beer", "value": 18})
    answer = await wish(brewery, {"mode": "beer", "value": 19, "revision": 1})
    assert answer.status_code == 409
    assert answer.json()["present"] == await brewery.read("/vessels/north")
    assert answer.json()["present"]["requested"]["value"] == 18


async def test_wish_without_revision_overrules(brewery: Brewery) -> None:
    await wish(brewery, {"mode": "beer", "value": 18})
    assert (await wish(brewery, {"mode": "off"})).json()["requested"]["revision"] == 3


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, ["/mode"]),
        ({"mode": "hot"}, ["/mode"]),
        ({"mode": "beer"}, ["/value"]),
        ({"mode": "beer", "value": 25.1}, ["/value"]),
        ({"mode": "beer", "value": 78, "unit": "F"}, ["/value"]),
        ({"mode": "beer", "value": -0.1}, ["/value"]),
        ({"mode": "beer", "value": "18"}, ["/value"]),
        ({"mode": "beer", "value": 18, "unit": "R"}, ["/unit"]),
        ({"mode": "chamber", "value": 18}, ["/mode"]),
        ({"mode": "off", "value": 18, "profile": "x"}, ["/value", "/profile"]),
        ({"mode": "profile", "profile": "lager"}, ["/profile"]),
        ({"mode": "beer", "value": 18, "revision": "1"}, ["/revision"]),
        ({"mode": "beer", "value": 18, "reason": "x" * 501}, ["/reason"]),
        ({"mode": 1, "value": [], "unit": None, "reason": 5}, ["/mode", "/value", "/unit", "/reason"]),
    ],
)
async def test_wrong_wish_is_refused_and_changes_nothing(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    before = await brewery.read("/vessels/north")
    answer = await wish(brewery, body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert await brewery.read("/vessels/north") == before


@pytest.mark.parametrize(("content", "status"), [(b"", 400), (b"{", 400), (b"null", 422)])
async def test_unreadable_wish_is_refused(brewery: Brewery, content: bytes, status: int) -> None:
    async with brewery.caller(UserRole.BREWER) as client:
        headers = {"content-type": "application/json"}
        answer = await client.put("/api/v1/vessels/north/setpoint", content=content, headers=headers)
    assert answer.status_code == status


async def test_disk_that_is_away_keeps_the_former_wish(brewery: Brewery) -> None:
    await wish(brewery, {"mode": "beer"})
    brewery.catalog.away = "The disk is full: make room."
    assert (await wish(brewery, {"mode": "off"})).status_code == 503
    brewery.catalog.away = ""
    assert (await brewery.read("/vessels/north"))["requested"]["revision"] == 1
