import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from krausen.errors import AnswerLost, TargetBusy, TargetRefused
from krausen.ports.target import LARGEST_REPLY, Place, Post, Reply
from krausen.push.courier import MOST_REDIRECTS, NetCourier
from tests.unit.push.servers import Serving, answering, asked, certified, reply, server, trusting

pytestmark = pytest.mark.anyio

QUICK = 0.05
"""At this speed a second of patience is over in 50 ms."""
Stream = asyncio.StreamReader
Writer = asyncio.StreamWriter


async def never(_: Stream, __: Writer) -> None:
    await asyncio.Event().wait()


async def hang_after_request(reader: Stream, _: Writer) -> None:
    await asked(reader)
    await asyncio.Event().wait()


async def drip_head(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    for byte in b"HTTP/1.1 200 OK" + b" " * 10_000:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)


async def drip_body(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    while True:
        writer.write(b".")
        await asyncio.sleep(0.02)


async def giant_head(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Long: " + b"x" * 8192)
        await writer.drain()


async def giant_body(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await writer.drain()


async def hang_up_after_request(reader: Stream, _: Writer) -> None:
    await asked(reader)


async def hang_up_in_body(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


async def reset(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.transport.abort()


async def no_http(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()


async def half_closed(reader: Stream, writer: Writer) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\ntaken")
    writer.write_eof()
    await asyncio.Event().wait()


@asynccontextmanager
async def courier(speed: float = 1.0, *, trusts: bool = False) -> AsyncIterator[NetCourier]:
    """Give a courier, which may trust the certificate of these tests."""
    made = NetCourier(speed, trusting() if trusts else None)
    try:
        yield made
    finally:
        await made.close()


async def request(speed: float = 1.0, *, trusts: bool = False, **post: Any) -> Reply:
    async with courier(speed, trusts=trusts) as made:
        return await made.request(Post(**post))


async def write(piece: bytes, speed: float = 1.0, *, trusts: bool = False, **place: Any) -> None:
    async with courier(speed, trusts=trusts) as made:
        await made.write(Place(**{"host": "127.0.0.1", **place}), piece)


async def ask(serve: Serving, speed: float = 1.0, **post: Any) -> Reply:
    async with server(serve) as port:
        return await request(speed, url=f"http://127.0.0.1:{port}/in", **post)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have whoever is connected answer and hang up sooner than in life."""
    monkeypatch.setattr("krausen.push.courier.ANSWER_S", 1.0)
    monkeypatch.setattr("krausen.push.courier.CLOSE_S", 0.1)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Have every name stand for some addresses; give the names that are asked for."""
    names: list[str] = []

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        names.append(host)
        kinds = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, port)) for kind, one in zip(kinds, addresses, strict=True)
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return names


async def test_an_answer_is_given_whatever_its_status() -> None:
    heads: list[list[str]] = []
    got = await ask(
        answering(reply("429 Slow", b"slow down", "Retry-After: 60\r\n"), heads),
        body=b"{}",
        headers={"X-Key": "k", "User-Agent": "tilt"},
    )
    assert (got.status, got.body, got.headers["retry-after"]) == (429, b"slow down", "60")
    assert heads[0][0] == "POST /in HTTP/1.1"
    assert {"X-Key: k", "User-Agent: tilt", "Content-Length: 2"} <= set(heads[0])


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "serve",
    [hang_after_request, drip_head, drip_body, reset, hang_up_after_request, hang_up_in_body, no_http],
    ids=lambda serve: serve.__name__,
)
async def test_whoever_took_the_request_and_says_nothing_sensible_has_lost_the_answer(
    serve: Serving,
) -> None:
    async with asyncio.timeout(10.0):
        with pytest.raises(AnswerLost, match=r"^The line to 127\.0\.0\.1 broke"):
            await ask(serve)


@pytest.mark.usefixtures("hasty")
async def test_whoever_does_not_even_take_the_request_may_be_asked_again() -> None:
    async with asyncio.timeout(10.0):
        with pytest.raises(TargetBusy, match="nobody answered in time") as busy:
            await ask(never, body=bytes(30_000_000))
    assert not isinstance(busy.value, AnswerLost)


async def test_an_endless_head_is_not_read_to_its_end() -> None:
    with pytest.raises(TargetBusy):
        await ask(giant_head)


async def test_an_endless_body_is_cut_and_not_unpacked() -> None:
    got = await ask(giant_body)
    assert (got.status, len(got.body)) == (200, LARGEST_REPLY)


async def test_a_line_that_is_closed_on_one_side_is_enough() -> None:
    assert (await ask(half_closed)).body == b"taken"


async def test_a_kept_connection_is_used_again() -> None:
    opened: list[list[str]] = []
    lines = 0

    async def serve(reader: Stream, writer: Writer) -> None:
        nonlocal lines
        lines += 1
        await answering(reply("200 OK"), opened)(reader, writer)

    async with server(serve) as port, courier() as made:
        for _ in range(3):
            await made.request(Post(url=f"http://127.0.0.1:{port}/"))
    assert (len(opened), lines) == (3, 1)


async def test_redirects_are_followed_where_asked_for_and_not_for_ever() -> None:
    onwards = answering(reply("302 Found", b"", "Location: /in\r\n"))
    assert (await ask(onwards)).status == 302
    with pytest.raises(TargetBusy, match=f"more than {MOST_REDIRECTS} times"):
        await ask(onwards, follow=True)


async def test_what_was_sent_goes_to_nobody_else_when_it_is_redirected() -> None:
    heads: list[list[str]] = []
    async with server(answering(reply("200 OK"), heads)) as port:
        elsewhere = reply("302 Found", b"", f"Location: http://localhost:{port}/there\r\n")
        got = await ask(
            answering(elsewhere), follow=True, body=b"1", headers={"X-Key": "secret", "Content-Type": "a/b"}
        )
    assert got.status == 200
    assert heads[0][0] == "GET /there HTTP/1.1"
    assert not [line for line in heads[0] if line.startswith(("X-Key", "Content-Type"))]


async def test_a_redirect_may_ask_for_the_same_again() -> None:
    heads: list[list[str]] = []

    async def serve(reader: Stream, writer: Writer) -> None:
        where, rest = await asked(reader)
        heads.append([where[0], rest.decode()])
        writer.write(
            reply("200 OK")
            if where[0].startswith("POST /b")
            else reply("307 Go", b"", "Location: /b\r\nConnection: close\r\n")
        )

    await ask(serve, follow=True, body=b"1")
    assert heads == [["POST /in HTTP/1.1", "1"], ["POST /b HTTP/1.1", "1"]]


async def test_nothing_goes_from_a_safe_address_to_an_unsafe_one() -> None:
    unsafe = answering(reply("302 Found", b"", "Location: http://localhost/\r\n"))
    async with server(unsafe, tls=certified()) as port:
        with pytest.raises(TargetRefused, match="without encryption"):
            await request(trusts=True, url=f"https://localhost:{port}/", follow=True)


@pytest.mark.parametrize(
    ("host", "trusted", "said"),
    [("localhost", False, "self-signed certificate"), ("127.0.0.1", True, "IP address mismatch")],
)
async def test_a_certificate_that_does_not_hold_is_told(host: str, *, trusted: bool, said: str) -> None:
    async with server(answering(reply("200 OK")), tls=certified()) as port:
        with pytest.raises(TargetBusy, match=said):
            await request(trusts=trusted, url=f"https://{host}:{port}/")
        with pytest.raises(TargetBusy, match=said):
            await write(b"{}\n", trusts=trusted, host=host, port=port, tls=True)


async def test_whoever_speaks_no_tls_is_told_so() -> None:
    async def plain(_: Stream, writer: Writer) -> None:
        writer.write(reply("400 Bad Request"))
        await writer.drain()

    async with server(plain) as port:
        with pytest.raises(TargetBusy, match="it does not speak TLS as we do"):
            await request(url=f"https://localhost:{port}/")


async def test_nobody_there_and_no_such_name_are_told_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with server(never) as port:
        pass
    with pytest.raises(TargetBusy, match=r"no connection to 127\.0\.0\.1: nothing listens there"):
        await request(url=f"http://127.0.0.1:{port}/")
    with pytest.raises(TargetBusy, match="nothing listens there"):
        await write(b"{}\n", port=port)

    async def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(TargetBusy, match=r"The name service\.example leads nowhere"):
        await request(url="http://service.example/")


async def test_a_name_nobody_knows_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: Any, **__: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", silent)
    with pytest.raises(TargetBusy):
        await request(QUICK, url="http://service.example/")
    with pytest.raises(TargetBusy, match="Nobody says in time"):
        await write(b"", QUICK, host="service.example", port=1)


@pytest.mark.parametrize(
    "addresses",
    [["169.254.169.254"], ["127.0.0.1", "fe80::1%lo"], ["0.0.0.0"], ["fd00:ec2::254"]],  # noqa: S104 refused
    ids=str,
)
async def test_a_name_for_an_address_of_the_link_is_refused(
    addresses: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, *addresses)
    with pytest.raises(TargetRefused, match="no place for a service"):
        await request(url="http://metadata.example/latest")
    with pytest.raises(TargetRefused, match="no place for a service"):
        await write(b"", host="metadata.example", port=80)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[fe80::1]/", "http://[::ffff:169.254.1.1]/"]
)
async def test_an_address_of_the_link_is_refused_too(url: str) -> None:
    with pytest.raises(TargetRefused, match="no place for a service"):
        await request(url=url)


async def test_what_a_name_stood_for_when_it_was_looked_at_is_what_is_spoken_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heads: list[list[str]] = []
    async with server(answering(reply("200 OK"), heads), host="127.0.0.2") as port:
        names = resolving(monkeypatch, "127.0.0.1", "127.0.0.2")
        await request(url=f"http://service.example:{port}/")
    assert names == ["service.example"]
    assert f"Host: service.example:{port}" in heads[0]


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://a/", "http://", "//a/", "http://a:0/", "http://a:99999/", "http://[::1/", "http://a/ b"),
        *(
            "http://a/\x7f",
            "file:///etc/passwd",
            "http://a/" + "b" * 5000,
            "http://" + "ä" * 70 + ".example/",
        ),
    ],
)
async def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused, match="address must begin"):
        await request(url=url)


