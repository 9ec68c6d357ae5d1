from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec import json
from msgspec.structs import replace

from krausen.errors import NotFound, Stale
from krausen.model.journal import JournalEntry
from krausen.model.preflight import Finding, FindingLevel, PreflightReport, PreflightState
from krausen.model.setpoint import Mode
from krausen.model.vessel import FIRMWARE, Vessel
from krausen.server.preflights import GRACE_MS, NONE, PATIENCE_MS, Preflights
from krausen.server.setpoints import Wish
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import Desired, Hello, PreflightTold, PreflightWish
from krausen.wire.version import WIRE_VERSION
from tests.unit.server.desk import ANNA, FASS, KEG
from tests.unit.server.office import Office, settle

RUNNING = PreflightReport(state=PreflightState.RUNNING, step="Heating.", done=0.4)
DONE = PreflightReport(state=PreflightState.DONE, done=1.0, measured={"beer_c": 19.0})
FAILED = PreflightReport(
    state=PreflightState.FAILED,
    done=1.0,
    findings=(Finding(FindingLevel.GOOD, "Fine."), Finding(FindingLevel.FAULT, "Dead.")),
)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


class Cockpit(Office):
    """A server core with pre-flights, and an agent `pi` whose link is in our hands."""

    def __init__(self) -> None:
        super().__init__()
        self.preflights = self.fresh()

    def fresh(self) -> Preflights:
        """Begin with pre-flights that know nothing, as after a restart."""
        return self.dispatch.add(Preflights(self.catalog, self.roster, self.live, self.clock))

    async def off(self, vessel: str = "fass") -> None:
        """Switch a vessel's control off."""
        await self.setpoints.request(vessel, Wish(mode=Mode.OFF), ANNA)

    async def tell(self, link: FakeLink, report: PreflightReport, id: str = "e.1", at: int = 5) -> None:
        """Tell of one as the agent does."""
        await link.agent.send(PreflightTold("fass", id, at, report))
        await settle()

    async def journal(self) -> list[tuple[str, str]]:
        """Give who did what with pre-flights, oldest first."""
        lines = await self.catalog.journal(100)
        return [(line.by, line.detail) for line in reversed(lines) if line.action == "preflight"]


async def wished(link: FakeLink) -> PreflightWish | None:
    """Give what is wished of the vessel by the newest order."""
    newest = None
    await settle()
    while link.agent.waiting():
        message = await link.agent.receive()
        if isinstance(message, Desired):
            newest = message
    assert newest is not None
    return next(order.preflight for order in newest.vessels if order.vessel.id == "fass")


@asynccontextmanager
async def ready() -> AsyncIterator[tuple[Cockpit, FakeLink]]:
    """Have a vessel that is off, and its agent linked."""
    there = Cockpit()
    await there.arrange(FASS, KEG)
    await there.off()
    async with there.greeted() as link:
        yield there, link


async def test_vessel_without_any_says_so() -> None:
    async with ready() as (there, _):
        assert await there.preflights.newest("fass") == NONE
        with pytest.raises(NotFound):
            await there.preflights.newest("nobody")


async def test_one_is_asked_for_led_by_the_agent_and_written_down() -> None:
    async with ready() as (there, link):
        asked = await there.preflights.start("fass", ANNA)
        assert (asked.id, asked.report.state) == ("e.1", PreflightState.WAITING)
        wish = await wished(link)
        assert wish == PreflightWish("e.1", there.clock.now() + PATIENCE_MS)
        await there.tell(link, RUNNING)
        assert (await there.preflights.newest("fass")).report == RUNNING
        await there.tell(link, DONE, at=7)
        newest = await there.preflights.newest("fass")
        assert (newest.at, newest.report) == (7, DONE)
        assert await wished(link) is None
        assert await there.journal() == [("Anna", "asked for"), ("Anna", "done.")]


async def test_faults_stand_in_the_journal() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        await there.tell(link, FAILED)
        assert (await there.journal())[-1] == ("Anna", "failed. Dead.")


async def test_wish_is_void_by_the_clock_of_the_agent() -> None:
    there = Cockpit()
    await there.arrange(FASS)
    await there.off()
    async with there.linked() as link:
        ahead = there.clock.now() + 3_600_000
        await link.agent.send(Hello(agent="pi", wire=WIRE_VERSION, version="0", at=ahead))
        await settle()
        await there.preflights.start("fass", ANNA)
        wish = await wished(link)
        assert wish is not None
        assert wish.expires_at == ahead + PATIENCE_MS


async def test_listeners_are_told() -> None:
    async with ready() as (there, link):
        listener = there.hear("changes")
        await there.preflights.start("fass", ANNA)
        await there.tell(link, RUNNING)
        said = [json.decode(await listener.next()) for _ in range(2)]
        assert [(one["message"]["what"], one["message"]["id"]) for one in said] == [("preflight", "fass")] * 2


async def test_only_one_runs_at_a_time() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        with pytest.raises(Stale, match="under way"):
            await there.preflights.start("fass", ANNA)
        await there.tell(link, RUNNING)
        with pytest.raises(Stale, match="under way"):
            await there.preflights.start("fass", ANNA)
        await there.tell(link, DONE)
        assert (await there.preflights.start("fass", ANNA)).id == "e.2"


