"""Health, batches, the journal, processes."""

import pytest

from krausen.model.journal import JournalEntry
from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, Brewery, entry

pytestmark = pytest.mark.anyio


async def test_health_is_open_and_names_what_is_wrong(brewery: Brewery) -> None:
    brewery.site.status.wrong("disk", "The disk is nearly full.")
    async with brewery.caller() as client:
        health = (await client.get("/api/v1/health")).json()
    assert health["status"] == "degraded"
    assert health["problems"] == ["The disk is nearly full."]
    assert health["time"] == "2026-09-21T14:13:20.000Z"
    assert (health["zone"], health["speed"], health["demo"]) == ("Europe/Copenhagen", 1, False)


async def zone(brewery: Brewery) -> str:
    async with brewery.caller() as client:
        name: str = (await client.get("/api/v1/health")).json()["zone"]
    return name


async def test_health_tells_the_zone_that_was_chosen_for_the_site(brewery: Brewery) -> None:
    await brewery.catalog.keep_setting("site.zone", "America/Lima", entry("setting", "site.zone"))
    assert await zone(brewery) == "America/Lima"
    brewery.catalog.away = "The disk is away."
    assert await zone(brewery) == "America/Lima"
    brewery.catalog.away = ""
    for value in ("Europe/Kopenhagen", 3):
        await brewery.catalog.keep_setting("site.zone", value, entry("setting", "site.zone"))
        assert await zone(brewery) == "Europe/Copenhagen"
    await brewery.catalog.keep_setting("site.zone", "Asia/Tokyo", entry("setting", "site.zone"))
    assert await zone(brewery) == "Asia/Tokyo"
    await brewery.catalog.remove_setting("site.zone", entry("setting", "site.zone"))
    assert await zone(brewery) == "Europe/Copenhagen"


async def test_journal_has_pages_newest_first(brewery: Brewery) -> None:
    first = await brewery.read("/journal?limit=2", UserRole.ADMIN)
    assert [entry["id"] for entry in first["items"]] == ["pale", "north"]
    rest = await brewery.read(f"/journal?limit=1000&cursor={first['next']}", UserRole.ADMIN)
    assert [entry["id"] for entry in rest["items"]] == [f"t-{role}" for role in reversed(UserRole)]
    assert rest["next"] is None


async def test_journal_has_no_entry_twice_while_more_is_written(brewery: Brewery) -> None:
    first = await brewery.read("/journal?limit=3", UserRole.ADMIN)
    await brewery.catalog.keep_setting("k", 1, entry("setting", "k"))
    rest = await brewery.read(f"/journal?cursor={first['next']}", UserRole.ADMIN)
    ids = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert ids == ["pale", "north", *(f"t-{role}" for role in reversed(UserRole))]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("what=token", ["t-sender", "t-agent", "t-admin", "t-brewer", "t-viewer"]),
        ("what=vessel&id=north", ["north"]),
        ("id=pale", ["pale"]),
        ("by=Anna", ["x2", "x1"]),
        ("by=Anna&by=Bo", ["x3", "x2", "x1"]),
        ("by=Anna&from=2026-09-21T16:13:21", ["x2"]),
        ("from=1790000001000&to=2026-09-21T14:13:22Z", ["x2"]),
        ("by=Nobody", []),
        ("what=tok", []),
    ],
)
async def test_journal_gives_what_is_asked_for(brewery: Brewery, query: str, ids: list[str]) -> None:
    for n, by in enumerate(["Anna", "Anna", "Bo"]):
        line = JournalEntry(at=NOON + n * 1000, by=by, what="setting", id=f"x{n + 1}", action="updated")
        await brewery.catalog.keep_setting("k", n, line)
    found = await brewery.read(f"/journal?{query}", UserRole.ADMIN)
    assert [one["id"] for one in found["items"]] == ids
    assert found["next"] is None


async def test_journal_has_pages_of_what_is_asked_for(brewery: Brewery) -> None:
    query, found, cursor = "/journal?what=token&limit=2", [], ""
    while True:
        page = await brewery.read(query + cursor, UserRole.ADMIN)
        found.append([one["id"] for one in page["items"]])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        await brewery.catalog.keep_setting("k", 1, entry("token", "later"))
    assert found == [["t-sender", "t-agent"], ["t-admin", "t-brewer"], ["t-viewer"]]


async def test_journal_refuses_what_it_cannot_read(brewery: Brewery) -> None:
    refused = await brewery.refusal("/journal?from=soon&to=never", UserRole.ADMIN)
    assert refused == (422, ["query:from", "query:to"])
    assert await brewery.refusal("/journal?from=9&to=3", UserRole.ADMIN) == (422, ["query:from"])


async def test_too_many_names_in_a_query_of_the_journal_are_refused_by_name(brewery: Brewery) -> None:
    names = "&".join(f"by=p{n}" for n in range(51))
    assert await brewery.refusal(f"/journal?{names}", UserRole.ADMIN) == (422, ["query:by"])
