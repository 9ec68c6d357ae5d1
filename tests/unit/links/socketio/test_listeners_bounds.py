"""How many listen by socket.io, how much is sent to them, and what becomes of those who take nothing."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from msgspec import json
from websockets.exceptions import InvalidStatus

from krausen.links.socketio import engine, listeners
from krausen.links.socketio.agent import SocketioDial
from krausen.links.socketio.outlet import ANSWERS
from krausen.model.people import UserRole
from krausen.server.held import HELD_MESSAGES
from krausen.server.live import BACKLOG
from krausen.wire.messages import Hello
from tests.unit.links.socketio.parlour import SECRETS, Guest, Parlour, is_heard, opened, until

POLLING = "/socket.io/?EIO=4&transport=polling"
HELLO = Hello(agent="pi", wire=1, version="0")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long."""
    monkeypatch.setattr(engine, "INTRODUCTION_S", 0.3)
    monkeypatch.setattr(engine, "FAREWELL_S", 0.3)
    monkeypatch.setattr(engine, "SWEEP_S", 0.1)


@pytest.fixture
async def parlour() -> AsyncIterator[Parlour]:
    async with opened() as made:
        yield made


async def stuck(parlour: Parlour, guest: Guest) -> int:
    """Say more than a guest, who takes nothing, can be sent; give how many of the messages there were."""
    guest.web_socket.transport.pause_reading()
    text = "x" * 10_000
    for n in range(10 * BACKLOG):
        parlour.say("logs", [n, text])
        if n % 20 == 0:
            await asyncio.sleep(0)
    return 10 * BACKLOG


async def test_who_takes_nothing_makes_nothing_pile_up_and_is_told_of_the_gap(parlour: Parlour) -> None:
    parlour.live.know_state("logs", "state", "how it stands")
    async with parlour.welcome() as guest, parlour.welcome() as other:
        await guest.ask("subscribe", "logs")
        await stuck(parlour, guest)
        (held,) = [socket.queue.qsize() for socket in parlour.engine.sio.eio.sockets.values()][:1]
        assert held <= 16
        assert (await other.ask("subscribe", "logs"))["ok"] is True
        guest.web_socket.transport.resume_reading()
        heard = [await guest.event()]
        while heard[-1][0] != "gap":
            heard.append(await guest.event())
        taken = [said["message"][0] for _, said in heard[:-1]]
        assert taken == list(range(len(taken)))
        assert 10_000 * len(taken) <= 12e6
        assert (await guest.event())[1]["message"] == "how it stands"
        parlour.say("logs", "after")
        while (await guest.event())[1]["message"] != "after":
            continue


async def test_who_wants_answers_and_takes_none_is_not_listened_to(parlour: Parlour) -> None:
    channels = json.encode(["changes"] * 100).decode()
    sent = 0

    async def ask(guest: Guest) -> None:
        nonlocal sent
        while True:
            await guest.say(f'42{sent}["subscribe",{channels}]')
            sent += 1

    async with parlour.welcome() as guest:
        guest.web_socket.transport.pause_reading()
        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(ask(guest))
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(0.3)
            talking.cancel()
        (outgoing,) = [socket.queue for socket in parlour.engine.sio.eio.sockets.values()]
        assert outgoing.qsize() <= 2 * ANSWERS
        assert sent * len(channels) <= 24e6
        guest.web_socket.transport.abort()


