import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen.model.channel import Channel
from krausen.model.people import Caller, UserRole
from krausen.ports.history import Point
from krausen.server.live import BACKLOG
from krausen.server.web.live import FORBIDDEN, LARGEST, PROOF_S, TOKEN_S, TOO_LARGE, UNPROVEN
from tests.unit.server.web.brewery import NOON, SECRETS, Brewery
from tests.unit.server.web.sockets import Gone, Peer, connected

pytestmark = pytest.mark.anyio

ANNA = Caller(id="u1", login="anna", name="Anna", role=UserRole.ADMIN)
VIEWER = f"Bearer {SECRETS[UserRole.VIEWER]}"


def tell(brewery: Brewery, value: float, t: int = NOON) -> None:
    brewery.site.live.readings([("s1", Point(t, value))])
    brewery.site.live.flush()


async def settled(peer: Peer) -> None:
    """Wait until what was said before has been heard."""
    assert await peer.ask({"ping": "settled"}) == {"pong": "settled"}


async def cookie_of(brewery: Brewery) -> str:
    await brewery.site.reception.add_user("anna", "Anna", UserRole.VIEWER, "correct horse", by="set-up")
    cookie, _ = await brewery.site.reception.sign_in("anna", "correct horse")
    return f"krausen={cookie}"


async def test_listener_hears_the_channels_it_asked_for(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say({"subscribe": ["data"]})
        await settled(peer)
        brewery.site.live.say("changes", {"what": "vessel"})
        tell(brewery, 18.5)
        assert await peer.hear() == {
            "channel": "data",
            "seq": "run1.1",
            "time": "2026-09-21T14:13:20.000Z",
            "message": {"readings": [{"series": "s1", "t": NOON, "v": 18.5}]},
        }
        await peer.say({"unsubscribe": ["data"], "subscribe": ["changes"]})
        await settled(peer)
        tell(brewery, 18.6)
        brewery.site.live.say("changes", {"what": "vessel"})
        assert (await peer.hear())["channel"] == "changes"


async def test_listener_resumes_where_it_stopped(brewery: Brewery) -> None:
    for value in (1, 2, 3):
        tell(brewery, value)
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say({"subscribe": ["data"], "since": "run1.1"})
        assert [(await peer.hear())["seq"] for _ in range(2)] == ["run1.2", "run1.3"]


@pytest.mark.parametrize("since", ["", "x", "run0.1", "run1.", "run1.-1"])
async def test_listener_learns_that_what_it_missed_is_gone(brewery: Brewery, since: str) -> None:
    tell(brewery, 1)
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say({"subscribe": ["data"], "since": since})
        assert await peer.hear() == {"gap": True}
        assert (await peer.hear())["message"]["readings"] == [{"series": "s1", "t": NOON, "v": 1}]


@pytest.mark.parametrize("ping", [1, 2.5, "x", None, [1], 10**30])
async def test_ping_comes_back(brewery: Brewery, ping: Any) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        assert await peer.ask({"ping": ping}) == {"pong": ping}


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        ("nope", "malformed"),
        ("", "malformed"),
        ("[]", "malformed"),
        ("[" * 20_000, "malformed"),
        ({"subscribe": "data"}, "malformed"),
        ({"subscribe": ["data"] * 101}, "malformed"),
        ({"subscribe": [], "since": "x" * 65}, "malformed"),
        ('{"ping":NaN}', "malformed"),
        ({}, "malformed"),
        ({"action": "subscribe", "channel": "data"}, "malformed"),
        ({"since": "run1.1"}, "malformed"),
        ({"subscribe": ["data", "gossip"]}, "unknown_channel"),
        ({"publish": "gossip", "message": 1}, "unknown_channel"),
        ({"publish": "data", "message": {"readings": []}}, "not_publishable"),
        ({"publish": "alarms"}, "not_publishable"),
    ],
)
async def test_wrong_frame_is_answered_and_the_connection_lives(
    brewery: Brewery, frame: object, error: str
) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        answer = await peer.ask(frame)
        assert answer["error"] == error
        assert answer["detail"].endswith(".")
        await settled(peer)


