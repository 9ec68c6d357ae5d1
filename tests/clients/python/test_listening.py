import logging
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Event, Thread
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from krausen_client import (
    AsyncClient,
    Client,
    LiveReading,
    Message,
    NotAllowed,
    NotSignedIn,
    NotUnderstood,
    Refused,
    Row,
)
from krausen_client.conversation import Conversation
from krausen_client.pauses import FIRST_S, LONGEST_S, Pauses
from tests.clients.python.house import LOGIN, PASSWORD, House

START = datetime(2026, 5, 1, tzinfo=UTC)
PATIENCE_S = 20.0


def frame(n: int, channel: str = "data", message: Any = None) -> str:
    said = {
        "channel": channel,
        "seq": f"run.{n}",
        "time": "2026-05-01T00:00:00.000Z",
        "message": message or {},
    }
    return json.encode(said).decode()


def heard(conversation: Conversation, text: str) -> Message:
    message = conversation.heard(text)
    assert message is not None
    return message


def openings(conversation: Conversation) -> list[Any]:
    return [json.decode(text) for text in conversation.opening()]


def test_readings_are_told_as_such() -> None:
    said = {"readings": [{"series": "s1", "t": 1_777_593_600_250, "v": 18.5}]}
    said["readings"] += [{"series": "s2", "t": 1_777_593_600_000, "v": 0, "quality": "bad"}]
    message = heard(Conversation(["data"]), frame(1, message=said))
    assert message.readings == (
        LiveReading("s1", START + timedelta(milliseconds=250), 18.5),
        LiveReading("s2", START, 0.0, "bad"),
    )
    assert (message.channel, message.seq, message.time, message.message) == ("data", "run.1", START, said)


def test_a_published_message_is_never_taken_for_readings() -> None:
    said = {
        "channel": "data",
        "seq": "run.1",
        "time": "2026-05-01T00:00:00Z",
        "published": True,
        "by": "anna",
    }
    text = json.encode(said | {"message": {"readings": [{"series": "s1", "t": 0, "v": 1}]}}).decode()
    message = heard(Conversation(["data"]), text)
    assert (message.readings, message.by, message.published) == ((), "anna", True)


def test_each_channel_goes_on_after_what_was_heard_last() -> None:
    conversation = Conversation(["data", "alarms", "data"], {"alarms": "run.7", "logs": "run.1"})
    assert openings(conversation) == [{"subscribe": ["data"]}, {"subscribe": ["alarms"], "since": "run.7"}]
    heard(conversation, frame(3))
    heard(conversation, frame(8, "alarms"))
    assert openings(conversation) == [
        {"subscribe": ["alarms"], "since": "run.8"},
        {"subscribe": ["data"], "since": "run.3"},
    ]


def test_a_gap_is_told_with_the_next_message_of_each_channel_and_once() -> None:
    conversation = Conversation(["data", "alarms"])
    assert conversation.heard('{"gap":true}') is None
    said = [heard(conversation, frame(n, channel)) for n, channel in enumerate(["data", "data", "alarms"])]
    assert [message.gap for message in said] == [True, False, True]


def test_what_is_of_no_channel_of_ours_is_no_message() -> None:
    conversation = Conversation(["data"])
    texts = ['{"pong":1}', frame(1, "alarms"), '{"error":"try_later","detail":"Storage is away."}', "{}"]
    assert [conversation.heard(text) for text in texts] == [None] * 4


@pytest.mark.parametrize("error", ["unknown_channel", "malformed"])
def test_what_waiting_does_not_mend_is_raised(error: str) -> None:
    with pytest.raises(Refused, match="There is no channel"):
        Conversation(["dat"]).heard(f'{{"error":"{error}","detail":"There is no channel dat."}}')


@given(st.text() | st.binary())
def test_no_frame_is_too_odd(text: str | bytes) -> None:
    try:
        Conversation(["data"]).heard(text)
    except NotUnderstood:
        return


def test_a_channel_must_be_named() -> None:
    with Client("http://brewery", token="krs_x") as client, pytest.raises(ValueError, match="Name a channel"):
        client.listen()


@given(st.integers(), st.integers(1, 30))
def test_pauses_double_up_to_a_bound_with_chance_in_them(seed: int, count: int) -> None:
    pauses = Pauses(Random(seed))
    for n in range(count):
        bound_s = min(FIRST_S * 2**n, LONGEST_S)
        assert bound_s / 2 <= pauses.next_s() <= bound_s
    pauses.reset()
    assert pauses.next_s() <= FIRST_S


def say(client: Client, adapter: str, *values: float) -> None:
    client.send([Row(adapter, "tank", START + timedelta(seconds=value), {"t": value}) for value in values])


