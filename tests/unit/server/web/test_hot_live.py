"""Frames that go beneath the framework: they never harm what the library says, and nobody is waited for."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json
from websockets.protocol import State

from krausen.cli.serving import PING_S, PONG_S
from krausen.model.people import UserRole
from krausen.server.live import BACKLOG_BYTES, ROOM
from krausen.server.web import hot_live
from krausen.server.web.hot_live import FAREWELL_S, STUCK, STUCK_S, shortened
from krausen.server.web.live import FORBIDDEN, LARGEST, TOKEN_S, TOO_LARGE, UNPROVEN
from krausen.simulation.loop import jumping
from tests.unit.server.web.brewery import SECRETS, Brewery, furnished_brewery
from tests.unit.server.web.wires import VIEWER, Exchange, Line

pytestmark = pytest.mark.anyio

LARGE = "x" * 20_000


@pytest.fixture
def exchange(brewery: Brewery) -> Exchange:
    return Exchange(brewery)


def tell(exchange: Exchange, *said: object) -> None:
    for one in said:
        exchange.brewery.site.live.say("changes", one)


async def fill(exchange: Exchange, line: Line) -> None:
    """Say more than a deaf listener may leave lying."""
    line.wire.is_deaf = True
    while len(line.wire.waiting) <= ROOM:
        tell(exchange, LARGE)
        await asyncio.sleep(0)


async def test_messages_reach_who_listens_and_what_is_said_in_a_turn_is_one_write(exchange: Exchange) -> None:
    line, other = await exchange.line("changes"), await exchange.line("agents")
    before = line.wire.writes, other.wire.writes
    tell(exchange, 1, 2, 3)
    await line.settle()
    assert [(word["seq"], word["message"]) for word in line.words()] == [
        ("run1.1", 1),
        ("run1.2", 2),
        ("run1.3", 3),
    ]
    assert (line.wire.writes - before[0], other.wire.writes - before[1]) == (1, 0)


DEEDS = st.sampled_from(["say", "say large", "part", "rest", "ping", "ask", "server ping", "turn"])


@settings(max_examples=60)
@given(st.lists(DEEDS, max_size=40))
def test_in_any_order_every_frame_is_whole_and_every_message_comes_once(deeds: list[str]) -> None:
    with asyncio.Runner(loop_factory=jumping) as runner:
        runner.run(played(deeds))


async def played(deeds: list[str]) -> None:
    async with furnished_brewery() as brewery:
        exchange = Exchange(brewery)
        line = await exchange.line("changes")
        said, asked, is_open = 0, 0, False
        for deed in deeds:
            match deed:
                case "say" | "say large":
                    said += 1
                    tell(exchange, {"n": said, "x": LARGE if deed == "say large" else ""})
                case "part" if not is_open:
                    line.client.send_text(b'{"ping":', fin=False)
                    is_open = True
                case "part":
                    line.client.send_continuation(b" ", fin=False)
                case "rest" if is_open:
                    line.client.send_continuation(b'"part"}', fin=True)
                    is_open, asked = False, asked + 1
                case "ping":
                    line.client.send_ping(b"are you there")
                case "ask" if not is_open:
                    line.client.send_text(b'{"ping":1}')
                    asked += 1
                case "server ping":
                    line.protocol.stop_keepalive()
                    line.protocol.send_keepalive_ping()
                case "turn":
                    await line.settle()
            line.flush()
        await line.settle()
        words = line.words()
        assert [word["message"]["n"] for word in words if "message" in word] == list(range(1, said + 1))
        assert len([word for word in words if "pong" in word]) == asked
        line.client.send_close(1000)
        line.flush()
        await line.settle()
        assert line.wire.is_lost


async def test_after_the_other_side_closed_nothing_is_said_any_more(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    tell(exchange, 1)
    line.client.send_ping(b"and")
    line.client.send_close(1000, "Good night")
    line.wire.inbox.append(b"".join(line.client.data_to_send()))
    line.wire.deliver()
    tell(exchange, 2)
    await line.settle()
    assert line.end == (1000, "Good night")
    assert line.wire.all_taken.endswith(b"\x88\x0c\x03\xe8Good night")
    assert line.wire.is_lost
    assert (exchange.brewery.site.live.listeners, exchange.kind.places.taken) == (0, 0)


async def test_what_was_said_before_the_server_ends_still_arrives(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    tell(exchange, 1)
    line.protocol.shutdown()
    await line.settle()
    assert [word["message"] for word in line.words()] == [1]
    assert line.end is not None
    assert line.end[0] == 1012


async def test_frame_that_is_too_large_is_answered_and_ends_it(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    line.say('{"ping":"' + "x" * LARGEST + '"}')
    tell(exchange, 1)
    await line.settle()
    assert [word.get("error", word.get("message")) for word in line.words()] in (
        [1, "too_large"],
        ["too_large"],
    )
    assert line.end == (TOO_LARGE, "A frame has at most 64 kB.")
    await asyncio.sleep(FAREWELL_S + 1)
    assert line.wire.is_lost


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x02{}", 1002),  # not masked
        (b"\xc1\x82\x00\x00\x00\x00{}", 1002),  # a reserved bit
        (b"\x80\x80\x00\x00\x00\x00", 1002),  # goes on with what was not begun
        (b"\x81\x81\x00\x00\x00\x00\xff", 1007),  # not UTF-8
        (b"\x81\xff\x00\x00\x00\x00\x00\x20\x00\x00\x00\x00\x00\x00", 1009),  # 2 MB
    ],
)
async def test_what_is_no_websocket_ends_it_as_the_protocol_says(
    exchange: Exchange, data: bytes, code: int
) -> None:
    line = await exchange.line("changes")
    line.wire.inbox.append(data)
    line.wire.deliver()
    tell(exchange, 1)
    await line.settle()
    assert line.end is not None
    assert line.end[0] == code
    assert exchange.brewery.site.live.listeners == 0


async def test_who_takes_nothing_is_ended_and_told_why(exchange: Exchange) -> None:
    loop = asyncio.get_running_loop()
    line, quick = await exchange.line("changes"), await exchange.line("changes")
    start = loop.time()
    await fill(exchange, line)
    told = 0
    while line.protocol.conn.state is State.OPEN:
        tell(exchange, LARGE)
        await asyncio.sleep(0.5)
        told += len(quick.words())
        assert len(line.wire.waiting) <= ROOM + 2 * len(LARGE)
    assert loop.time() - start == pytest.approx(STUCK_S, abs=1.0)
    assert told >= 2 * STUCK_S - 2
    assert exchange.brewery.site.live.listeners == 1
    line.wire.is_deaf = False
    line.wire.take(len(line.wire.waiting))
    await line.settle()
    assert line.end == (STUCK, "You took nothing for 30 seconds. Connect again and resume.")


async def test_who_does_not_even_take_the_end_is_cut(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    line.is_silent = True
    await fill(exchange, line)
    await asyncio.sleep(STUCK_S + FAREWELL_S + 1)
    assert line.wire.is_lost
    assert (exchange.brewery.site.live.listeners, exchange.kind.places.taken) == (0, 0)


async def test_who_takes_little_but_takes_is_kept_and_learns_of_the_gap(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    await fill(exchange, line)
    for _ in range(2 * BACKLOG_BYTES // len(LARGE)):
        tell(exchange, LARGE)
    slowly = line.take_slowly(2_000)
    for _ in range(20):
        await asyncio.sleep(STUCK_S * 0.9)
        next(slowly)
    assert line.protocol.conn.state is State.OPEN
    line.wire.is_deaf = False
    line.wire.take(len(line.wire.waiting))
    await line.settle()
    tell(exchange, "now")
    await line.settle()
    words = line.words()
    assert {"gap": True} in words
    assert words[-1]["message"] == "now"


async def test_who_does_not_answer_a_ping_is_ended(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    line.is_silent = True
    await asyncio.sleep(PING_S + PONG_S + 0.1)
    line.hear()
    assert line.end == (STUCK, "You did not answer a ping. Connect again and resume.")
    await asyncio.sleep(FAREWELL_S + 0.1)
    assert line.wire.is_lost
    assert exchange.brewery.site.live.listeners == 0


async def test_who_answers_pings_is_kept_for_ever(exchange: Exchange) -> None:
    line = await exchange.line("changes")
    for _ in range(40):
        await asyncio.sleep(PING_S / 2)
        line.hear()
    tell(exchange, 1)
    await line.settle()
    assert [word["message"] for word in line.words()] == [1]


async def test_when_all_places_are_taken_that_is_said_and_a_place_becomes_free(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hot_live, "MOST", 3)
    lines = [await exchange.line("changes") for _ in range(3)]
    refused = exchange.call(**VIEWER)
    await asyncio.sleep(0)
    said = bytes(refused.wire.taken)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: " in said
    assert json.decode(said.partition(b"\r\n\r\n")[2])["status"] == 503
    elsewhere = exchange.call("/socket.io/?EIO=4&transport=websocket", **VIEWER)
    await asyncio.sleep(0)
    assert b" 503 " not in bytes(elsewhere.wire.taken)[:20]
    lines[0].client.send_close(1000)
    lines[0].flush()
    await lines[0].settle()
    await exchange.line("changes")


async def test_a_stranger_has_a_place_for_five_seconds(exchange: Exchange) -> None:
    line = exchange.call()
    await line.settle()
    assert exchange.kind.places.taken == 1
    await asyncio.sleep(TOKEN_S + 0.1)
    await line.settle()
    assert [word["error"] for word in line.words()] == ["unproven"]
    assert line.end is not None
    assert line.end[0] == UNPROVEN
    await asyncio.sleep(11)
    assert exchange.kind.places.taken == 0


async def test_a_token_may_be_the_first_frame(exchange: Exchange) -> None:
    line = exchange.call()
    line_words: list[Any] = []
    await line.settle()
    line.say({"token": SECRETS[UserRole.VIEWER]})
    line.say({"subscribe": ["changes"]})
    line.say({"ping": 1})
    await line.settle()
    tell(exchange, 1)
    await line.settle()
    line_words += line.words()
    assert [word.get("pong", word.get("message")) for word in line_words] == [1, 1]


@pytest.mark.parametrize("role", [UserRole.SENDER, UserRole.AGENT])
async def test_programs_that_only_report_hear_nothing(exchange: Exchange, role: UserRole) -> None:
    line = exchange.call()
    await line.settle()
    line.say({"token": SECRETS[role]})
    await line.settle()
    assert [word["error"] for word in line.words()] == ["forbidden"]
    assert line.end is not None
    assert line.end[0] == FORBIDDEN


async def test_whose_rights_have_ended_is_told_so_directly(exchange: Exchange) -> None:
    site = exchange.brewery.site
    await site.reception.add_user("anna", "Anna", UserRole.VIEWER, "correct horse", by="set-up")
    cookie, _ = await site.reception.sign_in("anna", "correct horse")
    line = await exchange.line("changes", Cookie=f"krausen={cookie}", Origin="http://krausen.test")
    await site.reception.sign_out(cookie)
    for _ in range(61):
        await asyncio.sleep(1)
        line.hear()
    assert [word["error"] for word in line.words()] == ["unproven"]
    assert line.end is not None
    assert line.end[0] == UNPROVEN
    assert site.live.listeners == 0


async def test_what_is_published_by_websocket_reaches_all_and_errors_keep_the_connection(
    exchange: Exchange,
) -> None:
    hears = await exchange.line("logs")
    says = await exchange.line("changes", Authorization=f"Bearer {SECRETS[UserRole.BREWER]}")
    for frame in (
        {"publish": "logs", "message": {"text": "Hop"}},
        {"publish": "logs", "message": None},
        {"publish": "changes", "message": 1},
        {"publish": "gossip", "message": 1},
        {"publish": "logs"},
        '{"publish":"logs","message":"\\ud800"}',
        '{"publish":"logs","message":}',
    ):
        says.say(frame)
    await says.settle()
    assert [(word["message"], word["by"]) for word in hears.words()] == [
        ({"text": "Hop"}, "brewer"),
        (None, "brewer"),
    ]
    errors = [word["error"] for word in says.words()]
    assert errors == ["not_publishable", "unknown_channel", "malformed", "malformed", "malformed"]
    says.say({"ping": 1})
    await says.settle()
    assert says.words() == [{"pong": 1}]


async def test_viewers_publish_nowhere_else_than_they_may(exchange: Exchange) -> None:
    line = await exchange.line("data")
    line.say({"publish": "data", "message": {"readings": []}})
    await line.settle()
    assert [word["error"] for word in line.words()] == ["not_publishable"]


async def test_publishing_while_nothing_can_be_looked_up_is_answered_and_kept(exchange: Exchange) -> None:
    line = await exchange.line("data", Authorization=f"Bearer {SECRETS[UserRole.BREWER]}")
    await asyncio.sleep(2)
    exchange.brewery.catalog.away = "The disk is locked."
    line.say({"publish": "data", "message": 1})
    await line.settle()
    assert [word["error"] for word in line.words()] == ["try_later"]
    exchange.brewery.catalog.away = ""
    line.say({"publish": "data", "message": 1})
    await line.settle()
    assert [word["message"] for word in line.words()] == [1]


async def test_who_has_resumed_much_gets_it_as_fast_as_it_is_taken(exchange: Exchange) -> None:
    tell(exchange, *([LARGE] * 200))
    line = await exchange.line("agents")
    line.wire.is_deaf = True
    line.say({"subscribe": ["changes"], "since": "run1.0"})
    slowly, largest = line.take_slowly(30_000), 0
    for _ in range(400):
        await asyncio.sleep(0)
        largest = max(largest, len(line.wire.waiting))
        next(slowly)
    assert len(line.words()) == 200
    assert largest <= 2 * ROOM + len(LARGE)


@given(st.text(max_size=300))
def test_a_reason_fits_its_frame_and_is_text(reason: str) -> None:
    short = shortened(reason)
    assert len(short.encode()) <= 123
    assert reason.startswith(short)
