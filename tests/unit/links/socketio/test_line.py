import asyncio
from typing import Any

import pytest

from krausen.errors import LinkLost
from krausen.links.socketio.line import HELD, STUCK_S, Line, understood
from krausen.simulation.loop import jumping
from krausen.wire.messages import LARGEST_FRAME, Hello, Welcome, encode, from_agent


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Engine:
    """An engine that passes on as many frames as it is let."""

    def __init__(self) -> None:
        self.queue: list[bytes] = []
        self.line = Line(self.emit, lambda: len(self.queue))
        self.most = 0

    async def emit(self, frame: bytes) -> None:
        await asyncio.sleep(0)
        self.queue.append(frame)
        self.most = max(self.most, len(self.queue))


async def held_up(engine: Engine, *frames: bytes) -> list["asyncio.Task[None]"]:
    """Send several frames at once, and give the tasks when nothing moves any more."""
    tasks = [asyncio.get_running_loop().create_task(engine.line.send(frame)) for frame in frames]
    await asyncio.sleep(1)
    return tasks


async def test_a_frame_waits_until_the_one_before_is_on_its_way() -> None:
    engine = Engine()
    tasks = await held_up(engine, b"1", b"2", b"3")
    passed = []
    for _ in tasks:
        passed.append(engine.queue.pop(0))
        await asyncio.sleep(1)
    assert passed == [b"1", b"2", b"3"]
    assert engine.most == 1
    assert all(task.done() for task in tasks)
    engine.line.close()


async def test_a_peer_that_takes_nothing_is_given_up_and_all_who_wait_learn_it() -> None:
    engine = Engine()
    tasks = await held_up(engine, b"1", b"2", b"3")
    await asyncio.sleep(STUCK_S + 1)
    assert tasks[0].exception() is None
    for task in tasks[1:]:
        with pytest.raises(LinkLost, match=r"took nothing for 20 s"):
            task.result()
    assert engine.queue == [b"1"]
    engine.line.close()


async def test_an_end_is_learnt_at_once_by_those_who_wait_to_send() -> None:
    engine = Engine()
    tasks = await held_up(engine, b"1", b"2")
    engine.line.end("Gone.")
    engine.line.end("Gone again.")
    await asyncio.sleep(0.1)
    with pytest.raises(LinkLost, match=r"^Gone\.$"):
        tasks[1].result()
    engine.line.close()


async def test_what_came_before_the_end_is_still_given() -> None:
    line = Engine().line
    await line.came(b"1")
    line.came_unasked(b"2")
    line.end("Gone.")
    assert [await line.receive(), await line.receive()] == [b"1", b"2"]
    for _ in range(2):
        with pytest.raises(LinkLost, match="Gone"):
            await line.receive()
    await line.came(b"3")
    line.came_unasked(b"4")
    with pytest.raises(LinkLost, match="Gone"):
        await line.receive()
    line.close()


async def test_who_says_too_much_is_held_up() -> None:
    line = Engine().line
    async with asyncio.TaskGroup() as tasks:
        coming = [tasks.create_task(line.came(b"%d" % n)) for n in range(HELD + 3)]
        await asyncio.sleep(1)
        assert [task.done() for task in coming] == [True] * HELD + [False] * 3
        assert [await line.receive() for _ in coming] == [b"%d" % n for n in range(HELD + 3)]
    line.close()


async def test_who_cannot_be_held_up_is_left_and_the_rest_is_heard() -> None:
    line = Engine().line
    for n in range(HELD + 3):
        line.came_unasked(b"%d" % n)
    assert [await line.receive() for _ in range(HELD)] == [b"%d" % n for n in range(HELD)]
    with pytest.raises(LinkLost, match="more than can be taken"):
        await line.receive()
    line.close()


async def test_closing_lets_go_of_who_is_held_up() -> None:
    line = Engine().line
    async with asyncio.TaskGroup() as tasks:
        for n in range(HELD + 3):
            tasks.create_task(line.came(b"%d" % n))
        await asyncio.sleep(1)
        line.close()
    with pytest.raises(LinkLost):
        await line.receive()


async def test_what_is_too_large_for_a_frame_is_not_sent_and_the_line_stays() -> None:
    engine = Engine()
    with pytest.raises(LinkLost, match="does not fit"):
        await engine.line.send(b"x" * (LARGEST_FRAME + 1))
    await engine.line.send(b"x" * LARGEST_FRAME)
    engine.line.close()


def test_a_frame_is_understood_or_refused_in_words() -> None:
    hello = Hello(agent="pi", wire=1, version="0")
    assert understood(from_agent, encode(hello)) == hello
    for nonsense in (b"", b"\xc1", b"rubbish", encode(Welcome("0")), b"\x91" * 100_000):
        with pytest.raises(LinkLost, match="cannot be understood"):
            understood(from_agent, nonsense)
    with pytest.raises(LinkLost, match="may have 262,144 bytes; this one has 262,145"):
        understood(from_agent, b"x" * (LARGEST_FRAME + 1))
