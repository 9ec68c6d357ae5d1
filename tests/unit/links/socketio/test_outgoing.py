"""What is counted of the packets that an engine has still to pass on."""

from hypothesis import given
from hypothesis import strategies as st

from krausen.links.socketio.outgoing import Outgoing


@given(st.lists(st.sampled_from(["put", "get", "done"]), max_size=50))
def test_packet_is_owed_until_it_was_said_to_be_taken(acts: list[str]) -> None:
    queue, owed, taken, idle = Outgoing(), 0, 0, 0

    def count() -> None:
        nonlocal idle
        idle += 1

    queue.on_idle = count
    emptied = 0
    for act in acts:
        if act == "put":
            queue.put_nowait("packet")
            owed += 1
        elif act == "get" and queue.qsize():
            queue.get_nowait()
            taken += 1
        elif act == "done" and taken:
            queue.task_done()
            taken, owed = taken - 1, owed - 1
            emptied += owed == 0
    assert (queue.owed, idle) == (owed, emptied)


async def test_who_waits_to_put_is_counted_too() -> None:
    queue = Outgoing()
    await queue.put("packet")
    assert queue.owed == 1
