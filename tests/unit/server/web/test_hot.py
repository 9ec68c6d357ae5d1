"""The short way answers what the ordinary route answers, and leaves the same behind."""

import asyncio
import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.model.people import Caller, UserRole
from krausen.model.series import SeriesName, StoreRule
from krausen.ports.catalog import Adapter, Metric, Policy
from krausen.ports.history import Point
from krausen.server.web import hot
from krausen.server.web.hot_rows import Unusual, instant_of
from krausen.server.web.measurements import LARGEST, MOST_ROWS
from krausen.wire.timestamps import instant
from tests.unit.server.web.brewery import NOON, Brewery, furnished_brewery
from tests.unit.server.web.short_way import KEEP_ALIVE_S, House, posted

pytestmark = pytest.mark.anyio

BOSS = Caller(id="u-1", login="boss", name="Boss", role=UserRole.ADMIN, adapters=("*",))
AT = "2026-09-21T10:00:00Z"
ROW: dict[str, Any] = {
    "adapter": "orchard",
    "node": "tank 1",
    "timestamp": AT,
    "data": {"temperature": 18.5, "gravity": 1.05},
}
TEMPERATURE = SeriesName("orchard", "tank 1", "temperature")


def rows(*changes: dict[str, Any]) -> bytes:
    return json.dumps([ROW | change for change in changes]).encode()


@pytest.fixture
async def house(brewery: Brewery) -> House:
    """A brewery that has seen the row once, by the ordinary route, and once by the short way."""
    made = House(brewery)
    line = made.line()
    for minute in ("08", "09"):
        assert (await line.ask(posted(rows({"timestamp": f"2026-09-21T10:{minute}:00Z"}))))[0] == 200
    assert made.ordinary == 1
    made.ordinary = 0
    return made


async def kept(brewery: Brewery) -> dict[str, list[Point]]:
    return {
        str(one.name): await brewery.history.points(one.id, 0, NOON * 2, 100_000)
        for one in await brewery.history.series()
    }


async def stored(house: House, name: SeriesName = TEMPERATURE) -> list[Point]:
    return (await kept(house.brewery))[str(name)]


async def test_what_is_usual_goes_the_short_way_and_is_answered_like_the_rest(house: House) -> None:
    short = await house.line().ask(posted(rows({"data": {"temperature": 4, "gravity": 1.04}})))
    assert house.ordinary == 0
    ordinary = await House(house.brewery, is_short=False).line().ask(posted(rows({})))
    assert short == ordinary
    assert json.loads(short[2]) == {"rows": 1, "readings": 2}
    assert house.way.requests["POST", 200] == 2


good_rows = st.fixed_dictionaries(
    {
        "adapter": st.sampled_from(["orchard"]),
        "node": st.sampled_from(["tank 1", "tank 2"]),
        "timestamp": st.sampled_from(
            [AT, "2026-09-21T10:00:01.5+02:00", "2026-09-21T10:00:00", "2026-09-21 10:00:02Z"]
        ),
        "data": st.dictionaries(
            st.sampled_from(["temperature", "gravity", "pressure"]),
            st.integers(-100, 100) | st.floats(-1e6, 1e6),
            max_size=3,
        ),
    }
)
strange_rows = good_rows.flatmap(
    lambda row: st.sampled_from(
        [
            row | {"adapter": "cellar"},
            row | {"adapter": "krausen"},
            row | {"adapter": "abroad"},
            row | {"node": ""},
            row | {"node": "x" * 129},
            row | {"timestamp": "1989-12-31T23:59:59Z"},
            row | {"timestamp": "2026-09-21T14:18:21Z"},
            row | {"timestamp": "yesterday"},
            row | {"data": {"temperature": "18"}},
            row | {"data": {"temperature": True}},
            row | {"data": {"\x07": 1.0}},
            row | {"data": {"temperature": 10**400}},
            row | {"more": 1},
            {"adapter": "orchard"},
            7,
        ]
    )
)
bodies = st.lists(good_rows, max_size=4).map(lambda found: json.dumps(found).encode())
strange_bodies = st.lists(good_rows | strange_rows, max_size=4).map(lambda found: json.dumps(found).encode())
raw_bodies = st.binary(max_size=20) | st.sampled_from([b"[", b"{}", b"null", b'[{"adapter":"\xff"}]'])


