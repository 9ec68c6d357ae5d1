import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krausen_client import (
    AsyncClient,
    Client,
    Curve,
    NotAllowed,
    NotUnderstood,
    Reading,
    Refused,
    Row,
    Unreachable,
)
from tests.clients.python.house import LOGIN, PASSWORD, House
from tests.clients.python.scripted import Reply, Scripted

START = datetime(2026, 5, 1, tzinfo=UTC)
COUNT = 2_500
AS_SENT = [Reading(START + timedelta(seconds=n), n / 4) for n in range(COUNT)]


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[Client]:
    """A client of a server that has readings of three series."""
    with Client(house.url, token=house.token()) as opened:
        rows = [Row("read", "tank", reading.t, {"t": reading.v}) for reading in AS_SENT]
        rows += [Row("read", "other", START, {"t": 1.0, "g": 1.05})]
        opened.send(rows)
        yield opened


def id_of(client: Client, node: str, metric: str) -> str:
    (series,) = client.series(adapter="read", node=node, metric=metric)
    return series.id


def test_series_tell_what_is_stored_of_them(client: Client) -> None:
    found = client.series(adapter="read")
    assert [(one.node, one.metric, one.count) for one in found] == [
        ("other", "g", 1),
        ("other", "t", 1),
        ("tank", "t", COUNT),
    ]
    tank = found[2]
    assert (tank.first, tank.last, tank.latest) == (AS_SENT[0].t, AS_SENT[-1].t, AS_SENT[-1])


def test_latest_is_the_newest_of_each(client: Client) -> None:
    found = {(one.node, one.metric): (one.t, one.v) for one in client.latest() if one.adapter == "read"}
    assert found == {
        ("other", "g"): (START, 1.05),
        ("other", "t"): (START, 1.0),
        ("tank", "t"): (AS_SENT[-1].t, AS_SENT[-1].v),
    }


def test_readings_come_page_by_page_and_as_often_as_one_likes(client: Client) -> None:
    readings = client.readings(id_of(client, "tank", "t"))
    assert list(readings) == AS_SENT
    assert next(iter(readings)) == AS_SENT[0]


@pytest.mark.parametrize(
    "as_given",
    [lambda t: t, datetime.isoformat, lambda t: int(t.timestamp() * 1000)],
    ids=["datetime", "text", "milliseconds"],
)
def test_a_span_is_given_as_one_likes(client: Client, as_given: Callable[[datetime], Any]) -> None:
    start, end = as_given(AS_SENT[10].t), as_given(AS_SENT[20].t)
    assert list(client.readings(id_of(client, "tank", "t"), start, end)) == AS_SENT[10:20]


def test_a_span_that_is_none_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="from: A timestamp"):
        client.readings("s1", 1.5)  # type: ignore[arg-type]  # what a caller without types may do
    with pytest.raises(Refused, match="query:from"):
        list(client.readings(id_of(client, "tank", "t"), "yesterday"))


def test_a_series_that_is_not_there_is_refused(client: Client) -> None:
    with pytest.raises(Refused, match="There is no series") as caught:
        list(client.readings("nothing"))
    assert caught.value.status == 404


def test_a_chart_is_in_columns_that_hide_nothing(client: Client) -> None:
    ids = [id_of(client, "tank", "t"), id_of(client, "other", "g")]
    wide, point = client.chart(ids, START, START + timedelta(hours=1), width=100)
    assert (wide.id, point.id) == tuple(ids)
    assert wide.min is not None
    assert wide.max is not None
    assert (min(wide.min), max(wide.max), wide.v) == (0.0, AS_SENT[-1].v, None)
    assert len(wide.t) <= 100
    assert point == Curve(ids[1], [int(START.timestamp() * 1000)], point.gap_s, v=[1.05])


def test_a_chart_of_many_series_takes_several_requests(script: Scripted) -> None:
    ids = [f"s{n}" for n in range(120)]
    parts = [ids[:50], ids[50:100], ids[100:]]
    script.replies = [Reply(200, {"series": [{"id": id, "t": [], "v": []} for id in part]}) for part in parts]
    with script.client() as client:
        assert [curve.id for curve in client.chart(ids, 0, 1)] == ids
    assert [asked.path.count("series=") for asked in script.asked] == [50, 50, 20]


