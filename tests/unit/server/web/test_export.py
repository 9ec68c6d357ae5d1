"""Readings that are taken away over HTTP."""

import pytest

from krausen.importing.ours import HEADING
from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio


async def test_batch_comes_as_a_file_under_its_own_name(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get("/api/v1/export?batch=pale")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="pale.csv"'
    heading, *rows = answer.text.splitlines()
    assert heading == ",".join(HEADING)
    assert rows[0].endswith("Z,batch,,,,,,,,pale,Pale")
    readings = [row for row in rows if row.endswith(",cellar,probe-1,temperature,beer,pale,")]
    assert len(readings) == 61
    assert readings[-1].startswith("2026-09-21T14:13:20.000Z,temperature,18.0,°C,good,")


async def test_series_come_within_a_span_in_the_form_that_was_asked_for(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        query = f"series=s1&from={NOON - 60_000}&to={NOON}&format=jsonl"
        answer = await client.get(f"/api/v1/export?{query}")
        brewpi = await client.get("/api/v1/export?batch=pale&format=brewpi")
    assert answer.headers["content-type"].startswith("application/jsonl")
    assert [line[:35] for line in answer.text.splitlines()] == ['{"time":"2026-09-21T14:12:20.000Z",']
    assert brewpi.text.splitlines()[-1] == "Sep 21 2026 14:13:20;18.0;None;None;None;None;None;None;None"


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("series=s9", (404, [])),
        ("batch=stout", (404, [])),
        ("batch=pale&series=s1", (422, ["query:series"])),
        ("format=brewpi", (422, ["query:format"])),
        ("format=xls", (422, ["query:format"])),
        ("from=yesterday", (422, ["query:from"])),
        ("from=2026-01-02T00:00Z&to=2026-01-01T00:00Z", (422, ["query:from"])),
        ("corrected=maybe", (422, ["query:corrected"])),
    ],
)
async def test_export_that_cannot_be_is_refused(
    brewery: Brewery, query: str, refusal: tuple[int, list[str]]
) -> None:
    assert await brewery.refusal(f"/export?{query}") == refusal
