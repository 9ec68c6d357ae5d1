import asyncio
from itertools import pairwise

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.speaking import OPEN_S
from krausen.agent.telling import LINES
from krausen.control.regulation import GRACE_S
from krausen.errors import Invalid
from krausen.model.controller import ControllerState
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.testing.controller import STRANGE, ScriptedController
from krausen.wire.messages import (
    ControllerReport,
    ControllerSaid,
    Desired,
    SeriesDeclared,
    VesselOrder,
    VesselReport,
)
from tests.unit.agent.garage import GARAGE, NEW, TANK, Garage, at, off

ONLY_READ = Desired((), (GARAGE,))


async def test_what_it_measures_is_taken_judged_and_declared_as_it_comes() -> None:
    garage = Garage()
    garage.controller.measure = lambda now_s: {"beer": 20.0 + now_s % 2, "chamber": -127.0}
    async with garage.running(), garage.heard(ONLY_READ):
        await asyncio.sleep(21)
        readings = {one.series.metric: one for taken in garage.talk for one in getattr(taken, "readings", ())}
        assert readings["beer"].quality is Quality.GOOD
        assert readings["chamber"].quality is Quality.BAD
        assert readings["state"].v == 1.0
        assert "chamber_setpoint" not in readings
        declared = garage.said(SeriesDeclared)[-1].series
    units = {one.series: (one.unit, one.driver, one.kind) for one in declared}
    assert units[SeriesName("garage", "garage", "beer")] == ("°C", "scripted_controller", "controller")
    assert {one.metric for one in units} == {"beer", "chamber", "state", "heat", "cool"}


async def test_a_series_is_declared_later_when_there_is_something_of_it() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(ONLY_READ):
        await asyncio.sleep(10)
        garage.said(SeriesDeclared)
        garage.controller.change(Held(Mode.CHAMBER, 4.0))
        await asyncio.sleep(10)
        (declared,) = garage.said(SeriesDeclared)
    assert "chamber_setpoint" in {one.series.metric for one in declared.series}


async def test_a_setpoint_may_stay_for_weeks_and_jump_without_being_doubted() -> None:
    garage = Garage(ScriptedController(every_s=600.0))
    garage.controller.change(Held(Mode.BEER, 18.0))
    async with garage.running(VesselOrder(TANK, NEW)):
        await asyncio.sleep(20 * 3600)
        garage.controller.change(Held(Mode.BEER, 2.0))
        await asyncio.sleep(3600)
    said = await garage.readings("beer_setpoint")
    assert {one.quality for one in said} == {Quality.GOOD}
    assert {one.v for one in said} == {18.0, 2.0}
    assert {one.quality for one in await garage.readings("beer")} == {Quality.GOOD, Quality.DOUBTFUL}


async def test_a_controller_without_vessel_is_only_read() -> None:
    garage = Garage()
    garage.controller.change(Held(Mode.BEER, 12.0))
    async with garage.running(), garage.heard(ONLY_READ):
        await asyncio.sleep(100)
        assert garage.said(VesselReport) == []
    assert garage.controller.holds == []
    assert garage.controller.held == Held(Mode.BEER, 12.0)


async def test_a_new_vessel_does_not_switch_off_what_its_controller_holds_before_a_person_decides() -> None:
    garage = Garage()
    garage.controller.change(Held(Mode.BEER, 12.0))
    async with garage.running(), garage.heard(Desired((VesselOrder(TANK, NEW),), (GARAGE,))) as link:
        await asyncio.sleep(60)
        assert garage.controller.holds == []
        assert "Nobody has said yet" in " ".join(garage.said(VesselReport)[-1].demand.why)
        await link.server.send(Desired((off(),), (GARAGE,)))
        await asyncio.sleep(10)
    assert [held for _, held in garage.controller.holds] == [Held(Mode.OFF)]


