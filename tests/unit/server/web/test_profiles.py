"""Profiles as people write, change and draw them."""

from typing import Any

import pytest

from tests.unit.server.web.brewery import NOON, Brewery
from tests.unit.server.web.profiles import ALE, HOUR_MS, ask

pytestmark = pytest.mark.anyio


async def add(brewery: Brewery, **body: object) -> Any:
    return await ask(brewery, "POST", "/profiles", ALE | body, status=201)


async def test_a_profile_is_added_read_changed_and_removed(brewery: Brewery) -> None:
    made = await add(brewery, reason="spring")
    assert made == {
        "id": "pale-ale",
        "name": "Pale ale",
        "type": "fermentation",
        "steps": [
            {"kind": "hold", "temperature": 18.0, "hours": 72.0, "until": None, "title": "Main"},
            {"kind": "ramp", "temperature": 21.0, "hours": 48.0, "until": None, "title": ""},
            {"kind": "hold", "temperature": 21.0, "hours": None, "until": None, "title": ""},
        ],
        "events": [{"hours": 96.0, "text": "Dry hop"}],
        "revision": 1,
        "created_at": "2026-09-21T14:13:20.000Z",
        "updated_at": "2026-09-21T14:13:20.000Z",
    }
    assert await brewery.read("/profiles") == {"items": [made], "next": None}
    assert await brewery.read("/profiles/pale-ale") == made
    changed = await ask(brewery, "PATCH", "/profiles/pale-ale", {"name": "Pale", "events": None}, seen=1)
    assert (changed["name"], changed["steps"], changed["events"]) == ("Pale", made["steps"], [])
    stale = await ask(brewery, "PATCH", "/profiles/pale-ale", {}, status=409, seen=1)
    assert stale["present"] == changed
    other = [{"kind": "hold", "temperature": 12.5}]
    replaced = await ask(brewery, "PUT", "/profiles/pale-ale", {"name": "Lager", "steps": other}, seen=2)
    assert (replaced["name"], replaced["revision"], len(replaced["steps"])) == ("Lager", 3, 1)
    stale = await ask(brewery, "PUT", "/profiles/pale-ale", ALE, status=409, seen=2)
    assert stale["present"] == replaced
    assert (await ask(brewery, "DELETE", "/profiles/pale-ale", status=409, seen=1))["present"] == replaced
    await ask(brewery, "DELETE", "/profiles/pale-ale?reason=sour", status=204, seen=3)
    await ask(brewery, "DELETE", "/profiles/pale-ale", status=404)
    assert (await add(brewery))["id"] == "pale-ale-2"
    lines = [(one.what, one.action, one.reason) for one in await brewery.catalog.journal(5)]
    assert lines == [
        ("profile", "created", ""),
        ("profile", "deleted", "sour"),
        ("profile", "updated", ""),
        ("profile", "updated", ""),
        ("profile", "created", "spring"),
    ]


async def test_everybody_hears_of_a_change(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    await add(brewery)
    assert '"what":"profile","id":"pale-ale","action":"created","revision":1' in await listener.next()


@pytest.mark.parametrize("name", ["Forms", "import", "Curve", "New"])
async def test_an_address_that_leads_elsewhere_is_no_id(brewery: Brewery, name: str) -> None:
    made = await add(brewery, name=name)
    assert made["id"] == f"{name.lower()}-2"
    assert await brewery.read(f"/profiles/{made['id']}") == made


async def test_dates_are_of_the_sites_zone_where_they_name_none(brewery: Brewery) -> None:
    steps = [
        {"kind": "hold", "temperature": 18, "until": "2026-10-01T12:00:00"},
        {"kind": "ramp", "temperature": 20, "until": "2026-10-02T12:00:00+00:00"},
        {"kind": "ramp", "temperature": 21, "until": NOON + 20 * 24 * HOUR_MS},
    ]
    made = await add(brewery, steps=steps)
    assert [step["until"] for step in made["steps"]] == [
        "2026-10-01T10:00:00.000Z",
        "2026-10-02T12:00:00.000Z",
        "2026-10-11T14:13:20.000Z",
    ]
    same = await ask(brewery, "PATCH", f"/profiles/{made['id']}", {"name": "Other"})
    assert same["steps"] == made["steps"]


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"name": ""}, ["/name"]),
    ({"name": " Ale"}, ["/name"]),
    ({"type": "beer"}, ["/type"]),
    ({"steps": []}, ["/steps"]),
    ({"steps": [{"kind": "hold"}]}, ["/steps/0/temperature"]),
    ({"steps": [{"kind": "jump", "temperature": 20}]}, ["/steps/0/kind"]),
    ({"steps": [{"kind": "hold", "temperature": 51}]}, ["/steps/0/temperature"]),
    ({"steps": [{"kind": "ramp", "temperature": 20}]}, ["/steps/0/hours"]),
    ({"steps": [{"kind": "hold", "temperature": 20}] * 2}, ["/steps/0/hours"]),
    ({"steps": [{"kind": "hold", "temperature": 20, "until": "soon"}]}, ["/steps/0/until"]),
    ({"steps": [{"kind": "hold", "temperature": 20, "until": "1980-01-01"}]}, ["/steps/0/until"]),
    (
        {"steps": [{"kind": "hold", "temperature": 20, "until": x} for x in ("soon", "later")]},
        ["/steps/0/until", "/steps/1/until"],
    ),
    ({"events": [{"hours": -1, "text": "Hops"}]}, ["/events/0/hours"]),
    ({"events": [{"hours": 1, "text": " "}]}, ["/events/0/text"]),
]