async def test_none_is_asked_for_while_the_vessel_is_held() -> None:
    there = Cockpit()
    await there.arrange(FASS)
    async with there.greeted():
        with pytest.raises(Stale, match="switch its control off"):
            await there.preflights.start("fass", ANNA)
    assert await there.journal() == []


async def test_none_is_asked_for_while_the_agent_is_away() -> None:
    there = Cockpit()
    await there.arrange(FASS)
    await there.off()
    with pytest.raises(Stale, match="is not here"):
        await there.preflights.start("fass", ANNA)


async def test_none_is_asked_of_a_firmware() -> None:
    there = Cockpit()
    firm: Vessel = replace(FASS, algorithm=FIRMWARE)
    await there.arrange(firm)
    await there.off()
    async with there.greeted():
        with pytest.raises(Stale, match="firmware"):
            await there.preflights.start("fass", ANNA)


async def test_one_is_stopped_on_request() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        await there.tell(link, RUNNING)
        await there.preflights.stop("fass", ANNA)
        wish = await wished(link)
        assert wish is not None
        assert (wish.id, wish.stop) == ("e.1", True)
        await there.tell(link, replace(DONE, state=PreflightState.STOPPED))
        await there.preflights.stop("fass", ANNA)
        details = [detail for _, detail in await there.journal()]
        assert details == ["asked for", "stop asked for", "stopped."]


async def test_where_none_was_there_is_nothing_to_stop() -> None:
    async with ready() as (there, _):
        await there.preflights.stop("fass", ANNA)
        assert await there.journal() == []
        with pytest.raises(NotFound):
            await there.preflights.stop("nobody", ANNA)


async def test_agent_that_never_begins_is_given_up() -> None:
    async with ready() as (there, _):
        await there.preflights.start("fass", ANNA)
        there.clock.now_ms += PATIENCE_MS + GRACE_MS
        assert (await there.preflights.newest("fass")).report.state is PreflightState.WAITING
        there.clock.now_ms += 1
        newest = (await there.preflights.newest("fass")).report
        assert newest.state is PreflightState.STOPPED
        assert "has not begun in time" in newest.findings[-1].text
        assert there.preflights.wish("fass") is None


async def test_vessel_that_another_agent_gets_ends_it() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        await there.tell(link, RUNNING)
        record = await there.catalog.vessel("fass")
        entry = JournalEntry(at=1, by="Anna", what="vessel", id="fass", action="updated")
        await there.catalog.change_vessel(replace(record.vessel, agent="other"), entry)
        newest = (await there.preflights.newest("fass")).report
        assert "was given to another agent" in newest.findings[-1].text


async def test_restart_of_the_server_loses_nothing() -> None:
    async with ready() as (there, link):
        await there.tell(link, RUNNING, id="old.1")
        newest = await there.preflights.newest("fass")
        assert (newest.id, newest.report) == ("old.1", RUNNING)
        await there.preflights.stop("fass", ANNA)
        wish = await wished(link)
        assert wish is not None
        assert (wish.id, wish.stop) == ("old.1", True)


async def test_one_that_ended_long_ago_is_written_down_once() -> None:
    there = Cockpit()
    await there.arrange(FASS)
    for _ in range(2):
        there.preflights = there.fresh()
        async with there.greeted() as link:
            await there.tell(link, FAILED, id="old.1")
    assert await there.journal() == [("pi", "failed. Dead.")]


async def test_older_ones_and_those_that_are_over_change_nothing() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        await there.tell(link, FAILED, id="old.1")
        assert (await there.preflights.newest("fass")).report.state is PreflightState.WAITING
        await there.tell(link, DONE)
        await there.tell(link, FAILED)
        assert (await there.preflights.newest("fass")).report == DONE


async def test_agent_tells_only_of_its_own_vessels() -> None:
    async with ready() as (there, link):
        await link.agent.send(PreflightTold("keg", "x", 5, RUNNING))
        await settle()
        assert await there.preflights.newest("keg") == NONE


async def test_clock_that_is_ahead_does_not_reach_the_journal() -> None:
    async with ready() as (there, link):
        await there.preflights.start("fass", ANNA)
        await there.tell(link, DONE, at=2**60)
        assert (await there.preflights.newest("fass")).at == there.clock.now()


async def test_new_run_of_the_agent_has_none_under_way_but_the_same_one_has() -> None:
    async with ready() as (there, link):
        await there.preflights.greeted("pi", "run-1")
        await there.preflights.start("fass", ANNA)
        await there.preflights.greeted("pi", "run-2")
        assert (await there.preflights.newest("fass")).report.state is PreflightState.WAITING
        await there.tell(link, RUNNING)
        await there.preflights.greeted("pi", "run-2")
        await there.preflights.greeted("other", "run-9")
        assert (await there.preflights.newest("fass")).report.state is PreflightState.RUNNING
        await there.preflights.greeted("pi", "run-3")
        newest = (await there.preflights.newest("fass")).report
        assert newest.state is PreflightState.STOPPED
        assert "started anew" in newest.findings[-1].text
