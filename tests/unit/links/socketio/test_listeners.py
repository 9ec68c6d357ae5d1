"""Listeners by socket.io, whose words are said by hand: who may hear what, in which order."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from msgspec import json
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from krausen.links.socketio import LARGEST_PACKET, engine, listeners
from krausen.model.people import UserRole
from krausen.server.web import socketio_live
from krausen.wire.messages import Hello
from tests.unit.links.socketio.parlour import SECRETS, Parlour, is_heard, opened, until

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
