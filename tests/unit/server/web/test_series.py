import pytest

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from tests.unit.server.web.brewery import BEER, NOON, Brewery

pytestmark = pytest.mark.anyio

EMPTY = SeriesName("cellar", "probe-2", "temperature")
ROOM = SeriesName("hall", "room", "temperature")


@pytest.fixture(autouse=True)
async def more(brewery: Brewery) -> None:
    await brewery.history.declare([(EMPTY, "°C")])
    await brewery.history.store([Reading(ROOM, NOON - 5, 21.5)])


async def read(brewery: Brewery, path: str) -> dict[str, object]:
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get(f"/api/v1{path}")
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    return body


async def refusal(brewery: Brewery, path: str) -> tuple[int, list[str]]:
    async with brewery.caller(UserRole.VIEWER) as client:
        answer = await client.get(f"/api/v1{path}")
    return answer.status_code, [fault["where"] for fault in answer.json()["errors"]]


async def test_series_are_listed_with_what_is_stored_of_them(brewery: Brewery) -> None:
    assert await read(brewery, "/series") == {
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
    found = await read(brewery, f"/series?{query}")
    assert [item["id"] for item in found["items"]] == expected  # type: ignore[attr-defined]


async def test_pages_follow_each_other(brewery: Brewery) -> None:
    first = await read(brewery, "/series?limit=2")
    rest = await read(brewery, f"/series?limit=2&cursor={first['next']}")
    assert [item["id"] for page in (first, rest) for item in page["items"]] == ["s1", "s2", "s3"]  # type: ignore[attr-defined]
    assert rest["next"] is None


async def test_latest_are_those_of_series_that_have_one(brewery: Brewery) -> None:
    found = await read(brewery, "/series/latest")
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
