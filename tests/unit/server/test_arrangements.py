"""What is arranged reaches the agents it concerns."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from krausen.model.setpoint import Answer, AnswerState, Mode
from krausen.model.vessel import Limits
from krausen.server.arrangements import Arrangements
from krausen.server.fitting import Arrangement
from krausen.server.setpoints import Wish
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import Desired, Hello, Welcome
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.desk import ANNA, BEER, FASS, HEAT, KEG, Desk


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Bench(Desk):
    """A server core with arrangements, and a link for each of two agents."""

    def __init__(self) -> None:
        super().__init__()
        self.arrangements = Arrangements(
            self.catalog, self.fitting, self.dispatch, self.roster, self.live, self.clock
        )
        self.links = {agent: FakeLink() for agent in ("pi", "other")}

    async def greet(self, tasks: asyncio.TaskGroup) -> None:
        for agent, link in self.links.items():
            tasks.create_task(self.dispatch.serve(link.server))
            await link.agent.send(Hello(agent=agent, wire=WIRE_VERSION, version="0"))
            assert isinstance(await link.agent.receive(), Welcome)
            await self.orders(agent)

    async def orders(self, agent: str) -> dict[str, Limits]:
        """Give the limits of the vessels that an agent is told of next."""
        async with asyncio.timeout(1):
            told = await self.links[agent].agent.receive()
        assert isinstance(told, Desired)
        return {order.vessel.id: order.vessel.limits for order in told.vessels}


async def bench() -> Bench:
    made = Bench()
    await made.history.declare([(BEER, "°C"), (HEAT, "")])
    await made.arrange(FASS, KEG)
    return made


def cooler(present: Arrangement) -> Arrangement:
    return replace(present, limits=Limits(0, 20))


async def test_agents_are_told_what_they_are_to_hold_now() -> None:
    there = await bench()
    async with asyncio.TaskGroup() as tasks:
        await there.greet(tasks)
        await there.arrangements.change("fass", cooler, ANNA)
        assert await there.orders("pi") == {"fass": Limits(0, 20)}
        added = await there.arrangements.add(Arrangement(name="Third", agent="other"), ANNA)
        assert await there.orders("other") == {"keg": KEG.limits, "third": Limits()}
        await there.arrangements.remove(added.vessel.id, ANNA)
        assert await there.orders("other") == {"keg": KEG.limits}
        for link in there.links.values():
            link.cut()


async def test_vessel_that_moves_is_told_to_both_agents() -> None:
    there = await bench()
    async with asyncio.TaskGroup() as tasks:
        await there.greet(tasks)
        await there.arrangements.change("keg", lambda present: replace(present, agent="pi"), ANNA)
        assert await there.orders("pi") == {"fass": FASS.limits, "keg": KEG.limits}
        assert await there.orders("other") == {}
        for link in there.links.values():
            link.cut()


async def test_vessel_that_was_turned_off_and_let_go_is_removed() -> None:
    there = await bench()
    await there.setpoints.request("fass", Wish(mode=Mode.OFF), ANNA)
    off = (await there.catalog.vessel("fass")).requested
    await there.catalog.answered("fass", 2, Answer(setpoint=off, state=AnswerState.ACCEPTED))
    await there.arrangements.remove("fass", ANNA)
    assert there.roster.vessels_of("pi") == set()


async def test_of_many_of_one_name_each_has_an_id_of_its_own() -> None:
    there = await bench()
    async with asyncio.TaskGroup() as tasks:
        added = [tasks.create_task(there.arrangements.add(Arrangement(name="Keg"), ANNA)) for _ in range(5)]
    assert {task.result().vessel.id for task in added} == {f"keg-{n}" for n in range(2, 7)}
