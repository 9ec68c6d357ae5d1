"""Devices of our agents."""

import pytest

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
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