@pytest.mark.parametrize(
    ("order", "held"),
    [
        (at(18.0), Held(Mode.BEER, 18.0)),
        (at(4.0, mode=Mode.CHAMBER), Held(Mode.CHAMBER, 4.0)),
        (off(), Held(Mode.OFF)),
    ],
)
async def test_it_is_told_the_wish_once_and_again_whenever_it_holds_something_else(
    order: VesselOrder, held: Held
) -> None:
    garage = Garage()
    garage.controller.change(Held(Mode.BEER, 25.0))
    async with garage.running(order):
        await asyncio.sleep(60)
        assert [held for _, held in garage.controller.holds] == [held]
        garage.controller.change(Held(Mode.BEER, 25.0))
        await asyncio.sleep(20)
        garage.controller.reboot()
        await asyncio.sleep(60)
        assert garage.controller.held == held
    assert [held for _, held in garage.controller.holds] == [held] * (2 if held.mode is Mode.OFF else 3)


async def test_a_new_wish_reaches_the_controller_within_two_ticks() -> None:
    garage = Garage()
    async with garage.running(at(18.0)) as agent:
        await asyncio.sleep(60)
        now_s = asyncio.get_running_loop().time()
        await agent.desired.want((at(19.0, 3),), (GARAGE,))
        await asyncio.sleep(5)
    assert garage.controller.holds[-1][1] == Held(Mode.BEER, 19.0)
    assert garage.controller.holds[-1][0] - now_s <= 2.0


async def test_a_controller_that_forgets_is_told_no_more_often_than_every_ten_seconds() -> None:
    garage = Garage(ScriptedController(every_s=1.0))
    garage.controller.deaf = True
    async with garage.running(at(18.0)):
        await asyncio.sleep(300)
    times = [at_s for at_s, _ in garage.controller.holds]
    assert 25 <= len(times) <= 31
    assert min(b - a for a, b in pairwise(times)) >= 10.0


async def test_a_strange_controller_is_read_and_never_told_anything() -> None:
    garage = Garage()
    garage.controller.strange = True
    async with garage.running(), garage.heard(Desired((at(18.0),), (GARAGE,))):
        await asyncio.sleep(100)
        report = garage.said(ControllerReport)[-1]
        why = garage.said(VesselReport)[-1].demand.why
        readings = {one.series.metric for taken in garage.talk for one in getattr(taken, "readings", ())}
    assert (report.state, report.detail) == (ControllerState.STRANGE, STRANGE)
    assert why == ("Control is off.", STRANGE)
    assert garage.controller.holds == []
    assert {"beer", "chamber", "state"} <= readings


async def test_why_a_wish_is_refused_is_said_once_and_shown() -> None:
    garage = Garage()
    garage.controller.refuse = "It holds 1 to 20 °C only."
    with capture_logs() as logs:
        async with garage.running(), garage.heard(Desired((at(25.0),), (GARAGE,))) as link:
            await asyncio.sleep(100)
            assert garage.controller.refuse in garage.said(VesselReport)[-1].demand.why[-1]
            garage.controller.refuse = ""
            await asyncio.sleep(60)
            assert len(garage.said(VesselReport)[-1].demand.why) == 1
            del link
    said = [line["event"] for line in logs if line["log_level"] == "warning"]
    assert said.count("controller.holds_something_else") == 1


async def test_vessel_and_its_series_are_told_as_the_firmware_does_them() -> None:
    garage = Garage()
    garage.controller.measure = lambda _: {"beer": 20.0, "chamber": 21.0}
    async with garage.running(), garage.heard(Desired((at(18.0),), (GARAGE,))):
        await asyncio.sleep(30)
        report = garage.said(VesselReport)[-1]
        readings = {one.series: one.v for taken in garage.talk for one in getattr(taken, "readings", ())}
    assert (report.demand.heat, report.demand.cool, report.demand.why) == (0.0, 1.0, ("Cooling.",))
    assert (report.levels.heat, report.levels.cool) == (False, True)
    assert (report.beer, report.chamber) == (20.0, 21.0)
    own = {name.metric: v for name, v in readings.items() if name.adapter == "krausen"}
    assert own == {
        "mode": 2.0,
        "setpoint_beer": 18.0,
        "heat_demand": 0.0,
        "cool_demand": 1.0,
        "state": 4.0,
        "heat": 0.0,
        "cool": 1.0,
    }


