"""Concerns add to what is wanted of agents, and hear the messages of their kind alone."""

from typing import Any

import pytest
from msgspec.structs import replace

from krausen.model.preflight import PreflightReport, PreflightState
from krausen.server.concerns import Call, Changed, Hear
from krausen.simulation.loop import jumping
from krausen.wire.messages import Desired, LearnedTold, PreflightTold
from tests.unit.server.desk import FASS, KEG
from tests.unit.server.office import Office, hello, office, settle

REPORT = PreflightReport(state=PreflightState.RUNNING)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Visitor:
    """A concern that wants lines of a level, and hears of pre-flights of the agent's own vessels."""

    takes = PreflightTold

    def __init__(self, level: str) -> None:
        self.level = level
        self.changed: Changed = print
        self.heard: list[tuple[str, str]] = []

    def follow(self, changed: Changed) -> None:
        """Keep who is to be told."""
        self.changed = changed

    async def wishes(self, desired: Desired) -> Desired:
        """Want its level besides what others want."""
        return replace(desired, lines=desired.lines + self.level)

    async def linked(self, call: Call) -> Hear:
        """Hear of own vessels."""
        return call.of_own(self._hear)

    async def _hear(self, agent: str, message: PreflightTold) -> None:
        self.heard.append((agent, message.vessel))


async def wanted(there: Office) -> str:
    """Give what a new link is told first."""
    async with there.linked() as link:
        await link.agent.send(hello())
        await link.agent.receive()
        desired = await link.agent.receive()
        assert isinstance(desired, Desired)
        return desired.lines


async def test_a_concern_hears_its_kind_of_message_of_the_agents_own_vessels_alone() -> None:
    there = await office()
    visitor = there.dispatch.add(Visitor("a"))
    async with there.greeted() as link:
        for vessel in (KEG.id, "nobody", FASS.id):
            await link.agent.send(PreflightTold(vessel, "p1", 5, REPORT))
        await link.agent.send(LearnedTold(vessel=FASS.id, at=5, learned=None))
        await settle()
    assert visitor.heard == [("pi", FASS.id)]


async def test_an_agent_is_told_anew_when_a_concern_wants_something_else() -> None:
    there = await office()
    visitor = there.dispatch.add(Visitor("a"))
    async with there.greeted() as link:
        visitor.level = "b"
        visitor.changed("pi")
        desired = await link.agent.receive()
        assert isinstance(desired, Desired)
        assert desired.lines == "b"


async def test_a_concern_takes_the_place_of_one_that_takes_the_same() -> None:
    there = await office()
    there.dispatch.add(Visitor("a"))
    assert await wanted(there) == "a"
    there.dispatch.add(Visitor("b"))
    assert await wanted(there) == "b"
