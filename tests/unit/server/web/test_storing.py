"""What is kept of series: as declared, as chosen, and how people choose."""

from typing import Any

import httpx2
import pytest

from krausen.model.people import UserRole
from krausen.model.reading import Reading
from krausen.model.series import SeriesName, StoreRule
from tests.unit.server.web.brewery import BEER, NOON, Brewery

pytestmark = pytest.mark.anyio

WHOLE = {"every_s": 0.0, "deadband": 0.0, "longest_s": 0.0, "chosen": False}
WISH = {"every_s": 10.0, "deadband": 0.5, "longest_s": 60.0}


async def ask(brewery: Brewery, method: str, path: str, body: object = None) -> httpx2.Response:
    async with brewery.caller(UserRole.ADMIN) as client:
        return await client.request(method, f"/api/v1{path}", json=body)


async def kept(brewery: Brewery, series: SeriesName = BEER) -> list[float]:
    id = await brewery.history.id_of(series)
    points = await brewery.history.points(id or "", NOON + 1, NOON + 10**9, 10**6)
    return [(point.t - NOON) / 1000 for point in points]


async def every_second(brewery: Brewery, seconds: int, first: int = 1) -> None:
    readings = [Reading(BEER, NOON + second * 1000, 18.0) for second in range(first, first + seconds)]
    await brewery.site.ingest.take(readings)


async def test_what_nobody_declares_is_kept_whole(brewery: Brewery) -> None:
    assert await brewery.read("/series/s1/store") == WHOLE
    (series,) = (await brewery.read("/series"))["items"]
    assert series["store"] == WHOLE


async def test_what_a_source_declares_is_shown(brewery: Brewery) -> None:
    await brewery.site.ingest.declare([(BEER, "°C", StoreRule(deadband=0.0625, longest_s=60.0))])
    found = {"every_s": 0.0, "deadband": 0.0625, "longest_s": 60.0, "chosen": False}
    assert await brewery.read("/series/s1/store") == found


async def test_a_choice_holds_at_once_and_over_what_the_source_declares(brewery: Brewery) -> None:
    answer = await ask(brewery, "PUT", "/series/s1/store", WISH)
    assert answer.json() == {**WISH, "chosen": True}
    await brewery.site.ingest.declare([(BEER, "°C", StoreRule(deadband=0.0625, longest_s=5.0))])
    await every_second(brewery, 121)
    assert await kept(brewery) == [1.0, 61.0, 121.0]


async def test_rows_that_others_send_follow_a_choice_too(brewery: Brewery) -> None:
    row = {"adapter": "shed", "node": "a", "timestamp": "2026-09-21T14:13:21Z", "data": {"t": 20}}
    assert (await ask(brewery, "POST", "/measurements", [row])).status_code == 200
    id = await brewery.history.id_of(SeriesName("shed", "a", "t"))
    assert (await ask(brewery, "PUT", f"/series/{id}/store", WISH)).status_code == 200
    later = [row | {"timestamp": f"2026-09-21T14:13:{second}Z"} for second in range(21, 60)]
    assert (await ask(brewery, "POST", "/measurements", later)).json() == {"rows": 39, "readings": 39}
    assert len(await kept(brewery, SeriesName("shed", "a", "t"))) == 1


async def test_a_choice_is_journalled_and_survives_a_restart(brewery: Brewery) -> None:
    await ask(brewery, "PUT", "/series/s1/store", WISH | {"reason": "The card is small."})
    entry = (await brewery.catalog.journal(1))[0]
    assert (entry.what, entry.id, entry.action) == ("series", "s1", "storing")
    assert entry.reason == "The card is small."
    assert entry.detail == "every 10 s, beyond 0.5, at least every 60 s"
    brewery.site.ingest.choose(BEER, None)
    await brewery.site.storing.load()
    assert (await brewery.read("/series/s1/store"))["chosen"]


async def test_a_choice_can_be_taken_back(brewery: Brewery) -> None:
    await ask(brewery, "PUT", "/series/s1/store", WISH)
    assert (await ask(brewery, "DELETE", "/series/s1/store?reason=Enough")).status_code == 204
    assert await brewery.read("/series/s1/store") == WHOLE
    await every_second(brewery, 5)
    assert len(await kept(brewery)) == 5
    assert (await ask(brewery, "DELETE", "/series/s1/store")).status_code == 404


async def test_keeping_everything_can_be_chosen_too(brewery: Brewery) -> None:
    await brewery.site.ingest.declare([(BEER, "°C", StoreRule(deadband=0.5, longest_s=60.0))])
    answer = await ask(brewery, "PUT", "/series/s1/store", {"every_s": 0, "deadband": 0, "longest_s": 0})
    assert answer.json() == WHOLE | {"chosen": True}
    await every_second(brewery, 5)
    assert len(await kept(brewery)) == 5


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        (WISH | {"every_s": -1}, ["/every_s"]),
        (WISH | {"longest_s": 5}, ["/longest_s"]),
        (WISH | {"longest_s": 1e6, "deadband": -1}, ["/deadband", "/longest_s"]),
        ({"every_s": 1}, ["/deadband", "/longest_s"]),
    ],
)
async def test_what_cannot_be_kept_so_is_refused(brewery: Brewery, wish: Any, wrong: list[str]) -> None:
    answer = await ask(brewery, "PUT", "/series/s1/store", wish)
    assert answer.status_code == 422
    assert sorted(error["where"] for error in answer.json()["errors"]) == wrong
    assert await brewery.read("/series/s1/store") == WHOLE


async def test_series_that_are_not_there_have_nothing_kept(brewery: Brewery) -> None:
    assert await brewery.refusal("/series/s99/store") == (404, [])
    assert (await ask(brewery, "PUT", "/series/s99/store", WISH)).status_code == 404
