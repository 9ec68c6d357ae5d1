import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.model.people import UserRole
from krausen.model.series import SeriesName
from krausen.ports.catalog import Adapter
from krausen.ports.history import Point
from krausen.server.web.measurements import LARGEST, MOST_ROWS
from krausen.wire.timestamps import instant
from tests.unit.server.web.brewery import NOON, Brewery, entry, furnished_brewery

pytestmark = pytest.mark.anyio

PATH = "/api/v1/measurements"
ROW = {
    "adapter": "orchard",
    "node": "tank 1",
    "timestamp": "2026-09-21T10:00:00Z",
    "data": {"temperature": 18.5},
}
AT = NOON - (4 * 3600 + 13 * 60 + 20) * 1000
"""The instant of the row."""
TEMPERATURE = SeriesName("orchard", "tank 1", "temperature")


async def send(brewery: Brewery, rows: object, role: UserRole | None = UserRole.SENDER) -> httpx2.Response:
    content = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    async with brewery.caller(role) as client:
        return await client.post(PATH, content=content, headers={"content-type": "application/json"})


async def stored(brewery: Brewery, name: SeriesName = TEMPERATURE) -> list[Point]:
    id = await brewery.history.id_of(name)
    return [] if id is None else await brewery.history.points(id, 0, NOON * 2, 100_000)


async def test_rows_are_stored_and_counted(brewery: Brewery) -> None:
    rows = [ROW, ROW | {"node": "tank 2", "data": {"temperature": 4, "gravity": 1.048}}]
    answer = await send(brewery, rows)
    assert (answer.status_code, answer.json()) == (200, {"rows": 2, "readings": 3})
    assert await stored(brewery) == [Point(AT, 18.5)]
    assert await stored(brewery, SeriesName("orchard", "tank 2", "gravity")) == [Point(AT, 1.048)]


async def test_nothing_to_store_is_fine(brewery: Brewery) -> None:
    assert (await send(brewery, [])).json() == {"rows": 0, "readings": 0}
    assert (await send(brewery, [ROW | {"data": {}}])).json() == {"rows": 1, "readings": 0}


async def test_sending_again_is_harmless_and_another_value_replaces(brewery: Brewery) -> None:
    for value in (18.5, 18.5, 19.0):
        await send(brewery, [ROW | {"data": {"temperature": value}}])
    assert await stored(brewery) == [Point(AT, 19.0)]


async def test_what_is_answered_is_on_disk_first(brewery: Brewery) -> None:
    brewery.history.away = "The disk is full: make room."
    answer = await send(brewery, [ROW])
    assert (answer.status_code, answer.json()["detail"]) == (503, "The disk is full: make room.")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"adapter": ""}, "/1/adapter"),
        ({"adapter": 5}, "/1/adapter"),
        ({"node": "x" * 129}, "/1/node"),
        ({"node": "a\nb"}, "/1/node"),
        ({"node": "", "data": {}}, "/1/node"),
        ({"timestamp": "then", "data": {}}, "/1/timestamp"),
        ({"timestamp": 1790000000000}, "/1/timestamp"),
        ({"timestamp": "yesterday"}, "/1/timestamp"),
        ({"timestamp": "1989-12-31T23:59:59Z"}, "/1/timestamp"),
        ({"timestamp": "2026-09-21T14:18:21Z"}, "/1/timestamp"),
        ({"timestamp": "2026-03-29T02:30:00"}, "/1/timestamp"),
        ({"data": []}, "/1/data"),
        ({"data": {"temperature": "18.5"}}, "/1/data/temperature"),
        ({"data": {"temperature": True}}, "/1/data/temperature"),
        ({"data": {"temperature": None}}, "/1/data/temperature"),
        ({"data": {"temperature": float("nan")}}, "/1/data/temperature"),
        ({"data": {"temperature": float("-inf")}}, "/1/data/temperature"),
        ({"data": {"temperature": 10**400}}, "/1/data/temperature"),
        ({"data": {"220": [1]}}, "/1/data/220"),
        ({"data": {"": 1}}, "/1/data/"),
        ({"data": {"a/b~": "x"}}, "/1/data/a~1b~0"),
    ],
)
async def test_bad_row_refuses_all_and_is_named(brewery: Brewery, change: dict[str, Any], where: str) -> None:
    answer = await send(brewery, [ROW, ROW | change, ROW])
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fault["where"] for fault in answer.json()["errors"]] == [where]
    assert await stored(brewery) == []


