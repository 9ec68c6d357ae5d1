"""A pre-flight from the server to the relays and back, in simulated chambers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.model.journal import JournalEntry
from krausen.model.preflight import FindingLevel, PreflightReport, PreflightState
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.chambers import CHAMBERS
from krausen.server.preflights import Preflights
from krausen.simulation.vessel import SimulatedVessel
from tests.scenarios.brewery import ANNA, FASS, HOUR_S, Brewery, Pace

PACE = Pace(every_s=5.0, tick_s=5.0, flush_s=5.0)
REST = replace(FASS, beer_c=18.0)


class Hangar(Brewery):
    """A brewery whose server knows of pre-flights; the roles in `exchanged` are given to each other."""

    exchanged: tuple[Role, Role] | None = None
    preflights: Preflights

    async def start_server(self) -> None:
        """Start a server that knows what its stores know."""
        await super().start_server()
        server = self.server
        self.preflights = server.dispatch.add(
            Preflights(self.stores.catalog, server.roster, server.live, self.clock)
        )

    @asynccontextmanager
    async def flying(self) -> AsyncIterator["Hangar"]:
        """Run server and agent, until a pre-flight may begin."""
        async with self.opened():
            await asyncio.sleep(30.0)
            yield self

    async def newest(self) -> PreflightReport:
        """Give how the newest one stands."""
        return (await self.preflights.newest("fass")).report

    async def over(self, hours: float = 4.0) -> PreflightReport:
        """Wait for the end."""
        for _ in range(round(hours * 60)):
            await asyncio.sleep(60.0)
            if not (report := await self.newest()).state.is_open:
                return report
        raise AssertionError("It does not end.")

    async def _arrange(self, vessel: SimulatedVessel) -> None:
        off = Setpoint(revision=1, mode=Mode.OFF, by="Anna", at=self.clock.now())
        entry = JournalEntry(at=self.clock.now(), by="anna", what="vessel", id=vessel.id, action="created")
        made, roles = vessel.vessel(), dict(vessel.vessel().roles)
        if self.exchanged is not None:
            one, other = self.exchanged
            roles[one], roles[other] = roles[other], roles[one]
        await self.stores.catalog.add_vessel(replace(made, roles=roles), off, entry)


@pytest.mark.parametrize("chamber", CHAMBERS)
async def test_nothing_is_found_in_a_healthy_chamber(chamber: str) -> None:
    async with Hangar(replace(REST, chamber=chamber), pace=PACE).flying() as brewery:
        await brewery.preflights.start("fass", ANNA)
        report = await brewery.over()
        assert report.state is PreflightState.DONE
        assert {finding.level for finding in report.findings} == {FindingLevel.GOOD}
        assert {"heating_c_h", "cooling_c_h"} <= report.measured.keys()
        assert brewery.broken() == []
        assert len(await brewery.series(Role.COOL)) >= 2
        newest = (await brewery.stores.catalog.journal(1))[0]
        assert (newest.action, newest.detail) == ("preflight", "done.")


@pytest.mark.parametrize(
    ("exchanged", "words"),
    [
        ((Role.HEAT, Role.COOL), "Heater and cooler are swapped"),
        ((Role.BEER, Role.CHAMBER), "they may be swapped"),
    ],
)
async def test_what_is_exchanged_is_found(exchanged: tuple[Role, Role], words: str) -> None:
    made = Hangar(REST, pace=PACE)
    made.exchanged = exchanged
    async with made.flying() as brewery:
        await brewery.preflights.start("fass", ANNA)
        report = await brewery.over()
        assert report.state is PreflightState.FAILED
        assert words in " ".join(finding.text for finding in report.findings)


async def test_server_that_is_restarted_hears_of_it_again() -> None:
    with capture_logs():
        async with Hangar(REST, pace=PACE).flying() as brewery:
            id = (await brewery.preflights.start("fass", ANNA)).id
            await asyncio.sleep(600.0)
            await brewery.stop_server()
            await asyncio.sleep(120.0)
            await brewery.start_server()
            await asyncio.sleep(120.0)
            assert (await brewery.preflights.newest("fass")).id == id
            assert (await brewery.newest()).state is PreflightState.RUNNING
            assert (await brewery.over()).state is PreflightState.DONE
        assert brewery.broken() == []


async def test_agent_that_is_restarted_ends_it() -> None:
    with capture_logs():
        async with Hangar(REST, pace=PACE).flying() as brewery:
            await brewery.preflights.start("fass", ANNA)
            await asyncio.sleep(400.0)
            assert brewery.gear["fass"].on == {Role.HEAT}
            await brewery.stop_agent()
            assert brewery.gear["fass"].on == set()
            brewery.start_agent()
            await asyncio.sleep(60.0)
            report = await brewery.newest()
            assert report.state is PreflightState.STOPPED
            assert "started anew" in report.findings[-1].text
            await asyncio.sleep(HOUR_S)
            assert brewery.gear["fass"].on == set()


async def test_it_goes_on_through_an_outage_of_the_link() -> None:
    with capture_logs():
        async with Hangar(REST, pace=PACE).flying() as brewery:
            await brewery.preflights.start("fass", ANNA)
            await asyncio.sleep(60.0)
            brewery.links.cut()
            await asyncio.sleep(2 * HOUR_S)
            assert (await brewery.newest()).state is PreflightState.RUNNING
            brewery.links.mend()
            await asyncio.sleep(120.0)
            assert (await brewery.newest()).state is PreflightState.DONE


async def test_stop_and_a_new_wish_end_it_within_seconds() -> None:
    async with Hangar(REST, pace=PACE).flying() as brewery:
        await brewery.preflights.start("fass", ANNA)
        await asyncio.sleep(60.0)
        await brewery.preflights.stop("fass", ANNA)
        await asyncio.sleep(11.0)
        assert (await brewery.newest()).state is PreflightState.STOPPED
        await brewery.preflights.start("fass", ANNA)
        await asyncio.sleep(60.0)
        await brewery.wish("fass", 22.0)
        await asyncio.sleep(11.0)
        report = await brewery.newest()
        assert report.state is PreflightState.STOPPED
        assert "switch control off" in report.findings[-1].text
        await asyncio.sleep(600.0)
        assert brewery.gear["fass"].on == {Role.HEAT}
    assert brewery.broken() == []
