"""The door for agents, at which somebody knocks who does not play by the rules."""

import asyncio
from collections.abc import Callable

import httpx2
import pytest
from msgspec import json
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from krausen.errors import LinkLost
from krausen.links.socketio import LARGEST_PACKET, engine, line
from krausen.links.socketio.agent import SocketioDial
from krausen.ports.link import ServerEnd
from krausen.wire.messages import (
    LARGEST_FRAME,
    Hello,
    ReadingsStored,
    Turned,
    Welcome,
    encode,
    from_agent,
    from_server,
)
from tests.ports.hall import GOOD, Hall, Raw, opened

HELLO = Hello(agent="pi", wire=1, version="0")
FRAME = '451-/agent,["frame",{"_placeholder":true,"num":0}]'


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for long."""
    monkeypatch.setattr(engine, "INTRODUCTION_S", 0.3)
    monkeypatch.setattr(engine, "FAREWELL_S", 0.3)
    monkeypatch.setattr(engine, "SWEEP_S", 0.1)


async def heard(raw: Raw) -> object:
    """Give the next message that comes as a frame."""
    assert (await raw.hear()).startswith("451-/agent,")
    frame = await raw.web_socket.recv()
    assert isinstance(frame, bytes)
    return from_server(frame)


async def is_open(hall: Hall) -> bool:
    """Tell whether an agent that plays by the rules can talk."""
    async with hall.dial().dial() as agent:
        end = await hall.ends.get()
        await agent.send(HELLO)
        return await end.receive() == HELLO


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("It never came to that.")


async def test_frames_go_through_a_plain_socket_io_connection() -> None:
    async with opened() as hall, hall.raw() as raw:
        assert (await raw.enter()).startswith('40/agent,{"sid":')
        end = await hall.ends.get()
        await raw.say(FRAME, encode(HELLO))
        assert await end.receive() == HELLO
        await end.send(Welcome("0"))
        assert await heard(raw) == Welcome("0")


@pytest.mark.parametrize("token", ["bad", "", "x" * 10_000])
async def test_a_wrong_token_is_refused_in_words_and_hung_up_on(token: str) -> None:
    async with opened() as hall, hall.raw() as raw:
        assert await raw.enter(token) == '44/agent,{"message":"This token is not valid."}'
        await raw.ended()
        assert hall.ends.empty()


@pytest.mark.parametrize(
    "words", [["40/agent,"], ["40/agent,[1]"], ['40/agent,{"token":7}'], ["40/other,{}"]]
)
async def test_who_shows_something_else_than_a_token_is_hung_up_on(words: list[str]) -> None:
    async with opened() as hall, hall.raw() as raw:
        await raw.say(*words)
        await raw.ended()
        assert hall.ends.empty()


async def test_who_says_nothing_is_hung_up_on_in_time() -> None:
    async with opened() as hall, hall.raw() as raw:
        before_s = asyncio.get_running_loop().time()
        await raw.ended()
        assert 0.2 <= asyncio.get_running_loop().time() - before_s <= 10


async def test_who_talks_on_without_a_token_is_hung_up_on_all_the_same() -> None:
    async with opened() as hall, hall.raw() as raw:

        async def talk() -> None:
            while raw.web_socket.close_code is None:
                await raw.say("42[1]", FRAME)
                await asyncio.sleep(0.01)

        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(talk())
            await raw.ended()
            talking.cancel()
        assert hall.ends.empty()


async def test_who_polls_without_a_token_is_hung_up_on_in_time() -> None:
    async with opened() as hall, httpx2.AsyncClient(base_url=hall.url) as http:
        greeting = await http.get("/socket.io/?EIO=4&transport=polling")
        id = json.decode(greeting.text[1:])["sid"]
        async with asyncio.timeout(20):
            while (await http.get(f"/socket.io/?EIO=4&transport=polling&sid={id}")).status_code == 200:
                continue


@pytest.mark.parametrize(
    "words",
    [
        ["rubbish"],
        ["4"],
        ["49"],
        ["42/agent,[[[["],
        ["42/agent," + "[" * 100_000],
        ['42/agent,["unheard of"]'],
        ['42/agent,["frame"]'],
        ['42/agent,["frame",{"a":1}]'],
        ['42/agent,["frame","text"]'],
        ["42/agent,{}"],
        ["42/agent,7"],
        ["459999999999-/agent,", b"1"],
        ['452-/agent,["frame",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', b"1", b"2"],
        ['451-/agent,["frame",{"_placeholder":true,"num":7}]', b"1"],
        [b"\x00\xff"],
        ["6"],
        ["5"],
        ["1"],
        ["41/agent,"],
        ["44/agent,{}"],
    ],
    ids=lambda words: repr(words)[:40],
)
async def test_nonsense_from_an_agent_harms_nobody_else(words: list[str | bytes]) -> None:
    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        await hall.ends.get()
        await raw.say(*words)
        assert await is_open(hall)


@pytest.mark.parametrize("words", [['42/agent,["frame"]'], ['42/agent,["frame","text"]'], [FRAME, b"\xc1"]])
async def test_what_is_no_message_ends_the_link(words: list[str | bytes]) -> None:
    async def listen(end: ServerEnd, _: str) -> None:
        while True:
            await end.receive()

    async with opened(listen) as hall, hall.raw() as raw:
        await raw.enter()
        await raw.say(*words)
        await raw.ended()


async def test_a_frame_that_is_too_large_is_answered_in_words_and_the_link_ends() -> None:
    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        end = await hall.ends.get()
        await raw.say(FRAME, b"x" * (LARGEST_FRAME + 1))
        with pytest.raises(LinkLost, match="may have 262,144 bytes"):
            await end.receive()
        answer = await heard(raw)
        assert isinstance(answer, Turned)
        assert "may have 262,144 bytes" in answer.detail


async def test_what_is_far_too_large_is_not_even_taken() -> None:
    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        end = await hall.ends.get()
        await raw.say(FRAME, b"x" * (LARGEST_PACKET + 1))
        with pytest.raises(LinkLost, match="gone"):
            await end.receive()
        await raw.ended()


async def test_an_agent_that_says_more_than_is_taken_is_held_up_and_nothing_piles_up() -> None:
    frame = encode(Hello(agent="x" * 200_000, wire=1, version="0"))
    sent = 0

    async def talk(raw: Raw) -> None:
        nonlocal sent
        while True:
            await raw.say(FRAME, frame)
            sent += 1

    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        end = await hall.ends.get()
        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(talk(raw))
            before = -1
            while before != sent:
                before = sent
                await asyncio.sleep(0.5)
            # What is held here, and what the system's buffers of a connection hold.
            assert sent * len(frame) <= line.HELD * len(frame) + 16e6
            for _ in range(50):
                assert isinstance(await end.receive(), Hello)
            await until(lambda: sent > before)
            talking.cancel()


async def test_an_agent_that_takes_nothing_is_given_up_and_nothing_piles_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "STUCK_S", 0.5)
    words = Turned("x" * 200_000)
    sent = 0
    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        raw.web_socket.transport.pause_reading()
        end = await hall.ends.get()

        async def talk() -> None:
            nonlocal sent
            while True:
                await end.send(words)
                sent += 1

        with pytest.raises(LinkLost, match="took nothing"):
            await talk()
        raw.web_socket.transport.resume_reading()
        assert sent * 200_000 <= 16e6
        assert await is_open(hall)


async def test_an_agent_that_falls_silent_is_found_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PING_S", 0.2)
    monkeypatch.setattr(engine, "SILENT_S", 0.3)
    async with opened() as hall, hall.raw() as raw:
        await raw.enter()
        end = await hall.ends.get()
        async with asyncio.timeout(20):
            with pytest.raises(LinkLost):
                await end.receive()


async def test_only_so_many_come_in_at_once_and_the_rest_is_told_to_come_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "MOST", 1)
    async with opened() as hall, httpx2.AsyncClient(base_url=hall.url) as http:
        async with hall.dial().dial() as agent:
            await agent.send(HELLO)
            with pytest.raises(InvalidStatus):
                async with hall.raw():
                    pytest.fail("It was let in.")
            answer = await http.get("/socket.io/?EIO=4&transport=polling")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
            assert (await http.get("/other")).status_code == 200
        await until(lambda: not hall.engine.sio.eio.sockets)
        await hall.ends.get()
        assert await is_open(hall)


async def test_a_conversation_that_fails_ends_its_link_and_is_said() -> None:
    async def clumsy(_end: ServerEnd, _proof: str) -> None:
        raise KeyError("fass")

    with capture_logs() as logs:
        async with opened(clumsy) as hall:
            with pytest.raises(LinkLost, match="hung up"):
                async with hall.dial().dial() as agent:
                    await agent.receive()
    assert [entry["event"] for entry in logs] == ["link.server_failed"]


async def test_everything_else_goes_to_the_application_behind() -> None:
    async with opened() as hall, httpx2.AsyncClient(base_url=hall.url) as http:
        for path in ("/", "/api/v1/health", "/socket.iox", "/socket"):
            assert (await http.get(path)).text == "the page"


async def test_a_link_that_ended_leaves_nothing_behind() -> None:
    async with opened() as hall:
        for token in (GOOD, "bad", GOOD):
            async with hall.raw() as raw:
                await raw.enter(token)
        async with hall.dial().dial():
            pass
        await until(lambda: not hall.engine.sio.eio.sockets)
        for _ in range(3):
            end = await hall.ends.get()
            with pytest.raises(LinkLost):
                await end.send(ReadingsStored(1))
        assert from_agent(encode(HELLO)) == HELLO


async def test_who_is_refused_is_said_once_by_name_address_and_reason() -> None:
    with capture_logs() as logs:
        async with opened() as hall:
            for _ in range(3):
                with pytest.raises(LinkLost, match="not valid"):
                    async with SocketioDial(hall.url, lambda: "bad", "cellar").dial():
                        pytest.fail("It was let in.")
            assert await is_open(hall)
            async with SocketioDial(hall.url, lambda: GOOD, "cellar").dial():
                await hall.ends.get()
            with pytest.raises(LinkLost):
                async with SocketioDial(hall.url, lambda: "bad", "cellar").dial():
                    pytest.fail("It was let in.")
    said = [
        (line["agent"], line["address"], line["detail"]) for line in logs if line["log_level"] == "warning"
    ]
    assert said == 2 * [("cellar", "127.0.0.1", "This token is not valid.")]


@pytest.mark.parametrize("name", ["a\nb", "x" * 1000, 7, None])
async def test_name_that_is_none_is_not_repeated_in_the_log(name: object) -> None:
    with capture_logs() as logs:
        async with opened() as hall, hall.raw() as raw:
            shown = {"token": "bad", "agent": name}
            await raw.say(f"40/agent,{json.encode(shown).decode()}")
            assert "not valid" in await raw.hear()
    assert [line["agent"] for line in logs if line["log_level"] == "warning"] == [""]
