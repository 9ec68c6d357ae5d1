import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.doors.ispindel import ACK, LARGEST, NAK, Settings, converse, exchange, paths, refusal
from krausen.errors import Forbidden, Invalid, LinkLost, OperatorNeeded, StorageAway, Throttled
from krausen.model.reading import Quality
from krausen.ports.door import Measured
from krausen.testing.door import FakeSite, FakeStream, posted

NOW = 1_790_000_000_000
POST = (
    b'{"name":"spin1","ID":1234567,"angle":45.2,"temperature":68,"temp_units":"F","battery":3.92,'
    b'"gravity":1.048,"interval":900,"RSSI":-61}'
)
SETTINGS = Settings()


def stored(site: FakeSite) -> dict[str, tuple[float, str]]:
    assert {one.node for one in site.stored} == {"spin1"}
    return {one.metric: (one.value, one.unit) for one in site.stored}


async def test_a_post_is_stored_under_the_name_of_the_device_in_canonical_units() -> None:
    site = FakeSite(NOW)
    answer = await exchange(SETTINGS, posted("/ispindel", POST), site)
    assert (answer.status, answer.media_type) == (200, "application/json")
    assert json.loads(answer.body) == {"status": "ok"}
    assert stored(site) == {
        "temperature": (20.0, "°C"),
        "gravity": (1.048, "SG"),
        "angle": (45.2, "°"),
        "battery": (3.92, "V"),
        "rssi": (-61.0, "dBm"),
        "interval": (900.0, "s"),
    }
    assert {one.t for one in site.stored} == {None}


async def test_posts_close_together_are_all_stored() -> None:
    site = FakeSite(NOW)
    for _ in range(3):
        await exchange(SETTINGS, posted("/ispindel", POST), site)
    assert len(site.stored) == 18


async def test_what_cannot_be_true_is_stored_as_bad_and_answered_as_well() -> None:
    site = FakeSite(NOW)
    answer = await exchange(SETTINGS, posted("/ispindel", b'{"name":"spin1","temperature":-127}'), site)
    assert answer.status == 200
    assert site.stored == [
        Measured(node="spin1", metric="temperature", value=-127.0, unit="°C", quality=Quality.BAD)
    ]


async def test_the_unit_of_gravities_may_be_set() -> None:
    site = FakeSite(NOW)
    body = b'{"name":"spin1","gravity":1.2}'
    await exchange(Settings(gravity_unit="Plato"), posted("/ispindel", body), site)
    value, unit = stored(site)["gravity"]
    assert value == pytest.approx(1.00466, abs=1e-5)
    assert unit == "SG"


def test_every_spelling_of_its_address_is_taken() -> None:
    assert {"/ispindel", "/iSpindel/", "/ispindle"} < set(paths(SETTINGS))
    assert len(set(paths(SETTINGS))) == 6


@pytest.mark.parametrize("body", [b"", b"no", b'{"name":"spin1"}', b'{"temperature":20}'])
async def test_what_is_no_report_is_refused_and_nothing_is_stored(body: bytes) -> None:
    site = FakeSite(NOW)
    with pytest.raises(Invalid):
        await exchange(SETTINGS, posted("/ispindel", body), site)
    assert site.stored == []


@pytest.mark.parametrize(
    ("failure", "status", "retry_after"),
    [
        (Invalid("Why."), 422, None),
        (Forbidden("Why."), 403, None),
        (Throttled("Why.", 7), 429, "7"),
        (StorageAway("Why."), 503, "5"),
        (OperatorNeeded("Why."), 503, "5"),
    ],
)
def test_a_refusal_says_why(failure: Exception, status: int, retry_after: str | None) -> None:
    answer = refusal(failure)
    assert (answer.status, answer.headers.get("retry-after")) == (status, retry_after)
    assert json.loads(answer.body) == {"status": "failed", "message": "Why."}


def pieces(message: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(message) + 1) for cut in cuts} | {0, len(message)})
    return [message[start:end] for start, end in pairwise(places)]


@given(st.lists(st.integers(0, 300), max_size=5), st.sampled_from([b"", b"\n", b"\r\n", b"\0"]))
async def test_by_tcp_a_message_comes_in_any_pieces(cuts: list[int], end: bytes) -> None:
    site, stream = FakeSite(NOW), FakeStream(pieces(POST + end, cuts))
    await converse(SETTINGS, stream, site)
    assert stored(site)["temperature"] == (20.0, "°C")
    assert stream.sent == [ACK]


@pytest.mark.parametrize(
    "chunks",
    [
        [b"GET / HTTP/1.1\r\n"],
        [POST[:60]],
        [b"{}"],
        [],
        [b"\r\n"],
        [b'{"name":"' + b"x" * 1000] * (LARGEST // 1000 + 1),
    ],
)
async def test_by_tcp_what_is_no_report_is_answered_nak(chunks: list[bytes]) -> None:
    site, stream = FakeSite(NOW), FakeStream(chunks)
    with pytest.raises(Invalid):
        await converse(SETTINGS, stream, site)
    assert (site.stored, stream.sent) == ([], [NAK])


async def test_by_tcp_close_is_acknowledged_and_nothing_stored() -> None:
    site, stream = FakeSite(NOW), FakeStream([b"close\r\n"])
    await converse(SETTINGS, stream, site)
    assert (site.stored, stream.sent) == ([], [ACK])


async def test_by_tcp_nothing_is_acknowledged_that_is_not_on_disk() -> None:
    site, stream = FakeSite(NOW), FakeStream([POST])
    site.failure = StorageAway("The disk is full.")
    with pytest.raises(StorageAway):
        await converse(SETTINGS, stream, site)
    assert stream.sent == [NAK]


async def test_by_tcp_the_reason_is_told_even_when_the_guest_has_gone() -> None:
    stream = FakeStream([b"no"])
    stream.gone = True
    with pytest.raises(Invalid, match="no JSON"):
        await converse(SETTINGS, stream, FakeSite(NOW))


async def test_by_tcp_a_guest_who_does_not_wait_is_stored_all_the_same() -> None:
    site, stream = FakeSite(NOW), FakeStream([POST])
    stream.gone = True
    with pytest.raises(LinkLost):
        await converse(SETTINGS, stream, site)
    assert len(site.stored) == 6
