"""What was learned of vessels: read, taken away, replaced, forgotten."""

import pytest
from msgspec import json, to_builtins
from msgspec.structs import replace

from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import kept
from krausen.model.learned import FORM, Standing
from krausen.model.people import UserRole
from krausen.ports.catalog.learned import LearnedRecord
from krausen.wire.messages import LearnedTold
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

WARM = kept(begin(19.0, 18.0, valve=False), 30.0, Standing.LEARNING, ("The room has become warmer.",))
PATH = "/api/v1/vessels/north/learned"
DAY_MS = 86_400_000


async def tell(brewery: Brewery, at: int = NOON) -> None:
    """Have the agent say what it has learned."""
    message = LearnedTold(vessel="north", at=at, learned=WARM)
    await brewery.site.knowing.learning.told("cellar", message)


async def test_of_a_vessel_that_has_learned_nothing_there_is_nothing_to_say(brewery: Brewery) -> None:
    assert await brewery.read("/vessels/north/learned") == {
        "standing": "new",
        "confidence": 0.0,
        "watched_h": 0.0,
        "at": None,
        "pending": False,
        "quantities": {},
        "means": [],
        "doubts": [],
        "history": [],
    }
    assert await brewery.refusal("/vessels/south/learned") == (404, [])
    assert await brewery.refusal("/vessels/north/learned/export") == (404, [])


async def test_what_was_learned_is_shown_with_its_doubt_and_how_it_drifts(brewery: Brewery) -> None:
    for days_ago in (400, 2, 1, 0):
        told = LearnedRecord(vessel="north", at=NOON - days_ago * DAY_MS, learned=WARM)
        await brewery.catalog.note_learned(told, {"loss_h": 20.0 + days_ago})
    body = await brewery.read("/vessels/north/learned")
    assert (body["standing"], body["watched_h"], body["at"]) == ("learning", 30.0, "2026-09-21T14:13:20.000Z")
    assert 0.0 <= body["confidence"] <= 1.0
    assert body["doubts"] == ["The room has become warmer."]
    for quantity in body["quantities"].values():
        assert quantity["low"] <= quantity["value"] <= quantity["high"]
    assert [day["quantities"] for day in body["history"]] == [{"loss_h": 20.0 + n} for n in (2, 1, 0)]
    assert body["history"][-1]["at"] == "2026-09-21T14:13:20.000Z"
    assert len((await brewery.read("/vessels/north/learned?days=500"))["history"]) == 4
    assert await brewery.refusal("/vessels/north/learned?days=0") == (422, ["query:days"])
    assert await brewery.refusal("/vessels/north/learned?days=9999") == (422, ["query:days"])


async def test_what_was_taken_away_can_be_put_back_and_waits_for_the_agent(brewery: Brewery) -> None:
    await tell(brewery)
    async with brewery.caller(UserRole.VIEWER) as client:
        file = await client.get(f"{PATH}/export")
    assert file.status_code == 200
    assert file.headers["content-disposition"] == 'attachment; filename="north.learned.json"'
    assert json.decode(file.content, type=type(WARM)) == WARM
    async with brewery.caller(UserRole.BREWER) as client:
        answer = await client.put(f"{PATH}?reason=New+board", content=file.content)
        assert (answer.status_code, answer.json()["pending"]) == (200, True)
        assert (await client.delete(PATH)).status_code == 204
    assert (await brewery.read("/vessels/north/learned"))["pending"] is True
    found = await brewery.read("/journal?what=vessel&limit=2", UserRole.ADMIN)
    assert [(one["action"], one["reason"], one["detail"]) for one in found["items"]] == [
        ("updated", "", "What it learned is forgotten."),
        ("updated", "New board", "What it learned is replaced by what was learned in 30 h."),
    ]
    wish = LearnedTold(vessel="north", at=NOON, learned=None, revision=2)
    await brewery.site.knowing.learning.told("cellar", wish)
    body = await brewery.read("/vessels/north/learned")
    assert (body["pending"], body["standing"], body["at"]) == (False, "new", None)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"mean": [], "spread": []}', 422),
        (json.encode({**to_builtins(WARM), "mean": [1.0]}), 422),
        (json.encode({**to_builtins(WARM), "form": FORM + 1}), 422),
        (json.encode({**to_builtins(WARM), "watched_h": -1}), 422),
        (json.encode({**to_builtins(WARM), "standing": "perfect"}), 422),
        (json.encode(WARM).replace(b"30.0", b"NaN"), 422),
        (json.encode(WARM).replace(b"30.0", b"1e999"), 422),
        (json.encode(replace(WARM, doubts=("?" * 9999,))), 422),
    ],
)
async def test_what_is_no_model_is_refused_and_changes_nothing(
    brewery: Brewery, content: bytes, status: int
) -> None:
    await tell(brewery)
    before = await brewery.read("/vessels/north/learned")
    async with brewery.caller(UserRole.BREWER) as client:
        answer = await client.put(PATH, content=content)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].strip()
    assert await brewery.read("/vessels/north/learned") == before


async def test_viewers_may_look_and_brewers_alone_may_change(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        assert (await client.get(PATH)).status_code == 200
        assert (await client.put(PATH, content=json.encode(WARM))).status_code == 403
        assert (await client.delete(PATH)).status_code == 403
    async with brewery.caller() as client:
        assert (await client.get(PATH)).status_code == 401
    async with brewery.caller(UserRole.BREWER) as client:
        assert (await client.delete("/api/v1/vessels/south/learned")).status_code == 404
