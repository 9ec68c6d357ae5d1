import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.planning import Workshop, allowed
from krausen.agent.preflight import Preflights, Sight
from krausen.control.algorithms import learning
from krausen.control.algorithms.hysteresis import ALGORITHM
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.learning.belief import begin
from krausen.control.learning.keeping import kept
from krausen.control.limits import Bounds
from krausen.control.preflight.course import WATCH_S
from krausen.control.regulation import Plan, start
from krausen.control.resuming import learned_in
from krausen.errors import LinkLost
from krausen.model.learned import Standing
from krausen.model.preflight import FindingLevel, PreflightState
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role
from krausen.simulation.loop import jumping
from krausen.testing.link import FakeLink
from krausen.wire.messages import PreflightTold, PreflightWish, VesselOrder
from tests.unit.agent.cellar import Cellar
from tests.unit.agent.orders import FASS, HEAT, WORKSHOP, order

LEARNS = Plan(algorithm=learning.ALGORITHM, settings=learning.Settings(), hardware=Hardware(Times(), Times()))
OFF = Setpoint(revision=9, mode=Mode.OFF)
SOON = 2_000_000_000_000
WISH = PreflightWish("p1", SOON)
ASKED = VesselOrder(FASS, OFF, preflight=WISH)
STOP = VesselOrder(FASS, OFF, preflight=PreflightWish("p1", SOON, stop=True))


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": jumping}


def newest(cellar: Cellar) -> PreflightTold:
    """Give what would be told of the vessel."""
    return cellar.agent.preflights.newest["fass"]


def said(cellar: Cellar) -> str:
    """Give the findings as one text."""
    return " ".join(finding.text for finding in newest(cellar).report.findings)


async def test_outputs_are_pulsed_in_turn_and_found_dead_where_nothing_follows() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED):
        await asyncio.sleep(2 * 3600)
        report = newest(cellar).report
        assert report.state is PreflightState.FAILED
        assert said(cellar).count("changed nothing: is the plug") == 2
        assert cellar.on() == set()
    for name in ("heater", "cooler"):
        (on_s, is_on), (off_s, is_off) = cellar.relays[name].switches
        assert (is_on, is_off) == (True, False)
        assert off_s - on_s == pytest.approx(900.0, abs=2.0)
    assert cellar.relays["heater"].switches[1][0] < cellar.relays["cooler"].switches[0][0]


async def test_vessel_says_why_its_heater_runs_and_the_record_has_it() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED):
        await asyncio.sleep(WATCH_S + 30)
        assert cellar.on() == {"heater"}
        assert newest(cellar).report.step == "Heating."
    assert [reading.v for reading in await cellar.readings("heater", "on")][-1] == 1.0
    assert {reading.v for reading in await cellar.readings("fass", "mode")} == {0.0}


async def test_it_begins_once_for_each_wish() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(2 * 3600)
        first = newest(cellar)
        await asyncio.sleep(3600)
        assert newest(cellar) is first
        await agent.desired.want((VesselOrder(FASS, OFF),))
        await asyncio.sleep(10)
        assert newest(cellar) is first
        await agent.desired.want((VesselOrder(FASS, OFF, preflight=PreflightWish("p2", SOON)),))
        await asyncio.sleep(10)
        assert (newest(cellar).id, newest(cellar).report.state) == ("p2", PreflightState.RUNNING)


async def test_it_goes_on_when_the_server_does_not_know_of_it_any_more() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(60)
        await agent.desired.want((VesselOrder(FASS, OFF),))
        await asyncio.sleep(WATCH_S)
        assert cellar.on() == {"heater"}


async def test_it_stops_on_request_and_the_heater_runs_out_its_minimum() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(WATCH_S + 30)
        await agent.desired.want((STOP,))
        await asyncio.sleep(5)
        assert newest(cellar).report.state is PreflightState.STOPPED
        assert "It was stopped on request." in said(cellar)
        assert cellar.on() == {"heater"}
        await asyncio.sleep(60)
        assert cellar.on() == set()
    (on_s, _), (off_s, _) = cellar.relays["heater"].switches
    assert off_s - on_s == 60.0


async def test_another_wish_ends_the_one_that_runs() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(60)
        await agent.desired.want((VesselOrder(FASS, OFF, preflight=PreflightWish("p2", SOON)),))
        await asyncio.sleep(5)
        assert newest(cellar).id == "p2"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (order(21.0, 10), "switch control off"),
        (VesselOrder(replace(FASS, name="Other"), OFF), "arranged anew"),
    ],
)
async def test_it_stops_when_something_else_is_wanted(wanted: VesselOrder, words: str) -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(60)
        await agent.desired.want((wanted,))
        await asyncio.sleep(5)
        assert newest(cellar).report.state is PreflightState.STOPPED
        assert words in said(cellar)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (replace(order(21.0), preflight=WISH), "switch control off"),
        (VesselOrder(FASS, OFF, preflight=PreflightWish("p1", 5)), "too late"),
        (STOP, "stopped before it began"),
    ],
)
async def test_it_does_not_begin_where_it_may_not(wanted: VesselOrder, words: str) -> None:
    cellar = Cellar()
    async with cellar.running(wanted):
        await asyncio.sleep(5)
        assert newest(cellar).report.state is PreflightState.STOPPED
        assert words in said(cellar)


