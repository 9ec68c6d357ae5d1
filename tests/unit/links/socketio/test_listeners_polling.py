"""Listeners by socket.io who poll, or change over from that to a WebSocket, whose words are said by hand."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from msgspec import json
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from krausen.links.socketio import engine
from krausen.links.socketio.library import TOGETHER
from krausen.model.people import UserRole
from krausen.server.live import BACKLOG
from krausen.wire.messages import Hello
from tests.unit.links.socketio.parlour import SECRETS, Guest, Parlour, opened, until

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


async def polled(http: httpx2.AsyncClient, id: str) -> list[str]:
    answer = await http.get(f"{POLLING}&sid={id}")
    return answer.text.split("\x1e")


async def polling(http: httpx2.AsyncClient, *said: str) -> str:
    """Come in by polling, and say something; give the id of the session."""
    id: str = json.decode((await http.get(POLLING)).text[1:])["sid"]
    await http.post(f"{POLLING}&sid={id}", content=f'40{{"token":"{SECRETS[UserRole.VIEWER]}"}}')
    assert (await polled(http, id))[0].startswith("40{")
    if said:
        await http.post(f"{POLLING}&sid={id}", content="\x1e".join(said))
    return id


async def test_by_polling_everything_comes_in_order_and_no_answer_has_too_many_packets(
    parlour: Parlour,
) -> None:
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        id = await polling(http, '42["subscribe","logs"]')
        parlour.say("logs", *range(200))
        heard: list[int] = []
        while len(heard) < 200:
            packets = [one for one in await polled(http, id) if one.startswith("42")]
            assert len(packets) <= 16
            heard += [json.decode(one[2:])[1]["message"] for one in packets]
        assert heard == list(range(200))


async def test_by_polling_many_things_may_be_said_at_once(parlour: Parlour) -> None:
    await parlour.declare("brewday", UserRole.VIEWER)
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        await polling(http, *(f'42["publish","brewday",{n}]' for n in range(TOGETHER)))
    assert parlour.live.said("brewday") == TOGETHER


async def test_who_polls_too_slowly_is_told_of_the_gap(parlour: Parlour) -> None:
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        id = await polling(http, '42["subscribe","logs"]')
        text = "x" * 10_000
        for n in range(2 * BACKLOG):
            parlour.say("logs", [n, text])
        events: list[str] = []
        while "gap" not in events:
            events += [json.decode(one[2:])[0] for one in await polled(http, id) if one.startswith("42")]
        assert len(events) < BACKLOG


async def test_who_polls_can_change_over_to_a_web_socket_and_misses_nothing(parlour: Parlour) -> None:
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        id = await polling(http, '42["subscribe","logs"]')
        parlour.say("logs", 0)
        address = f"ws://127.0.0.1:{parlour.port}/socket.io/?EIO=4&transport=websocket&sid={id}"
        async with connect(address, proxy=None, compression=None) as web_socket:
            guest = Guest(web_socket)
            await guest.say("2probe")
            assert await guest.hear() == "3probe"
            parlour.say("logs", 1, 2)
            before = [json.decode(one[2:])[1]["message"] for one in await polled(http, id) if one != "6"]
            parlour.say("logs", 3)
            await guest.say("5")
            after = [(await guest.event())[1]["message"] for _ in range(4 - len(before))]
            assert before + after == [0, 1, 2, 3]
            await asyncio.sleep(2 * engine.INTRODUCTION_S)
            parlour.say("logs", 4)
            assert (await guest.event())[1]["message"] == 4
            with pytest.raises(InvalidStatus):
                async with connect(address, proxy=None):
                    pytest.fail("He is here already.")


async def test_who_does_not_get_through_with_a_web_socket_goes_on_polling(parlour: Parlour) -> None:
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        id = await polling(http, '42["subscribe","logs"]')
        address = f"ws://127.0.0.1:{parlour.port}/socket.io/?EIO=4&transport=websocket&sid={id}"
        async with connect(address, proxy=None) as web_socket:
            await web_socket.send("2probe")
            assert await web_socket.recv() == "3probe"
        await until(lambda: not parlour.engine._connections)
        parlour.say("logs", "still here")
        heard = ""
        while not heard.startswith("42"):
            heard = (await polled(http, id))[-1]
        assert "still here" in heard


async def test_who_changes_over_and_stops_half_way_is_given_up_in_time(parlour: Parlour) -> None:
    async with httpx2.AsyncClient(base_url=parlour.url) as http:
        id = await polling(http)
        address = f"ws://127.0.0.1:{parlour.port}/socket.io/?EIO=4&transport=websocket&sid={id}"
        async with connect(address, proxy=None) as web_socket, asyncio.timeout(20):
            await web_socket.send("2probe")
            await web_socket.wait_closed()
        await until(lambda: not parlour.engine._connections)