@settings(max_examples=60)
@given(sent=st.lists(bodies | bodies | strange_bodies | raw_bodies, max_size=6))
async def test_whatever_comes_answers_and_history_are_those_of_the_ordinary_route(sent: list[bytes]) -> None:
    left = []
    for is_short in (True, False):
        async with furnished_brewery() as brewery:
            line = House(brewery, is_short=is_short).line()
            answers = [await line.ask(posted(body)) for body in [rows({}), *sent, *sent]]
            left.append(
                (answers, await kept(brewery), brewery.site.ingest.taken, brewery.site.ingest.refused)
            )
    assert left[0] == left[1]


@given(
    sent=st.lists(bodies | strange_bodies, min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 3000), max_size=6).map(sorted),
)
@settings(max_examples=40)
async def test_however_the_bytes_are_cut_each_request_is_answered_in_turn(
    sent: list[bytes], cuts: list[int]
) -> None:
    whole = b"".join(map(posted, sent))
    left = []
    for is_short in (True, False):
        async with furnished_brewery() as brewery:
            house = House(brewery, is_short=is_short)
            await house.line().ask(posted(rows({})))
            line = house.line()
            for start, end in zip([0, *cuts], [*cuts, None], strict=True):
                line.send(whole[start:end])
            answers = [(status, body) for status, _, body in await line.answers(len(sent))]
            left.append((answers, await kept(brewery)))
    assert left[0] == left[1]


SECONDS = r"(:[0-6][0-9](\.[0-9]{1,4})?)?"
STAMPS = r"(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]" + SECONDS + r"(Z|\+01:00)"


@given(st.from_regex(STAMPS, fullmatch=True))
def test_timestamps_are_read_as_elsewhere(timestamp: str) -> None:
    try:
        expected = instant(timestamp, UTC)
    except Invalid:
        with pytest.raises(Unusual):
            instant_of(timestamp)
    else:
        assert instant_of(timestamp) == expected


async def test_requests_that_wait_behind_one_another_go_the_short_way(house: House) -> None:
    line = house.line()
    line.send(b"".join(posted(rows({"data": {"temperature": v, "gravity": 1.0}})) for v in range(5)))
    assert line.wire.is_paused
    assert [status for status, _, _ in await line.answers(5)] == [200] * 5
    assert (house.ordinary, line.wire.is_paused) == (0, False)
    assert (await stored(house))[0].v == 4


async def test_many_connections_share_a_commit(house: House) -> None:
    lines = [house.line() for _ in range(20)]
    for n, line in enumerate(lines):
        line.send(posted(rows({"timestamp": f"2026-09-21T09:00:{n:02}Z"})))
    for line in lines:
        assert (await line.answers())[0][0] == 200
    assert house.ordinary == 0
    assert len(await stored(house)) == 22


async def test_one_bad_request_harms_no_other_that_comes_at_once(house: House) -> None:
    good, bad = house.line(), house.line()
    bad.send(posted(rows({}, {"data": {"temperature": "x"}})))
    good.send(posted(rows({"data": {"temperature": 1, "gravity": 2}})))
    assert (await good.answers())[0][0] == 200
    assert (await bad.answers())[0][0] == 422
    assert (await stored(house))[0].v == 1


@pytest.mark.parametrize(
    "headers",
    [
        ["Connection: close"],
        ["Expect: 100-continue"],
        ["Content-Type: text/plain"],
        ["Content-Type: application/json; charset=utf-8"],
        ["Authorization: Basic YTpi"],
        ["Authorization: Bearer wrong"],
        ["Authorization: "],
        ["Content-Encoding: gzip"],
        ["X-Long: " + "x" * 5000],
    ],
)
async def test_what_is_unusual_goes_by_the_ordinary_route(house: House, headers: list[str]) -> None:
    request = posted(rows({}), *headers)
    found = await house.line().ask(request)
    assert house.ordinary == 1
    expected = await House(house.brewery, is_short=False).line().ask(request)
    assert found == expected