def test_readings_become_a_table(client: Client) -> None:
    table = client.readings(id_of(client, "tank", "t")).to_pandas()
    assert list(table.columns) == ["v", "quality"]
    assert (table.index.name, str(table.index.dtype)) == ("t", "datetime64[ms, UTC]")
    assert table["v"].tolist() == [reading.v for reading in AS_SENT]
    assert table.index[-1].to_pydatetime() == AS_SENT[-1].t


def test_a_table_of_nothing_has_the_same_columns(client: Client) -> None:
    table = client.readings(id_of(client, "tank", "t"), 0, 1).to_pandas()
    assert (list(table.columns), len(table), str(table.index.dtype)) == (
        ["v", "quality"],
        0,
        "datetime64[ms, UTC]",
    )


def test_without_pandas_it_is_said_how_to_get_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'krausen-client\[pandas\]'"):
        client.readings("s1").to_pandas()


async def test_the_asynchronous_twin_reads_alike(house: House, client: Client) -> None:
    id = id_of(client, "tank", "t")
    span = (START, START + timedelta(hours=1))
    async with AsyncClient(house.url, token=house.token()) as other:
        assert await other.latest() == client.latest()
        assert await other.series(adapter="read") == client.series(adapter="read")
        assert await other.chart(id, *span, width=50) == client.chart(id, *span, width=50)
        assert [reading async for reading in other.readings(id)] == AS_SENT
        assert len(await other.readings(id).to_pandas()) == COUNT


def test_a_login_reads_by_a_session_that_is_opened_once(house: House, client: Client) -> None:
    with Client(house.url, login=LOGIN, password=PASSWORD) as person:
        assert person.latest() == client.latest()
        assert list(person.readings(id_of(client, "tank", "t"))) == AS_SENT


def test_a_session_that_has_ended_is_opened_again(script: Scripted) -> None:
    signed_in = Reply(201, {"user": {}}, {"set-cookie": "krausen=one; HttpOnly; Path=/"})
    again = Reply(201, {"user": {}}, {"set-cookie": "krausen=two; HttpOnly; Path=/"})
    page = Reply(200, {"items": [], "next": None})
    script.replies = [signed_in, page, Reply(401, {}), again, page]
    with Client(script.url, login="anna", password="secret") as client:
        assert client.latest() == client.latest() == []
    assert [asked.headers.get("cookie") for asked in script.asked] == [
        None,
        "krausen=one",
        "krausen=one",
        None,
        "krausen=two",
    ]
    assert script.asked[1].headers["origin"] == script.url


def test_a_sign_in_without_a_session_is_not_understood(script: Scripted) -> None:
    script.replies = [Reply(200, {})]
    with (
        Client(script.url, login="anna", password="secret") as client,
        pytest.raises(NotUnderstood, match="session"),
    ):
        client.latest()


def test_who_only_sends_may_not_look(house: House) -> None:
    with Client(house.url, token=house.token("sender", "mine")) as sender, pytest.raises(NotAllowed):
        sender.latest()


def test_what_is_published_is_sent_as_it_is_to_the_channel(script: Scripted) -> None:
    script.replies = [Reply(200, {})]
    with script.client() as client:
        client.publish("my notes/1", {"text": "Hops in.", "n": [1, None]})
    (asked,) = script.asked
    assert (asked.method, asked.path) == ("POST", "/api/v1/channels/my%20notes%2F1")
    assert asked.body == b'{"text":"Hops in.","n":[1,null]}'


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("reply", "tries"), [(Reply(None), 1), (Reply(502, b""), 1), (Reply(503, {}), 5)])
def test_nothing_is_published_twice(script: Scripted, reply: Reply, tries: int) -> None:
    script.replies = [reply] * 5
    with script.client() as client, pytest.raises(Unreachable):
        client.publish("notes", {})
    assert len(script.asked) == tries


def test_what_json_cannot_say_is_not_published(script: Scripted) -> None:
    with script.client() as client, pytest.raises(Refused, match="cannot be published"):
        client.publish("notes", object())
    with script.client() as client, pytest.raises(Refused, match="printable"):
        client.publish("", {})
    assert script.asked == []
