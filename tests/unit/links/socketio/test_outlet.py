"""What is written to one client: directly, through the queue of the engine, and when there is no room."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, json

from krausen.links.socketio.connection import Connection, Message
from krausen.links.socketio.outgoing import Outgoing
from krausen.links.socketio.outlet import AT_ONCE, LITTLE, ROOM, Outlet, Turn, text_of
from krausen.server.outlets import framed, message_frame
from krausen.simulation.loop import jumping


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Packet(Struct, frozen=True):
    """A packet of a number."""

    packet: bytes


class Wire:
    """A transport that keeps what it is given; the other side takes it when it is told to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.held = 0
        self.is_slow = False

    def write(self, data: bytes) -> None:
        self.taken.append(data)
        self.held += len(data) if self.is_slow else 0

    def get_write_buffer_size(self) -> int:
        return self.held

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        raise AssertionError("Nobody wants that.")


class Client:
    """A client of an engine: its queue, its WebSocket once it has one, and what came to it, in order."""

    def __init__(self) -> None:
        self.queue = Outgoing()
        self.wire = Wire()
        self.connection: Connection | None = None
        self.is_stuck = asyncio.Event()
        self.outlet = Outlet(self.queue, str, lambda: self.connection, Turn())

    async def change_over(self) -> None:
        """Be on a WebSocket from now on."""
        connection = Connection(self._nothing, self._pass_on, None, self.wire)
        await connection.send({"type": "websocket.accept"})
        self.connection = connection

    def numbered(self, n: int) -> Packet:
        return Packet(framed(f'42["logs",{n}]'.encode()))

    async def pass_on(self) -> list[str]:
        """Do what the engine does for who polls, or has a WebSocket: take all, and send it."""
        packets = []
        while self.queue.qsize():
            packets.append(str(self.queue.get_nowait()))
            self.queue.task_done()
        for packet in packets:
            if self.connection is not None:
                await self.connection.send({"type": "websocket.send", "text": packet})
        return packets

    async def _pass_on(self, message: Message) -> None:
        if "text" in message:
            self.wire.write(framed(b"4" + message["text"].encode()))

    async def _nothing(self) -> Message:
        return {"type": "websocket.disconnect"}

    def heard(self) -> list[int]:
        """Give the numbers that came by WebSocket."""
        frames = b"".join(self.wire.taken)
        numbers = []
        while frames:
            length = frames[1]
            numbers.append(json.decode(frames[4 : 2 + length])[1])
            frames = frames[2 + length :]
        return numbers


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client()
    yield made
    made.outlet.forget()


async def test_frames_of_a_turn_leave_together_past_the_engine(client: Client) -> None:
    await client.change_over()
    for n in range(3):
        client.outlet.write(client.numbered(n))
    assert client.wire.taken == []
    await asyncio.sleep(0)
    assert (len(client.wire.taken), client.heard()) == (1, [0, 1, 2])
    assert client.queue.qsize() == 0


async def test_frames_wait_for_what_the_engine_has_under_way(client: Client) -> None:
    await client.change_over()
    client.queue.put_nowait('2["logs",0]')
    client.outlet.write(client.numbered(1))
    await asyncio.sleep(0)
    assert client.heard() == []
    await client.pass_on()
    assert client.heard() == [0, 1]


async def test_packet_that_was_taken_but_not_said_to_be_still_counts(client: Client) -> None:
    await client.change_over()
    client.queue.put_nowait('2["logs",0]')
    client.queue.get_nowait()
    client.outlet.write(client.numbered(1))
    await asyncio.sleep(0)
    assert client.heard() == []
    client.queue.task_done()
    await client.pass_on()
    client.outlet.write(client.numbered(2))
    await asyncio.sleep(0)
    assert client.heard() == [1, 2]


@given(st.lists(st.sampled_from(["write", "engine", "turn", "pass on"]), max_size=60))
async def test_whatever_happens_between_frames_come_in_order_and_none_is_lost(acts: list[str]) -> None:
    client, sent = Client(), 0
    await client.change_over()
    for act in acts:
        if act in {"write", "engine"}:
            if act == "write":
                client.outlet.write(client.numbered(sent))
            else:
                client.outlet.say(f'2["logs",{sent}]')
            sent += 1
        elif act == "turn":
            await asyncio.sleep(0)
        else:
            await client.pass_on()
    for _ in range(len(acts)):
        await asyncio.sleep(0)
        await client.pass_on()
    assert client.heard() == list(range(sent))


async def test_who_polls_is_given_a_few_packets_at_a_time(client: Client) -> None:
    for n in range(50):
        client.outlet.write(client.numbered(n))
    heard: list[str] = []
    while len(heard) < 50:
        packets = await client.pass_on()
        assert 0 < len(packets) <= AT_ONCE
        heard += packets
        await asyncio.sleep(0)
    assert heard == [f'2["logs",{n}]' for n in range(50)]
    assert client.outlet.waiting == 0


async def test_slow_client_is_said_to_be_full_and_later_to_have_room(client: Client) -> None:
    said: list[str] = []
    client.outlet.full = lambda: said.append("full")
    client.outlet.drained = lambda: said.append("drained")
    await client.change_over()
    client.wire.is_slow = True
    while not said:
        client.outlet.write(client.numbered(1))
        await asyncio.sleep(0)
    assert ROOM < client.outlet.waiting <= ROOM + 100
    await asyncio.sleep(10)
    client.wire.held = LITTLE + 1
    await asyncio.sleep(10)
    assert said == ["full"]
    client.wire.held = LITTLE
    await asyncio.sleep(10)
    assert said == ["full", "drained"]


async def test_who_waits_for_room_goes_on_when_there_is_some_and_at_the_end(client: Client) -> None:
    client.outlet.say("x" * (ROOM + 1))
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(client.outlet.room())
        await asyncio.sleep(1)
        assert not waiting.done()
        await client.pass_on()
        await waiting
        client.outlet.say("x" * (ROOM + 1))
        again = tasks.create_task(client.outlet.room())
        await asyncio.sleep(1)
        assert not again.done()
        client.outlet.close(1001, "It is late.")
        await again
    client.outlet.close(1008, "Another reason.")
    assert client.outlet.reason == "It is late."


async def test_who_was_forgotten_gets_nothing_and_is_looked_at_no_more(client: Client) -> None:
    await client.change_over()
    client.wire.is_slow = True
    client.outlet.write(Packet(framed(b"x" * 2 * ROOM)))
    client.outlet.write(client.numbered(1))
    client.outlet.forget()
    client.outlet.drained = lambda: pytest.fail("Nobody is there.")
    client.wire.held = 0
    await asyncio.sleep(10)
    assert len(client.wire.taken) == 1


@given(st.text(max_size=200_000).filter(lambda text: text.isprintable()) | st.sampled_from(["x" * 70_000]))
def test_packet_is_found_in_its_frame_whatever_its_length(text: str) -> None:
    said = json.encode(text)
    frame = message_frame("logs", 1, 0, b'"message":' + said)
    assert json.decode(text_of(frame.packet)[1:]) == ["logs", {"message": text}]
