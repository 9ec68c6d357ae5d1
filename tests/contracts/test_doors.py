"""Every door keeps its contract. A new file is tested by being there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from msgspec.structs import replace

from krausen import doors
from krausen.errors import Forbidden, Invalid, NotFound, StorageAway, Throttled, Unproven
from krausen.model.people import Caller, UserRole
from krausen.plugins import discover
from krausen.ports.door import Door, Exchange, OtherMethod, Paths, Port, Proof, Sockets, check_storable
from krausen.testing.door import FakeMessages, FakeSite, FakeStream, posted

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
CALLER = Caller(id="s", login="sender", name="Sender", role=UserRole.SENDER)
FOUND = discover(doors, "DOOR", Door)
by_http = {name: door for name, door in FOUND.items() if door.paths is not None}
by_tcp = {name: door for name, door in FOUND.items() if door.port is not None}
by_socket = {name: door for name, door in FOUND.items() if door.sockets is not None}
every_door = pytest.mark.parametrize("door", FOUND.values(), ids=FOUND.keys())
every_http_door = pytest.mark.parametrize("door", by_http.values(), ids=by_http.keys())
every_tcp_door = pytest.mark.parametrize("door", by_tcp.values(), ids=by_tcp.keys())
every_socket_door = pytest.mark.parametrize("door", by_socket.values(), ids=by_socket.keys())

BODIES = st.binary(max_size=200) | st.text('{}[]":,0123456789.eE-+tnaufrlsm =\\\n', max_size=120).map(
    str.encode
)
TEXTS = st.dictionaries(
    st.sampled_from(["db", "precision", "bucket", "u", "p", "v", "x"]), st.text(max_size=8)
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "content-type", "content-encoding"]),
    st.sampled_from(["gzip", "identity", "application/json", "Token x", "Basic !", "Basic eDp5"])
    | st.text(max_size=8),
)


EXAMPLES = {
    "pylot": b"[]",
    "http": b'{"n": "keg", "v": 1, "t": "2026-05-01T12:00:00Z"}',
    "ispindel": b'{"name": "one", "ID": 1, "temperature": 18.5, "gravity": 1.05, "angle": 40, "battery": 4}',
    "influx": b"cpu,host=a usage=1.5",
    "maelstrom": b'[{"name": "breweryLogo", "value": "http://x/logo.png"}]',
    "fermentrack": b'{"brewpi_devices": [], "gravity_sensors": [{"internal_id": 1, "gravity": 1.05}]}',
}
"""A message that each takes."""
PLACES = {"maelstrom": "/appsettings"}
"""Where it is taken, when that is not the first of the paths."""
IN_WORDS = {"fermentrack": [200]}
"""Whose protocols tell in words alone, under this status, that a message is wrong."""


def paths_of(door: Door) -> Paths:
    assert door.paths is not None
    return door.paths


def port_of(door: Door) -> Port:
    assert door.port is not None
    return door.port


def sockets_of(door: Door) -> Sockets:
    assert door.sockets is not None
    return door.sockets


def path_of(pattern: str) -> str:
    """Give a path that a pattern leads to."""
    return "/".join("1" if part.startswith("{") else part for part in pattern.split("/"))


def settings_of(door: Door) -> Any:
    """Give settings with which a door answers something."""
    if door.name == "fermentrack":
        return json.decode(b'{"strangers": true}', type=door.settings)
    if door.name != "http":
        return door.settings()
    values = [{"metric": "m", "at": "/v"}, {"metric": "n", "at": "/0/x", "optional": True}]
    message = {"path": "/in/x", "node": "/n", "values": values, "time_at": "/t", "time_form": "iso"}
    return json.decode(json.encode({"messages": [message]}), type=door.settings)


@contextmanager
def only_refused() -> Iterator[None]:
    """Let a door say that something is wrong or not there, and nothing else."""
    try:
        yield
    except (Invalid, NotFound, OtherMethod) as refusal:
        said = str(refusal)
    else:
        said = "Taken."
    assert said


@every_door
def test_a_door_speaks_something_and_stands_open_at_first_only_behind_a_login(door: Door) -> None:
    assert door.paths is not None or door.port is not None or door.sockets is not None
    assert not door.open_at_first or door.proof is Proof.LOGIN
    assert door.settings() == door.settings()


@every_http_door
def test_its_paths_are_its_own(door: Door) -> None:
    for settings in (door.settings(), settings_of(door)):
        own = list(paths_of(door).paths(settings))
        others = [
            path
            for one in by_http.values()
            if one is not door and one.own_port is None
            for path in paths_of(one).paths(settings_of(one))
        ]
        assert len(set(own)) == len(own)
        assert door.own_port is not None or not set(own) & set(others)
        assert all(path.startswith("/") and not path.startswith("/api/v1") for path in own)
    assert paths_of(door).methods <= {"GET", "POST", "PUT", "DELETE"}
    assert 0 < paths_of(door).largest <= 8 * 1024 * 1024


@every_tcp_door
def test_its_port_needs_no_rights(door: Door) -> None:
    assert 1024 <= port_of(door).number(door.settings()) <= 65535


@every_door
def test_it_asks_for_no_more_than_it_declares_and_needs(door: Door) -> None:
    assert len(set(door.calls)) == len(door.calls)
    for call in door.calls:
        method, _, path = call.partition(" ")
        assert method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
        assert path.startswith("/")
    assert door.role(door.settings()) in {UserRole.VIEWER, UserRole.BREWER}
    assert not door.origins(door.settings())


@every_http_door
@given(body=BODIES, query=TEXTS, headers=HEADERS)
async def test_whatever_is_sent_is_answered_or_refused_as_invalid(
    door: Door, body: bytes, query: dict[str, str], headers: dict[str, str]
) -> None:
    site, settings = FakeSite(NOW), settings_of(door)
    for method in sorted(paths_of(door).methods):
        for path in map(path_of, paths_of(door).paths(settings)):
            asked = posted(path, body, query=query, headers=headers, caller=CALLER)
            with only_refused():
                answer = await paths_of(door).exchange(settings, replace(asked, method=method), site)
                assert 200 <= answer.status < 400
    check_storable(site.stored, NOW)


@every_http_door
@given(query=TEXTS, headers=HEADERS)
def test_a_proof_is_always_a_text(door: Door, query: dict[str, str], headers: dict[str, str]) -> None:
    named = paths_of(door).authorization
    bare: Exchange = posted("/", b"", query=query, headers=headers)
    assert named is None or isinstance(named(bare), str)


@every_http_door
async def test_a_full_disk_is_not_hidden(door: Door) -> None:
    site = FakeSite(NOW)
    site.failure = StorageAway("The disk is full.")
    path = PLACES.get(door.name) or paths_of(door).paths(settings_of(door))[0]
    asked = posted(path, EXAMPLES[door.name], caller=CALLER)
    with pytest.raises(StorageAway):
        await paths_of(door).exchange(settings_of(door), asked, site)


@every_http_door
@pytest.mark.parametrize(
    ("failure", "statuses"),
    [
        (Invalid("No."), range(400, 423)),
        (Unproven("Who?"), [401]),
        (Forbidden("No."), range(401, 405)),
        (Throttled("Slowly.", 1), [429, 503]),
        (StorageAway("Full."), range(500, 504)),
    ],
)
def test_a_refusal_is_a_failure_in_the_words_of_the_protocol(
    door: Door, failure: Exception, statuses: range | list[int]
) -> None:
    refusal = paths_of(door).refusal
    comes = door.proof is Proof.LOGIN or not isinstance(failure, Unproven)
    if refusal is not None and comes:
        told = IN_WORDS.get(door.name, statuses) if isinstance(failure, Invalid) else statuses
        assert refusal(failure).status in told


@every_tcp_door
@given(chunks=st.lists(BODIES, max_size=4))
async def test_whatever_is_said_by_tcp_is_taken_or_refused_as_invalid(
    door: Door, chunks: list[bytes]
) -> None:
    site, stream = FakeSite(NOW), FakeStream(chunks)
    with only_refused():
        await port_of(door).converse(settings_of(door), stream, site)
    check_storable(site.stored, NOW)


FRAMES = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["subscribe", "unsubscribe", "ping", "other"]) | st.none(),
        "channel": st.sampled_from(["data", "alarms", "logs", "_profiles", "nowhere"]) | st.integers(),
    }
).map(lambda frame: json.encode(frame).decode())


@every_socket_door
@given(said=st.lists(FRAMES | BODIES.map(lambda body: body.decode(errors="replace")), max_size=6))
async def test_whatever_is_said_by_websocket_is_taken_or_refused_as_invalid(
    door: Door, said: list[str]
) -> None:
    messages = FakeMessages(said)
    with only_refused():
        await sockets_of(door).converse(settings_of(door), messages, FakeSite(NOW))
    assert all(json.decode(text) is not None for text in messages.sent)


@every_socket_door
def test_its_sockets_are_no_paths_of_ours_and_messages_have_an_end(door: Door) -> None:
    paths = list(sockets_of(door).paths(door.settings()))
    assert paths
    assert all(path.startswith("/") and not path.startswith("/api/v1") for path in paths)
    assert 0 < sockets_of(door).largest <= 1024 * 1024
