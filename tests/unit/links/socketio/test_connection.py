import asyncio
from typing import Any

import pytest

from krausen.links.socketio.connection import POLICY, Connection, Message
from krausen.simulation.loop import jumping


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Peer:
    """The other side of a WebSocket that says and takes what it is told to, or nothing at all."""

    def __init__(self) -> None:
        self.words: asyncio.Queue[Message] = asyncio.Queue()
        self.taken: list[Message] = []
        self.is_stuck = False

    async def receive(self) -> Message:
        return await self.words.get()

    async def send(self, message: Message) -> None:
        if self.is_stuck:
            await asyncio.Event().wait()
        self.taken.append(message)


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_what_is_said_in_time_is_passed_on_both_ways() -> None:
    peer = Peer()
    connection = Connection(peer.receive, peer.send, now_s() + 10)
    peer.words.put_nowait({"type": "websocket.connect"})
    assert await connection.receive() == {"type": "websocket.connect"}
    await connection.send({"type": "websocket.accept"})
    assert peer.taken == [{"type": "websocket.accept"}]


async def test_when_its_time_is_over_the_other_side_looks_gone() -> None:
    peer = Peer()
    connection = Connection(peer.receive, peer.send, now_s() + 10)
    before_s = now_s()
    assert await connection.receive() == {"type": "websocket.disconnect", "code": POLICY}
    assert now_s() - before_s == pytest.approx(10)
    peer.words.put_nowait({"type": "websocket.receive"})
    assert await connection.receive() == {"type": "websocket.disconnect", "code": POLICY}


async def test_a_send_that_is_stuck_ends_with_it() -> None:
    peer = Peer()
    peer.is_stuck = True
    connection = Connection(peer.receive, peer.send, now_s() + 10)
    with pytest.raises(OSError):  # noqa: PT011 any failure of the system will do for the engine
        await connection.send({"type": "websocket.send"})


async def test_its_time_can_be_changed_while_it_is_waited_for() -> None:
    peer = Peer()
    connection = Connection(peer.receive, peer.send, now_s() + 10)

    async def change() -> None:
        await asyncio.sleep(5)
        connection.last_until(None)
        await asyncio.sleep(1000)
        connection.last_until(now_s() + 1)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(change())
        before_s = now_s()
        assert (await connection.receive())["type"] == "websocket.disconnect"
    assert now_s() - before_s == pytest.approx(1006)