@pytest.mark.parametrize(
    ("frame", "detail"),
    [
        ("", "A frame is text, one JSON object."),
        ({"say": 1}, "Say subscribe, unsubscribe, publish or ping: nothing in this frame is one of them."),
        ({"subscribe": 1, "publish": 2, "message": 3}, "subscribe: Expected an array, got a whole number."),
        ({"publish": 2, "message": 3}, "publish: Expected text, got a whole number."),
        ('{"publish":"logs","message":NaN}', "message: This is not a number that JSON can hold."),
        ({"publish": "kitchen"}, "message: This is missing."),
        ([], "Expected an object, got an array."),
    ],
    ids=str,
)
async def test_wrong_frame_is_told_what_is_wrong(brewery: Brewery, frame: object, detail: str) -> None:
    await brewery.site.channels.declare(Channel(name="kitchen", title="", publish=UserRole.VIEWER), ANNA)
    async with connected(brewery.app, authorization=VIEWER) as peer:
        assert detail in (await peer.ask(frame))["detail"]


async def test_a_token_that_nobody_asked_for_is_no_mistake(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say({"token": SECRETS[UserRole.VIEWER]})
        await settled(peer)


async def test_known_channels_are_heard_beside_an_unknown_one(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        assert (await peer.ask({"subscribe": ["gossip", "data"]}))["error"] == "unknown_channel"
        tell(brewery, 18)
        assert (await peer.hear())["channel"] == "data"


@pytest.mark.parametrize("channel", ["data", "changes", "agents", "alarms", "logs"])
async def test_every_channel_can_be_heard(brewery: Brewery, channel: str) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say({"subscribe": [channel]})
        await settled(peer)
        brewery.site.live.say(channel, {"any": "thing"})
        assert (await peer.hear())["message"] == {"any": "thing"}


async def test_frame_that_is_too_large_ends_the_connection(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await peer.say('{"ping":"' + "x" * (LARGEST - 11) + '"}')
        assert len((await peer.hear())["pong"]) == LARGEST - 11
        assert (await peer.ask('{"ping":"' + "x" * (LARGEST - 10) + '"}'))["error"] == "too_large"
        with pytest.raises(Gone, match=str(TOO_LARGE)):
            await peer.hear()


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer krs_wrong"},
        {"authorization": "Basic YTpi"},
        {"cookie": "krausen=wrong", "origin": "http://krausen.test"},
    ],
)
async def test_wrong_proof_is_refused(brewery: Brewery, headers: dict[str, str]) -> None:
    with pytest.raises(Gone, match=str(UNPROVEN)):
        async with connected(brewery.app, room=0, **headers):
            pass


@pytest.mark.parametrize("role", [UserRole.AGENT, UserRole.SENDER])
async def test_programs_that_only_report_do_not_listen(brewery: Brewery, role: UserRole) -> None:
    with pytest.raises(Gone, match=str(FORBIDDEN)):
        async with connected(brewery.app, authorization=f"Bearer {SECRETS[role]}"):
            pass


@pytest.mark.parametrize("role", [UserRole.VIEWER, UserRole.BREWER, UserRole.ADMIN])
async def test_people_listen(brewery: Brewery, role: UserRole) -> None:
    async with connected(brewery.app, authorization=f"Bearer {SECRETS[role]}") as peer:
        await settled(peer)


async def test_own_page_listens_by_its_cookie(brewery: Brewery) -> None:
    cookie = await cookie_of(brewery)
    async with connected(brewery.app, cookie=cookie, origin="http://krausen.test") as peer:
        await settled(peer)


@pytest.mark.parametrize("origin", ["http://evil.test", "null", ""])
async def test_page_of_another_site_does_not(brewery: Brewery, origin: str) -> None:
    cookie = await cookie_of(brewery)
    with pytest.raises(Gone, match=str(FORBIDDEN)):
        async with connected(brewery.app, cookie=cookie, origin=origin):
            pass


async def test_token_may_come_as_the_first_frame(brewery: Brewery) -> None:
    async with connected(brewery.app) as peer:
        await peer.say({"token": SECRETS[UserRole.VIEWER]})
        await settled(peer)


@pytest.mark.parametrize(
    "frame", [{"token": "krs_wrong"}, {"subscribe": ["data"]}, {"token": 5}, "nope", {"ping": 1}], ids=str
)
async def test_first_frame_without_a_good_token_ends_the_connection(brewery: Brewery, frame: object) -> None:
    async with connected(brewery.app) as peer:
        assert (await peer.ask(frame))["error"] == "unproven"
        with pytest.raises(Gone, match=str(UNPROVEN)):
            await peer.hear()


async def test_token_is_not_waited_for_long(brewery: Brewery) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with connected(brewery.app) as peer:
        assert (await peer.hear())["error"] == "unproven"
        assert loop.time() - start == pytest.approx(TOKEN_S)


async def test_those_who_sign_out_stop_hearing(brewery: Brewery) -> None:
    cookie = await cookie_of(brewery)
    loop = asyncio.get_running_loop()
    async with connected(brewery.app, cookie=cookie, origin="http://krausen.test") as peer:
        await settled(peer)
        await brewery.site.reception.sign_out(cookie.removeprefix("krausen="))
        start = loop.time()
        assert (await peer.hear())["error"] == "unproven"
        assert loop.time() - start <= PROOF_S


async def test_proof_that_cannot_be_looked_up_just_now_holds(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await settled(peer)
        brewery.catalog.away = "The disk is locked."
        await asyncio.sleep(PROOF_S * 3)
        await settled(peer)


async def test_nobody_is_let_in_whose_proof_cannot_be_looked_up(brewery: Brewery) -> None:
    brewery.catalog.away = "The disk is locked."
    with pytest.raises(Gone):
        async with connected(brewery.app, authorization=VIEWER):
            pass


async def test_slow_listener_never_makes_the_server_grow(brewery: Brewery) -> None:
    async with connected(brewery.app, room=1, authorization=VIEWER) as peer:
        await peer.say({"subscribe": ["data"]})
        await settled(peer)
        for n in range(BACKLOG * 10):
            tell(brewery, n, NOON + n)
            await asyncio.sleep(0)
        frames = [await peer.hear() for _ in range(4)]
        assert {"gap": True} in frames
        newest = frames[frames.index({"gap": True}) + 1]
        assert newest["message"]["readings"] == [
            {"series": "s1", "t": NOON + BACKLOG * 10 - 1, "v": BACKLOG * 10 - 1}
        ]


async def test_server_forgets_who_is_gone(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await settled(peer)
        assert len(brewery.site.live._listeners) == 1
    assert len(brewery.site.live._listeners) == 0


async def test_server_ends_when_the_connection_breaks(brewery: Brewery) -> None:
    async with connected(brewery.app, authorization=VIEWER) as peer:
        await settled(peer)
        peer.is_broken = True
        await peer.say({"ping": 1})


async def test_what_nobody_foresaw_closes_the_connection_and_is_logged(
    brewery: Brewery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(brewery.site.live, "listen", broken)
    with capture_logs() as logs:
        async with connected(brewery.app, authorization=VIEWER) as peer:
            with pytest.raises(Gone):
                await peer.hear()
    assert [entry["event"] for entry in logs] == ["web.socket_failed"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/nowhere", "/api/v1/health", "/api/v1/vessels"])
async def test_where_nobody_speaks_the_connection_is_refused_without_alarm(
    brewery: Brewery, path: str
) -> None:
    with capture_logs() as logs, pytest.raises(Gone):
        async with connected(brewery.app, path=path):
            pass
    assert logs == []