@pytest.mark.parametrize(("body", "where"), WRONG)
async def test_what_cannot_be_followed_is_refused_by_name(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    await add(brewery)
    refused = await ask(brewery, "POST", "/profiles", ALE | body, status=422)
    assert [fault["where"] for fault in refused["errors"]] == where
    for method in ("PUT", "PATCH"):
        refused = await ask(brewery, method, "/profiles/pale-ale", ALE | body, status=422)
        assert [fault["where"] for fault in refused["errors"]] == where
    assert [one.revision for one in await brewery.catalog.profiles()] == [1]


async def test_a_mash_may_be_hot(brewery: Brewery) -> None:
    steps = [
        {"kind": "hold", "temperature": 66, "hours": 1},
        {"kind": "ramp", "temperature": 78, "hours": 0.25},
    ]
    assert (await add(brewery, type="mash", steps=steps))["type"] == "mash"


async def test_profiles_that_are_not_there_are_not_found(brewery: Brewery) -> None:
    assert await brewery.refusal("/profiles/none") == (404, [])
    for method, body in (("PUT", ALE), ("PATCH", {}), ("DELETE", None)):
        await ask(brewery, method, "/profiles/none", body, status=404)


async def draw(brewery: Brewery, body: dict[str, Any], status: int = 200) -> Any:
    return await ask(brewery, "POST", "/profiles/curve", body, status=status)


async def test_a_profile_is_drawn_before_it_is_kept(brewery: Brewery) -> None:
    drawn = await draw(brewery, {"profile": ALE, "start": "2026-10-01T00:00:00Z"})
    start = 1_790_812_800_000
    corners = [(start + hour * HOUR_MS, c) for hour, c in ((0, 18.0), (72, 18.0), (120, 21.0), (132, 21.0))]
    assert list(zip(drawn["t"], drawn["setpoint"], strict=True)) == corners
    assert drawn["milestones"] == [
        {"step": 0, "begins": start, "reached": start, "ends": start + 72 * HOUR_MS},
        {
            "step": 1,
            "begins": start + 72 * HOUR_MS,
            "reached": start + 120 * HOUR_MS,
            "ends": start + 120 * HOUR_MS,
        },
        {"step": 2, "begins": start + 120 * HOUR_MS, "reached": start + 120 * HOUR_MS, "ends": None},
    ]
    assert drawn["events"] == [{"t": start + 96 * HOUR_MS, "text": "Dry hop"}]
    assert drawn["faults"] == []
    assert await brewery.catalog.profiles() == []


async def test_a_drawing_begins_now_and_needs_no_name(brewery: Brewery) -> None:
    drawn = await draw(brewery, {"profile": {"steps": [{"kind": "hold", "temperature": 12}]}})
    assert drawn["t"] == [NOON, NOON + 24 * HOUR_MS]
    assert drawn["setpoint"] == [12.0, 12.0]


@pytest.mark.parametrize(("body", "where"), [case for case in WRONG if not {"name", "type"} & case[0].keys()])
async def test_what_is_wrong_with_a_drawing_is_told_with_it(
    brewery: Brewery, body: dict[str, Any], where: list[str]
) -> None:
    steps = body.get("steps", [])
    if any(step.get("kind") == "jump" or "temperature" not in step for step in steps):
        refused = await draw(brewery, {"profile": ALE | body}, 422)
        assert [fault["where"] for fault in refused["errors"]] == [f"/profile{one}" for one in where]
        return
    drawn = await draw(brewery, {"profile": ALE | body})
    assert [fault["where"] for fault in drawn["faults"]] == where
    assert (drawn["t"], drawn["setpoint"], drawn["milestones"], drawn["events"]) == ([], [], [], [])


async def test_a_start_that_cannot_be_read_is_refused(brewery: Brewery) -> None:
    refused = await draw(brewery, {"profile": ALE, "start": "soon"}, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/start"]
