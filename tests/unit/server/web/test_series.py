import pytest

from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Point
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

EMPTY = SeriesName("cellar", "probe-2", "temperature")
ROOM = SeriesName("hall", "room", "temperature")


WHOLE = {"every_s": 0.0, "deadband": 0.0, "longest_s": 0.0, "chosen": False}


@pytest.fixture(autouse=True)
async def more(brewery: Brewery) -> None:
    await brewery.history.declare([(EMPTY, "°C")])
    await brewery.history.store([Reading(ROOM, NOON - 5, 21.5)])


async def test_series_are_listed_with_what_is_stored_of_them(brewery: Brewery) -> None:
    assert await brewery.read("/series") == {
        "items": [
            {
                "id": "s1",
                "adapter": "cellar",
                "node": "probe-1",
                "metric": "temperature",
                "unit": "°C",
                "first": "2026-09-21T13:14:20.000Z",
                "last": "2026-09-21T14:13:20.000Z",
                "count": 61,
                "latest": {"t": "2026-09-21T14:13:20.000Z", "v": 18.0, "quality": "good"},
                "store": WHOLE,
            },
            {
                "id": "s2",
                "adapter": "cellar",
                "node": "probe-2",
                "metric": "temperature",
                "unit": "°C",
                "first": None,
                "last": None,
                "count": 0,
                "latest": None,
                "store": WHOLE,
            },
            {
                "id": "s3",
                "adapter": "hall",
                "node": "room",
                "metric": "temperature",
                "unit": "",
                "first": "2026-09-21T14:13:19.995Z",
                "last": "2026-09-21T14:13:19.995Z",
                "count": 1,
                "latest": {"t": "2026-09-21T14:13:19.995Z", "v": 21.5, "quality": "good"},
                "store": WHOLE,
            },
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("adapter=cellar", ["s1", "s2"]),
        ("adapter=cellar&node=probe-2", ["s2"]),
        ("metric=temperature", ["s1", "s2", "s3"]),
        ("adapter=Cellar", []),
        ("node=", []),
    ],
)
async def test_series_are_chosen_by_exact_names(brewery: Brewery, query: str, expected: list[str]) -> None:
    found = await brewery.read(f"/series?{query}")
    assert [item["id"] for item in found["items"]] == expected


async def test_pages_follow_each_other(brewery: Brewery) -> None:
    first = await brewery.read("/series?limit=2")
    rest = await brewery.read(f"/series?limit=2&cursor={first['next']}")
    assert [item["id"] for page in (first, rest) for item in page["items"]] == ["s1", "s2", "s3"]
    assert rest["next"] is None


async def test_latest_are_those_of_series_that_have_one(brewery: Brewery) -> None:
    found = await brewery.read("/series/latest")
    assert found["next"] is None
    assert found["items"] == [
        {
            "id": "s1",
            "adapter": "cellar",
            "node": "probe-1",
            "metric": "temperature",
            "t": "2026-09-21T14:13:20.000Z",
            "v": 18.0,
            "quality": "good",
        },
        {
            "id": "s3",
            "adapter": "hall",
            "node": "room",
            "metric": "temperature",
            "t": "2026-09-21T14:13:19.995Z",
            "v": 21.5,
            "quality": "good",
        },
    ]


async def test_readings_are_listed_oldest_first_bad_ones_too(brewery: Brewery) -> None:
    found = await brewery.read("/readings?series=s1&from=2026-09-21T14:11:20Z&to=2026-09-21T14:13:20Z")
    assert found == {
        "items": [
            {"t": "2026-09-21T14:11:20.000Z", "v": 18.02, "quality": "good"},
            {"t": "2026-09-21T14:11:50.000Z", "v": 85.0, "quality": "bad"},
            {"t": "2026-09-21T14:12:20.000Z", "v": 18.01, "quality": "good"},
        ],
        "next": None,
    }


async def test_all_readings_come_where_no_span_is_given(brewery: Brewery) -> None:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await brewery.read(f"/readings?series=s1&limit=25{cursor and '&cursor='}{cursor}")
        found += [item["t"] for item in page["items"]]
        cursor = page["next"]
    assert len(found) == len(set(found)) == 61
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2026-09-21T16:13:20", 1),
        ("2026-09-21T16:13:20%2B02:00", 1),
        ("2026-09-21T16:13:20+02:00", 1),
        ("2026-09-21T14:13:20Z", 1),
        ("2026-09-21T14:13:20.001Z", 0),
        (str(NOON), 1),
        (str(NOON + 1), 0),
    ],
)
async def test_instants_are_local_times_or_offsets_or_milliseconds(
    brewery: Brewery, text: str, count: int
) -> None:
    assert len((await brewery.read(f"/readings?series=s1&from={text}"))["items"]) == count


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/series?limit=0", (422, ["query:limit"])),
        ("/series?limit=1001", (422, ["query:limit"])),
        ("/series?limit=ten&cursor=%00", (422, ["query:limit", "query:cursor"])),
        ("/series?cursor=", (422, ["query:cursor"])),
        ("/series?cursor=LTE", (422, ["query:cursor"])),
        ("/series?cursor=%C3%BF", (422, ["query:cursor"])),
        ("/readings", (422, ["query:series"])),
        ("/readings?from=x&cursor=y", (422, ["query:series", "query:cursor", "query:from"])),
        ("/readings?series=none", (404, [])),
        ("/readings?series=s1&from=x&to=y", (422, ["query:from", "query:to"])),
        ("/readings?series=s1&from=-1", (422, ["query:from"])),
        ("/readings?series=s1&to=9999999999999999", (422, ["query:to"])),
        ("/readings?series=s1&from=2026-03-29T02:30:00", (422, ["query:from"])),
        ("/readings?series=s1&from=5&to=5", (422, ["query:from"])),
    ],
)
async def test_bad_queries_are_refused_and_named(
    brewery: Brewery, path: str, expected: tuple[int, list[str]]
) -> None:
    assert await brewery.refusal(path) == expected


async def test_disk_that_is_away_is_said(brewery: Brewery) -> None:
    brewery.history.away = "The disk is locked: wait."
    assert await brewery.refusal("/series") == (503, [])


async def test_newest_reading_is_the_one_that_was_heard_where_history_keeps_not_all(brewery: Brewery) -> None:
    live = brewery.site.live
    live.readings([("s1", Point(NOON + 700, 18.25, Quality.DOUBTFUL)), ("s3", Point(NOON - 9, 3.0))])
    found = {one["id"]: one for one in (await brewery.read("/series/latest"))["items"]}
    assert (found["s1"]["t"], found["s1"]["v"]) == ("2026-09-21T14:13:20.700Z", 18.25)
    assert found["s1"]["quality"] == "doubtful"
    assert found["s3"]["v"] == 21.5
    stored = {one["id"]: one["latest"] for one in (await brewery.read("/series"))["items"]}
    assert stored["s1"]["v"] == 18.0


async def test_newest_reading_that_was_corrected_in_history_is_the_corrected_one(brewery: Brewery) -> None:
    await brewery.site.ingest.take([Reading(ROOM, NOON, 22.0)])
    await brewery.site.ingest.take([Reading(ROOM, NOON, 23.0)])
    found = {one["id"]: one["v"] for one in (await brewery.read("/series/latest"))["items"]}
    assert found["s3"] == 23.0
