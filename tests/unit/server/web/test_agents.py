"""Agents: listed, added, removed."""

import re
from typing import Any

import pytest

from krausen.errors import Unproven
from krausen.model.people import UserRole
from krausen.server.roster import Roster
from tests.unit.server.web.brewery import NOON, SECRETS, Brewery

pytestmark = pytest.mark.anyio

AGENTS = "/api/v1/agents"


async def add(brewery: Brewery, body: object, status: int = 201) -> Any:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.post(AGENTS, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def remove(brewery: Brewery, agent: str, status: int = 204) -> str:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.delete(f"{AGENTS}/{agent}", params={"reason": "sold"})
    assert answer.status_code == status, answer.text
    return "" if status == 204 else str(answer.json()["detail"])


async def test_agents_are_listed_by_name_with_all_that_is_known_of_them(brewery: Brewery) -> None:
    await brewery.site.roster.greeted("cellar", "0.2.0", NOON + 1500)
    brewery.site.roster.linked("cellar", "recognised", 12)
    await brewery.site.roster.greeted("roof", "0.1.0", 0)
    brewery.site.roster.linked("roof", "offline")
    found = await brewery.read("/agents")
    assert found["items"][0] == {
        "agent": "cellar",
        "state": "recognised",
        "queue": 12,
        "given_up": 0,
        "last_seen": "2026-09-21T14:13:20.000Z",
        "version": "0.2.0",
        "clock_ms": 1500,
        "vessels": ["north"],
        "devices": 1,
        "known_since": "2026-09-21T14:13:20.000Z",
    }
    roof = await brewery.read("/agents/roof")
    assert found == {"items": [found["items"][0], roof], "next": None}
    assert (roof["state"], roof["clock_ms"], roof["vessels"], roof["devices"]) == ("offline", None, [], 0)


async def test_agent_that_holds_a_vessel_is_listed_before_it_was_seen(brewery: Brewery) -> None:
    (agent,) = (await brewery.read("/agents"))["items"]
    assert (agent["agent"], agent["state"], agent["devices"]) == ("cellar", "offline", 1)
    for key in ("queue", "last_seen", "version", "clock_ms", "known_since"):
        assert agent[key] is None
    assert await brewery.refusal("/agents/none") == (404, [])


async def test_agent_is_added_with_a_token_of_its_own_and_the_command_that_starts_it(
    brewery: Brewery,
) -> None:
    async with brewery.caller(UserRole.ADMIN) as client:
        answer = await client.post(AGENTS, json={"agent": "loft", "reason": "second fridge"})
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"{AGENTS}/loft")
    proof = made.pop("token")
    assert made.pop("command") == f"krausen agent loft --server http://krausen.test --token {proof}"
    assert made == await brewery.read("/agents/loft")
    caller = await brewery.site.reception.by_token(proof)
    assert (caller.role, caller.adapters) == (UserRole.AGENT, ("loft",))
    newest = (await brewery.catalog.journal(1))[0]
    assert (newest.what, newest.id, newest.action, newest.reason) == (
        "agent",
        "loft",
        "created",
        "second fridge",
    )


async def test_address_in_the_command_cannot_be_more_than_one_word(brewery: Brewery) -> None:
    async with brewery.caller(UserRole.ADMIN, host="a;reboot") as client:
        command = (await client.post(AGENTS, json={"agent": "loft"})).json()["command"]
    assert re.search(r" --server 'http://a;reboot' ", command)


@pytest.mark.parametrize("name", ["", "a b", "../x", "krausen", "x" * 65, "\u00e5"])
async def test_what_is_no_name_of_an_agent_is_refused(brewery: Brewery, name: str) -> None:
    refused = await add(brewery, {"agent": name}, 422)
    assert [fault["where"] for fault in refused["errors"]] == ["/agent"]
    assert await brewery.catalog.agents() == []


async def test_name_of_a_known_agent_is_taken(brewery: Brewery) -> None:
    await brewery.site.roster.greeted("loft", "1", 0)
    refused = await add(brewery, {"agent": "loft"}, 409)
    assert "loft" in refused["detail"]
    assert len(await brewery.catalog.tokens()) == len(UserRole)


async def test_removed_agent_is_gone_with_its_token(brewery: Brewery) -> None:
    proof = (await add(brewery, {"agent": "loft"}))["token"]
    await brewery.site.reception.by_token(proof)
    await remove(brewery, "loft")
    assert await brewery.refusal("/agents/loft") == (404, [])
    with pytest.raises(Unproven):
        await brewery.site.reception.by_token(proof)
    assert (await brewery.catalog.journal(1))[0].reason == "sold"
    assert "no agent" in await remove(brewery, "loft", 404)


async def test_agent_that_holds_a_vessel_or_is_here_stays(brewery: Brewery) -> None:
    assert "holds north" in await remove(brewery, "cellar", 409)
    await brewery.site.roster.greeted("loft", "1", 0)
    brewery.site.roster.linked("loft", "current")
    assert "connected" in await remove(brewery, "loft", 409)
    assert [one.name for one in await brewery.catalog.agents()] == ["loft"]


async def test_agents_survive_a_restart_of_the_server(brewery: Brewery) -> None:
    site = brewery.site
    await site.roster.greeted("loft", "1", NOON - 20)
    site.roster.linked("loft", "current", 0)
    site.roster.linked("loft", "offline")
    await site.roster.left("loft")
    again = Roster(brewery.catalog, brewery.history, site.live, site.clock)
    await again.load()
    assert again.known("loft") == site.roster.known("loft")
    assert again.last_seen("loft") == NOON
    assert [(link.agent, link.state, link.queue) for link in again.agents()] == [("loft", "offline", None)]


async def test_changes_of_agents_and_their_tokens_are_told(brewery: Brewery) -> None:
    listener = brewery.site.live.listen()
    listener.subscribe(["changes"])
    await add(brewery, {"agent": "loft"})
    await remove(brewery, "loft")
    said = [await listener.next() for _ in range(4)]
    found = [re.search(r'"what":"(\w+)".*"action":"(\w+)"', text) for text in said]
    assert [one.groups() for one in found if one] == [
        ("agent", "created"),
        ("token", "created"),
        ("agent", "deleted"),
        ("token", "deleted"),
    ]
    assert not any(secret in text for secret in SECRETS.values() for text in said)
