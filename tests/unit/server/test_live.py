import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json

from krausen.model.reading import Quality
from krausen.ports.history import Point
from krausen.server.held import HELD_BYTES, HELD_MESSAGES, HELD_MS
from krausen.server.live import (
    BACKLOG,
    BACKLOG_BYTES,
    TICK_S,
    Listener,
    Live,
)
from krausen.simulation.loop import jumping
from krausen.testing.clock import HandClock
from tests.unit.server.ticking import ticking

Message = dict[str, Any]


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Hall:
    """Channels with a clock in our hands."""

    def __init__(self) -> None:
        self.clock = HandClock(1_000_000)
        self.live = Live(self.clock, "e")

    def hear(self, *channels: str, since: str | None = None) -> Listener:
        listener = self.live.listen()
        listener.subscribe(channels or ("data",), since)
        return listener

    def tell(self, *values: tuple[str, int, float]) -> None:
        """Announce readings and let the tick pass."""
        self.live.readings([(series, Point(t, v)) for series, t, v in values])
        self.live.flush()


async def heard(listener: Listener) -> list[Message]:
    """Give everything that waits for a listener."""
    texts: list[Message] = []
    while True:
        try:
            async with asyncio.timeout(0.01):
                texts.append(json.decode(await listener.next()))
        except TimeoutError:
            return texts


def values(messages: list[Message]) -> list[tuple[str, int, float]]:
    return [
        (reading["series"], reading["t"], reading["v"])
        for message in messages
        if "message" in message
        for reading in message["message"]["readings"]
    ]


async def test_a_message_has_its_channel_number_time_and_content() -> None:
    hall = Hall()
    listener = hall.hear("changes")
    hall.live.say("changes", {"what": "vessel"})
    assert await heard(listener) == [
        {
            "channel": "changes",
            "seq": "e.1",
            "time": "1970-01-01T00:16:40.000Z",
            "message": {"what": "vessel"},
        }
    ]


async def test_every_channel_is_numbered_by_itself_without_gaps() -> None:
    hall = Hall()
    listener = hall.hear("data", "changes")
    for channel in ("data", "changes", "data", "data", "changes"):
        hall.live.say(channel, {})
    assert [(m["channel"], m["seq"]) for m in await heard(listener)] == [
        ("data", "e.1"),
        ("changes", "e.1"),
        ("data", "e.2"),
        ("data", "e.3"),
        ("changes", "e.2"),
    ]


async def test_only_what_is_subscribed_to_is_heard_and_only_until_it_is_not() -> None:
    hall = Hall()
    listener = hall.hear("changes")
    hall.live.say("agents", {})
    hall.live.say("changes", {"a": 1})
    assert len(await heard(listener)) == 1
    listener.unsubscribe(["changes"])
    hall.live.say("changes", {"a": 2})
    assert await heard(listener) == []
    listener.close()
    listener.close()


async def test_quality_is_told_unless_it_is_good() -> None:
    hall = Hall()
    listener = hall.hear()
    hall.live.readings([("s1", Point(1, 20.0)), ("s1", Point(2, 85.0, Quality.BAD))])
    hall.live.flush()
    assert (await heard(listener))[0]["message"]["readings"] == [
        {"series": "s1", "t": 1, "v": 20.0},
        {"series": "s1", "t": 2, "v": 85.0, "quality": "bad"},
    ]


async def test_readings_of_one_tick_leave_as_one_frame_with_the_last_value_of_each_instant() -> None:
    hall = Hall()
    listener = hall.hear()
    async with ticking(hall.live):
        for t in range(50):
            hall.live.readings([("s1", Point(t % 5, float(t)))])
        await asyncio.sleep(TICK_S)
        messages = await heard(listener)
    assert len(messages) == 1
    assert values(messages) == [("s1", t, 45.0 + t) for t in range(5)]


async def test_all_hear_the_same_text() -> None:
    hall = Hall()
    one, two = hall.hear(), hall.hear()
    hall.tell(("s1", 1, 1.0))
    assert await one.next() is await two.next()


# ——— resuming ———


