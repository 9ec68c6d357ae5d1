import asyncio
from typing import Any

import pytest

from krausen import __version__
from krausen.model.log import LogLevel
from krausen.server.dispatch import Dispatch
from krausen.server.logs.keeping import Logs
from krausen.server.logs.levels import Levels
from krausen.server.logs.record import Search
from krausen.server.settings import FreeSettings
from krausen.simulation.loop import jumping
from krausen.wire.messages import Desired, LinesTold, ReadingsStored, ReadingsTaken, ToldLine, Welcome
from tests.unit.server.desk import ANNA, FASS, KEG
from tests.unit.server.office import Office, asked, hello, office, settle


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Archive(Office):
    """A server core that keeps what agents log."""

    def __init__(self) -> None:
        super().__init__()
        settings = FreeSettings(self.catalog, self.live, self.clock)
        self.logs = Logs(self.live, self.clock, Levels(self.catalog, settings))
        desk = self.controllers.desk
        self.dispatch = Dispatch(self.catalog, self.ingest, self.roster, self.clock, desk, self.logs)

    async def lines(self) -> list[tuple[str, str]]:
        """Give the sources and texts of the lines, oldest first."""
        found = await self.logs.find(Search(), None, 100)
        return [(one.line.source, one.line.text) for one in found[::-1]]


async def archive() -> Archive:
    made = Archive()
    await made.arrange(FASS, KEG)
    return made


async def test_an_agent_is_asked_for_its_lines_which_are_kept_under_its_name() -> None:
    there = await archive()
    async with there.linked() as link:
        assert await asked(link, hello()) == Welcome(__version__)
        orders = await link.agent.receive()
        assert isinstance(orders, Desired)
        assert orders.lines == "info"
        said = (ToldLine(1, "warning", "probe.lost"), ToldLine(2, "info", "probe.back"))
        await link.agent.send(LinesTold(lines=said, now=there.clock.now()))
        assert await asked(link, ReadingsTaken(1, ())) == ReadingsStored(1)
    assert await there.lines() == [("pi", "probe.lost"), ("pi", "probe.back")]


async def test_an_agent_hears_at_once_of_another_level_for_it_and_of_none_for_others() -> None:
    there = await archive()
    async with there.greeted() as link:
        await there.logs.levels.choose("other", LogLevel.DEBUG, ANNA)
        await settle()
        assert link.agent.waiting() == 0
        await there.logs.levels.choose("pi", LogLevel.DEBUG, ANNA)
        orders = await link.agent.receive()
        assert isinstance(orders, Desired)
        assert orders.lines == "debug"


async def test_without_logs_nobody_is_asked_and_what_is_told_is_passed_over() -> None:
    there = await office()
    async with there.linked() as link:
        await asked(link, hello("new"))
        assert await link.agent.receive() == Desired(())
        await link.agent.send(LinesTold(lines=(ToldLine(1, "info", "alone"),), now=1))
        await asyncio.sleep(0)
        assert await asked(link, ReadingsTaken(1, ())) == ReadingsStored(1)
