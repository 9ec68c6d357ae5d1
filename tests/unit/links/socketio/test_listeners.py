"""Listeners by socket.io, whose words are said by hand: who may hear what, in which order, and how much."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import httpx2
import pytest
from msgspec import json
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from krausen.links.socketio import LARGEST_PACKET, engine, listeners
from krausen.links.socketio.agent import SocketioDial
from krausen.links.socketio.library import TOGETHER
from krausen.links.socketio.outlet import ANSWERS
from krausen.model.people import UserRole
from krausen.server.held import HELD_MESSAGES
from krausen.server.live import BACKLOG
from krausen.server.web import socketio_live
from krausen.wire.messages import Hello
from tests.unit.links.socketio.parlour import SECRETS, Guest, Parlour, opened

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


@pytest.fixture(scope="module")
async def shared() -> AsyncIterator[Parlour]:
    """Give a parlour that many tests share, and in which each leaves everything as it was."""
    async with opened() as made:
        await made.declare("brewday", UserRole.VIEWER)
        yield made


async def until(condition: Callable[[], object]) -> None:
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.02)
    pytest.fail("It never came to that.")


async def is_heard(parlour: Parlour) -> bool:
    """Tell whether a listener who plays by the rules hears what is said."""
    async with parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")
        parlour.say("logs", "hello")
        return bool((await guest.event())[1]["message"] == "hello")


async def test_what_is_said_in_a_channel_is_an_event_of_its_name(parlour: Parlour) -> None:
    async with parlour.welcome() as guest:
        assert await guest.ask("subscribe", "logs") == {"ok": True, "channels": ["logs"]}
        parlour.say("changes", "unheard")
        parlour.say("logs", {"text": "Prost, Kölsch"})
        name, said = await guest.event()
        assert (name, said["message"]) == ("logs", {"text": "Prost, Kölsch"})
        assert sorted(said) == ["message", "seq", "time"]


@pytest.mark.parametrize("wanted", ["logs", ["logs"], {"channels": ["logs"]}, {"channels": ["logs", "data"]}])
async def test_channels_are_named_alone_in_a_list_or_in_an_object(shared: Parlour, wanted: object) -> None:
    async with shared.welcome() as guest:
        assert (await guest.ask("subscribe", wanted))["ok"] is True
        shared.say("logs", 1)
        assert (await guest.event())[0] == "logs"
        assert (await guest.ask("unsubscribe", wanted))["ok"] is True
        shared.say("logs", 2)
        assert (await guest.ask("subscribe", "alarms"))["ok"] is True


@pytest.mark.parametrize("role", UserRole)
async def test_only_people_and_programs_with_their_rights_come_in(shared: Parlour, role: UserRole) -> None:
    async with shared.guest() as guest:
        answer = await guest.enter(SECRETS[role])
        if role in {UserRole.AGENT, UserRole.SENDER}:
            assert answer.startswith('44{"message":"Only people may look at this')
            await guest.ended()
        else:
            assert answer.startswith("40{")


@pytest.mark.parametrize("shown", ["40", "40{}", '40{"token":""}', '40{"token":7}', "40[1]", '40"x"'])
async def test_who_shows_no_proof_is_told_how_to_and_hung_up_on(shared: Parlour, shown: str) -> None:
    async with shared.guest() as guest:
        await guest.say(shown)
        assert (await guest.hear()).startswith('44{"message":"Sign in, or show a token')
        await guest.ended()


async def test_wrong_token_is_refused_in_words(shared: Parlour) -> None:
    async with shared.guest({"Authorization": f"Bearer {SECRETS[UserRole.VIEWER]}"}) as guest:
        assert (await guest.enter("krs_wrong")).startswith('44{"message":"This token is not valid')
        await guest.ended()


async def test_token_may_come_in_the_header_of_the_request(shared: Parlour) -> None:
    async with shared.guest({"Authorization": f"Bearer {SECRETS[UserRole.VIEWER]}"}) as guest:
        await guest.say("40")
        assert (await guest.hear()).startswith("40{")


async def cookie_of(parlour: Parlour) -> str:
    user = await parlour.reception.add_user("vera", "Vera", UserRole.VIEWER, "a long password", by="test")
    cookie, _ = await parlour.reception.sign_in_with_key(parlour.reception.issue_key(user.id))
    return f"other=1; krausen={cookie}"


async def test_cookie_lets_the_own_page_in_and_no_other(parlour: Parlour) -> None:
    cookie = await cookie_of(parlour)
    for headers in ({}, {"Origin": "http://elsewhere.example"}):
        async with parlour.guest({"Cookie": cookie} | headers) as guest:
            await guest.say("40")
            assert "another site" in await guest.hear()
    async with parlour.guest({"Cookie": cookie, "Origin": parlour.url}) as guest:
        await guest.say("40")
        assert (await guest.hear()).startswith("40{")


async def test_token_lets_the_page_of_another_site_in(shared: Parlour) -> None:
    async with shared.guest({"Origin": "http://elsewhere.example"}) as guest:
        assert (await guest.enter(SECRETS[UserRole.VIEWER])).startswith("40{")


async def test_who_says_nothing_is_hung_up_on_in_time(parlour: Parlour) -> None:
    async with parlour.guest() as guest:
        await guest.ended()
    assert await is_heard(parlour)


async def test_who_lost_the_right_to_listen_is_told_so_and_hung_up_on(
    parlour: Parlour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketio_live, "PROOF_S", 0.05)
    async with parlour.welcome() as guest:
        await guest.ask("subscribe", "logs")
        await parlour.reception.revoke(f"t-{UserRole.VIEWER}", by="test")
        name, said = await guest.event()
        assert (name, said["error"]) == (listeners.ERROR, "ended")
        assert "not valid" in said["detail"]
        await guest.ended()
    await until(lambda: not parlour.live.listeners)


async def test_what_was_missed_comes_first_and_in_order(parlour: Parlour) -> None:
    parlour.say("logs", *range(5))
    async with parlour.welcome() as guest:
        await guest.emit("subscribe", {"channels": ["logs"], "since": "run1.2"})
        parlour.say("logs", 5)
        heard = [(await guest.event())[1] for _ in range(4)]
        assert [one["message"] for one in heard] == [2, 3, 4, 5]
        assert [one["seq"] for one in heard] == ["run1.3", "run1.4", "run1.5", "run1.6"]


@pytest.mark.parametrize("since", ["run0.2", "rubbish", "run1.99"])
async def test_who_missed_what_is_not_held_any_more_is_told_and_gets_the_newest(
    parlour: Parlour, since: str
) -> None:
    parlour.live.know_state("agents", "pi", {"agent": "pi", "state": "current"})
    async with parlour.welcome() as guest:
        await guest.emit("subscribe", {"channels": ["agents"], "since": since})
        assert (await guest.event())[0] == "gap"
        name, said = await guest.event()
        assert (name, said["message"]) == ("agents", {"agent": "pi", "state": "current"})


async def test_everything_that_is_held_can_be_had_in_one_go(parlour: Parlour) -> None:
    many = HELD_MESSAGES - 1
    parlour.say("logs", *range(many))
    async with parlour.welcome() as guest:
        await guest.emit("subscribe", {"channels": ["logs"], "since": "run1.0"})
        assert [(await guest.event())[1]["message"] for _ in range(many)] == list(range(many))


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


async def test_published_message_reaches_all_with_the_name_of_who_published_it(parlour: Parlour) -> None:
    await parlour.declare("brewday", UserRole.VIEWER)
    async with parlour.welcome() as one, parlour.welcome() as other:
        await other.ask("subscribe", "brewday")
        answer = await one.ask("publish", {"channel": "brewday", "message": {"hops": [1, None]}})
        name, said = await other.event()
        assert (answer["ok"], answer["channel"], answer["seq"]) == (True, "brewday", "run1.1")
        assert name == "brewday"
        assert said == {
            "seq": "run1.1",
            "time": answer["time"],
            "message": {"hops": [1, None]},
            "by": "viewer",
            "published": True,
        }
        assert (await one.ask("publish", "brewday", "text"))["seq"] == "run1.2"
        assert (await other.event())[1]["message"] == "text"


@pytest.mark.parametrize(
    ("said", "error", "detail"),
    [
        (["subscribe", "nowhere"], "unknown_channel", "There is no channel 'nowhere'"),
        (["subscribe", ["logs", "nowhere"]], "unknown_channel", "There is no channel 'nowhere'"),
        (["subscribe", 7], "malformed", "array"),
        (["subscribe", {"channels": "logs"}], "malformed", "array"),
        (["subscribe", {"channels": ["logs"], "since": 7}], "malformed", "since"),
        (["subscribe", ["logs"] * 101], "malformed", "100"),
        (["subscribe"], "malformed", "Say subscribe"),
        (["publish", {"channel": "logs"}], "malformed", "message"),
        (["publish", "logs"], "malformed", "Say subscribe"),
        (["publish", "nowhere", 1], "unknown_channel", "nowhere"),
        (["publish", "logs", 1], "forbidden", "brewers"),
        (["connect", {}], "malformed", "Say subscribe"),
        (["disconnect"], "malformed", "Say subscribe"),
        (["said", 1], "malformed", "Say subscribe"),
        ([7], "malformed", "Say subscribe"),
        ({}, "malformed", "Say subscribe"),
        (["publish", "logs", "x" * 65_536], "malformed", "64 kB"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_what_cannot_be_done_is_answered_in_words_and_the_connection_stays(
    shared: Parlour, said: object, error: str, detail: str
) -> None:
    async with shared.welcome() as guest:
        text = json.encode(said).decode()
        await guest.say(f"420{text}")
        heard = await guest.hear()
        assert heard.startswith("430[")
        (answer,) = json.decode(heard[3:])
        assert answer["error"] == error
        assert detail in answer["detail"]
        await guest.say(f"42{text}")
        assert await guest.event() == (listeners.ERROR, answer)
        assert (await guest.ask("subscribe", "logs"))["ok"] is True


@pytest.mark.parametrize("text", ['"\\ud800"', "[" * 700 + "]" * 700, "1e999"])
async def test_message_that_is_hardly_json_harms_nobody(shared: Parlour, text: str) -> None:
    async with shared.welcome() as guest:
        await guest.ask("subscribe", "brewday")
        await guest.emit("publish", "brewday", "before")
        assert (await guest.event())[1]["message"] == "before"
        await guest.say(f'42["publish","brewday",{text}]')
        assert (await guest.event())[0] in {"brewday", listeners.ERROR}
    assert await is_heard(shared)


@pytest.mark.parametrize(
    "words",
    [
        ["rubbish"],
        ["4"],
        ["42"],
        ["42[[[["],
        ["42" + "[" * 100_000],
        ['451-["publish","logs",{"_placeholder":true,"num":0}]', b"1"],
        ['452-["publish",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', b"1", b"2"],
        [b"\x00\xff"],
        ["6"],
        ["5"],
        ["1"],
        ["41"],
        ["44{}"],
        ['42/agent,["frame"]'],
        ["4" * 1000],
    ],
    ids=lambda words: repr(words)[:40],
)
async def test_nonsense_harms_nobody_else(shared: Parlour, words: list[str | bytes]) -> None:
    async with shared.welcome() as guest:
        await guest.say(*words)
        assert await is_heard(shared)


async def test_bytes_are_not_published(shared: Parlour) -> None:
    async with shared.welcome(UserRole.ADMIN) as guest:
        await guest.say('451-7["publish","logs",{"_placeholder":true,"num":0}]', b"1")
        assert (await guest.hear()).startswith('437[{"error":"malformed"')


async def test_what_is_far_too_large_is_not_even_taken(shared: Parlour) -> None:
    async with shared.welcome() as guest:
        await guest.say("42" + "x" * LARGEST_PACKET)
        await guest.ended()


async def test_connection_belongs_to_one_namespace(shared: Parlour) -> None:
    async with shared.welcome() as guest:
        await guest.say(f'40/agent,{{"token":"{SECRETS[UserRole.AGENT]}"}}')
        assert (await guest.hear()).startswith('44/agent,{"message":"This connection is taken')
        assert (await guest.ask("subscribe", "logs"))["ok"] is True
        await guest.say(f'40{{"token":"{SECRETS[UserRole.VIEWER]}"}}')
        assert (await guest.hear()).startswith("44")
        assert (await guest.ask("subscribe", "logs"))["ok"] is True


async def test_agents_talk_undisturbed_beside_listeners(parlour: Parlour) -> None:
    async with SocketioDial(parlour.url, lambda: SECRETS[UserRole.AGENT]).dial() as agent:
        end = await parlour.agents.get()
        assert await is_heard(parlour)
        await agent.send(HELLO)
        assert await end.receive() == HELLO


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


async def test_versions_before_the_third_are_told_so(shared: Parlour) -> None:
    async with httpx2.AsyncClient(base_url=shared.url) as http:
        for path in ("/socket.io/?EIO=3&transport=polling", "/socket.io/?transport=polling"):
            answer = await http.get(path)
            assert answer.status_code == 400
            assert answer.json()["code"] == 5
            assert "version 3 or 4 of socket.io-client" in answer.json()["message"]
    address = f"ws://127.0.0.1:{shared.port}/socket.io/?EIO=3&transport=websocket"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(address, proxy=None):
            pytest.fail("It was let in.")
    assert refused.value.response.status_code == 400
    assert b"version 3 or 4" in (refused.value.response.body or b"")


async def test_failure_of_ours_is_said_and_answered_without_details(
    parlour: Parlour, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> None:
        raise KeyError("fass")

    async with parlour.welcome() as guest:
        with capture_logs() as logs:
            monkeypatch.setattr(parlour.channels, "named", fail)
            answer = await guest.ask("subscribe", "logs")
        assert answer == {"error": "failed", "detail": "The server failed; its log says more."}
        assert [entry["event"] for entry in logs] == ["link.server_failed"]


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