async def test_lost_and_found_are_said_once_and_nothing_is_invented_in_between() -> None:
    garage = Garage()
    with capture_logs() as logs:
        async with garage.running(at(18.0)):
            await asyncio.sleep(120)
            garage.controller.lost = True
            lost_s = asyncio.get_running_loop().time()
            await asyncio.sleep(600)
            garage.controller.heal()
            await asyncio.sleep(300)
    said = [line["event"] for line in logs if line["event"].startswith("controller.")]
    assert said == ["controller.lost", "controller.back"]
    lost_ms = 1_700_000_000_000 + 1000 * lost_s
    for metric, node in (("beer", "garage"), ("state", "tank"), ("setpoint_beer", "tank"), ("cool", "tank")):
        times = [one.t for one in await garage.readings(metric, node)]
        assert times
        assert not [t for t in times if lost_ms + 6_000 < t < lost_ms + 600_000]


async def test_a_lost_controller_is_shown_with_why_and_with_what_was_known_of_it() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(Desired((at(18.0),), (GARAGE,))):
        await asyncio.sleep(30)
        garage.controller.lost = True
        await asyncio.sleep(120)
        report, vessel = garage.said(ControllerReport)[-1], garage.said(VesselReport)[-1]
    assert (report.state, report.detail) == (ControllerState.LOST, "It does not answer.")
    assert report.facts is not None
    assert vessel.demand.why == ("Controller garage is away: It does not answer.",)
    assert (vessel.levels.heat, vessel.levels.cool) == (None, None)


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        ({"crash": RuntimeError("odd")}, "Driver scripted_controller failed: RuntimeError('odd')."),
        ({"crash": Invalid("Agent pi has it.")}, "Agent pi has it."),
        ({"crash": asyncio.CancelledError()}, "Driver scripted_controller failed: it cancelled itself."),
        ({"hang": True}, f"Silent for {OPEN_S:.0f} s."),
        ({"lost": True}, "It does not answer."),
    ],
)
async def test_whatever_happens_at_opening_it_is_tried_again(fault: dict[str, object], detail: str) -> None:
    garage = Garage()
    for name, value in fault.items():
        setattr(garage.controller, name, value)
    with capture_logs():
        async with garage.running(), garage.heard(ONLY_READ):
            await asyncio.sleep(300)
            reports = garage.said(ControllerReport)
            assert [one.state for one in reports] == [ControllerState.OPENING, ControllerState.LOST]
            assert reports[-1].detail == detail
            garage.controller.heal()
            await asyncio.sleep(150)
            assert garage.said(ControllerReport)[-1].state is ControllerState.CONNECTED


async def test_a_silent_controller_is_given_up_and_opened_again() -> None:
    garage = Garage()
    with capture_logs():
        async with garage.running(at(18.0)):
            await asyncio.sleep(60)
            garage.controller.hang = True
            await asyncio.sleep(120)
            garage.controller.heal()
            await asyncio.sleep(120)
            healed_ms = garage.clock.now()
    assert len(garage.controller.openings) >= 2
    assert healed_ms - (await garage.readings("beer"))[-1].t <= 6_000


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        (
            replace(GARAGE, driver="brewmaster"),
            "There is no driver brewmaster. There are: scripted_controller.",
        ),
        (
            replace(GARAGE, settings={"port": 7}),
            "Its settings are wrong: Expected `str`, got `int` - at `$.port`.",
        ),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_reported(order: object, detail: str) -> None:
    garage = Garage()
    with capture_logs():
        async with garage.running(), garage.heard(Desired((), (order,))):  # type: ignore[arg-type]
            await asyncio.sleep(30)
            report = garage.said(ControllerReport)[-1]
    assert (report.state, report.detail) == (ControllerState.LOST, detail)


async def test_drivers_that_cannot_be_loaded_are_reported_and_the_agent_goes_on() -> None:
    garage = Garage()
    garage.bad_drivers = True
    with capture_logs():
        async with garage.running(), garage.heard(ONLY_READ):
            await asyncio.sleep(30)
            assert garage.said(ControllerReport)[-1].detail == "One of them cannot be loaded."
            garage.bad_drivers = False
            await asyncio.sleep(90)
            assert garage.said(ControllerReport)[-1].state is ControllerState.CONNECTED