async def test_who_takes_nothing_for_long_is_cut_off(
    parlour: Parlour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krausen.server.web.hot_live.STUCK_S", 0.3)
    monkeypatch.setattr("krausen.server.web.hot_live.FAREWELL_S", 0.1)
    async with parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")
        await stuck(parlour, guest)
        await until(lambda: not parlour.live.listeners)
        await until(lambda: not parlour.engine.sio.eio.sockets)
        guest.web_socket.transport.abort()
    assert await is_heard(parlour)


async def test_who_falls_silent_is_found_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PING_S", 0.2)
    monkeypatch.setattr(engine, "SILENT_S", 0.3)
    async with opened() as parlour, parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")
        await until(lambda: not parlour.live.listeners)


async def test_only_so_many_listen_at_once(parlour: Parlour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "MOST_LISTENERS", 1)
    async with parlour.welcome(), parlour.guest() as second:
        assert "All places for listeners are taken" in await second.enter(SECRETS[UserRole.VIEWER])
        await second.ended()
    await until(lambda: not parlour.engine.sio.eio.sockets)
    assert await is_heard(parlour)


async def test_listeners_take_no_place_from_agents(parlour: Parlour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST", 1)
    async with (
        parlour.welcome(),
        parlour.welcome(),
        SocketioDial(parlour.url, lambda: SECRETS[UserRole.AGENT]).dial(),
    ):
        await parlour.agents.get()
        with pytest.raises(InvalidStatus):
            async with parlour.guest():
                pytest.fail("He was let in.")


async def test_agents_talk_undisturbed_beside_listeners(parlour: Parlour) -> None:
    async with SocketioDial(parlour.url, lambda: SECRETS[UserRole.AGENT]).dial() as agent:
        end = await parlour.agents.get()
        assert await is_heard(parlour)
        await agent.send(HELLO)
        assert await end.receive() == HELLO


async def test_connection_belongs_to_one_namespace(parlour: Parlour) -> None:
    async with parlour.welcome() as guest:
        await guest.say(f'40/agent,{{"token":"{SECRETS[UserRole.AGENT]}"}}')
        assert (await guest.hear()).startswith('44/agent,{"message":"This connection is taken')
        assert (await guest.ask("subscribe", "logs"))["ok"] is True
        await guest.say(f'40{{"token":"{SECRETS[UserRole.VIEWER]}"}}')
        assert (await guest.hear()).startswith("44")
        assert (await guest.ask("subscribe", "logs"))["ok"] is True


async def test_who_has_gone_leaves_nothing_behind(parlour: Parlour) -> None:
    for token in (SECRETS[UserRole.VIEWER], "bad", SECRETS[UserRole.VIEWER]):
        async with parlour.guest() as guest:
            await guest.enter(token)
    async with parlour.welcome() as guest:
        await guest.say("41")
        await guest.ended()
    await until(lambda: not parlour.engine.sio.eio.sockets and not parlour.live.listeners)
    assert not parlour.engine._known
    assert not parlour.engine._connections


async def test_who_says_nothing_is_hung_up_on_in_time(parlour: Parlour) -> None:
    async with parlour.guest() as guest:
        await guest.ended()
    assert await is_heard(parlour)


async def test_thousands_of_messages_come_in_order_among_answers(parlour: Parlour) -> None:
    async with parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")

        messages: list[int] = []
        answers: list[int] = []

        def has_come(many: int) -> bool:
            return len(messages) >= many

        async def talk() -> None:
            for n in range(5000):
                parlour.say("logs", n)
                if n % 50 == 0:
                    await guest.say(f'42{n}["subscribe","data"]')
                await until(partial(has_come, n - 200))

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(talk())
            while len(messages) < 5000 or len(answers) < 100:
                heard = await guest.hear()
                if heard.startswith("42"):
                    messages.append(json.decode(heard[2:])[1]["message"])
                else:
                    answers.append(int(heard[2 : heard.index("[")]))
        assert messages == list(range(5000))
        assert answers == list(range(0, 5000, 50))


async def test_everything_that_is_held_can_be_had_in_one_go(parlour: Parlour) -> None:
    many = HELD_MESSAGES - 1
    parlour.say("logs", *range(many))
    async with parlour.welcome() as guest:
        await guest.emit("subscribe", {"channels": ["logs"], "since": "run1.0"})
        assert [(await guest.event())[1]["message"] for _ in range(many)] == list(range(many))
