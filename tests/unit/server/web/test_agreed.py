"""Measurements of adapters with which something was agreed."""

from typing import Any

import pytest

from krausen.model.people import UserRole
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.ports.catalog import Adapter, Metric, Node, Policy
from tests.unit.server.web.brewery import Brewery, entry

pytestmark = pytest.mark.anyio

AGREED = Adapter(
    name="orchard",
    policy=Policy.AGREED,
    nodes=(Node(name="tank 1"), Node(name="tank 2", agreed=False)),
    metrics=(Metric(name="temperature", min=-5.0, max=40.0), Metric(name="ph", agreed=False)),
)


def row(node: str = "tank 1", **values: float) -> dict[str, Any]:
    return {"adapter": "orchard", "node": node, "timestamp": "2026-09-21T10:00:00Z", "data": values}


async def send(brewery: Brewery, *rows: dict[str, Any], status: int = 200) -> Any:
    async with brewery.caller(UserRole.SENDER) as client:
        answer = await client.post("/api/v1/measurements", json=list(rows))
    assert answer.status_code == status, answer.text
    return answer.json()


async def arrange(brewery: Brewery, policy: Policy) -> None:
    adapter = Adapter(name="orchard", policy=policy, nodes=AGREED.nodes, metrics=AGREED.metrics)
    await brewery.catalog.keep_adapter(adapter, entry("adapter", "orchard"))


async def names(brewery: Brewery) -> set[SeriesName]:
    return {one.name for one in await brewery.history.series() if one.name.adapter == "orchard"}


async def test_what_was_agreed_is_stored(brewery: Brewery) -> None:
    await arrange(brewery, Policy.AGREED)
    assert await send(brewery, row(temperature=18.5)) == {"rows": 1, "readings": 1}


async def test_what_was_not_agreed_is_refused_by_row_and_field_and_nothing_is_stored(
    brewery: Brewery,
) -> None:
    await arrange(brewery, Policy.AGREED)
    refused = await send(
        brewery,
        row(temperature=18.5),
        row("tank 2", temperature=18.5),
        row("tank 3", **{"temperature": 18.5, "a/b": 1.0}),
        row(ph=4.2, temperature=18.0),
        status=422,
    )
    assert [fault["where"] for fault in refused["errors"]] == [
        "/1/node",
        "/2/node",
        "/2/data/a~1b",
        "/3/data/ph",
    ]
    assert await names(brewery) == set()
    assert brewery.site.ingest.refused["request"] == 4


async def test_open_adapter_is_known_by_what_it_sends(brewery: Brewery) -> None:
    await arrange(brewery, Policy.OPEN)
    await send(brewery, row("tank 9", ph=4.2))
    assert await names(brewery) == {SeriesName("orchard", "tank 9", "ph")}
    nodes = (await brewery.read("/adapters/orchard/nodes"))["items"]
    assert {"name": "tank 9", "title": "", "kind": "", "agreed": False} in nodes


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize(
    ("value", "quality"),
    [(-5.0, Quality.GOOD), (40.0, Quality.GOOD), (-5.1, Quality.BAD), (85.0, Quality.BAD)],
)
async def test_value_beyond_the_bounds_of_its_metric_is_kept_as_bad(
    brewery: Brewery, policy: Policy, value: float, quality: Quality
) -> None:
    await arrange(brewery, policy)
    await send(brewery, row(temperature=value))
    (latest,) = [
        one for one in (await brewery.read("/series/latest"))["items"] if one["adapter"] == "orchard"
    ]
    assert (latest["v"], latest["quality"]) == (value, quality)


async def test_one_bound_is_enough(brewery: Brewery) -> None:
    adapter = Adapter(name="orchard", metrics=(Metric(name="ph", min=0.0), Metric(name="t", max=1.0)))
    await brewery.catalog.keep_adapter(adapter, entry("adapter", "orchard"))
    await send(brewery, row(ph=1e9, t=-1e9))
    await send(brewery, row("tank 2", ph=-1.0, t=2.0))
    found = {
        (one["node"], one["metric"]): one["quality"]
        for one in (await brewery.read("/series/latest"))["items"]
        if one["adapter"] == "orchard"
    }
    assert found == {
        ("tank 1", "ph"): "good",
        ("tank 1", "t"): "good",
        ("tank 2", "ph"): "bad",
        ("tank 2", "t"): "bad",
    }
