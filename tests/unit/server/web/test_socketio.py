"""Agents at the gate: whose token lets them in, as whom, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from krausen import __version__
from krausen.errors import KrausenError, LinkLost, StorageAway
from krausen.model.people import UserRole
from krausen.server.web.socketio import PROOF_S, Gate, Proof
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import Desired, FromServer, Hello, Turned, Welcome
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.web.brewery import SECRETS, Brewery, furnished_brewery


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


@pytest.fixture
async def brewery() -> AsyncIterator[Brewery]:
    async with furnished_brewery() as made:
        yield made


def gate_of(brewery: Brewery) -> Gate:
    return Gate(brewery.site.reception, brewery.site.dispatch)


def hello(agent: str, wire: int = WIRE_VERSION, run: str = "") -> Hello:
    return Hello(agent=agent, wire=wire, version="0", run=run)


@asynccontextmanager
async def talking(brewery: Brewery, proof: Proof) -> AsyncIterator[FakeLink]:
    """Open a link whose other end is the gate's."""
    link = FakeLink()

    async def converse() -> None:
        await gate_of(brewery).converse(link.server, proof)
        link.cut()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(converse())
        yield link
        link.cut()


async def asked(link: FakeLink, message: Hello) -> FromServer:
    await link.agent.send(message)
    return await link.agent.receive()


async def token_for(brewery: Brewery, *adapters: str) -> tuple[str, Proof]:
    """Make a token for agents of these names; give its id and what it proves."""
    token, secret = await brewery.site.reception.new_token("pi", UserRole.AGENT, adapters, None, by="test")
    return token.id, await gate_of(brewery).admit({"token": secret})


@pytest.mark.parametrize(
    "shown",
    [
        None,
        "",
        7,
        [],
        {},
        {"token": None},
        {"token": ""},
        {"token": 7},
        {"token": "krs_wrong"},
        {"Token": "x"},
    ],
    ids=repr,
)
async def test_who_shows_no_token_that_is_valid_stays_outside(brewery: Brewery, shown: object) -> None:
    with pytest.raises(KrausenError, match="token"):
        await gate_of(brewery).admit(shown)


@pytest.mark.parametrize("role", UserRole)
async def test_only_the_token_of_an_agent_lets_one_in(brewery: Brewery, role: UserRole) -> None:
    shown = {"token": SECRETS[role]}
    if role is UserRole.AGENT:
        assert (await gate_of(brewery).admit(shown)).caller.role is role
    else:
        with pytest.raises(KrausenError, match=rf"of a {role}\. .* role agent"):
            await gate_of(brewery).admit(shown)


async def test_an_agent_is_welcome_under_the_names_that_its_token_lists(brewery: Brewery) -> None:
    _, proof = await token_for(brewery, "cellar", "roof")
    for name in ("cellar", "roof"):
        async with talking(brewery, proof) as link:
            assert await asked(link, hello(name)) == Welcome(__version__)


async def test_an_agent_is_turned_away_under_any_other_name_in_words_for_both_sides(brewery: Brewery) -> None:
    _, proof = await token_for(brewery, "cellar")
    words = Turned("This token is not for agent roof: make one with the adapter roof.")
    with capture_logs() as logs:
        for _ in range(3):
            async with talking(brewery, proof) as link:
                assert await asked(link, hello("roof")) == words
                with pytest.raises(LinkLost):
                    await link.agent.receive()
    said = [line["detail"] for line in logs if line["log_level"] != "debug"]
    assert said == [words.detail]


async def test_revoking_a_token_ends_the_link_and_says_why(brewery: Brewery) -> None:
    id, proof = await token_for(brewery, "cellar")
    with capture_logs() as logs:
        await revoked_while_talking(brewery, id, proof)
    said = [(line["event"], line["token"]) for line in logs if line["log_level"] == "warning"]
    assert said == [("agent.turned_away", "pi")]


async def revoked_while_talking(brewery: Brewery, id: str, proof: Proof) -> None:
    async with talking(brewery, proof) as link:
        assert await asked(link, hello("cellar")) == Welcome(__version__)
        assert isinstance(await link.agent.receive(), Desired)
        await asyncio.sleep(3 * PROOF_S)
        assert link.agent.waiting() == 0
        await brewery.site.reception.revoke(id, by="test")
        before_s = asyncio.get_running_loop().time()
        answer = await link.agent.receive()
        assert isinstance(answer, Turned)
        assert "not valid" in answer.detail
        assert asyncio.get_running_loop().time() - before_s <= PROOF_S + 1.5
        with pytest.raises(LinkLost):
            await link.agent.receive()


async def test_while_nobody_can_tell_whether_a_token_holds_the_link_stays(
    brewery: Brewery, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, proof = await token_for(brewery, "cellar")

    async def away(_: str) -> None:
        raise StorageAway("The disk is full.")

    async with talking(brewery, proof) as link:
        assert await asked(link, hello("cellar")) == Welcome(__version__)
        await link.agent.receive()
        monkeypatch.setattr(brewery.site.reception, "by_token", away)
        await asyncio.sleep(5 * PROOF_S)
        brewery.site.dispatch.changed("cellar")
        assert isinstance(await link.agent.receive(), Desired)


async def test_an_agent_that_calls_again_before_its_dead_link_was_noticed_takes_its_place(
    brewery: Brewery,
) -> None:
    _, proof = await token_for(brewery, "cellar")
    with capture_logs() as logs:
        async with talking(brewery, proof) as dead:
            await asked(dead, hello("cellar", run="a"))
            assert isinstance(await dead.agent.receive(), Desired)
            async with talking(brewery, proof) as link:
                assert await asked(link, hello("cellar", run="a")) == Welcome(__version__)
                with pytest.raises(LinkLost):
                    await dead.agent.receive()
                await link.agent.receive()
                brewery.site.dispatch.changed("cellar")
                assert isinstance(await link.agent.receive(), Desired)
                assert [body.state for body in brewery.site.roster.agents()] == ["recognised"]
    assert [(line["event"], line["detail"]) for line in logs if line["log_level"] != "debug"] == [
        ("agent.lost", "It has called again."),
    ]


async def test_another_agent_of_the_same_name_is_told_so_once_on_each_side(brewery: Brewery) -> None:
    _, proof = await token_for(brewery, "cellar")
    with capture_logs() as logs:
        async with talking(brewery, proof) as first:
            await asked(first, hello("cellar", run="a"))
            for _ in range(3):
                async with talking(brewery, proof) as second:
                    answer = await asked(second, hello("cellar", run="b"))
                    assert isinstance(answer, Turned)
                    assert "already here" in answer.detail
            await first.agent.receive()
            brewery.site.dispatch.changed("cellar")
            assert isinstance(await first.agent.receive(), Desired)
    said = [line["event"] for line in logs if line["log_level"] != "debug"]
    assert said == ["agent.turned_away", "agent.lost"]