@given(st.lists(st.sampled_from(["data", "changes"]), max_size=30), st.integers(0, 30))
async def test_who_resumes_misses_nothing_and_hears_nothing_twice(said: list[str], away_at: int) -> None:
    hall = Hall()
    steady = hall.hear("changes")
    resumed_from = "e.0"
    for count, channel in enumerate(said):
        if count <= away_at and channel == "changes":
            resumed_from = f"e.{said[: count + 1].count('changes')}"
        hall.live.say(channel, {"count": count})
    known = int(resumed_from[2:])
    back = hall.hear("changes", since=resumed_from)
    hall.live.say("changes", {"count": "after"})
    assert (await heard(steady))[known:] == await heard(back)


async def test_who_resumes_after_minutes_gets_all_of_it_however_much_was_said() -> None:
    hall = Hall()
    for t in range(5 * 60 * 5):
        hall.clock.now_ms += 200
        hall.tell(("s1", t, float(t)))
    listener = hall.hear(since="e.0")
    for t in range(1500, 1500 + BACKLOG):
        hall.tell(("s1", t, float(t)))
    messages = await heard(listener)
    assert {"gap": True} not in messages
    assert [t for _, t, _ in values(messages)] == list(range(1500 + BACKLOG))


async def test_who_resumes_and_still_does_not_listen_is_bounded_like_anybody() -> None:
    hall = Hall()
    for t in range(1500):
        hall.tell(("s1", t, float(t)))
    listener = hall.hear(since="e.0")
    for t in range(BACKLOG + 1):
        hall.tell(("s1", 2000 + t, 1.0))
    assert (await heard(listener))[0] == {"gap": True}


@pytest.mark.parametrize("since", ["old.7", "e", "", "e.", ".", "e.x", "e.-1", "e.²", "e." + "9" * 5000, "7"])
async def test_what_cannot_be_resumed_is_a_gap_and_then_the_newest(since: str) -> None:
    hall = Hall()
    hall.tell(("s1", 1, 1.0), ("s2", 1, 2.0))
    hall.tell(("s1", 2, 3.0))
    messages = await heard(hall.hear(since=since))
    assert messages[0] == {"gap": True}
    assert sorted(values(messages)) == [("s1", 2, 3.0), ("s2", 1, 2.0)]
    assert len(messages) == 2


async def test_the_newest_continues_where_the_numbers_are() -> None:
    hall = Hall()
    hall.tell(("s1", 1, 1.0))
    hall.tell(("s1", 2, 2.0))
    listener = hall.hear(since="old.1")
    messages = await heard(listener)
    assert messages[1]["seq"] == "e.2"
    hall.tell(("s1", 3, 3.0))
    assert (await heard(listener))[0]["seq"] == "e.3"


async def test_a_gap_in_a_channel_without_readings_brings_no_readings() -> None:
    hall = Hall()
    hall.tell(("s1", 1, 1.0))
    assert await heard(hall.hear("changes", since="old.1")) == [{"gap": True}]


async def test_after_a_gap_comes_how_everything_stands() -> None:
    hall = Hall()
    hall.live.know_state("data", "north", {"vessel": "as it was"})
    hall.live.state("data", "south", {"vessel": "waiting"})
    hall.live.say_state("data", "west", {"vessel": "gone"})
    hall.live.forget_state("data", "west")
    hall.live.say_state("agents", "pi", {"agent": "pi", "state": "recognised"})
    hall.live.say_state("agents", "pi", {"agent": "pi", "state": "current"})
    messages = await heard(hall.hear("data", "agents", since="old.1"))
    assert messages[0] == {"gap": True}
    assert [(one["channel"], one["seq"], one["message"]) for one in messages[1:]] == [
        ("data", "e.1", {"readings": []}),
        ("data", "e.1", {"vessel": "as it was"}),
        ("data", "e.1", {"vessel": "waiting"}),
        ("agents", "e.2", {"agent": "pi", "state": "current"}),
    ]


async def test_listener_who_is_told_how_more_stand_than_may_wait_does_not_fall_behind_by_that() -> None:
    hall = Hall()
    for n in range(2 * BACKLOG):
        hall.live.know_state("agents", str(n), n)
    listener = hall.hear("agents", since="old.1")
    assert json.decode(await listener.next()) == {"gap": True}
    hall.live.say("agents", "more")
    messages = await heard(listener)
    assert [one["message"] for one in messages] == [*range(2 * BACKLOG), "more"]


async def test_what_is_no_more_is_not_told_later() -> None:
    hall = Hall()
    listener = hall.hear("data")
    hall.live.state("data", "north", {})
    hall.live.forget_state("data", "north")
    hall.live.flush()
    assert await heard(listener) == []


