"""What is decided of doors, and their ports."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import Fault, Invalid, NotFound, Stale, StorageAway
from krausen.model.door import DoorState
from krausen.ports.door import Proof
from krausen.server.doors.admission import PRIVATE
from krausen.server.doors.host import Wanted
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from tests.unit.server.doors.hall import ADMIN, NEAR, Hall, Loopback, entry, free_port

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
BEFORE = DoorState(name="line", enabled=True, allow=("10.0.0.0/8",), revision=0)


def be(**fields: Any) -> Wanted:
    """Want these fields to be so."""
    return lambda present: (replace(present, **fields), ())


@pytest.fixture
def hall() -> Hall:
    return Hall(HandClock(NOW))


@asynccontextmanager
async def running(hall: Hall) -> AsyncIterator[Loopback]:
    """Have the ports of a hall open."""
    network = Loopback()
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(hall.doors.run(network))
        await settled()
        yield network
        work.cancel()


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def opened(hall: Hall) -> set[str]:
    """Give the paths at which guests are let in, of those that may be."""
    doors = {path: hall.doors.behind(path) for path in ("/line", "/other", "/back")}
    return {path for path, door in doors.items() if door is not None and door.is_open}


def answers(port: int) -> bool:
    with socket.socket() as guest:
        return guest.connect_ex((NEAR, port)) == 0


async def refused(changing: Any) -> list[Fault]:
    with pytest.raises(Invalid) as failure:
        await changing
    return list(failure.value.faults)


def test_at_first_all_are_closed_but_those_that_are_not(hall: Hall) -> None:
    found = {facts.state.name: facts for facts in hall.doors.all()}
    assert list(found) == ["back", "line", "pipe"]
    assert [name for name, facts in found.items() if facts.state.enabled] == ["back"]
    assert found["line"].state.allow == PRIVATE
    assert (found["back"].door.proof, found["back"].state.allow) == (Proof.LOGIN, ())
    assert found["line"].settings == {"path": "/line", "tcp_port": 9999}
    assert found["line"].schema["properties"]["tcp_port"]["title"] == "TCP port"
    assert found["line"].description == "A few doors of no known protocol, over a site in memory."
    assert found["line"].problem is None


async def test_a_change_holds_at_once_is_kept_journalled_and_told(hall: Hall) -> None:
    listener = hall.live.listen()
    listener.subscribe(["changes"])
    assert opened(hall) == {"/back"}
    await hall.doors.change("line", be(enabled=True, allow=("10.0.0.0/8",)), ADMIN, reason="brewday", seen=0)
    assert opened(hall) == {"/back", "/line"}
    assert hall.doors.one("line").state == replace(BEFORE, revision=1)
    assert await hall.catalog.doors() == [replace(BEFORE, revision=1)]
    (noted,) = await hall.catalog.journal(1)
    assert (noted.what, noted.id, noted.action, noted.reason) == ("door", "line", "updated", "brewday")
    assert noted.detail == "opened; lets in 10.0.0.0/8"
    told = json.decode(await listener.next())["message"]
    assert told == {"what": "door", "id": "line", "action": "updated", "revision": 1, "by": "Anna"}


async def test_every_change_is_told_in_the_journal(hall: Hall) -> None:
    await hall.doors.change(
        "back", be(enabled=False, port=8100, may_switch=True, settings={"path": "/x"}, allow=("::1",)), ADMIN
    )
    await hall.doors.change("back", be(port=None, may_switch=False, allow=()), ADMIN)
    second, first = await hall.catalog.journal(2)
    assert first.detail == "closed; port 8100; lets in ::1; may switch; settings"
    assert second.detail == "no port of its own; lets in everybody; may not switch"


async def test_what_was_decided_holds_after_a_restart(hall: Hall) -> None:
    await hall.doors.change("line", be(enabled=True, settings={"path": "/other"}), ADMIN)
    await hall.catalog.keep_door(DoorState(name="gone", enabled=True), entry("gone"))
    again = Hall(HandClock(NOW), hall.catalog)
    await again.doors.load()
    assert opened(again) == {"/back", "/other"}


async def test_settings_that_fit_no_more_close_a_door_and_are_told() -> None:
    catalog = MemoryCatalog()
    await catalog.keep_door(replace(BEFORE, settings={"tcp_port": 0}), entry("line"))
    hall = Hall(HandClock(NOW), catalog)
    await hall.doors.load()
    facts = hall.doors.one("line")
    assert "tcp_port" in (facts.problem or "")
    assert facts.settings == {"tcp_port": 0}
    assert not hall.doors.guarded("line").is_open
    async with running(hall):
        await hall.doors.change("line", be(settings={"tcp_port": free_port()}), ADMIN)
        assert hall.doors.one("line").problem is None


@pytest.mark.parametrize(
    ("door", "fields", "where"),
    [
        ("line", {"port": 0}, ["/port"]),
        ("line", {"port": 65536}, ["/port"]),
        ("pipe", {"port": 8100}, ["/port"]),
        ("line", {"allow": ()}, ["/allow"]),
        ("line", {"allow": ("10.0.0.1/8", "x")}, ["/allow/0", "/allow/1"]),
        ("line", {"settings": {"a/b": 1}}, ["/settings/a~1b"]),
        ("line", {"settings": {"tcp_port": "x"}}, ["/settings"]),
        ("line", {"settings": {"path": "/back"}}, ["/settings"]),
        ("line", {"settings": {"path": "/api/v1/me"}}, ["/settings"]),
        ("line", {"settings": {"path": "/"}}, ["/settings"]),
        ("line", {"port": -1, "allow": (), "settings": {"path": "/api"}}, ["/port", "/allow", "/settings"]),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_changes(
    hall: Hall, door: str, fields: dict[str, Any], where: list[str]
) -> None:
    before = hall.doors.one(door).state
    assert [fault.where for fault in await refused(hall.doors.change(door, be(**fields), ADMIN))] == where
    assert hall.doors.one(door).state == before
    assert await hall.catalog.journal_length() == 0


async def test_what_whoever_asks_finds_wrong_is_named_too(hall: Hall) -> None:
    def wanted(present: DoorState) -> tuple[DoorState, Sequence[Fault]]:
        return replace(present, port=0), [Fault("/settings/path", "No.")]

    assert [fault.where for fault in await refused(hall.doors.change("line", wanted, ADMIN))] == [
        "/settings/path",
        "/port",
    ]


async def test_who_saw_an_older_door_or_none_changes_nothing(hall: Hall) -> None:
    async with running(hall):
        port = free_port()
        with pytest.raises(Stale):
            await hall.doors.change("line", be(enabled=True, settings={"tcp_port": port}), ADMIN, seen=3)
        with pytest.raises(NotFound):
            await hall.doors.change("none", be(enabled=True), ADMIN)
        hall.catalog.away = "The disk is full."
        with pytest.raises(StorageAway):
            await hall.doors.change("line", be(enabled=True, settings={"tcp_port": port}), ADMIN)
        assert not answers(port)
        assert not hall.doors.guarded("line").is_open


async def test_ports_are_open_while_a_door_is_and_follow_its_changes(hall: Hall) -> None:
    tcp, http, other = free_port(), free_port(), free_port()
    async with running(hall) as network:
        wanted = be(enabled=True, port=http, settings={"tcp_port": tcp})
        await hall.doors.change("line", wanted, ADMIN)
        await settled()
        assert answers(tcp)
        assert network.serving == {"line": http}
        assert hall.doors.one("line").opening.tcp_port == tcp
        await hall.doors.change("line", be(port=None, settings={"tcp_port": other}), ADMIN)
        assert (answers(tcp), answers(http), answers(other)) == (False, False, True)
        await hall.doors.change("line", be(enabled=False), ADMIN)
        assert not answers(other)
        await hall.doors.change("line", be(enabled=True), ADMIN)
        assert answers(other)
    assert not answers(other)


@pytest.mark.parametrize("which", ["port", "tcp_port"])
async def test_a_port_that_is_taken_is_refused_and_nothing_changes(hall: Hall, which: str) -> None:
    free = free_port()
    with Loopback().bind(0) as taken:
        port = taken.getsockname()[1]
        chosen = {"port": free, "tcp_port": free} | {which: port}
        wanted = be(enabled=True, port=chosen["port"], settings={"tcp_port": chosen["tcp_port"]})
        async with running(hall):
            (fault,) = await refused(hall.doors.change("line", wanted, ADMIN))
            assert (fault.where, fault.message) == (
                "/port",
                f"Port {port} cannot be used: Address already in use.",
            )
            assert not hall.doors.one("line").state.enabled
            assert not answers(free)


async def test_a_port_that_is_taken_at_the_start_is_told_and_the_others_are_open() -> None:
    catalog, free = MemoryCatalog(), free_port()
    with Loopback().bind(0) as taken:
        port = taken.getsockname()[1]
        for name, number in (("line", port), ("pipe", free)):
            state = replace(BEFORE, name=name, settings={"tcp_port": number})
            await catalog.keep_door(state, entry(name))
        hall = Hall(HandClock(NOW), catalog)
        await hall.doors.load()
        async with running(hall):
            assert hall.doors.one("line").problem == f"Port {port} cannot be used: Address already in use."
            assert hall.doors.guarded("line").is_open
            assert hall.doors.one("pipe").problem is None
            assert answers(free)
            taken.close()
            await hall.doors.change("line", be(may_switch=True), ADMIN)
            assert hall.doors.one("line").problem is None
            assert answers(port)
