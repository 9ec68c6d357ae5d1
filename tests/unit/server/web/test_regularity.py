"""How regularly series report, asked over HTTP."""

import pytest

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.server.web.regularity import MOST_GAPS
from tests.unit.server.web.brewery import BEER, NOON, Brewery

pytestmark = pytest.mark.anyio

MIN = 60_000
HOUR = 60 * MIN


async def test_a_series_that_reports_each_minute_says_so(brewery: Brewery) -> None:
    assert await brewery.read("/series/s1/regularity") == {
        "readings": 59,
        "every_s": 60.0,
        "rate_per_h": pytest.approx(59 / 24),
        "gap_s": 180.0,
        "gaps": [],
        "gaps_left_out": 0,
        "longest_s": None,
        "silent_for_s": 0.0,
    }


async def test_gap_is_the_same_as_on_a_chart(brewery: Brewery) -> None:
    (curve,) = (await brewery.read("/chart?series=s1"))["series"]
    assert (await brewery.read("/series/s1/regularity"))["gap_s"] == curve["gap_s"]


async def test_gaps_come_newest_first_and_no_more_than_a_hundred(brewery: Brewery) -> None:
    last = NOON - 2 * HOUR
    steady = [last - (1200 + m) * MIN for m in range(500)]
    bursts = [last - (10 * n + m) * MIN for n in range(120) for m in range(3)]
    await brewery.history.store([Reading(BEER, t, 18.0) for t in [*steady, *bursts]])
    answer = await brewery.read(f"/series/s1/regularity?from={NOON - 6 * 24 * HOUR}")
    assert len(answer["gaps"]) == MOST_GAPS
    assert answer["gaps_left_out"] == 21
    assert answer["gaps"][0] == {
        "from": "2026-09-21T12:13:20.000Z",
        "to": "2026-09-21T13:14:20.000Z",
        "seconds": 3660.0,
    }
    assert answer["gaps"] == sorted(answer["gaps"], key=lambda gap: gap["from"], reverse=True)
    assert answer["longest_s"] == 3660.0


@pytest.mark.parametrize(
    ("query", "where"),
    [
        (f"from={NOON - 8 * 24 * HOUR}", ["query:from"]),
        (f"from={NOON}&to={NOON - 1}", ["query:from"]),
        ("from=yesterday&to=x", ["query:from", "query:to"]),
    ],
)
async def test_span_that_is_too_long_or_none_is_refused(
    brewery: Brewery, query: str, where: list[str]
) -> None:
    assert await brewery.refusal(f"/series/s1/regularity?{query}") == (422, where)


async def test_refusal_says_how_many_days_there_may_be(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get(f"/api/v1/series/s1/regularity?from={NOON - 30 * 24 * HOUR}")
    assert answer.json()["errors"][0]["message"] == (
        "At most 7 days are looked at, and these are 30: ask for fewer."
    )


async def test_nobody_s_regularity_is_not_found(brewery: Brewery) -> None:
    assert await brewery.refusal("/series/s9/regularity") == (404, [])
    assert await brewery.refusal("/adapters/nobody/regularity") == (404, [])


async def test_series_of_an_adapter_are_told_at_once(brewery: Brewery) -> None:
    ph = SeriesName("cellar", "mash", "ph")
    await brewery.history.store(
        [Reading(ph, NOON - 30 * HOUR + m * MIN, 5.2) for m in range(28 * 60) if not 600 < m < 660]
    )
    await brewery.history.store([Reading(SeriesName("other", "a", "b"), NOON, 1.0)])
    answer = await brewery.read("/adapters/cellar/regularity")
    assert answer == {
        "items": [
            {
                "id": "s2",
                "rate_per_h": 0.0,
                "gap_s": 180.0,
                "gaps_24h": 2,
                "longest_s": 7260.0,
                "silent_for_s": 7260.0,
            },
            {
                "id": "s1",
                "rate_per_h": 59.0,
                "gap_s": 180.0,
                "gaps_24h": 0,
                "longest_s": None,
                "silent_for_s": 0.0,
            },
        ],
        "next": None,
    }


async def test_series_of_an_adapter_come_in_pages(brewery: Brewery) -> None:
    await brewery.history.declare([(SeriesName("cellar", f"n{n}", "m"), "") for n in range(5)])
    first = await brewery.read("/adapters/cellar/regularity?limit=4")
    rest = await brewery.read(f"/adapters/cellar/regularity?limit=4&cursor={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    assert first["items"][0]["silent_for_s"] is None