async def test_messages_are_held_for_a_time() -> None:
    hall = Hall()
    hall.live.say("changes", {"n": 1})
    hall.clock.now_ms += 1
    hall.live.say("changes", {"n": 2})
    hall.clock.now_ms += HELD_MS
    hall.live.say("changes", {"n": 3})
    assert [m["message"]["n"] for m in await heard(hall.hear("changes", since="e.1"))] == [2, 3]
    assert await heard(hall.hear("changes", since="e.0")) == [{"gap": True}]


async def test_messages_are_held_up_to_a_count() -> None:
    hall = Hall()
    for _ in range(HELD_MESSAGES + 5):
        hall.live.say("changes", {})
    assert (await heard(hall.hear("changes", since="e.4"))) == [{"gap": True}]
    assert len(await heard(hall.hear("changes", since="e.5"))) == HELD_MESSAGES


async def test_messages_are_held_up_to_a_size() -> None:
    hall = Hall()
    for _ in range(100):
        hall.live.say("changes", "x" * (HELD_BYTES // 20))
    messages = await heard(hall.hear("changes", since="e.0"))
    assert messages == [{"gap": True}]
    assert sum(len(frame.text) for frame in hall.live.missed("changes", "e.90") or ()) <= HELD_BYTES
    assert hall.live.missed("changes", "e.50") is None


async def test_one_message_is_held_however_large_it_is() -> None:
    hall = Hall()
    hall.live.say("changes", "x" * (2 * HELD_BYTES))
    assert len(hall.live.missed("changes", "e.0") or ()) == 1


# ——— the slow ———


async def test_the_slow_get_a_gap_and_the_newest_of_each_series_and_then_go_on() -> None:
    hall = Hall()
    slow, quick = hall.hear(), hall.hear()
    for t in range(3 * BACKLOG):
        hall.tell(("s1", t, float(t)), ("s2", t, -float(t)))
        await quick.next()
    messages = await heard(slow)
    last = 3 * BACKLOG - 1
    assert messages[0] == {"gap": True}
    assert values(messages) == [("s1", last, float(last)), ("s2", last, -float(last))]
    hall.tell(("s1", 9999, 1.0))
    assert values(await heard(slow)) == [("s1", 9999, 1.0)]
    assert values(await heard(quick)) == [("s1", 9999, 1.0)]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 3 * BACKLOG), min_size=1, max_size=6))
async def test_a_backlog_is_bounded_and_whoever_is_told_of_no_gap_missed_nothing(bursts: list[int]) -> None:
    hall = Hall()
    listener, t, known = hall.hear(), 0, -1
    for burst in bursts:
        for _ in range(burst):
            hall.tell(("s1", t, float(t)))
            t += 1
        messages = await heard(listener)
        assert len(messages) <= BACKLOG + 2
        for message in messages:
            if message == {"gap": True}:
                known = -1
            else:
                (reading,) = message["message"]["readings"]
                assert known in (-1, reading["t"] - 1)
                known = reading["t"]
        assert known == t - 1 or not messages


async def test_a_backlog_is_bounded_in_size_too() -> None:
    hall = Hall()
    listener = hall.hear("changes")
    for _ in range(10):
        hall.live.say("changes", "x" * (BACKLOG_BYTES // 4))
    messages = await heard(listener)
    assert messages[0] == {"gap": True}


async def test_one_large_message_reaches_a_listener_that_keeps_up() -> None:
    hall = Hall()
    listener = hall.hear("changes")
    for _ in range(3):
        hall.live.say("changes", "x" * (2 * BACKLOG_BYTES))
        (message,) = await heard(listener)
        assert "gap" not in message


async def test_a_value_that_came_late_is_not_the_newest() -> None:
    hall = Hall()
    hall.tell(("s1", 10, 1.0))
    hall.tell(("s1", 5, 2.0))
    assert values(await heard(hall.hear(since="old.1"))) == [("s1", 10, 1.0)]
    hall.tell(("s1", 10, 3.0))
    assert values(await heard(hall.hear(since="old.1"))) == [("s1", 10, 3.0)]


async def test_a_listener_that_waits_is_woken() -> None:
    hall = Hall()
    listener = hall.hear()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(listener.next())
        await asyncio.sleep(1.0)
        assert not waiting.done()
        hall.tell(("s1", 1, 1.0))
    assert "s1" in waiting.result()
