import pytest

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def test_few_points_are_drawn_as_they_are_without_bad_ones(brewery: Brewery) -> None:
    (curve,) = (await brewery.read(f"/chart?series=s1&from={NOON - 2 * MINUTE}&to={NOON + 1}"))["series"]
    assert curve == {
        "id": "s1",
        "gap_s": 180.0,
        "t": [NOON - 2 * MINUTE, NOON - MINUTE, NOON],
        "v": [18.02, 18.01, 18.0],
    }


async def test_bad_points_are_drawn_on_request(brewery: Brewery) -> None:
    (curve,) = (await brewery.read(f"/chart?series=s1&from={NOON - 2 * MINUTE}&quality=all"))["series"]
    assert curve["v"] == [18.02, 85.0, 18.01]
    assert curve["quality"] == ["good", "bad", "good"]


async def test_many_points_are_drawn_as_buckets(brewery: Brewery) -> None:
    (curve,) = (await brewery.read("/chart?series=s1&width=10"))["series"]
    assert set(curve) == {"id", "gap_s", "t", "min", "mean", "max"}
    assert len({len(curve[column]) for column in ("t", "min", "mean", "max")}) == 1
    assert 1 <= len(curve["t"]) <= 10
    assert (min(curve["min"]), max(curve["max"])) == (18.01, 18.59)


async def test_last_day_is_drawn_unless_told_otherwise(brewery: Brewery) -> None:
    day = 24 * 60 * MINUTE
    name = SeriesName("hall", "room", "temperature")
    times = [NOON - day - 1, NOON - day, NOON - 1, NOON]
    await brewery.history.store([Reading(name, t, 20) for t in times])
    (curve,) = (await brewery.read("/chart?series=s2"))["series"]
    assert curve["t"] == times[1:3]
    (before,) = (await brewery.read(f"/chart?series=s2&to={NOON - day}"))["series"]
    assert before["t"] == times[:1]


async def test_series_come_in_the_order_in_which_they_were_asked_for(brewery: Brewery) -> None:
    await brewery.history.declare([(SeriesName("hall", "room", "temperature"), "°C")])
    found = await brewery.read("/chart?series=s2&series=s1&series=s2")
    assert [curve["id"] for curve in found["series"]] == ["s2", "s1", "s2"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (422, ["query:series"])),
        ("&".join(["series=s1"] * 51), (422, ["query:series"])),
        ("series=none", (404, [])),
        ("series=s1&width=0", (422, ["query:width"])),
        ("series=s1&width=10001&from=x", (422, ["query:width", "query:from"])),
        ("series=s1&quality=some", (422, ["query:quality"])),
        (f"series=s1&from={NOON}", (422, ["query:from"])),
        (f"series=s1&from={NOON}&to={NOON - 1}", (422, ["query:from"])),
    ],
)
async def test_bad_queries_are_refused_and_named(
    brewery: Brewery, query: str, expected: tuple[int, list[str]]
) -> None:
    assert await brewery.refusal(f"/chart?{query}") == expected


async def test_fifty_series_and_the_widest_chart_are_taken(brewery: Brewery) -> None:
    query = "&".join(["series=s1"] * 50)
    assert len((await brewery.read(f"/chart?{query}&width=10000"))["series"]) == 50


async def test_large_answers_are_compressed_for_those_who_can_read_them(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.VIEWER) as client:
        plain = await client.get("/api/v1/chart?series=s1", headers={"accept-encoding": "identity"})
        packed = await client.get("/api/v1/chart?series=s1", headers={"accept-encoding": "gzip"})
        small = await client.get("/api/v1/health", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert "content-encoding" not in small.headers
    assert packed.json() == plain.json()