async def test_every_bad_field_of_every_row_is_named(brewery: Brewery) -> None:
    bad = ROW | {"node": "", "timestamp": "2026-02-30T10:00:00Z", "data": {"a": "x", "b": 1, "\x07": 2}}
    answer = await send(brewery, [ROW, bad, 7, {}])
    assert {fault["where"] for fault in answer.json()["errors"]} == {
        "/1/node",
        "/1/timestamp",
        "/1/data/a",
        "/1/data/\x07",
        "/2",
        *(f"/3/{name}" for name in ROW),
    }


async def test_no_more_than_twenty_faults_are_named(brewery: Brewery) -> None:
    assert len((await send(brewery, [{}] * 100)).json()["errors"]) == 20


@pytest.mark.parametrize(
    "body", [b"", b"[", b"nope", b"\xff", b"[" * 50_000, b'[{"adapter":"\\ud800"}]'], ids=lambda b: str(b[:9])
)
async def test_what_is_no_json_cannot_be_read(brewery: Brewery, body: bytes) -> None:
    assert (await send(brewery, body)).status_code == 400


async def test_rows_come_in_an_array(brewery: Brewery) -> None:
    answer = await send(brewery, ROW)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "")


async def test_too_many_rows_are_refused(brewery: Brewery) -> None:
    assert (await send(brewery, [ROW] * MOST_ROWS)).status_code == 200
    assert (await send(brewery, [ROW] * (MOST_ROWS + 1))).status_code == 413


async def test_too_many_bytes_are_refused(brewery: Brewery) -> None:
    assert (await send(brewery, b"[" + b" " * (LARGEST - 2) + b"]")).status_code == 200
    assert (await send(brewery, b"[" + b" " * (LARGEST - 1) + b"]")).status_code == 413


async def test_other_kinds_of_bodies_are_refused(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.SENDER) as client:
        form = await client.post(PATH, data={"adapter": "orchard"})
        unsaid = await client.post(PATH, content=b"[]")
    assert (form.status_code, unsaid.status_code) == (415, 200)


@pytest.mark.parametrize(
    ("zone", "timestamp", "expected"),
    [
        ("America/New_York", "2026-09-21T06:00:00", AT),
        (None, "2026-09-21T12:00:00", AT),
        ("America/New_York", "2026-09-21T10:00:00+00:00", AT),
        ("Europe/Copenhagen", "2025-10-26T02:30:00", 1761438600000),
    ],
)
async def test_local_times_are_those_of_the_adapters_zone(
    brewery: Brewery, zone: str | None, timestamp: str, expected: int
) -> None:
    await brewery.catalog.keep_adapter(Adapter(name="orchard", zone=zone), entry("adapter", "orchard"))
    assert (await send(brewery, [ROW | {"timestamp": timestamp}])).status_code == 200
    assert [point.t for point in await stored(brewery)] == [expected]


async def test_sites_zone_is_a_setting(brewery: Brewery) -> None:
    await brewery.catalog.keep_setting("site.zone", "Asia/Tokyo", entry("setting", "site.zone"))
    await send(brewery, [ROW | {"timestamp": "2026-09-21T19:00:00"}])
    assert [point.t for point in await stored(brewery)] == [AT]


async def test_zone_that_is_none_is_said(brewery: Brewery) -> None:
    await brewery.catalog.keep_adapter(Adapter(name="orchard", zone="Mars"), entry("adapter", "orchard"))
    answer = await send(brewery, [ROW | {"timestamp": "2026-09-21T12:00:00"}])
    assert answer.status_code == 503
    assert "Mars" in answer.json()["detail"]


@pytest.mark.parametrize("adapter", ["krausen", "cellar", "elsewhere"])
async def test_nobody_writes_readings_of_others(brewery: Brewery, adapter: str) -> None:
    answer = await send(brewery, [ROW, ROW | {"adapter": adapter}])
    assert answer.status_code == 403
    assert adapter in answer.json()["detail"]
    assert await stored(brewery) == []


