"""Batches: planned, started, paused, finished, binned; and what happened to them."""

from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from krausen.model.people import UserRole
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

STOUT = {
    "name": "Dry Stout",
    "vessel": "north",
    "style": "Dry stout",
    "volume_l": 20.0,
    "yeast": "Kveik",
    "original_gravity": 1.052,
    "target_gravity": 1.011,
}


async def ask(
    brewery: Brewery, method: str, path: str, body: object = None, **headers: str
) -> httpx2.Response:
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        return await client.request(method, f"/api/v1{path}", json=body)


async def done(brewery: Brewery, path: str, body: object = None, *, status: int = 200) -> Any:
    answer = await ask(brewery, "POST", path, body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def refused(brewery: Brewery, path: str, body: object = None) -> tuple[int, str, list[str]]:
    answer = await ask(brewery, "POST", path, body)
    problem = answer.json()
    return answer.status_code, problem["detail"], [fault["where"] for fault in problem["errors"]]


async def test_batches_name_their_series_and_what_became_of_them(brewery: Brewery) -> None:
    batch = {
        "id": "pale",
        "name": "Pale",
        "vessel": None,
        "style": "",
        "volume_l": None,
        "yeast": "",
        "original_gravity": None,
        "target_gravity": None,
        "state": "finished",
        "started_at": "2026-09-21T13:13:20.000Z",
        "finished_at": "2026-09-21T14:13:20.000Z",
        "roles": {"beer": "s1"},
        "intervals": [
            {
                "role": "beer",
                "series": "s1",
                "from": "2026-09-21T13:13:20.000Z",
                "to": "2026-09-21T14:13:20.000Z",
            }
        ],
        "source": "import:import/pale",
        "days": 1 / 24,
        "first_gravity": None,
        "latest_gravity": None,
        "attenuation": None,
        "abv": None,
        "completeness": 100.0,
        "deleted_at": None,
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/batches") == {"items": [batch], "next": None}
    assert await brewery.read("/batches/pale") == batch
    assert await brewery.refusal("/batches/stout") == (404, [])


async def test_new_batch_is_planned_under_an_id_made_of_its_name(brewery: Brewery) -> None:
    answer = await ask(brewery, "POST", "/batches", {**STOUT, "reason": "For winter."})
    assert answer.status_code == 201
    assert answer.headers["location"] == "/api/v1/batches/dry-stout"
    body = answer.json()
    assert {key: body[key] for key in STOUT} == STOUT
    assert (body["state"], body["revision"], body["days"], body["intervals"]) == ("planned", 1, None, [])
    assert await brewery.read("/batches/dry-stout") == body
    again = await done(brewery, "/batches", STOUT, status=201)
    assert again["id"] == "dry-stout-2"
    (entry, *_) = await brewery.catalog.journal(10)
    assert (entry.by, entry.what, entry.id, entry.action) == ("brewer", "batch", "dry-stout-2", "created")


async def test_every_wrong_field_of_a_batch_is_named(brewery: Brewery) -> None:
    wrong = {
        "name": "",
        "vessel": "nowhere",
        "style": "a\nb",
        "volume_l": 0,
        "original_gravity": 12.5,
        "target_gravity": 0.5,
    }
    status, _, where = await refused(brewery, "/batches", wrong)
    assert status == 422
    assert set(where) == {f"/{field}" for field in wrong}


async def test_batch_goes_from_state_to_state(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    started = await done(brewery, "/batches/dry-stout/start", {"at": NOON - 1_800_000})
    assert (started["state"], started["started_at"]) == ("running", "2026-09-21T13:43:20.000Z")
    assert started["roles"]["beer"] == "s1"
    assert (await brewery.read("/vessels/north"))["batch"] == "dry-stout"
    assert (await done(brewery, "/batches/dry-stout/pause", {"reason": "Power cut"}))["state"] == "paused"
    assert (await brewery.read("/vessels/north"))["batch"] == "dry-stout"
    assert (await done(brewery, "/batches/dry-stout/resume"))["state"] == "running"
    finished = await done(brewery, "/batches/dry-stout/finish")
    assert (finished["state"], finished["finished_at"]) == ("finished", "2026-09-21T14:13:20.000Z")
    assert (await brewery.read("/vessels/north"))["batch"] is None
    events = (await brewery.read("/batches/dry-stout/events"))["items"]
    assert {(event["kind"], event["text"]) for event in events} == {
        ("started", "Started in North."),
        ("paused", "Paused: Power cut"),
        ("resumed", "Resumed."),
        ("finished", "Finished."),
    }


@pytest.mark.parametrize(
    ("before", "step", "told"),
    [
        ([], "pause", "Dry Stout is planned; only a batch that is running can be paused."),
        ([], "resume", "Dry Stout is planned; only a batch that is paused can be resumed."),
        ([], "finish", "Dry Stout is planned; only a batch that is running or paused can be finished."),
        (["start"], "start", "Dry Stout is running; only a batch that is planned can be started."),
        (["start"], "resume", "Dry Stout is running; only a batch that is paused can be resumed."),
        (["start", "pause"], "pause", "Dry Stout is paused; only a batch that is running can be paused."),
        (["start", "finish"], "start", "Dry Stout is finished; only a batch that is planned can be started."),
        (
            ["start", "finish"],
            "finish",
            "Dry Stout is finished; only a batch that is running or paused can be finished.",
        ),
    ],
)
async def test_step_that_does_not_follow_is_refused_in_words(
    brewery: Brewery, before: list[str], step: str, told: str
) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    for one in before:
        await done(brewery, f"/batches/dry-stout/{one}")
    state = (await brewery.read("/batches/dry-stout"))["state"]
    assert await refused(brewery, f"/batches/dry-stout/{step}") == (409, told, [])
    assert (await brewery.read("/batches/dry-stout"))["state"] == state


@pytest.mark.parametrize("state", ["running", "paused"])
async def test_vessel_holds_one_batch_at_a_time_and_stays_meanwhile(brewery: Brewery, state: str) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    await done(brewery, "/batches", {**STOUT, "name": "Mild"}, status=201)
    await done(brewery, "/batches/dry-stout/start")
    if state == "paused":
        await done(brewery, "/batches/dry-stout/pause")
    status, told, _ = await refused(brewery, "/batches/mild/start")
    assert (status, told) == (409, f"Dry Stout is {state} in North. Finish it first.")
    removal = await ask(brewery, "DELETE", "/vessels/north")
    assert removal.status_code == 409
    assert removal.json()["detail"] == f"Dry Stout is {state} in North. Finish it first."
    assert (await ask(brewery, "DELETE", "/batches/dry-stout")).status_code == 409
    await done(brewery, "/batches/dry-stout/finish")
    assert (await done(brewery, "/batches/mild/start"))["state"] == "running"


@pytest.mark.parametrize(
    "at", [NOON + 400_000, "2026-09-21T14:20:00Z", 0, "1989-01-01T00:00:00Z", "yesterday", 2**60]
)
async def test_batch_starts_neither_in_the_future_nor_before_there_were_readings(
    brewery: Brewery, at: str | int
) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    status, _, where = await refused(brewery, "/batches/dry-stout/start", {"at": at})
    assert (status, where) == (422, ["/at"])


async def test_batch_does_not_end_before_it_began_or_paused(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    await done(brewery, "/batches/dry-stout/start", {"at": NOON - 60_000})
    assert (await refused(brewery, "/batches/dry-stout/finish", {"at": NOON - 60_001}))[0] == 422
    await done(brewery, "/batches/dry-stout/pause")
    assert (await refused(brewery, "/batches/dry-stout/finish", {"at": NOON - 60_000}))[0] == 422
    assert (await done(brewery, "/batches/dry-stout/finish"))["state"] == "finished"


async def test_local_time_of_a_step_is_that_of_the_site(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    body = await done(brewery, "/batches/dry-stout/start", {"at": "2026-09-21T16:00:00"})
    assert body["started_at"] == "2026-09-21T14:00:00.000Z"


async def test_batch_whose_vessel_is_gone_is_not_started(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    assert (await ask(brewery, "DELETE", "/vessels/north")).status_code == 204
    status, told, _ = await refused(brewery, "/batches/dry-stout/start")
    assert status == 409
    assert told == "There is no vessel north. Say in which vessel Dry Stout is to be first."


async def test_batch_needs_no_vessel(brewery: Brewery) -> None:
    await done(brewery, "/batches", {"name": "Cider"}, status=201)
    body = await done(brewery, "/batches/cider/start")
    assert (body["vessel"], body["roles"], body["completeness"]) == (None, {}, None)


async def test_change_is_a_merge_patch(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    patch = {"name": "Oyster Stout", "style": None, "volume_l": None, "reason": "Oysters."}
    answer = await ask(brewery, "PATCH", "/batches/dry-stout", patch, **{"if-match": '"1"'})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["name"], body["style"], body["volume_l"]) == ("Oyster Stout", "", None)
    assert (body["yeast"], body["id"], body["revision"]) == ("Kveik", "dry-stout", 2)
    stale = await ask(brewery, "PATCH", "/batches/dry-stout", {"style": ""}, **{"if-match": '"1"'})
    assert stale.status_code == 409
    assert stale.json()["present"]["revision"] == 2
    wrong = await ask(brewery, "PATCH", "/batches/dry-stout", {"name": None, "volume_l": -1})
    assert wrong.status_code == 422


async def test_vessel_of_a_batch_changes_while_it_is_planned_alone(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    assert (await ask(brewery, "PATCH", "/batches/dry-stout", {"vessel": None})).json()["vessel"] is None
    assert (await ask(brewery, "PATCH", "/batches/dry-stout", {"vessel": "north"})).status_code == 200
    await done(brewery, "/batches/dry-stout/start")
    assert (await ask(brewery, "PATCH", "/batches/dry-stout", {"vessel": None})).status_code == 409
    assert (await ask(brewery, "PATCH", "/batches/dry-stout", {"yeast": "US-05"})).status_code == 200


async def test_batch_lies_in_the_bin_until_it_is_had_back(brewery: Brewery) -> None:
    assert (await ask(brewery, "DELETE", "/batches/pale", **{"if-match": '"7"'})).status_code == 409
    assert (await ask(brewery, "DELETE", "/batches/pale?reason=Spilt")).status_code == 204
    assert (await ask(brewery, "DELETE", "/batches/pale")).status_code == 404
    assert (await brewery.read("/batches"))["items"] == []
    for path in ("", "/events", "/report"):
        assert (await brewery.refusal(f"/batches/pale{path}"))[0] == 404
    (binned,) = (await brewery.read("/batches?state=deleted"))["items"]
    assert (binned["id"], binned["deleted_at"]) == ("pale", "2026-09-21T14:13:20.000Z")
    restored = await done(brewery, "/batches/pale/restore")
    assert (restored["id"], restored["deleted_at"], restored["state"]) == ("pale", None, "finished")
    assert (await brewery.read("/batches/pale/events"))["items"][0]["text"] == "Hops in."
    assert (await refused(brewery, "/batches/pale/restore"))[0] == 404


async def test_list_is_narrowed_by_state_and_vessel(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    found = {
        query: [one["id"] for one in (await brewery.read(f"/batches?{query}"))["items"]]
        for query in ("state=planned", "state=finished", "state=running", "vessel=north", "")
    }
    assert found == {
        "state=planned": ["dry-stout"],
        "state=finished": ["pale"],
        "state=running": [],
        "vessel=north": ["dry-stout"],
        "": ["pale", "dry-stout"],
    }


async def test_what_happens_is_written_down_and_struck_out(brewery: Brewery) -> None:
    event = {"at": "2026-09-21T14:00:00.000Z", "kind": "hops", "text": "40 g Saaz"}
    answer = await ask(brewery, "POST", "/batches/pale/events", event)
    assert answer.status_code == 201
    body = answer.json()
    assert body == {**event, "id": body["id"]}
    assert answer.headers["location"] == f"/api/v1/batches/pale/events/{body['id']}"
    listed = (await brewery.read("/batches/pale/events"))["items"]
    assert [one["text"] for one in listed] == ["40 g Saaz", "Hops in."]
    assert listed[0]["id"] == body["id"]
    assert (await ask(brewery, "DELETE", f"/batches/pale/events/{body['id']}")).status_code == 204
    assert (await ask(brewery, "DELETE", f"/batches/pale/events/{body['id']}")).status_code == 404
    assert [one["text"] for one in (await brewery.read("/batches/pale/events"))["items"]] == ["Hops in."]


async def test_note_without_a_time_is_of_now(brewery: Brewery) -> None:
    body = await done(brewery, "/batches/pale/events", {"text": " Smells of pears. "}, status=201)
    expected = {"at": "2026-09-21T14:13:20.000Z", "kind": "note", "text": "Smells of pears."}
    assert body == {**expected, "id": body["id"]}


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ({"text": ""}, ["/text"]),
        ({"text": "  "}, ["/text"]),
        ({"text": "x" * 2001}, ["/text"]),
        ({"text": "x", "kind": "paused"}, ["/kind"]),
        ({"text": "x", "kind": ""}, ["/kind"]),
        ({"text": "x", "at": NOON + 400_000}, ["/at"]),
        ({}, ["/text"]),
    ],
)
async def test_event_that_cannot_be_is_refused(
    brewery: Brewery, event: dict[str, object], where: list[str]
) -> None:
    status, _, found = await refused(brewery, "/batches/pale/events", event)
    assert (status, found) == (422, where)


async def test_how_a_batch_went_from_state_to_state_stays(brewery: Brewery) -> None:
    await done(brewery, "/batches", STOUT, status=201)
    await done(brewery, "/batches/dry-stout/start")
    (event,) = (await brewery.read("/batches/dry-stout/events"))["items"]
    answer = await ask(brewery, "DELETE", f"/batches/dry-stout/events/{event['id']}")
    assert answer.status_code == 409


async def test_all_that_becomes_of_a_batch_is_told_and_kept_in_the_journal(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    await done(brewery, "/batches", STOUT, status=201)
    for step in ("start", "pause", "resume", "finish"):
        await done(brewery, f"/batches/dry-stout/{step}", {"reason": f"To {step}."})
    await ask(brewery, "DELETE", "/batches/dry-stout")
    await done(brewery, "/batches/dry-stout/restore")
    entries = [entry for entry in await brewery.catalog.journal(20) if entry.id == "dry-stout"]
    assert [entry.action for entry in reversed(entries)] == [
        "created",
        "started",
        "paused",
        "resumed",
        "finished",
        "deleted",
        "restored",
    ]
    assert [entry.reason for entry in reversed(entries)][1:5] == [
        "To start.",
        "To pause.",
        "To resume.",
        "To finish.",
    ]
    told = [await listener.next() for _ in range(7)]
    assert all('"batch"' in text and '"dry-stout"' in text for text in told)


async def test_binned_batch_is_gone_after_thirty_days(brewery: Brewery) -> None:
    await ask(brewery, "DELETE", "/batches/pale")
    batch = await brewery.catalog.batch("pale", binned=True)
    long_ago = replace(batch, deleted_at=NOON - 31 * 86_400_000)
    await brewery.catalog.change_batch(long_ago, [], (await brewery.catalog.journal(1))[0])
    assert (await brewery.read("/batches?state=deleted"))["items"] == []
    assert (await refused(brewery, "/batches/pale/restore"))[0] == 404
