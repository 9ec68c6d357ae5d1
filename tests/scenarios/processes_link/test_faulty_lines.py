"""What a bad line does to the link: nothing that lasts."""

import asyncio
from random import Random

import pytest

from tests.scenarios.processes_link.brewhouse import Brewhouse
from tests.scenarios.processes_link.faulty_line import faulty_line


async def joined(brewhouse: Brewhouse, way: str) -> None:
    brewhouse.way = way
    await brewhouse.start_agent()
    await brewhouse.until(brewhouse.current)


async def test_a_slow_line_carries_everything(brewhouse: Brewhouse) -> None:
    await brewhouse.start_server()
    async with faulty_line(brewhouse.port) as line:
        line.delay_s = 0.15
        await joined(brewhouse, line.url)
        await asyncio.sleep(2)
        await brewhouse.until(brewhouse.current)
        await brewhouse.kill("agent")
        assert brewhouse.check_readings() > 100


@pytest.mark.parametrize("seed", range(2))
async def test_a_line_that_is_cut_again_and_again_loses_and_doubles_nothing(
    brewhouse: Brewhouse, seed: int
) -> None:
    chance = Random(seed)
    await brewhouse.start_server()
    async with faulty_line(brewhouse.port) as line:
        await joined(brewhouse, line.url)
        for _ in range(4):
            await asyncio.sleep(chance.uniform(0.0, 1.0))
            line.cut()
            await asyncio.sleep(chance.uniform(0.0, 0.5))
            line.mend()
        await brewhouse.until(brewhouse.current)
        await brewhouse.kill("agent")
        assert brewhouse.check_readings() > 100
    assert brewhouse.said("agent").count("link.lost") <= 4


@pytest.mark.parametrize("seed", range(2))
async def test_rubbish_on_the_line_breaks_the_link_and_nothing_else(brewhouse: Brewhouse, seed: int) -> None:
    chance = Random(seed)
    await brewhouse.start_server()
    async with faulty_line(brewhouse.port) as line:
        await joined(brewhouse, line.url)
        for _ in range(3):
            line.spoil(chance.randbytes(chance.randint(1, 300)))
            await asyncio.sleep(chance.uniform(0.3, 1.0))

        async def called_again() -> bool:
            return line.calls > 1

        await brewhouse.until(called_again)
        await brewhouse.until(brewhouse.current)
        await brewhouse.kill("agent")
        assert brewhouse.check_readings() > 100
    assert "Traceback" not in brewhouse.said("server") + brewhouse.said("agent")


async def test_a_wish_that_was_made_while_the_line_was_down_arrives_when_it_is_back(
    brewhouse: Brewhouse,
) -> None:
    await brewhouse.start_server()
    async with faulty_line(brewhouse.port) as line:
        await joined(brewhouse, line.url)
        line.cut()
        await brewhouse.call("PUT", "/vessels/fass/setpoint", {"mode": "beer", "value": 12.5})
        line.mend()

        async def accepted() -> bool:
            answer = (await brewhouse.call("GET", "/vessels/fass"))["accepted"]
            assert isinstance(answer, dict)
            return (answer["state"], answer["value"]) == ("accepted", 12.5)

        assert await brewhouse.until(accepted)


async def test_revoking_the_token_ends_the_link_and_a_new_one_joins_it_again(brewhouse: Brewhouse) -> None:
    await brewhouse.start_server()
    await joined(brewhouse, brewhouse.url)
    tokens = (await brewhouse.call("GET", "/tokens"))["items"]
    assert isinstance(tokens, list)
    mine = next(token["id"] for token in tokens if token["role"] == "agent")
    await brewhouse.call("DELETE", f"/tokens/{mine}")

    async def offline() -> bool:
        return (await brewhouse.link()).get("state") == "offline"

    async def told() -> bool:
        return "This token is not valid" in brewhouse.said("agent")

    await brewhouse.until(offline)
    await brewhouse.until(told)
    made = await brewhouse.call("POST", "/tokens", {"title": "pi", "role": "agent", "adapters": ["pi"]})
    (brewhouse.there / "agents" / "pi" / "token").write_text(str(made["token"]))
    await brewhouse.until(brewhouse.current)
    await brewhouse.kill("agent")
    assert brewhouse.check_readings() > 50