async def test_other_settings_close_it_and_open_it_anew_and_without_an_order_it_is_closed() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(ONLY_READ) as link:
        await asyncio.sleep(30)
        assert garage.controller.sessions == 1
        await link.server.send(Desired((), (replace(GARAGE, settings={"port": "there"}),)))
        await asyncio.sleep(30)
        assert (len(garage.controller.openings), garage.controller.sessions) == (2, 1)
        await link.server.send(Desired(()))
        await asyncio.sleep(30)
        assert (len(garage.controller.openings), garage.controller.sessions) == (2, 0)
    async with garage.running(), garage.heard():
        await asyncio.sleep(30)
        garage.said(ControllerReport)
    assert len(garage.controller.openings) == 2


async def test_an_agent_that_stops_lets_go_of_its_controller_which_holds_on() -> None:
    garage = Garage()
    async with garage.running(at(18.0)):
        await asyncio.sleep(30)
    assert garage.controller.sessions == 0
    assert garage.controller.held == Held(Mode.BEER, 18.0)


async def test_after_a_restart_without_server_it_holds_what_was_wished() -> None:
    garage = Garage()
    async with garage.running(at(18.0)):
        await asyncio.sleep(30)
    garage.controller.reboot()
    async with garage.running():
        await asyncio.sleep(30)
    assert garage.controller.held == Held(Mode.BEER, 18.0)


async def test_its_lines_are_told_in_order_also_those_of_an_outage() -> None:
    garage = Garage()
    async with garage.running(at(18.0)):
        await asyncio.sleep(30)
        garage.controller.say("Door opened.")
        garage.controller.say("No probe.", "error")
        await asyncio.sleep(10)
        async with garage.heard():
            await asyncio.sleep(90)
            lines = garage.said(ControllerSaid)
    assert [(one.controller, one.text, one.level) for one in lines] == [
        ("garage", "Door opened.", "info"),
        ("garage", "No probe.", "error"),
    ]


async def test_of_more_lines_than_can_wait_the_newest_are_told() -> None:
    garage = Garage()
    async with garage.running(at(18.0)):
        await asyncio.sleep(30)
        for number in range(LINES + 50):
            garage.controller.say(f"Line {number}.")
        await asyncio.sleep(10)
        async with garage.heard():
            await asyncio.sleep(90)
            lines = [one.text for one in garage.said(ControllerSaid)]
    assert lines == [f"Line {number}." for number in range(50, LINES + 50)]


async def test_a_value_that_is_too_old_is_not_shown_as_the_present_one() -> None:
    garage = Garage()
    async with garage.running(), garage.heard(Desired((at(18.0),), (GARAGE,))):
        await asyncio.sleep(30)
        assert garage.said(VesselReport)[-1].beer == 20.0
        garage.controller.lost = True
        with capture_logs():
            await asyncio.sleep(GRACE_S + 60)
        report = garage.said(VesselReport)[-1]
    assert (report.beer, report.chamber) == (None, None)


async def test_a_controller_is_reported_when_it_changes_and_no_more_often_than_every_two_seconds() -> None:
    garage = Garage(ScriptedController(every_s=0.5))
    async with garage.running():
        async with garage.heard(ONLY_READ):
            await asyncio.sleep(60)
            garage.said(ControllerReport)
            await asyncio.sleep(60)
            assert garage.said(ControllerReport) == []
            for step in range(40):
                garage.controller.facts = replace(garage.controller.facts, title=f"Step {step}")
                await asyncio.sleep(0.5)
            assert 9 <= len(garage.said(ControllerReport)) <= 11
            await asyncio.sleep(5)
            garage.said(ControllerReport)
        async with garage.heard():
            await asyncio.sleep(10)
            (report,) = garage.said(ControllerReport)
    assert report.facts is not None
    assert report.facts.title == "Step 39"
