from base64 import b64encode

import pytest
from msgspec.structs import replace

from krausen.errors import TargetBusy, TargetRefused
from krausen.model.reading import Quality
from krausen.ports.target import Post, Reply, Shipment, Value
from krausen.protocols.line_protocol import decode
from krausen.push.targets.influxdb import Settings, Version, send
from krausen.testing.target import FakeCourier

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
SETTINGS = Settings(url="http://influx.local:8086/", token="opensesame", organization="brewery")
BEER = Value(series="s1", adapter="pi", node="beer", metric="temperature", unit="°C", t=NOW, v=18.5)


def shipment(*values: Value) -> Shipment:
    return Shipment(now=NOW, every_s=60.0, values=values)


async def sent(settings: Settings, *values: Value) -> Post:
    courier = FakeCourier(lambda _: Reply(status=204))
    await send(settings, shipment(*values), courier)
    (post,) = courier.posts
    return post


async def answered(status: int, body: bytes = b"") -> None:
    await send(SETTINGS, shipment(BEER), FakeCourier(lambda _: Reply(status=status, body=body)))


async def test_each_reading_is_a_point() -> None:
    other = replace(BEER, node="other, room=2", metric="humidity", t=NOW + 1, v=0.0)
    post = await sent(SETTINGS, BEER, other)
    assert post.body == (
        b"krausen,adapter=pi,node=beer temperature=18.5 1790000000000\n"
        b"krausen,adapter=pi,node=other\\,\\ room\\=2 humidity=0.0 1790000000001\n"
    )
    assert [point.t for point in decode(post.body, "ms")] == [NOW, NOW + 1]


@pytest.mark.parametrize(
    ("version", "url", "proof"),
    [
        ("1", "http://influx.local:8086/write?db=cellar+1&precision=ms", "Token opensesame"),
        (
            "2",
            "http://influx.local:8086/api/v2/write?org=brewery&bucket=cellar+1&precision=ms",
            "Token opensesame",
        ),
        (
            "3",
            "http://influx.local:8086/api/v3/write_lp?db=cellar+1&precision=millisecond",
            "Bearer opensesame",
        ),
    ],
)
async def test_every_version_is_written_to_at_its_own_address(version: Version, url: str, proof: str) -> None:
    settings = replace(SETTINGS, version=version, database="cellar 1")
    post = await sent(settings, BEER)
    assert (post.url, post.headers["Authorization"]) == (url, proof)


async def test_a_login_is_basic_and_nothing_is_shown_where_nothing_was_given() -> None:
    settings = Settings(url="http://influx.local:8086", version="1", login="pi", password="secret")
    post = await sent(settings, BEER)
    assert post.headers["Authorization"] == "Basic " + b64encode(b"pi:secret").decode()
    assert "Authorization" not in (await sent(replace(settings, login=""), BEER)).headers


@pytest.mark.parametrize("metric", ["time", "node", "adapter"])
async def test_a_metric_that_means_something_else_there_is_told_apart(metric: str) -> None:
    post = await sent(SETTINGS, replace(BEER, metric=metric))
    (point,) = decode(post.body, "ms")
    assert point.fields == ((f"{metric}_", 18.5),)


async def test_what_is_known_to_be_bad_is_not_told() -> None:
    courier = FakeCourier()
    bad = replace(BEER, quality=Quality.BAD, v=-127.0)
    await send(SETTINGS, shipment(bad, replace(BEER, v=float("inf"))), courier)
    assert not courier.posts
    post = await sent(SETTINGS, bad, replace(BEER, quality=Quality.DOUBTFUL))
    assert post.body.count(b"\n") == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error":"partial write: field type conflict: input field \\"v\\" dropped=1"}'),
        (422, b'{"code":"unprocessable entity","message":"partial write: points beyond retention policy"}'),
        (400, b'{"error":"partial write of line protocol occurred","data":[]}'),
    ],
)
async def test_what_is_left_out_for_good_is_not_sent_again(status: int, body: bytes) -> None:
    await answered(status, body)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "does not take our points"),
        (413, "does not take our points"),
        (401, "key or login"),
        (403, "key or login"),
        (404, "no such database"),
    ],
)
async def test_what_somebody_has_to_mend_stops_it(status: int, words: str) -> None:
    with pytest.raises(TargetRefused, match=words):
        await answered(status, b'{"error":"because"}')


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    with pytest.raises(TargetBusy):
        await answered(status)
