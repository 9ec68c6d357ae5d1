from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Invalid
from krausen.ports.target import LARGEST_REPLY, Reply
from krausen.server.pictures import kind_of, picture_at
from krausen.testing.target import AWAY, SILENT, FakeCourier

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ADDRESS = "https://brewery.example/logo.png"


async def test_a_picture_becomes_an_address_of_its_own() -> None:
    courier = FakeCourier(lambda _: Reply(status=200, body=PNG, headers={"content-type": "text/html"}))
    picture = await picture_at(ADDRESS, courier)
    head, _, body = picture.partition(",")
    assert (head, b64decode(body)) == ("data:image/png;base64", PNG)
    assert [(post.method, post.url, post.follow) for post in courier.posts] == [("GET", ADDRESS, True)]


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(status=404, body=PNG), "404"),
        (Reply(status=200, body=b"<!doctype html><p>Not here"), "no picture"),
        (Reply(status=200, body=PNG + bytes(LARGEST_REPLY)), "64 kB"),
        (AWAY, "Nobody is there"),
        (SILENT, "said nothing"),
    ],
)
async def test_what_is_no_picture_is_refused_at_the_address(reply: Reply, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        await picture_at(ADDRESS, FakeCourier(lambda _: reply))
    assert [fault.where for fault in refused.value.faults] == ["/address"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF89a..", "gif"),
        (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "webp"),
        (b"RIFF\x01\x02\x03\x04WAVE", None),
        (b'\xef\xbb\xbf <?xml version="1.0"?>\n<svg/>', "svg+xml"),
        (b"<!-- a page --><html>", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_how_it_begins(body: bytes, kind: str | None) -> None:
    assert kind_of(body) == kind


@given(st.binary(max_size=64))
def test_anything_has_a_kind_or_none(body: bytes) -> None:
    assert kind_of(body) in {"png", "jpeg", "gif", "webp", "svg+xml", None}
