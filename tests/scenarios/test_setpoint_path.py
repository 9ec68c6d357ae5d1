"""From a wish to a relay, and back as a reading."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.agent.uplink import LinkState
from krausen.errors import Stale
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName
from krausen.model.setpoint import AnswerState, Mode, Setpoint
from krausen.model.vessel import Role
from krausen.server.setpoints import Wish
from tests.scenarios.brewery import ANNA, FASS, SLOW, Brewery

STEPS = st.sampled_from(["wish", "wish", "cut", "mend", "agent", "server", "wait", "refused"])


def entry(brewery: Brewery) -> JournalEntry:
    return JournalEntry(at=brewery.clock.now(), by="anna", what="vessel", id="fass", action="setpoint")


async def test_a_wish_goes_all_the_way_and_comes_back_as_a_reading() -> None:
    async with Brewery().opened() as brewery:
        await asyncio.sleep(10)
        await brewery.wish("fass", 22.0)
        body = await brewery.body()
        assert (body.requested.value, body.requested.revision) == (22.0, 2)
        assert (body.accepted.state, body.accepted.mode, body.accepted.value) == ("waiting", "off", None)
        assert body.demanded.heat == 0.0

        await asyncio.sleep(3)
        body = await brewery.body()
        assert (body.accepted.state, body.accepted.value, body.accepted.revision) == ("accepted", 22.0, 2)
        assert body.demanded.heat == 1.0
        assert "rests" in " ".join(body.demanded.why)
        assert body.observed.heat is False
        assert not brewery.gear["fass"].on

        await asyncio.sleep(300)
        body = await brewery.body()
        assert (body.observed.heat, body.observed.cool, body.observed.stale) == (True, False, False)
        assert body.observed.beer == pytest.approx(19.0, abs=0.5)
        assert brewery.gear["fass"].on == {Role.HEAT}
        assert brewery.gear["fass"].rig.is_on(Role.HEAT)
        heater, own = await brewery.series(Role.HEAT), SeriesName("krausen", "fass", "heat")
        assert (heater[-1].v, heater[0].v) == (1.0, 0.0)
        assert (await brewery.history())[own] == heater
        assert body.roles["heat"] == await brewery.stores.history.id_of(FASS.series(Role.HEAT))


async def test_off_is_a_wish_too() -> None:
    async with Brewery().opened() as brewery:
        await brewery.wish("fass", 22.0)
        await asyncio.sleep(600)
        assert brewery.gear["fass"].on == {Role.HEAT}
        await brewery.wish("fass", None)
        await asyncio.sleep(600)
        assert brewery.gear["fass"].on == set()
        body = await brewery.body()
        assert (body.accepted.mode, body.demanded.why) == ("off", ("Control is off.",))


async def test_what_the_agent_refuses_leaves_the_former_wish_in_force_with_the_reason() -> None:
    async with Brewery().opened() as brewery:
        await brewery.wish("fass", 22.0)
        await asyncio.sleep(400)
        hot = Setpoint(revision=0, mode=Mode.BEER, value=60.0, by="Bo", at=brewery.clock.now())
        await brewery.stores.catalog.request("fass", hot, entry(brewery))
        brewery.server.dispatch.changed("cellar")
        await asyncio.sleep(400)
        body = await brewery.body()
        assert (body.requested.value, body.accepted.value) == (60.0, 22.0)
        assert body.accepted.state == "rejected"
        assert "limit" in body.accepted.detail
        assert brewery.gear["fass"].on == {Role.HEAT}
        assert "setpoint of 22" in body.demanded.why[0]


async def test_a_vessel_with_an_output_that_the_agent_does_not_have_is_refused_and_the_others_go_on() -> None:
    async with Brewery().opened() as brewery:
        vessel = FASS.vessel()
        gone = SeriesName("cellar", "gone", "on")
        alien = replace(vessel, id="alien", name="Alien", roles={**vessel.roles, Role.HEAT: gone})
        wish = Setpoint(revision=1, mode=Mode.OFF)
        await brewery.stores.catalog.add_vessel(alien, wish, entry(brewery))
        await brewery.server.roster.load()
        await brewery.wish("alien", 20.0)
        await brewery.wish("fass", 22.0)
        await asyncio.sleep(400)
        body = await brewery.body("alien")
        assert (body.accepted.state, body.accepted.value) == ("rejected", None)
        assert "no output cellar/gone/on" in body.accepted.detail
        assert brewery.gear["fass"].on == {Role.HEAT}


async def test_who_looked_at_an_older_revision_changes_nothing() -> None:
    async with Brewery().opened() as brewery:
        seen = (await brewery.body()).requested.revision
        await brewery.wish("fass", 22.0)
        stale = Wish(mode=Mode.BEER, value=10.0, seen=seen)
        with pytest.raises(Stale):
            await brewery.server.setpoints.request("fass", stale, ANNA)
        await asyncio.sleep(5)
        assert (await brewery.body()).accepted.value == 22.0


async def test_a_wish_made_while_the_agent_is_away_stays_requested_and_then_arrives() -> None:
    async with Brewery().opened() as brewery:
        await brewery.wish("fass", 22.0)
        await asyncio.sleep(400)
        brewery.links.cut()
        for value in (10.0, 11.0, 12.0):
            await brewery.wish("fass", value)
        await asyncio.sleep(3600)
        body = await brewery.body()
        assert (body.requested.value, body.accepted.value, body.accepted.state) == (12.0, 22.0, "waiting")
        assert body.observed.stale
        assert brewery.gear["fass"].on == {Role.HEAT}
        brewery.links.mend()
        await asyncio.sleep(1000)
        body = await brewery.body()
        assert (body.accepted.value, body.accepted.state, body.observed.stale) == (12.0, "accepted", False)
        assert brewery.gear["fass"].on == {Role.COOL}


@settings(max_examples=25)
@given(steps=st.lists(STEPS, max_size=10))
async def test_whatever_happens_on_the_way_the_newest_wish_is_held_in_the_end(steps: list[str]) -> None:
    async with Brewery(pace=SLOW).opened() as brewery:
        allowed = 0
        for n, step in enumerate(steps):
            match step:
                case "wish":
                    await brewery.wish("fass", 10.0 + n)
                    allowed = n
                case "refused":
                    hot = Setpoint(revision=0, mode=Mode.BEER, value=60.0)
                    await brewery.stores.catalog.request("fass", hot, entry(brewery))
                    brewery.server.dispatch.changed("cellar")
                case "cut":
                    brewery.links.cut()
                case "mend":
                    brewery.links.mend()
                case "agent":
                    await brewery.stop_agent()
                    brewery.start_agent()
                case "server":
                    await brewery.stop_server()
                    await brewery.start_server()
                case _:
                    await asyncio.sleep(100)
        brewery.links.mend()
        await asyncio.sleep(200)
        record = await brewery.stores.catalog.vessel("fass")
        held = brewery.agent.desired.order("fass")
        assert brewery.agent.uplink.state is LinkState.CURRENT
        assert held is not None
        if record.requested.value == 60.0:
            assert record.answer.state is AnswerState.REJECTED
            assert held.setpoint.value != 60.0
        else:
            assert record.answer.state is AnswerState.ACCEPTED
            assert held.setpoint == record.requested == record.answer.setpoint
            assert record.requested.value in (None, 10.0 + allowed)