class Ear:
    """Listens in a thread, and keeps what it hears."""

    def __init__(self, client: Client, *channels: str, **options: Any) -> None:
        self._messages = client.listen(*channels, **options)
        self._fresh = Event()
        self.heard: list[Message] = []
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def values(self) -> list[float]:
        return [reading.v for message in self.heard for reading in message.readings]

    def wait_for(self, value: float, client: Client, adapter: str) -> None:
        """Say a value again and again until it is heard."""
        for _ in range(int(PATIENCE_S / 0.1)):
            say(client, adapter, value)
            self._fresh.wait(0.1)
            self._fresh.clear()
            if value in self.values():
                return
        raise AssertionError(self.heard)

    def close(self) -> None:
        self._messages.close()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def _listen(self) -> None:
        for message in self._messages:
            self.heard.append(message)
            self._fresh.set()


@pytest.mark.parametrize("by", ["token", "login"])
def test_what_is_stored_is_heard(house: House, by: str) -> None:
    proof = {"token": house.token()} if by == "token" else {"login": LOGIN, "password": PASSWORD}
    with Client(house.url, **proof) as client:  # type: ignore[arg-type]  # proofs alone
        ear = Ear(client, "data", "changes")
        ear.wait_for(1.0, client, f"heard-{by}")
        ear.close()
    assert {message.channel for message in ear.heard} <= {"data", "changes"}
    assert not any(message.gap for message in ear.heard)


def test_who_comes_back_hears_what_was_said_meanwhile(house: House) -> None:
    with Client(house.url, token=house.token()) as client:
        ear = Ear(client, "data")
        ear.wait_for(1.0, client, "resumed")
        ear.close()
        say(client, "resumed", 2.0)
        say(client, "resumed", 3.0)
        with client.listen("data", since={"data": ear.heard[-1].seq}) as messages:
            values: list[float] = []
            while 3.0 not in values:
                message = next(messages)
                values += [reading.v for reading in message.readings]
                assert not message.gap
        assert values[-2:] == [2.0, 3.0] or values[-1:] == [3.0]
        assert 2.0 in values


def test_a_server_that_was_restarted_is_heard_again_and_the_gap_is_told(own_house: House) -> None:
    with Client(own_house.url, token=own_house.token()) as client:
        ear = Ear(client, "data")
        ear.wait_for(1.0, client, "orchard")
        own_house.kill()
        own_house.start()
        ear.wait_for(2.0, client, "orchard")
        ear.close()
    after = next(
        message
        for message in ear.heard
        if message.seq.partition(".")[0] != ear.heard[0].seq.partition(".")[0]
    )
    assert (ear.heard[0].gap, after.gap) == (False, True)


def test_who_may_not_listen_is_told_and_nobody_goes_on_asking(house: House) -> None:
    for token, kind in (("krs_made-up", NotSignedIn), (house.token("sender", "mine"), NotAllowed)):
        with Client(house.url, token=token) as client, client.listen("data") as messages:
            with pytest.raises(kind):
                next(messages)
            with pytest.raises(StopIteration):
                next(messages)


def test_a_channel_that_is_not_there_is_refused(house: House) -> None:
    with (
        Client(house.url, token=house.token()) as client,
        client.listen("no-such-channel") as messages,
        pytest.raises(Refused, match="no-such-channel"),
    ):
        next(messages)


def test_the_proof_is_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = house.token()
    with Client(house.url, token=token) as client:
        ear = Ear(client, "data")
        ear.wait_for(1.0, client, "logged")
        ear.close()
    assert token not in caplog.text


async def test_the_asynchronous_twin_hears_alike(house: House) -> None:
    async with (
        AsyncClient(house.url, token=house.token()) as client,
        client.listen("data") as messages,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(_speak, client)
        async for message in messages:
            if [reading.v for reading in message.readings] == [7.0]:
                break
        tasks.cancel_scope.cancel()


async def test_the_asynchronous_twin_can_be_closed_from_elsewhere(house: House) -> None:
    async with AsyncClient(house.url, token=house.token()) as client:
        messages = client.listen("data")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_speak, client)
            await anext(messages)
            tasks.cancel_scope.cancel()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(messages.close)
            assert [message async for message in messages if not message.readings] == []


async def test_the_asynchronous_twin_is_refused_alike(house: House) -> None:
    async with AsyncClient(house.url, token="krs_made-up") as client, client.listen("data") as messages:
        with pytest.raises(NotSignedIn):
            await anext(messages)


async def test_the_asynchronous_twin_comes_back_alike(own_house: House) -> None:
    async with (
        AsyncClient(own_house.url, token=own_house.token()) as client,
        client.listen("data") as messages,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(_speak, client)
        first = await anext(messages)
        await anyio.to_thread.run_sync(own_house.kill)
        await anyio.to_thread.run_sync(own_house.start)
        async for message in messages:
            if message.seq.partition(".")[0] != first.seq.partition(".")[0]:
                assert message.gap
                break
        tasks.cancel_scope.cancel()


async def _speak(client: AsyncClient) -> None:
    while True:
        await client.send([Row("spoken", "tank", START, {"t": 7.0})])
        await anyio.sleep(0.05)
