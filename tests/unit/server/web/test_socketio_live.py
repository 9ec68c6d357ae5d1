"""Listeners by socket.io at the gate: who proves to be whom by what, and for how long."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from itertools import count
from types import MappingProxyType
from typing import Any

import pytest
from msgspec import Struct

from krausen.errors import Forbidden, StorageAway, Unproven
from krausen.model.journal import JournalEntry
from krausen.model.people import Token, UserRole
from krausen.ports.clock import Clock
from krausen.server.channels import Channels
from krausen.server.live import Live
from krausen.server.outlets import Frame
from krausen.server.people import Reception
from krausen.server.people.digests import digest
from krausen.server.web.socketio import transport_of
from krausen.server.web.socketio_live import PROOF_S, Hearing
from krausen.simulation.loop import jumping
from krausen.testing.catalog import MemoryCatalog

HOST = {"host": "krausen.test"}
OWN = {**HOST, "origin": "http://krausen.test"}


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Shown(Struct, frozen=True):
    """What a caller shows."""

    auth: object = None
    headers: Mapping[str, str] = MappingProxyType(HOST)


class Outlet:
    """Keeps the frames that it is given."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.full = self.drained = lambda: None
        self.waiting = 0

    def write(self, frame: Frame) -> None:
        self.frames.append(frame)

    def close(self, code: int, reason: str) -> None:
        raise AssertionError((code, reason))


class House(Struct, frozen=True):
    """Who lets listeners in, and the parts behind."""

    hearing: Hearing
    reception: Reception
    live: Live


@pytest.fixture
async def house() -> AsyncIterator[House]:
    loop, numbers, catalog = asyncio.get_running_loop(), count(1), MemoryCatalog()
    clock = Clock(0, loop.time)
    for role in UserRole:
        token = Token(id=f"t-{role}", title=role, role=role, digest=digest(f"krs_{role}"))
        await catalog.add_token(token, JournalEntry(at=0, by="test", what="token", id=role, action="created"))
    live = Live(clock, "run1")
    with closing(Reception(catalog, clock, lambda: f"secret-{next(numbers)}")) as reception:
        yield House(Hearing(reception, live, Channels(catalog, live, clock)), reception, live)


async def cookie(house: House) -> str:
    user = await house.reception.add_user("vera", "Vera", UserRole.VIEWER, "a long password", by="test")
    value, _ = await house.reception.sign_in_with_key(house.reception.issue_key(user.id))
    return f"a=b; krausen={value}; c=d"


async def test_token_counts_before_header_and_header_before_cookie(house: House) -> None:
    signed_in = {**OWN, "cookie": await cookie(house)}
    bearer = {**signed_in, "authorization": "Bearer krs_brewer"}
    for shown, name in (
        (Shown({"token": "krs_admin"}, bearer), "admin"),
        (Shown({"more": 1}, bearer), "brewer"),
        (Shown(None, signed_in), "Vera"),
    ):
        assert (await house.hearing.admit(shown))[1].name == name


@pytest.mark.parametrize(
    "shown",
    [
        Shown(),
        Shown({"token": ""}, {**HOST, "authorization": "Bearer krs_brewer"}),
        Shown({"token": 7}),
        Shown(["krs_admin"]),
        Shown(None, {**HOST, "authorization": "Basic krs_brewer"}),
        Shown(None, {**HOST, "cookie": "krausen="}),
        Shown(None, {**OWN, "cookie": "krausen=wrong"}),
        Shown({"token": "krs_wrong"}),
    ],
    ids=repr,
)
async def test_who_proves_nothing_stays_outside(house: House, shown: Shown) -> None:
    with pytest.raises(Unproven):
        await house.hearing.admit(shown)


@pytest.mark.parametrize("role", [UserRole.AGENT, UserRole.SENDER])
async def test_programs_that_only_report_hear_nothing(house: House, role: UserRole) -> None:
    with pytest.raises(Forbidden, match="Only people"):
        await house.hearing.admit(Shown({"token": f"krs_{role}"}))


async def test_cookie_that_another_site_sends_along_proves_nothing(house: House) -> None:
    said = {"cookie": await cookie(house)}
    for headers in (HOST, {**HOST, "origin": "http://other.test"}, {**HOST, "origin": "null"}):
        with pytest.raises(Forbidden, match="another site"):
            await house.hearing.admit(Shown(None, headers | said))


async def test_proof_is_asked_for_again_and_only_its_loss_ends_the_conversation(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    talk = house.hearing.converse(Outlet(), await house.hearing.admit(Shown({"token": "krs_viewer"})))
    by_token = house.reception.by_token

    async def away(_: str) -> None:
        raise StorageAway("The disk is full.")

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(talk.run())
        monkeypatch.setattr(house.reception, "by_token", away)
        await asyncio.sleep(5 * PROOF_S)
        assert not running.done()
        monkeypatch.setattr(house.reception, "by_token", by_token)
        await house.reception.revoke("t-viewer", by="test")
        before_s = loop.time()
        assert "not valid" in await running
        assert loop.time() - before_s <= PROOF_S
    talk.close()


async def test_who_closed_the_conversation_hears_nothing_more(house: House) -> None:
    outlet = Outlet()
    talk = house.hearing.converse(outlet, await house.hearing.admit(Shown({"token": "krs_viewer"})))
    await talk.answer(["subscribe", "logs"])
    house.live.say("logs", 1)
    talk.close()
    house.live.say("logs", 2)
    assert len(outlet.frames) == 1
    assert house.live.listeners == 0


async def test_role_that_is_asked_again_is_the_one_that_may_publish(house: House) -> None:
    talk = house.hearing.converse(Outlet(), await house.hearing.admit(Shown({"token": "krs_brewer"})))
    assert (await talk.answer(["publish", "logs", 1]))["ok"] is True
    assert (await talk.answer(["publish", "changes", 1]))["error"] == "forbidden"
    talk.close()


def test_transport_is_found_only_under_what_is_known() -> None:
    async def send(_: object) -> None: ...

    assert transport_of(send) is None
