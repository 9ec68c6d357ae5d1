"""Devices of our agents."""

from typing import Any

import pytest
from msgspec import json

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import WHOLE, SeriesName
from krausen.ports.history import Point
from krausen.server.roster import Roster
from krausen.wire.messages import Declared
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio


async def declare(brewery: Brewery, *names: tuple[str, str, str]) -> None:
    await brewery.history.declare([(SeriesName(*name), "") for name in names])


async def test_device_is_what_its_agent_declares(brewery: Brewery) -> None:
    (probe,) = (await brewery.read("/devices"))["items"]
    assert probe == {
        "id": "probe-1",
        "agent": "cellar",
        "name": "probe-1",
        "title": "probe-1",
        "revision": 0,
        "kind": "thermometer",
        "driver": None,
        "state": "adopted",
        "series": {"temperature": "s1"},
        "last_seen": "2026-09-21T14:13:20.000Z",
        "value": 18.0,
        "unit": "°C",
        "at": "2026-09-21T14:13:20.000Z",
        "quality": "good",
        "uses": [{"vessel": "north", "role": "beer"}],
        "text": "",
        "settings": {},
    }
    assert await brewery.read("/devices/probe-1") == probe
    assert await brewery.refusal("/devices/none") == (404, [])


async def test_devices_are_found_by_kind_agent_and_state(brewery: Brewery) -> None:
    brewery.site.roster.linked("roof", "current")
    await declare(
        brewery,
        ("cellar", "r1", "on"),
        ("roof", "red", "temperature"),
        ("roof", "red", "gravity"),
        ("roof", "scale", "weight"),
        ("orchard", "tree", "temperature"),
    )
    found = {one["id"]: one["kind"] for one in (await brewery.read("/devices"))["items"]}
    assert found == {"probe-1": "thermometer", "r1": "relay", "red": "hydrometer", "scale": "sensor"}
    for query, ids in [
        ("kind=relay", ["r1"]),
        ("agent=roof", ["red", "scale"]),
        ("state=adopted&agent=cellar", ["probe-1", "r1"]),
        ("state=discovered", []),
        ("kind=camera", []),
    ]:
        assert [one["id"] for one in (await brewery.read(f"/devices?{query}"))["items"]] == ids
    assert await brewery.refusal("/devices?state=lost") == (422, ["query:state"])


async def test_devices_of_the_same_name_are_told_apart_by_their_agents(brewery: Brewery) -> None:
    brewery.site.roster.linked("roof", "current")
    await declare(brewery, ("roof", "probe-1", "temperature"))
    await brewery.history.store([Reading(SeriesName("roof", "probe-1", "temperature"), NOON, 5.0)])
    ids = [one["id"] for one in (await brewery.read("/devices"))["items"]]
    assert ids == ["cellar_probe-1", "roof_probe-1"]
    assert (await brewery.read("/devices/roof_probe-1"))["value"] == 5.0


async def test_device_that_never_reported_has_no_value(brewery: Brewery) -> None:
    await declare(brewery, ("cellar", "new", "on"))
    device = await brewery.read("/devices/new")
    assert [device[key] for key in ("value", "at", "quality", "last_seen")] == [None] * 4


PROBE = SeriesName("cellar", "probe-1", "temperature")


async def test_device_is_of_the_kind_and_driver_that_its_agent_says(brewery: Brewery) -> None:
    await brewery.site.roster.declared("cellar", [Declared(PROBE, "°C", WHOLE, "ds18b20", "float")])
    probe = await brewery.read("/devices/probe-1")
    assert (probe["kind"], probe["driver"], probe["revision"]) == ("float", "ds18b20", 1)
    assert [one["id"] for one in (await brewery.read("/devices?kind=float"))["items"]] == ["probe-1"]
    again = Roster(brewery.catalog, brewery.history, brewery.site.live, brewery.site.clock)
    await again.declared("cellar", [Declared(PROBE, "°C", WHOLE)])
    assert (await brewery.read("/devices/probe-1")) == probe


async def test_value_of_a_device_is_the_newest_that_was_heard(brewery: Brewery) -> None:
    brewery.site.live.readings([("s1", Point(NOON + 700, 18.25))])
    probe = await brewery.read("/devices/probe-1")
    assert (probe["value"], probe["at"], probe["last_seen"]) == (18.25, *2 * ["2026-09-21T14:13:20.700Z"])


async def call(brewery: Brewery, title: object, status: int = 200, *, seen: int | None = None) -> Any:
    headers = {} if seen is None else {"if-match": f'"{seen}"'}
    async with brewery.caller(UserRole.BREWER, **headers) as client:
        body = {"title": title, "reason": "moved"}
        answer = await client.patch("/api/v1/devices/probe-1", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_device_is_called_what_people_want(brewery: Brewery) -> None:
    called = await call(brewery, "Flydende føler")
    assert (called["title"], called["name"], called["revision"]) == ("Flydende føler", "probe-1", 1)
    assert await brewery.read("/devices/probe-1") == called
    newest = (await brewery.catalog.journal(1))[0]
    assert (newest.what, newest.id, newest.reason, newest.detail) == (
        "device",
        "probe-1",
        "moved",
        "called Flydende føler",
    )
    stale = await call(brewery, "Other", 409, seen=0)
    assert stale["present"] == called
    own = await call(brewery, None, seen=1)
    assert (own["title"], own["revision"]) == ("probe-1", 2)


async def test_wrong_title_is_refused(brewery: Brewery) -> None:
    refused = await call(brewery, "x" * 129, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/title"]
    async with brewery.caller(UserRole.BREWER) as client:
        unchanged = await client.patch("/api/v1/devices/probe-1", json={})
        assert unchanged.json() == await brewery.read("/devices/probe-1")
        assert (await client.patch("/api/v1/devices/none", json={"title": "x"})).status_code == 404


async def test_what_is_new_of_devices_is_told_under_their_ids(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    roster = brewery.site.roster
    for driver in ("ds18b20", "ds18b20", "constant"):
        await roster.declared("cellar", [Declared(PROBE, "°C", WHOLE, driver, "thermometer")])
    await call(brewery, "Float")
    said = [json.decode(await listener.next())["message"] for _ in range(3)]
    assert [(one["what"], one["id"], one["action"], one["revision"]) for one in said] == [
        ("device", "probe-1", "created", 1),
        ("device", "probe-1", "updated", 1),
        ("device", "probe-1", "updated", 2),
    ]
