"""Corrections: made, listed, undone, and what chart, readings and export show meanwhile."""

from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

MIN = 60_000
WISH = {"series": "s1", "from": NOON - 10 * MIN, "to": NOON - 5 * MIN, "kind": "mask", "reason": "Cleaning."}


async def ask(brewery: Brewery, method: str, path: str, body: object = None) -> httpx2.Response:
    async with brewery.caller(UserRole.BREWER) as client:
        return await client.request(method, f"/api/v1{path}", json=body)


async def corrected(brewery: Brewery, **changed: object) -> Any:
    answer = await ask(brewery, "POST", "/corrections", {**WISH, **changed})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def values(brewery: Brewery, path: str) -> list[float]:
    return [item["v"] for item in (await brewery.read(path))["items"]]


async def test_correction_says_what_was_done_by_whom_and_why(brewery: Brewery) -> None:
    made = await corrected(brewery)
    assert made == {
        "id": made["id"],
        "series": "s1",
        "from": "2026-09-21T14:03:20.000Z",
        "to": "2026-09-21T14:08:20.000Z",
        "kind": "mask",
        "value": None,
        "reason": "Cleaning.",
        "by": "brewer",
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/corrections") == {"items": [made], "next": None}
    assert await brewery.read(f"/corrections/{made['id']}") == made
    assert await brewery.refusal("/corrections/c9") == (404, [])


async def test_corrections_are_found_by_series_and_span(brewery: Brewery) -> None:
    made = await corrected(brewery)
    for query, found in {
        "series=s1": [made],
        "series=s9": [],
        f"from={NOON - 6 * MIN}": [made],
        f"from={NOON - 5 * MIN}": [],
        f"to={NOON - 10 * MIN}": [],
        f"from={NOON - 20 * MIN}&to={NOON - 9 * MIN}": [made],
    }.items():
        assert (await brewery.read(f"/corrections?{query}"))["items"] == found


async def test_chart_and_export_are_corrected_and_readings_are_not_unless_asked(brewery: Brewery) -> None:
    raw = await values(brewery, "/readings?series=s1")
    await corrected(brewery)
    assert await values(brewery, "/readings?series=s1") == raw
    assert len(await values(brewery, "/readings?series=s1&corrected=true")) == len(raw) - 5
    drawn = (await brewery.read(f"/chart?series=s1&to={NOON + 1}"))["series"][0]
    assert len(drawn["v"]) == 55
    stored = (await brewery.read(f"/chart?series=s1&to={NOON + 1}&corrected=false"))["series"][0]
    assert len(stored["v"]) == 60
    assert await lines(brewery, "/export?series=s1") == 1 + len(raw) - 5
    assert await lines(brewery, "/export?series=s1&corrected=false") == 1 + len(raw)
    assert len(await brewery.history.points("s1", 0, 2**60, 1000)) == len(raw)


async def lines(brewery: Brewery, path: str) -> int:
    async with brewery.caller(UserRole.VIEWER) as client:
        return len((await client.get(f"/api/v1{path}")).text.splitlines())


async def test_undone_correction_is_as_if_it_had_never_been(brewery: Brewery) -> None:
    before = await brewery.read(f"/chart?series=s1&to={NOON + 1}&width=10")
    made = await corrected(brewery, kind="shift", value=-2.5)
    assert await brewery.read(f"/chart?series=s1&to={NOON + 1}&width=10") != before
    assert (await ask(brewery, "DELETE", f"/corrections/{made['id']}?reason=No")).status_code == 204
    assert (await ask(brewery, "DELETE", f"/corrections/{made['id']}")).status_code == 404
    assert await brewery.read(f"/chart?series=s1&to={NOON + 1}&width=10") == before
    (entry, *_) = await brewery.catalog.journal(1)
    assert (entry.what, entry.action, entry.reason) == ("correction", "deleted", "No")


async def test_pages_of_corrected_readings_hold_them_all(brewery: Brewery) -> None:
    await corrected(brewery)
    whole = await values(brewery, "/readings?series=s1&corrected=true&limit=1000")
    found: list[float] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await brewery.read(f"/readings?series=s1&corrected=true&limit=7{cursor}")
        found += [item["v"] for item in page["items"]]
        cursor = None if page["next"] is None else f"&cursor={page['next']}"
    assert found == whole


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"series": "s9"}, ["/series"]),
        ({"to": NOON - 10 * MIN}, ["/from"]),
        ({"from": "yesterday"}, ["/from"]),
        ({"to": -5}, ["/to"]),
        ({"kind": "delete"}, ["/kind"]),
        ({"value": 3}, ["/value"]),
        ({"kind": "shift"}, ["/value"]),
        ({"reason": "x" * 501}, ["/reason"]),
    ],
)
async def test_wrong_correction_is_refused_by_field(
    brewery: Brewery, changed: dict[str, object], where: list[str]
) -> None:
    answer = await ask(brewery, "POST", "/corrections", {**WISH, **changed})
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["errors"]] == where
    assert (await brewery.read("/corrections"))["items"] == []


async def test_report_of_a_batch_tells_how_it_went_as_corrected(brewery: Brewery) -> None:
    report = await brewery.read("/batches/pale/report")
    (beer,) = report["roles"]
    assert (beer["role"], beer["unit"], beer["readings"]) == ("beer", "°C", 60)
    assert (beer["min"], beer["max"], beer["completeness"]) == (18.0, 18.59, 100.0)
    assert (report["out_of_band_minutes"], report["heat"], report["energy_kwh"]) == (None, None, None)
    assert [event["text"] for event in report["events"]] == ["Hops in."]
    assert report["batch"]["id"] == "pale"
    await corrected(brewery, **{"from": NOON - 60 * MIN, "kind": "replace", "value": 17.0, "to": NOON})
    (again,) = (await brewery.read("/batches/pale/report?band_c=1"))["roles"]
    assert (again["min"], again["max"]) == (17.0, 18.0)
    assert await brewery.refusal("/batches/pale/report?band_c=-1") == (422, ["query:band_c"])


async def test_gaps_of_a_report_have_a_length_and_a_cause(brewery: Brewery) -> None:
    batch = await brewery.catalog.batch("pale")
    longer = replace(batch, started_at=NOON - 120 * MIN, revision=2)
    await brewery.catalog.keep_batch(longer, [], (await brewery.catalog.journal(1))[0])
    (beer,) = (await brewery.read("/batches/pale/report"))["roles"]
    assert beer["gaps"] == [
        {
            "from": "2026-09-21T12:13:20.000Z",
            "to": "2026-09-21T13:14:20.000Z",
            "minutes": 61.0,
            "cause": "not recorded",
        }
    ]
    assert beer["completeness"] == pytest.approx(49.2, abs=0.1)