async def test_letters_beyond_ascii_are_spelled_as_the_web_does() -> None:
    heads: list[list[str]] = []
    async with server(answering(reply("200 OK"), heads)) as port:
        await request(url=f"http://127.0.0.1:{port}/gär%20haus?a=b&ö=[1]#x")
    assert heads[0][0] == "POST /g%C3%A4r%20haus?a=b&%C3%B6=[1] HTTP/1.1"


async def test_what_http_cannot_say_is_not_sent() -> None:
    with pytest.raises(TargetBusy, match="cannot be sent"):
        await ask(answering(reply("200 OK")), headers={"X-Key": "a\r\nHost: b"})


def keeping(pieces: list[bytes], then: Callable[[Writer], None] = Writer.close) -> Serving:
    """Read to the end, keep it, and do something with the line."""

    async def serve(reader: Stream, writer: Writer) -> None:
        pieces.append(await reader.read(-1))
        then(writer)

    return serve


async def test_a_piece_is_written_whole_in_the_open_and_through_tls() -> None:
    pieces: list[bytes] = []

    async def line(reader: Stream, _: Writer) -> None:
        pieces.append(await reader.readline())

    async with server(keeping(pieces)) as port:
        await write(b"{}\n" * 100_000, port=port)
    async with server(line, tls=certified()) as port:
        await write(b"{}\n", trusts=True, host="localhost", port=port, tls=True)
    assert pieces == [b"{}\n" * 100_000, b"{}\n"]


@pytest.mark.usefixtures("hasty")
async def test_a_piece_that_nobody_takes_is_given_up() -> None:
    async with server(never) as port:
        with pytest.raises(TargetBusy, match="broke while we sent: nobody answered in time"):
            await write(bytes(30_000_000), port=port)
        await write(b"{}\n", port=port)


@pytest.mark.usefixtures("hasty")
async def test_a_line_that_is_cut_after_a_piece_was_sent_may_have_lost_it() -> None:
    async with server(keeping([], lambda writer: writer.transport.abort())) as port:
        await write(b"{}\n", port=port)

    async def cut(_: Stream, writer: Writer) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        await asyncio.sleep(0.05)
        writer.transport.abort()

    async with server(cut) as port:
        with pytest.raises(AnswerLost, match="the other side hung up"):
            await write(b"{}\n", port=port)
