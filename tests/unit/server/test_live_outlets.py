"""What reaches listeners through outlets that are quick, slow, or take nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from krausen.ports.history import Point
from krausen.server.live import BACKLOG, BACKLOG_BYTES, ROOM, Live
from krausen.testing.clock import HandClock
from tests.unit.server.ears import Ear

CHANNELS = ("changes", "agents", "kitchen")
LARGE = 3_000


class Hall(RuleBasedStateMachine):
    """Any order of saying, subscribing, resuming and taking, for a listener that may be slow.

    What is said is a number that counts up in each channel, so that a gap nobody told of is seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self.live = Live(HandClock(), "e")
        self.said = dict.fromkeys(CHANNELS, 0)
        self.known: dict[str, int | None] = {}
        self.ear = self.new_ear()
        self.read = 0

    def new_ear(self) -> Ear:
        raise NotImplementedError

    @rule(channel=st.sampled_from(CHANNELS), count=st.integers(1, 3), size=st.sampled_from([1, LARGE]))
    def say(self, channel: str, count: int, size: int) -> None:
        for _ in range(count):
            self.said[channel] += 1
            self.live.say(channel, {"n": self.said[channel], "x": "x" * size})

    @rule(channel=st.sampled_from(CHANNELS))
    def say_much(self, channel: str) -> None:
        for _ in range(BACKLOG + 1):
            self.said[channel] += 1
            self.live.say(channel, {"n": self.said[channel], "x": "x" * LARGE})

    @rule(channel=st.sampled_from(CHANNELS))
    def subscribe(self, channel: str) -> None:
        if channel not in self.known:
            self.hear()
            self.known[channel] = self.said[channel]
            self.ear.listener.subscribe([channel])

    @rule(channel=st.sampled_from(CHANNELS), back=st.integers(0, 20))
    def resume(self, channel: str, back: int) -> None:
        if channel not in self.known:
            self.hear()
            since = max(self.said[channel] - back, 0)
            self.known[channel] = since
            self.ear.listener.subscribe([channel], f"e.{since}")

    @rule(channels=st.lists(st.sampled_from(CHANNELS), unique=True, min_size=1))
    def come_back_to_another_run(self, channels: list[str]) -> None:
        self.hear()
        self.known |= dict.fromkeys(channels)
        self.ear.listener.subscribe(channels, "old.1")
        self.hear()
        assert {"gap": True} in self.ear.words()

    @rule(channel=st.sampled_from(CHANNELS))
    def unsubscribe(self, channel: str) -> None:
        self.hear()
        self.known.pop(channel, None)
        self.ear.listener.unsubscribe([channel])

    @rule(count=st.integers(1, 40))
    def take(self, count: int) -> None:
        self.ear.take(count)
        self.judge()

    @rule()
    def hear(self) -> None:
        """Take everything: then nothing is missing, or a gap was told."""
        self.ear.take_all()
        self.judge()
        for channel, known in self.known.items():
            assert known in (None, self.said[channel])

    @rule()
    def leave_and_come_anew(self) -> None:
        self.ear.listener.close()
        assert self.live.listeners == 0
        self.known, self.ear, self.read = {}, self.new_ear(), 0

    def judge(self) -> None:
        for word in self.ear.words()[self.read :]:
            self.judge_word(word)
        self.read = len(self.ear.heard)

    def judge_word(self, word: dict[str, Any]) -> None:
        if "gap" in word:
            self.known = dict.fromkeys(self.known)
            return
        channel, n = word["channel"], word["message"]["n"]
        assert self.known[channel] in (None, n - 1)
        self.known[channel] = n

    @invariant()
    def little_waits(self) -> None:
        assert self.ear.largest_waiting <= ROOM + 2 * LARGE
        assert self.ear.listener.backlog <= BACKLOG
        assert self.ear.listener.backlog_bytes <= BACKLOG_BYTES