@pytest.mark.parametrize("adapter", ["krausen", "cellar", "seen-agent"])
async def test_not_even_an_admin_writes_readings_of_our_own(brewery: Brewery, adapter: str) -> None:
    brewery.site.roster.linked("seen-agent", "connected")
    answer = await send(brewery, [ROW | {"adapter": adapter}], UserRole.ADMIN)
    assert answer.status_code == 403


def basic(text: str) -> str:
    return f"Basic {b64encode(text.encode()).decode()}"


async def test_login_and_password_will_do(brewery: Brewery) -> None:
    await brewery.site.reception.add_user("bo", "Bo", UserRole.BREWER, "correct: horse", by="set-up")
    async with brewery.caller(authorization=basic("bo:correct: horse")) as client:
        assert (await client.post(PATH, json=[ROW])).status_code == 200
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_viewer_sends_nothing(brewery: Brewery) -> None:
    await brewery.site.reception.add_user("vi", "Vi", UserRole.VIEWER, "correct horse", by="set-up")
    async with brewery.caller(authorization=basic("vi:correct horse")) as client:
        assert (await client.post(PATH, json=[ROW])).status_code == 403


@pytest.mark.parametrize("proof", ["", "!!!", "Ym8=", b64encode(b"\xff:x").decode()])
async def test_wrong_login_is_told_how_to_prove_itself(brewery: Brewery, proof: str) -> None:
    async with brewery.caller(authorization=f"Basic {proof}") as client:
        answer = await client.post(PATH, json=[ROW])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_guessing_is_slowed_down(brewery: Brewery) -> None:
    async with brewery.caller(authorization=basic("bo:guess")) as client:
        answers = [await client.post(PATH, json=[ROW]) for _ in range(7)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


good_rows = st.fixed_dictionaries(
    {
        "adapter": st.sampled_from(["orchard", "orchard-2"]),
        "node": st.text(
            st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=9
        ),
        "timestamp": st.integers(0, 10**6).map(
            lambda s: f"2026-05-{1 + s % 28:02}T{s % 24:02}:{s % 60:02}:00Z"
        ),
        "data": st.dictionaries(
            st.sampled_from(["temperature", "gravity"]),
            st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60),
        ),
    }
)
spoilt = st.sampled_from(["adapter", "node", "timestamp", "data"]).flatmap(
    lambda key: good_rows.map(lambda row: row | {key: None})
)


def expected_of(rows: Sequence[dict[str, Any]]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for row in rows:
        t = instant(row["timestamp"], UTC)
        for metric, value in row["data"].items():
            found.setdefault(f"{row['adapter']}/{row['node']}/{metric}", {})[t] = float(value)
    return found


async def kept_in(brewery: Brewery) -> dict[str, dict[int, float]]:
    found = {
        str(info.name): await brewery.history.points(info.id, 0, NOON * 2, 10**6)
        for info in await brewery.history.series()
        if info.name.adapter.startswith("orchard")
    }
    return {name: {point.t: point.v for point in points} for name, points in found.items()}


@given(rows=st.lists(good_rows, max_size=6), bad=spoilt, place=st.integers(0, 6))
async def test_any_bad_row_leaves_everything_as_it_was(
    rows: list[dict[str, Any]], bad: dict[str, Any], place: int
) -> None:
    async with furnished_brewery() as brewery:
        answer = await send(brewery, [*rows[:place], bad, *rows[place:]])
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"].startswith(f"/{min(place, len(rows))}/")
        assert await kept_in(brewery) == {}


@given(first=st.lists(good_rows, max_size=6), then=st.lists(good_rows, max_size=6))
async def test_any_rows_can_be_sent_again_and_the_last_value_of_an_instant_stays(
    first: list[dict[str, Any]], then: list[dict[str, Any]]
) -> None:
    async with furnished_brewery() as brewery:
        for rows in (first, then, then):
            answer = await send(brewery, rows)
            readings = sum(len(row["data"]) for row in rows)
            assert (answer.status_code, answer.json()) == (200, {"rows": len(rows), "readings": readings})
        assert await kept_in(brewery) == expected_of([*first, *then])
