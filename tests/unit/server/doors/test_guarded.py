"""Guests by TCP, over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from msgspec.structs import replace

from krausen.errors import Defect, Invalid, KrausenError, Unproven
from krausen.model.door import DoorState
from krausen.ports.clock import Clock
from krausen.ports.door import LARGEST, Answer, Door, Exchange, Site
from krausen.server.doors import conversing
from krausen.server.doors.conversing import MOST_AT_ONCE, MOST_OF_ONE, Seats
from krausen.server.doors.guarded import Guarded
from krausen.testing.door import posted
from tests.unit.server.doors.hall import ADMIN, LINE, NEAR, PIPE, Hall, Loopback, Settings, entry, free_port

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000


@asynccontextmanager
async def opened(*allow: str, patience_s: float = 30.0) -> AsyncIterator[tuple[Hall, int]]:
    """Give a hall whose pipe is open, and its port."""
    loop, port = asyncio.get_running_loop(), free_port()
    hall = Hall(Clock(NOW - loop.time() * 1000, loop.time), patience_s=patience_s)
    state = DoorState(name="pipe", enabled=True, allow=allow or ("127.0.0.0/8",), settings={"tcp_port": port})
    await hall.catalog.keep_door(state, entry("pipe"))
    await hall.doors.load()
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(hall.doors.run(Loopback()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        yield hall, port
        work.cancel()


@asynccontextmanager
async def guest(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(NEAR, port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(port: int, words: bytes) -> bytes:
    """Say something, hang up, and give what was answered."""
    async with guest(port) as (reader, writer):
        with suppress(OSError):  # who is hung up on may notice while still speaking
            writer.write(words)
            writer.write_eof()
            return await reader.read()
    return b""


def reasons(hall: Hall) -> list[str]:
    return [one.reason for one in hall.doors.one("pipe").tally.recent_refusals]


async def test_what_a_guest_says_is_stored_and_answered() -> None:
    async with opened() as (hall, port):
        async with guest(port) as (reader, writer):
            writer.write(b"18.5\n19")
            assert await reader.readline() == b"1\n"
            writer.write(b"\n")
            assert await reader.readline() == b"2\n"
        (series,) = await hall.history.series()
        assert series.latest is not None
        assert (series.name.node, series.latest.v) == ("one", 19.0)
        tally = hall.doors.one("pipe").tally
        assert [(one.address, one.node, one.readings) for one in tally.recent_knocks] == [
            (NEAR, "one", 1)
        ] * 2


async def test_who_says_nothing_and_goes_is_noted() -> None:
    async with opened() as (hall, port):
        assert await said(port, b"") == b""
        (knock,) = hall.doors.one("pipe").tally.recent_knocks
        assert (knock.node, knock.readings) == ("", 0)


@pytest.mark.parametrize("words", [b"eighteen\n", b"nan\n"])
async def test_what_cannot_be_taken_ends_the_conversation_and_harms_no_other(words: bytes) -> None:
    async with opened() as (hall, port), guest(port) as (reader, writer):
        writer.write(b"1\n")
        assert await reader.readline() == b"1\n"
        assert await said(port, words) == b""
        writer.write(b"2\n")
        assert await reader.readline() == b"2\n"
        assert len(reasons(hall)) == 1
        assert hall.doors.one("pipe").tally.knocks == 2


async def test_who_is_of_another_network_is_hung_up_on() -> None:
    async with opened("10.0.0.0/8") as (hall, port):
        assert await said(port, b"1\n") == b""
        assert reasons(hall) == [f"This door lets nobody in from {NEAR}: an admin adds the network."]
        assert await hall.history.series() == []


async def test_who_is_silent_is_hung_up_on() -> None:
    async with opened(patience_s=0.02) as (hall, port), guest(port) as (reader, _):
        assert await reader.read() == b""
        assert reasons(hall) == ["The guest said nothing for 0.02 s."]


async def test_who_was_heard_and_then_falls_silent_was_no_refusal() -> None:
    async with opened(patience_s=0.05) as (hall, port), guest(port) as (reader, writer):
        writer.write(b"1\n")
        assert await reader.read() == b"1\n"
        assert reasons(hall) == []


async def test_who_says_too_much_is_hung_up_on() -> None:
    async with opened() as (hall, port):
        assert await said(port, b"1" * (LARGEST + 1)) == b""
        assert reasons(hall) == [f"A conversation has at most {LARGEST} bytes."]


async def test_who_takes_no_answer_is_hung_up_on() -> None:
    near, far = socket.socketpair()
    near.setblocking(False)
    with near, far:
        conversation = conversing.Conversation(near, NEAR, 0.02)
        with pytest.raises(KrausenError, match="took no answer"):
            await conversation.send(b"x" * 10_000_000)


async def test_a_line_that_breaks_is_told_as_such() -> None:
    near, far = socket.socketpair()
    near.setblocking(False)
    far.close()
    with near:
        conversation = conversing.Conversation(near, NEAR, 1.0)
        with pytest.raises(KrausenError, match="broke"):
            await conversation.send(b"x")
    with pytest.raises(KrausenError, match="broke"):
        await conversation.receive()


async def test_closing_a_door_ends_its_conversations() -> None:
    async with opened() as (hall, port), guest(port) as (reader, writer):
        writer.write(b"1\n")
        assert await reader.readline() == b"1\n"
        await hall.doors.change("pipe", lambda now: (replace(now, enabled=False), ()), ADMIN)
        assert await reader.read() == b""


def test_there_are_only_so_many_seats_and_so_many_for_one() -> None:
    seats = Seats()
    held = [seats.seat(f"10.0.0.{n}") for n in range(MOST_AT_ONCE - MOST_OF_ONE)]
    held += [seats.seat("10.0.1.1") for _ in range(MOST_OF_ONE)]
    for one in held[:-1]:
        one.__enter__()
    with seats.seat("10.0.1.1"), pytest.raises(KrausenError, match="100 guests"):
        seats.seat("10.0.1.2").__enter__()
    held[0].__exit__(None, None, None)
    held[-1].__enter__()
    with pytest.raises(KrausenError, match="20 conversations with"):
        seats.seat("10.0.1.1").__enter__()


def guarded(**fields: object) -> Guarded:
    """Give a door whose file does something of this."""
    assert LINE.paths is not None
    door: Door = replace(LINE, paths=replace(LINE.paths, **fields))
    hall = Hall(Clock(NOW, lambda: 0.0))
    return Guarded(door, hall.storage, hall.backing, 1.0)


async def fails(_: Settings, request: Exchange, __: Site) -> Answer:
    raise {b"defect": Defect("Broken."), b"key": KeyError("x"), b"invalid": Invalid("No.")}[request.body]


@pytest.mark.parametrize(
    ("what", "told"),
    [(b"defect", "stumbled"), (b"key", "stumbled"), (b"none", "stumbled"), (b"invalid", "No")],
)
async def test_whatever_goes_wrong_in_the_file_of_a_door_is_a_refusal(what: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        await guarded(exchange=fails).exchange(posted("/line", what), None)


async def test_a_refusal_or_proof_that_fails_is_contained() -> None:
    door = guarded(refusal=lambda _: 1 / 0, authorization=lambda _: 1 / 0)
    assert door.refusal(Unproven("Who?")) is None
    with pytest.raises(Invalid, match="stumbled"):
        door.authorization(posted("/line", b""))
    assert guarded().refusal(Unproven("Who?")) is None
    assert guarded().authorization(posted("/line", b"", headers={"authorization": "Basic x"})) == "Basic x"


async def test_a_door_without_http_takes_no_request() -> None:
    hall = Hall(Clock(NOW, lambda: 0.0))
    pipe = Guarded(PIPE, hall.storage, hall.backing, 1.0)
    with pytest.raises(Defect):
        await pipe.exchange(posted("/", b""), None)
    assert pipe.refusal(Unproven("Who?")) is None