class Asked(Hall):
    def new_ear(self) -> Ear:
        return Ear(self.live, ROOM, tells=False)


class Telling(Hall):
    def new_ear(self) -> Ear:
        return Ear(self.live, ROOM, tells=True)


@pytest.mark.parametrize("hall", [Asked, Telling])
def test_nobody_hears_twice_or_misses_without_a_gap_and_little_waits(hall: type[Hall]) -> None:
    run_state_machine_as_test(hall, settings=settings(max_examples=20, stateful_step_count=40))


def test_all_hear_the_same_frame_at_once_without_a_turn_of_the_loop() -> None:
    live = Live(HandClock(), "e")
    ears = [Ear(live, ROOM, tells=tells) for tells in (True, False) * 3]
    for ear in ears:
        ear.listener.subscribe(["kitchen"])
    live.say("kitchen", 1)
    for ear in ears:
        ear.take_all()
    frames = {id(ear.heard[0]) for ear in ears}
    assert len(frames) == 1


def test_who_was_slow_gets_a_gap_and_the_newest_and_goes_on() -> None:
    live = Live(HandClock(), "e")
    slow = Ear(live, ROOM, tells=True)
    slow.listener.subscribe(["data"])
    for t in range(1, 3 * BACKLOG):
        live.readings([(f"s{n}", Point(t, float(t))) for n in range(20)])
        live.flush()
    slow.take_all()
    gap = slow.words().index({"gap": True})
    newest, *rest = slow.words()[gap + 1 :]
    assert rest == []
    readings: Any = newest["message"]
    assert {(one["series"], one["v"]) for one in readings["readings"]} == {
        (f"s{n}", 3.0 * BACKLOG - 1) for n in range(20)
    }
    live.say("data", {"readings": []})
    slow.take_all()
    assert slow.words()[-1]["message"] == {"readings": []}


@given(st.lists(st.sampled_from(["say", "answer"]), max_size=30))
def test_answers_come_in_order_among_messages(deeds: list[str]) -> None:
    live = Live(HandClock(), "e")
    ear = Ear(live, 500, tells=True)
    ear.listener.subscribe(["kitchen"])
    for n, deed in enumerate(deeds):
        if deed == "say":
            live.say("kitchen", n)
        else:
            ear.listener.put(f'{{"message":{n}}}')
    ear.take_all()
    assert [word["message"] for word in ear.words()] == list(range(len(deeds)))


def test_who_has_closed_hears_nothing_and_cannot_subscribe() -> None:
    live = Live(HandClock(), "e")
    ear = Ear(live, ROOM, tells=True)
    ear.listener.subscribe(["kitchen"])
    ear.listener.close()
    ear.listener.subscribe(["kitchen"])
    live.say("kitchen", 1)
    ear.listener.put("{}")
    ear.listener.drained()
    ear.take_all()
    assert ear.heard == []


def test_a_channel_that_has_ended_is_heard_no_more_and_its_numbers_go_on() -> None:
    live = Live(HandClock(), "e")
    ear = Ear(live, ROOM, tells=True)
    ear.listener.subscribe(["kitchen"])
    live.say("kitchen", 1)
    live.end("kitchen")
    live.say("kitchen", 2)
    ear.take_all()
    assert [word["message"] for word in ear.words()] == [1]
    assert live.missed("kitchen", "e.0") is None
    assert live.publish("kitchen", 3, "Anna") == "e.3"


def test_a_published_message_says_by_whom() -> None:
    live = Live(HandClock(1_000), "e")
    ear = Ear(live, ROOM, tells=True)
    ear.listener.subscribe(["data"])
    assert live.publish("data", {"readings": []}, "Anna", 5) == "e.1"
    ear.take_all()
    assert ear.words() == [
        {
            "channel": "data",
            "seq": "e.1",
            "time": "1970-01-01T00:00:00.005Z",
            "message": {"readings": []},
            "by": "Anna",
            "published": True,
        }
    ]
