"""Health, batches, the journal, processes."""

import pytest

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import Brewery, entry

pytestmark = pytest.mark.anyio


async def test_health_is_open_and_names_what_is_wrong(brewery: Brewery) -> None:
    brewery.site.status.wrong("disk", "The disk is nearly full.")
    async with brewery.caller() as client:
        health = (await client.get("/api/v1/health")).json()
    assert health["status"] == "degraded"
    assert health["problems"] == ["The disk is nearly full."]
    assert health["time"] == "2026-09-21T14:13:20.000Z"
    assert (health["zone"], health["speed"], health["demo"]) == ("Europe/Copenhagen", 1, False)


async def test_batches_name_their_series(brewery: Brewery) -> None:
    batch = {
        "id": "pale",
        "name": "Pale",
        "vessel": None,
        "state": "finished",
        "started_at": "2026-09-21T13:13:20.000Z",
        "finished_at": "2026-09-21T14:13:20.000Z",
        "roles": {"beer": "s1"},
        "source": "import:import/pale",
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/batches") == {"items": [batch], "next": None}
    assert await brewery.read("/batches/pale") == batch
    assert await brewery.refusal("/batches/stout") == (404, [])


async def test_events_of_a_batch_are_listed(brewery: Brewery) -> None:
    event = {"at": "2026-09-21T14:12:20.000Z", "kind": "note", "text": "Hops in."}
    assert await brewery.read("/batches/pale/events") == {"items": [event], "next": None}
    assert await brewery.refusal("/batches/stout/events") == (404, [])


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