async def test_a_body_in_chunks_goes_by_the_ordinary_route(house: House) -> None:
    body = rows({})
    head = posted(b"", "Content-Length: ", "Transfer-Encoding: chunked")
    answer = await house.line().ask(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
    assert (answer[0], house.ordinary) == (200, 1)


async def test_a_viewer_and_a_stranger_to_the_adapter_are_refused(house: House) -> None:
    assert (await house.line().ask(posted(rows({}), role=UserRole.VIEWER)))[0] == 403
    assert (await house.line().ask(posted(rows({"adapter": "abroad"}))))[0] == 403


async def test_a_token_that_was_revoked_is_refused_at_once(house: House) -> None:
    await house.brewery.site.reception.revoke("t-sender", by="boss")
    assert (await house.line().ask(posted(rows({}))))[0] == 401


async def test_what_was_agreed_since_counts_at_once(house: House) -> None:
    adapter = Adapter(name="orchard", revision=1, policy=Policy.AGREED)
    await house.brewery.site.adapters.arrange([adapter], BOSS)
    assert (await house.line().ask(posted(rows({}))))[0] == 422


async def test_a_value_beyond_the_bounds_is_kept_as_bad_by_both_ways(house: House) -> None:
    adapters = house.brewery.site.adapters
    await adapters.arrange([Adapter(name="orchard", revision=0)], BOSS)
    await adapters.agree("orchard", BOSS, metrics=[Metric(name="temperature", max=20.0)])
    for second in range(3):
        change = {"timestamp": f"2026-09-21T10:00:0{second}Z", "data": {"temperature": 18.0 + second * 2}}
        assert (await house.line().ask(posted(rows(change))))[0] == 200
    assert house.ordinary == 0
    assert [point.quality.value for point in await stored(house)][:3] == ["good", "good", "bad"]


async def test_series_that_are_thinned_go_by_the_ordinary_route(house: House) -> None:
    rule = StoreRule(deadband=1.0, longest_s=60.0)
    await house.brewery.site.ingest.declare([(TEMPERATURE, "°C", rule)])
    assert (await house.line().ask(posted(rows({}))))[0] == 200
    assert house.ordinary == 1


async def test_nothing_is_answered_before_it_is_on_disk(house: House) -> None:
    house.brewery.history.away = "The disk is full: make room."
    answer = await house.line().ask(posted(rows({})))
    assert (answer[0], json.loads(answer[2])["detail"]) == (503, "The disk is full: make room.")


async def test_too_many_rows_and_too_large_bodies_are_refused(house: House) -> None:
    many = json.dumps([ROW | {"data": {}}] * (MOST_ROWS + 1)).encode()
    assert (await house.line().ask(posted(many)))[0] == 413
    assert (await house.line().ask(posted(b" " * (LARGEST + 1))))[0] == 413


async def test_bodies_of_strangers_are_not_gathered(house: House) -> None:
    line, body = house.line(), b" " * (hot.PATIENT + 1)
    line.send(posted(body, "Authorization: Bearer stranger")[:500])
    assert (await line.answers())[0][0] == 401
    trusted = house.line()
    trusted.send(posted(body)[:500])
    await asyncio.sleep(1)
    assert (trusted.wire.written, house.ordinary) == (b"", 1)


async def test_a_connection_that_rests_is_ended_and_one_in_use_is_not(house: House) -> None:
    line = house.line()
    for _ in range(4):
        await line.ask(posted(rows({})))
        await asyncio.sleep(KEEP_ALIVE_S - 1)
        assert not line.wire.is_closed
    await asyncio.sleep(2)
    assert line.wire.is_closed


async def test_a_body_that_comes_slowly_keeps_its_connection(house: House) -> None:
    line, request = house.line(), posted(rows({}))
    await line.ask(request)
    line.send(request[:-1])
    await asyncio.sleep(2 * KEEP_ALIVE_S)
    assert (await line.ask(request[-1:]))[0] == 200


async def test_who_asks_while_the_server_ends_is_answered_first(house: House) -> None:
    line, resting = house.line(), house.line()
    line.send(posted(rows({})))
    for one in (line, resting):
        one.protocol.shutdown()
    assert (line.wire.is_closed, resting.wire.is_closed) == (False, True)
    assert (await line.answers())[0][0] == 200
    assert line.wire.is_closed


async def test_who_has_gone_is_not_answered(house: House) -> None:
    line = house.line()
    line.send(posted(rows({})))
    line.wire.close()
    line.protocol.connection_lost(None)
    await asyncio.sleep(1)
    assert line.wire.written == b""
    assert (await stored(house))[0].v == 18.5


async def test_half_a_head_of_another_request_is_never_taken_for_the_start_of_one(house: House) -> None:
    line = house.line()
    line.send(b"POST /api/v1/nothing HTTP/1.1\r\nHost: krausen.test\r\nContent-Length: 1000\r\n\r\n")
    line.send(posted(rows({"data": {"temperature": 99, "gravity": 1}})))
    await asyncio.sleep(1)
    assert all(point.v != 99 for point in await stored(house))


async def test_a_refused_adapter_of_an_agent_stays_refused(house: House) -> None:
    roster = house.brewery.site.roster
    assert "cellar" in roster.known_agents()
    answer = await house.line().ask(posted(rows({"adapter": "cellar"}), role=UserRole.BREWER))
    assert answer[0] == 403
