"""Guests who come in by HTTP."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from krausen.errors import Invalid, StorageAway
from krausen.model.people import UserRole
from krausen.ports.door import Answer, Messages, Sockets
from krausen.ports.door import Site as DoorSite
from krausen.server.doors import Doors
from krausen.server.doors.storing import Storage
from krausen.server.web.app import door_app
from krausen.server.web.entrance import Entrance
from krausen.server.web.shell import Shell
from tests.unit.server.doors.hall import ADMIN, BACK, LINE, PIPE, Settings
from tests.unit.server.web.brewery import SECRETS, Brewery, routes

pytestmark = pytest.mark.anyio

NEAR, FAR = "192.168.1.20", "203.0.113.9"


@pytest.fixture
async def hall(brewery: Brewery) -> Brewery:
    """A brewery whose doors are those of a made-up hall, with the line open."""
    return await with_doors(brewery, LINE, BACK, PIPE)


async def with_doors(brewery: Brewery, *doors: Any) -> Brewery:
    site = brewery.site
    storage = Storage(site.clock, site.history, site.ingest, site.adapters, site.roster)
    host = Doors({door.name: door for door in doors}, brewery.catalog, storage, site.live, patience_s=30.0)
    site = replace(site, doors=host)
    routes().state["site"] = site
    await host.change("line", lambda door: (replace(door, enabled=True), ()), ADMIN)
    return replace(brewery, site=site, app=Shell(Entrance(site, routes()), Counter()))


async def ask(hall: Brewery, path: str, body: Any = b"", address: str = NEAR, **how: Any) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=hall.app, client=(address, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://krausen.lan") as client:
        return await client.request(how.pop("method", "POST"), path, content=body, **how)


def bearer(role: UserRole) -> dict[str, str]:
    return {"authorization": f"Bearer {SECRETS[role]}"}


def told(hall: Brewery, name: str = "line") -> tuple[int, int, list[str]]:
    """Give how many were let in and refused, and why."""
    tally = hall.site.doors.one(name).tally
    return tally.knocks, tally.refusals, [one.reason for one in tally.recent_refusals]


async def test_what_a_guest_brings_is_stored_and_answered_by_the_door(hall: Brewery) -> None:
    answer = await ask(hall, "/line", b"18.5")
    assert (answer.status_code, answer.text) == (200, "/line 18.5")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    (series,) = (await hall.read("/series?adapter=line"))["items"]
    assert (series["node"], series["latest"]["v"]) == ("one", 18.5)
    (knock,) = hall.site.doors.one("line").tally.recent_knocks
    assert (knock.address, knock.node, knock.readings) == (NEAR, "one", 1)
    assert told(hall) == (1, 0, [])


async def test_a_closed_door_is_as_if_it_were_not_there(hall: Brewery) -> None:
    await hall.site.doors.change("line", lambda door: (replace(door, enabled=False), ()), ADMIN)
    answer = await ask(hall, "/line", b"18.5")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    page, other = await ask(hall, "/line", method="GET"), await ask(hall, "/other", method="GET")
    assert (page.status_code, page.text) == (other.status_code, other.text)
    assert told(hall) == (0, 0, [])


async def test_guests_from_elsewhere_are_refused(hall: Brewery) -> None:
    answer = await ask(hall, "/line", b"18.5", FAR)
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")
    assert told(hall) == (0, 1, [f"This door lets nobody in from {FAR}: an admin adds the network."])
    assert (await hall.read("/series?adapter=line"))["items"] == []


async def test_another_method_is_refused_with_those_that_are_taken(hall: Brewery) -> None:
    answer = await ask(hall, "/line", method="PUT")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_who_knocks_too_often_is_told_when_to_come_back(hall: Brewery) -> None:
    answers = [await ask(hall, "/line", b"1") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert (await ask(hall, "/line", b"1", "192.168.1.21")).status_code == 200
    await asyncio.sleep(1)
    assert (await ask(hall, "/line", b"1")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://stranger.test"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://krausen.lan"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
async def test_the_page_of_a_stranger_sends_nothing_through_a_browser_in_the_house(
    hall: Brewery, headers: dict[str, str], status: int
) -> None:
    assert (await ask(hall, "/line", b"1", headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.1.5:8888", 200),
        ("[fd00::5]:8888", 200),
        ("localhost:8888", 200),
        ("brewery", 200),
        ("Brewery.Local:8888", 200),
        ("stranger.example:8888", 403),
        ("192.168.1.5.stranger.example", 403),
        ("", 403),
    ],
)
async def test_a_name_that_a_stranger_may_have_pointed_here_is_no_page_of_ours(
    hall: Brewery, host: str, status: int
) -> None:
    page = {"host": host, "origin": f"http://{host}"}
    assert (await ask(hall, "/line", b"1", headers=page)).status_code == status
    fetched = {"host": host, "sec-fetch-site": "same-origin"}
    assert (await ask(hall, "/line", b"1", headers=fetched)).status_code == status
    program = {"host": host}
    assert (await ask(hall, "/line", b"1", headers=program)).status_code == 200


async def test_a_body_that_is_too_large_is_refused(hall: Brewery) -> None:
    headers = bearer(UserRole.BREWER)
    assert (await ask(hall, "/back", b"1" * 10, headers=headers)).status_code == 200
    answer = await ask(hall, "/back", b"1" * 11, headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "The body is too large: at most 10 bytes are taken.",
    )


async def test_a_door_with_login_asks_for_it_and_lets_everybody_in_who_shows_it(hall: Brewery) -> None:
    for headers in ({}, {"authorization": "Digest x"}, {"cookie": "krausen=x"}):
        answer = await ask(hall, "/back", b"1", FAR, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
    assert (await ask(hall, "/back", b"1", FAR, headers=bearer(UserRole.BREWER))).status_code == 200
    assert (await ask(hall, "/back", b"1", FAR, headers=bearer(UserRole.VIEWER))).status_code == 403
    assert told(hall, "back")[:2] == (1, 4)


async def test_a_sender_writes_to_a_door_only_when_its_token_says_so(hall: Brewery) -> None:
    answer = await ask(hall, "/back", b"1", headers=bearer(UserRole.SENDER))
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "You may not send readings of the adapter back.",
    )


async def test_what_a_door_cannot_take_or_stumbles_over_is_422(hall: Brewery) -> None:
    stumbled = await ask(hall, "/line", b"warm")
    assert (stumbled.status_code, "log" in stumbled.json()["detail"]) == (422, True)
    invalid = await ask(hall, "/line", b"nan")
    assert (invalid.status_code, [fault["where"] for fault in invalid.json()["errors"]]) == (
        422,
        ["/0/value"],
    )


async def test_a_full_disk_is_503_with_the_time_to_come_back(hall: Brewery) -> None:
    hall.history.away = "The disk is full."
    answer = await ask(hall, "/line", b"1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_a_refusal_is_in_the_words_of_the_protocol(brewery: Brewery) -> None:
    def refusal(failure: Exception) -> Answer:
        return Answer(status=400, body=b"NAK " + type(failure).__name__.encode(), headers={"x-line": "é€"})

    assert LINE.paths is not None
    hall = await with_doors(brewery, replace(LINE, paths=replace(LINE.paths, refusal=refusal)))
    refused = await ask(hall, "/line", b"nan")
    assert (refused.status_code, refused.text) == (400, "NAK Invalid")
    assert (await ask(hall, "/line", b"1", FAR)).text == "NAK Forbidden"
    hall.history.away = "The disk is full."
    away = await ask(hall, "/line", b"1")
    assert (away.status_code, away.headers["retry-after"], away.text) == (
        503,
        "5",
        f"NAK {StorageAway.__name__}",
    )


async def test_a_protocol_may_show_its_login_elsewhere(brewery: Brewery) -> None:
    assert BACK.paths is not None
    paths = replace(BACK.paths, authorization=lambda request: f"Bearer {request.query.get('key', '')}")
    hall = await with_doors(brewery, LINE, replace(BACK, paths=paths))
    assert (await ask(hall, f"/back?key={SECRETS[UserRole.BREWER]}", b"1")).status_code == 200
    assert (await ask(hall, "/back", b"1", headers=bearer(UserRole.BREWER))).status_code == 401


async def spoken(hall: Brewery, *messages: Any) -> list[Any]:
    """Speak ASGI to the line, and give what is answered; the last message is waited for for ever."""
    waiting, sent = [*messages], list[Any]()

    async def receive() -> Any:
        return waiting.pop(0) if waiting else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/line", "query_string": b"", "headers": [],
             "client": (NEAR, 1)}  # fmt: skip
    await hall.app(scope, receive, send)
    return sent


async def test_a_body_that_does_not_come_is_not_waited_for(hall: Brewery) -> None:
    start, _ = await spoken(hall, {"type": "http.request", "body": b"1", "more_body": True})
    assert start["status"] == 408
    assert told(hall) == (0, 1, ["The body did not come."])


async def test_a_body_may_come_in_pieces(hall: Brewery) -> None:
    pieces = [
        {"type": "http.request", "body": b"1", "more_body": True},
        {"type": "http.request", "body": b"8"},
    ]
    start, body = await spoken(hall, *pieces)
    assert (start["status"], body["body"]) == (200, b"/line 18")


async def test_who_hangs_up_hears_nothing(hall: Brewery) -> None:
    begun = {"type": "http.request", "body": b"1", "more_body": True}
    assert await spoken(hall, begun, {"type": "http.disconnect"}) == []
    assert told(hall) == (0, 1, ["The guest hung up before the end of the body."])


async def test_a_port_of_its_own_answers_for_that_door_alone(hall: Brewery) -> None:
    own = replace(hall, app=door_app(hall.site, "line"))
    assert (await ask(own, "/line", b"1")).text == "/line 1"
    for path in ("/", "/back", "/api/v1/health", "/line/"):
        answer = await ask(own, path, method="GET")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    await hall.site.doors.change("line", lambda door: (replace(door, enabled=False), ()), ADMIN)
    assert (await ask(own, "/line", b"1")).status_code == 404


async def test_other_addresses_are_not_touched(hall: Brewery) -> None:
    assert (await ask(hall, "/api/v1/health", method="GET")).status_code == 200


async def echo(_: Settings, messages: Messages, __: DoorSite) -> None:
    """Say everything again."""
    while (text := await messages.receive()) is not None:
        await messages.send(text)


ECHO = replace(
    LINE,
    paths=None,
    sockets=Sockets(paths=lambda settings: [settings.path], converse=echo),
    origins=lambda _: ("http://page.test",),
)


async def talked(hall: Brewery, *said: Any, path: str = "/line", **headers: str) -> list[Any]:
    """Speak ASGI by WebSocket, and give what is answered."""
    waiting: asyncio.Queue[Any] = asyncio.Queue()
    for one in ({"type": "websocket.connect"}, *said, {"type": "websocket.disconnect", "code": 1001}):
        waiting.put_nowait(one)
    sent = list[Any]()

    async def send(message: Any) -> None:
        if message.get("text") == "broken":
            raise OSError("Broken pipe")
        sent.append(message)

    named = [
        (b"host", b"krausen.lan"),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": named, "client": (NEAR, 1)}
    await hall.app(scope, waiting.get, send)
    return sent


def text(said: str) -> dict[str, str]:
    return {"type": "websocket.receive", "text": said}


async def test_a_door_may_speak_by_websocket_on_the_main_port(brewery: Brewery) -> None:
    hall = await with_doors(brewery, ECHO)
    assert await talked(hall, text("hello")) == [
        {"type": "websocket.accept"},
        {"type": "websocket.send", "text": "hello"},
    ]
    assert told(hall) == (1, 0, [])
    assert (await ask(hall, "/line")).status_code == 405  # there it is the page's


async def test_what_is_no_text_is_refused_and_who_has_gone_hears_nothing(brewery: Brewery) -> None:
    hall = await with_doors(brewery, ECHO)
    sent = await talked(hall, {"type": "websocket.receive", "bytes": b"x"})
    assert sent[-1] == {"type": "websocket.close", "code": 1008, "reason": "Messages are text here."}
    assert [one["type"] for one in await talked(hall, text("broken"))] == ["websocket.accept"]
    assert told(hall) == (2, 1, ["Messages are text here."])


async def test_pages_of_the_server_and_of_welcome_origins_may_listen_and_others_not(brewery: Brewery) -> None:
    hall = await with_doors(brewery, ECHO)
    for origin in ("http://krausen.lan", "http://page.test"):
        assert (await talked(hall, origin=origin))[0]["type"] == "websocket.accept"
    for origin in ("http://stranger.test", "null"):
        (refused,) = await talked(hall, origin=origin)
        assert (refused["type"], refused["code"]) == ("websocket.close", 4403)
    assert told(hall) == (2, 2, ["The page of another site may not do this."])


async def test_a_closed_door_takes_no_websocket_and_its_own_port_answers_there_alone(
    brewery: Brewery,
) -> None:
    hall = await with_doors(brewery, ECHO)
    own = replace(hall, app=door_app(hall.site, "line"))
    assert (await talked(own))[0]["type"] == "websocket.accept"
    assert [one["type"] for one in await talked(own, path="/other")] == ["websocket.close"]
    await hall.site.doors.change("line", lambda door: (replace(door, enabled=False), ()), ADMIN)
    for where in (hall, own):
        (refused,) = await talked(where)
        assert refused["type"] == "websocket.close"


async def test_a_welcome_page_may_ask_first_and_read_the_answer(brewery: Brewery) -> None:
    hall = await with_doors(brewery, replace(LINE, origins=lambda _: ("http://page.test",)))
    theirs = {"origin": "http://page.test"}
    first = await ask(hall, "/line", method="OPTIONS", headers=theirs)
    assert (first.status_code, first.headers["access-control-allow-methods"]) == (204, "POST")
    for body, status in ((b"1", 200), (b"nan", 422)):
        answer = await ask(hall, "/line", body, headers=theirs)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (
            status,
            "http://page.test",
        )


async def test_a_part_of_a_path_may_be_anything_and_clashes_with_what_it_could_be(brewery: Brewery) -> None:
    assert LINE.paths is not None
    wide = replace(LINE, paths=replace(LINE.paths, paths=lambda _: ("/line", "/line/{id}")))
    late = replace(LINE.paths, paths=lambda settings: [settings.path] if settings.path != "/line" else [])
    hall = await with_doors(brewery, wide, replace(LINE, name="late", paths=late))
    assert (await ask(hall, "/line/7", b"1")).text == "/line 1"
    assert (await ask(hall, "/line/7/8", b"1")).headers["content-type"] != "text/plain; charset=utf-8"
    wanted = {"path": "/line/{other}"}
    with pytest.raises(Invalid, match="a path of the door line"):
        await hall.site.doors.change(
            "late", lambda door: (replace(door, enabled=True, settings=wanted), ()), ADMIN
        )
