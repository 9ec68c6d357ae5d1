"""Profiles as other systems write them, read and written by the calls."""

from typing import Any

import pytest

from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.profiles import ALE, ask

pytestmark = pytest.mark.anyio

TABLE = """date,temperature,days,Old ale
2026-09-01T12:00:00,18,0
2026-09-04T12:00:00,18,3
2026-09-06T12:00:00,21,5
"""
FRAME = """====================================
| Cold crash                       |
| Standard Profile                 |
====================================
| 0h | 20.00 C |
| 2d | 2.00 C |
====================================
"""


async def preview(brewery: Brewery, status: int = 200, **body: object) -> Any:
    return await ask(brewery, "POST", "/profiles/import", body, status=status)


async def test_the_forms_are_listed_by_name(brewery: Brewery) -> None:
    found = await brewery.read("/profiles/forms")
    assert [form["name"] for form in found["items"]] == ["brewpi_csv", "fermentrack_text"]
    assert all(form["title"] for form in found["items"])


async def test_a_text_is_recognised_and_shown_but_not_kept(brewery: Brewery) -> None:
    shown = await preview(brewery, text=TABLE)
    assert (shown["form"], shown["start"], shown["complaints"]) == (
        "brewpi_csv",
        "2026-09-01T10:00:00.000Z",
        [],
    )
    profile = shown["profile"]
    assert (profile["name"], profile["type"], profile["events"]) == ("Old ale", "fermentation", [])
    told = [(step["kind"], step["temperature"], step["hours"]) for step in profile["steps"]]
    assert told == [("hold", 18.0, 72.0), ("ramp", 21.0, 48.0)]
    assert await brewery.catalog.profiles() == []
    made = await ask(brewery, "POST", "/profiles", profile, status=201)
    assert made["steps"] == profile["steps"]


async def test_form_name_type_and_unit_can_be_said(brewery: Brewery) -> None:
    said: dict[str, Any] = {"form": "brewpi_csv", "name": "Mine", "type": "mash", "unit": "F"}
    profile = (await preview(brewery, text="date,temperature\n2026-09-01T12:00:00,150\n", **said))["profile"]
    assert (profile["name"], profile["type"]) == ("Mine", "mash")
    assert profile["steps"][0]["temperature"] == pytest.approx(65.5556, abs=1e-4)
    shown = await preview(brewery, text=FRAME)
    assert (shown["form"], shown["profile"]["name"], shown["start"]) == (
        "fermentrack_text",
        "Cold crash",
        None,
    )


async def test_what_cannot_be_read_is_told_line_by_line(brewery: Brewery) -> None:
    shown = await preview(brewery, text="date,temperature,days\n,18,0\n,warm,1\n,x,2\n")
    assert shown["profile"] is None
    assert [one["line"] for one in shown["complaints"]] == [3, 4]
    assert all(one["reason"] for one in shown["complaints"])


async def test_what_is_read_but_cannot_be_followed_is_told_too(brewery: Brewery) -> None:
    shown = await preview(brewery, text="date,temperature,days\n,80,0\n,20,1\n")
    assert len(shown["profile"]["steps"]) == 2
    (complaint,) = shown["complaints"]
    assert complaint["line"] is None
    assert "80 °C" in complaint["reason"]
    assert (await preview(brewery, text="date,temperature,days\n,80,0\n,20,1\n", type="mash"))[
        "complaints"
    ] == []


async def test_a_name_that_is_none_becomes_one(brewery: Brewery) -> None:
    text = "date,temperature,days\n,18,0\n"
    assert (await preview(brewery, text=text))["profile"]["name"] == "Imported"
    assert (await preview(brewery, text=text, name=" a \n b "))["profile"]["name"] == "a b"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"text": "hello"}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": TABLE, "form": "tablet"}, "/form"),
        ({"text": TABLE, "unit": "K"}, "/unit"),
        ({"text": TABLE, "type": "beer"}, "/type"),
        ({"text": "x" * 500_001}, "/text"),
        ({}, "/text"),
    ],
    ids=["no form", "nothing", "unknown form", "unit", "type", "long", "missing"],
)
async def test_what_is_asked_wrongly_is_refused(brewery: Brewery, body: dict[str, Any], where: str) -> None:
    refused = await preview(brewery, 422, **body)
    assert [fault["where"] for fault in refused["errors"]] == [where]


async def test_a_profile_is_written_as_others_do_and_read_back(brewery: Brewery) -> None:
    made = await ask(brewery, "POST", "/profiles", ALE, status=201)
    path = f"/profiles/{made['id']}/export?form="
    table = await ask(brewery, "GET", f"{path}brewpi_csv&start=2026-09-01T12:00:00")
    assert table == (
        "date,temperature,days\n2026-09-01T12:00:00,18,0\n2026-09-04T12:00:00,18,3\n2026-09-06T12:00:00,21,5\n"
    )
    for form in ("brewpi_csv", "fermentrack_text"):
        text = await ask(brewery, "GET", f"{path}{form}&unit=F")
        shown = await preview(brewery, text=text, unit="F")
        assert shown["complaints"] == []
        drawn = await ask(brewery, "POST", "/profiles/curve", {"profile": shown["profile"], "start": NOON})
        asked = await ask(brewery, "POST", "/profiles/curve", {"profile": made, "start": NOON})
        assert drawn["setpoint"] == pytest.approx(asked["setpoint"], abs=0.01)
        assert drawn["t"] == pytest.approx(asked["t"], abs=1000)


async def test_a_profile_is_written_as_of_now(brewery: Brewery) -> None:
    made = await ask(brewery, "POST", "/profiles", ALE, status=201)
    async with brewery.caller() as client:
        assert (await client.get(f"/api/v1/profiles/{made['id']}/export?form=brewpi_csv")).status_code == 401
    table = await ask(brewery, "GET", f"/profiles/{made['id']}/export?form=brewpi_csv")
    assert table.splitlines()[1] == "2026-09-21T16:13:20,18,0"


async def test_what_is_not_there_is_not_written(brewery: Brewery) -> None:
    assert await brewery.refusal("/profiles/none/export?form=brewpi_csv") == (404, [])
    made = await ask(brewery, "POST", "/profiles", ALE, status=201)
    path = f"/profiles/{made['id']}/export"
    assert await brewery.refusal(path) == (422, ["query:form"])
    assert await brewery.refusal(f"{path}?form=tablet") == (422, ["query:form"])
    assert await brewery.refusal(f"{path}?form=brewpi_csv&unit=K") == (422, ["query:unit"])
    assert await brewery.refusal(f"{path}?form=brewpi_csv&start=soon") == (422, ["query:start"])