async def test_restart_of_the_agent_ends_it_and_is_said() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED):
        await asyncio.sleep(WATCH_S + 30)
    async with cellar.running():
        await asyncio.sleep(WATCH_S + 30)
        assert newest(cellar).report.state is PreflightState.STOPPED
        assert "The agent was started anew" in said(cellar)
        assert cellar.on() == set()


async def test_vessel_that_is_taken_away_ends_it() -> None:
    cellar = Cellar()
    async with cellar.running(ASKED) as agent:
        await asyncio.sleep(60)
        await agent.desired.want(())
        await asyncio.sleep(5)
        assert "The vessel was taken away." in said(cellar)


async def test_output_that_does_not_answer_ends_it() -> None:
    cellar = Cellar()
    with capture_logs():
        async with cellar.running(ASKED):
            await asyncio.sleep(60)
            cellar.relays["cooler"].lost = True
            await asyncio.sleep(60)
            assert newest(cellar).report.state is PreflightState.STOPPED
            assert "The cooler does not answer" in said(cellar)


async def test_one_that_was_ended_stays_as_it_was() -> None:
    cellar = Cellar()
    with capture_logs():
        async with cellar.running(ASKED) as agent:
            await asyncio.sleep(60)
            agent.preflights.end("fass", "Control has failed.", 7)
            assert newest(cellar).report.findings[-1].level is FindingLevel.FAULT
            agent.preflights.end("fass", "Again.", 8)
            assert newest(cellar).at == 7


async def test_newest_is_told_over_each_new_link_and_news_at_once() -> None:
    preflights = Preflights()
    plan = Plan(algorithm=ALGORITHM, settings=ALGORITHM.settings(), hardware=Hardware(Times(), Times()))
    memory = start(plan, 0.0)

    def tick(wanted: VesselOrder, now_s: float) -> None:
        sight = Sight((Seen(20.0, now_s), Seen(19.0, now_s)), now_s, round(now_s * 1000))
        preflights.tick(wanted, plan, memory, sight)

    tick(ASKED, 0.0)
    for _ in range(2):
        link = FakeLink()
        async with asyncio.TaskGroup() as tasks:
            preflights.forget()
            telling = tasks.create_task(preflights.run(link.agent))
            first = await link.server.receive()
            assert isinstance(first, PreflightTold)
            assert (first.vessel, first.id) == ("fass", "p1")
            telling.cancel()
    link = FakeLink()
    async with asyncio.TaskGroup() as tasks:
        preflights.forget()
        telling = tasks.create_task(preflights.run(link.agent))
        await link.server.receive()
        tick(ASKED, 1.0)
        tick(STOP, 2.0)
        told = await link.server.receive()
        assert isinstance(told, PreflightTold)
        assert told.report.state is PreflightState.STOPPED
        assert told.at == 2000
        telling.cancel()
    link.cut()
    with pytest.raises(LinkLost):
        await link.server.receive()


def test_limits_beside_the_hardware_count_too() -> None:
    workshop = Workshop({}, {HEAT: Times()}, {HEAT: Bounds(5.0, 28.0)}, {"fass": Bounds(2.0, 24.0)})
    assert allowed(workshop, FASS) == Limits(5.0, 24.0)
    assert allowed(WORKSHOP, FASS) == FASS.limits
    probes_only = replace(FASS, roles={Role.BEER: FASS.roles[Role.BEER]})
    assert allowed(WORKSHOP, probes_only) == FASS.limits


async def test_what_was_learned_before_goes_on_being_learned() -> None:
    cellar = Cellar({"learning": learning.ALGORITHM})
    vessel = replace(FASS, algorithm="learning")
    known = kept(begin(20.0, 20.0, valve=False), 500.0, Standing.LEARNING, ())
    async with cellar.running() as agent:
        agent.learned.offer("fass", known)
        await agent.desired.want((VesselOrder(vessel, OFF),))
        await asyncio.sleep(60)
        await agent.desired.want((VesselOrder(vessel, OFF, preflight=WISH),))
        await asyncio.sleep(1800)
        assert newest(cellar).report.state is PreflightState.RUNNING
        await agent.desired.want((VesselOrder(vessel, replace(OFF, mode=Mode.BEER, value=20.0)),))
        await asyncio.sleep(5)
        now = learned_in(
            LEARNS, agent.learned.resumed("fass", LEARNS, start(LEARNS, 0.0), order(20.0).setpoint)
        )
        assert now is not None
        assert now.watched_h == pytest.approx(500.5, abs=0.1)
