import asyncio
from itertools import pairwise

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from krausen.agent.controlling import Bench, VesselLoop
from krausen.agent.desired import DesiredState
from krausen.agent.safety import Watchdog
from krausen.agent.sampling import Sampling
from krausen.agent.setup import ProbeSetup
from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.algorithms import hysteresis
from krausen.control.interlocks import Times
from krausen.model.level import Demand, Levels
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.clock import Clock
from krausen.ports.sensor import Sample
from krausen.testing.devices import NoSettings, ScriptedProbe
from krausen.testing.notebook import MemoryNotebook
from krausen.testing.outbox import MemoryOutbox
from krausen.wire.messages import VesselOrder, VesselReport
from tests.unit.agent.cellar import KEG, Cellar
from tests.unit.agent.orders import FASS, WORKSHOP, order

QUICK = Times(min_on_s=0.0, min_off_s=0.0)
BEER_PROBE = ProbeSetup(id="beer", driver=ScriptedProbe().driver, settings=NoSettings())
OFF = VesselOrder(FASS, Setpoint(revision=9, mode=Mode.OFF))


class Moody:
    """An algorithm that demands what it is told, and notes when it was asked; or raises `error`."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.demand = Demand(heat=1.0)
        self.asked_s: list[float] = []
        self.algorithm = Algorithm(
            name="moody", title="Moody", settings=NoSettings, start=NoSettings(), step=self._step
        )

    def _step(self, _: NoSettings, state: NoSettings, inputs: Inputs) -> tuple[NoSettings, Demand]:
        self.asked_s.append(inputs.now_s)
        if self.error is not None:
            raise self.error
        return state, self.demand


def moody_cellar() -> tuple[Moody, Cellar]:
    moody = Moody()
    return moody, Cellar({"moody": moody.algorithm, "hysteresis": hysteresis.ALGORITHM}, QUICK)


async def test_ticks_fall_in_the_middle_of_their_interval() -> None:
    cellar = Cellar(tick_s=30.0)
    async with cellar.running(order(25.0)):
        await asyncio.sleep(300)
    times = [reading.t for reading in await cellar.readings("fass", "mode")]
    assert len(times) > 3
    assert {t % 30_000 for t in times} == {15_000}


@pytest.mark.parametrize("tick_s", [0.1, 0.3, 0.7, 1.0, 2.5, 30.0])
async def test_there_is_one_tick_an_interval(tick_s: float) -> None:
    clock, told = Clock(1_700_000_000_000, asyncio.get_running_loop().time), list[VesselReport]()
    desired = DesiredState(MemoryNotebook(), clock, WORKSHOP)
    await desired.want((order(25.0),))
    bench = Bench(
        clock,
        Sampling("pi", clock, MemoryOutbox()),
        desired,
        WORKSHOP,
        {},
        told.append,
        tick_s,
        Watchdog(tick_s),
    )
    async with asyncio.TaskGroup() as tasks:
        loop = tasks.create_task(VesselLoop(bench, "fass").run())
        await asyncio.sleep(1000 * tick_s)
        loop.cancel()
    times = [report.at for report in told]
    assert len(times) in (999, 1000)
    assert {later - earlier for earlier, later in pairwise(times)} == {round(tick_s * 1000)}


async def test_the_heater_runs_when_the_beer_is_cold_and_rests_when_it_is_warm() -> None:
    cellar = Cellar()
    async with cellar.running(order(21.0)):
        await asyncio.sleep(300)
        assert cellar.on() == {"heater"}
        cellar.probes["beer"].value = 21.1
        await asyncio.sleep(5)
        assert cellar.on() == set()
    assert cellar.relays["heater"].switches[0] == (120.5, True)


async def test_off_means_off() -> None:
    cellar = Cellar(times=QUICK)
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(10)
        await agent.desired.want((OFF,))
        await asyncio.sleep(2)
        assert cellar.on() == set()


async def test_a_setpoint_that_changes_does_not_cut_a_run_short() -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(130)
        assert cellar.on() == {"heater"}
        await agent.desired.want((order(20.0, 2),))
        await asyncio.sleep(200)
    (on_s, _), (off_s, _) = cellar.relays["heater"].switches
    assert off_s - on_s == 60.0


@pytest.mark.parametrize(
    "changed",
    [
        replace(FASS, name="Fass Nr. 2"),
        replace(FASS, limits=Limits(0.0, 29.0)),
        replace(FASS, revision=2),
        replace(FASS, settings={"band_c": 0.5}),
        replace(FASS, roles={**FASS.roles, Role.AMBIENT: SeriesName("pi", "room", "temperature")}),
    ],
    ids=["name", "limits", "revision", "settings", "ambient probe"],
)
async def test_a_vessel_that_is_arranged_anew_does_not_cut_a_run_short(changed: Vessel) -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(130)
        await agent.desired.want((order(25.0, 2, changed),))
        await asyncio.sleep(100)
        assert cellar.on() == {"heater"}
    assert len(cellar.relays["heater"].switches) == 2


async def test_an_output_that_is_taken_from_a_vessel_goes_off() -> None:
    cellar = Cellar()
    roles = {role: series for role, series in FASS.roles.items() if role is not Role.HEAT}
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(200)
        await agent.desired.want((order(25.0, 2, replace(FASS, roles=roles)),))
        await asyncio.sleep(2)
        assert cellar.on() == set()


async def test_a_vessel_that_is_taken_away_leaves_its_outputs_off_and_may_come_back() -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(200)
        await agent.desired.want(())
        await asyncio.sleep(2)
        assert cellar.on() == set()
        await agent.desired.want((order(25.0),))
        await asyncio.sleep(200)
        assert cellar.on() == {"heater"}


async def test_a_vessel_that_comes_back_while_its_loop_ends_is_held_again() -> None:
    cellar = Cellar()
    async with cellar.running(order(25.0)) as agent:
        await asyncio.sleep(200)
        cellar.relays["cooler"].hang = True
        await agent.desired.want(())
        await asyncio.sleep(3)
        await agent.desired.want((order(25.0),))
        cellar.relays["cooler"].hang = False
        await asyncio.sleep(300)
        assert cellar.on() == {"heater"}


@pytest.mark.parametrize("error", [ValueError("no"), ZeroDivisionError(), ExceptionGroup("g", [KeyError()])])
async def test_an_algorithm_that_fails_takes_its_outputs_off_and_nothing_else(error: Exception) -> None:
    moody, cellar = moody_cellar()
    with capture_logs() as logs:
        async with cellar.running(
            order(25.0, vessel=replace(FASS, algorithm="moody")), order(25.0, vessel=KEG)
        ):
            await asyncio.sleep(10)
            assert cellar.on() == {"heater", "kegheater"}
            moody.error = error
            await asyncio.sleep(2)
            assert cellar.on() == {"kegheater"}
            await asyncio.sleep(600)
            moody.error = None
            await asyncio.sleep(20)
            assert cellar.on() == {"heater", "kegheater"}
    failures = [line for line in logs if line["event"] == "vessel.failed"]
    assert [line["vessel"] for line in failures] == ["fass"]
    assert len(cellar.relays["kegheater"].switches) == 2


@pytest.mark.parametrize(
    "demand",
    [Demand(float("nan"), 0.0), Demand(7.0, 0.0), Demand(-1.0, -1.0), Demand(1.0, 1.0), None, "heat"],
)
async def test_whatever_an_algorithm_demands_never_both_outputs_run(demand: Demand) -> None:
    moody, cellar = moody_cellar()
    moody.demand = demand
    async with cellar.running(order(25.0, vessel=replace(FASS, algorithm="moody")), order(25.0, vessel=KEG)):
        for _ in range(600):
            await asyncio.sleep(1)
            assert not {"heater", "cooler"} <= cellar.on()
        assert "kegheater" in cellar.on()
    assert all(abs(reading.v) < 10 for reading in await cellar.readings("fass", "heat_demand"))


async def test_a_hanging_relay_of_one_vessel_does_not_delay_another() -> None:
    cellar = Cellar(times=QUICK)
    cellar.relays["heater"].hang = True
    async with cellar.running(order(25.0), order(25.0, vessel=KEG)):
        await asyncio.sleep(60)
        assert cellar.on() == {"kegheater"}
        for value in (26.0, 20.0, 26.0):
            cellar.probes["kegbeer"].value = value
            await asyncio.sleep(10)
    on_s, off_s = cellar.relays["kegheater"].switches[0][0], cellar.relays["kegheater"].switches[1][0]
    assert (on_s % 1, off_s % 1) == (0.5, 0.5)
    assert len(cellar.relays["kegheater"].switches) == 4


@pytest.mark.parametrize("fault", ["lost", "hang", "crash"])
async def test_while_one_output_does_not_answer_the_other_stays_off(fault: str) -> None:
    cellar = Cellar(times=QUICK)
    heater = cellar.relays["heater"]
    with capture_logs() as logs:
        async with cellar.running(order(25.0)):
            await asyncio.sleep(30)
            setattr(heater, fault, ValueError("odd") if fault == "crash" else True)
            cellar.probes["beer"].value = 26.0
            for _ in range(600):
                await asyncio.sleep(1)
                assert "cooler" not in cellar.on()
            assert heater.on
            setattr(heater, fault, None if fault == "crash" else False)
            await asyncio.sleep(60)
            assert cellar.on() == {"cooler"}
    assert [line["event"] for line in logs if line["log_level"] != "debug" and "device" in line] == [
        "relay.lost",
        "relay.back",
    ]


async def test_while_one_output_is_stuck_on_the_other_stays_off() -> None:
    cellar = Cellar(times=QUICK)
    async with cellar.running(order(25.0)):
        await asyncio.sleep(30)
        cellar.relays["heater"].stuck = True
        cellar.probes["beer"].value = 26.0
        for _ in range(600):
            await asyncio.sleep(1)
            assert cellar.on() == {"heater"}
        cellar.relays["heater"].stuck = False
        await asyncio.sleep(10)
        assert cellar.on() == {"cooler"}


async def test_an_unanswering_heater_keeps_the_cooler_off_from_the_first_tick_on() -> None:
    cellar = Cellar(times=QUICK)
    cellar.relays["heater"].on = True
    cellar.relays["heater"].lost = True
    async with cellar.running(order(15.0)):
        for _ in range(200):
            await asyncio.sleep(0.25)
            assert cellar.on() == {"heater"}


async def test_a_loop_without_its_outputs_reports_them_as_unknown_and_goes_on() -> None:
    clock, told = Clock(0, asyncio.get_running_loop().time), list[VesselReport]()
    desired = DesiredState(MemoryNotebook(), clock, WORKSHOP)
    await desired.want((order(25.0),))
    bench = Bench(
        clock, Sampling("pi", clock, MemoryOutbox()), desired, WORKSHOP, {}, told.append, 1.0, Watchdog(1.0)
    )
    async with asyncio.TaskGroup() as tasks:
        loop = tasks.create_task(VesselLoop(bench, "fass").run())
        await asyncio.sleep(60)
        await desired.want(())
    assert loop.done()
    assert len(told) == 60
    assert {report.levels for report in told} == {Levels(None, None)}


async def test_a_probe_that_fell_silent_is_not_reported_as_if_it_were_present() -> None:
    clock, told = Clock(0, asyncio.get_running_loop().time), list[VesselReport]()
    desired, sampling = DesiredState(MemoryNotebook(), clock, WORKSHOP), Sampling("pi", clock, MemoryOutbox())
    await desired.want((order(25.0),))
    bench = Bench(clock, sampling, desired, WORKSHOP, {}, told.append, 1.0, Watchdog(1.0))
    sampling.take(BEER_PROBE, Sample("temperature", 20.0))
    async with asyncio.TaskGroup() as tasks:
        loop = tasks.create_task(VesselLoop(bench, "fass").run())
        await asyncio.sleep(700)
        loop.cancel()
    shown = [report.beer for report in told]
    assert shown == [20.0] * 600 + [None] * 100


async def test_what_was_accepted_is_held_again_after_a_restart() -> None:
    cellar = Cellar(times=QUICK)
    async with cellar.running(order(25.0)):
        await asyncio.sleep(10)
    assert cellar.on() == set()
    async with cellar.running():
        await asyncio.sleep(10)
        assert cellar.on() == {"heater"}


async def test_the_rest_of_a_compressor_outlives_a_restart() -> None:
    cellar = Cellar()
    cellar.probes["beer"].value = 30.0
    async with cellar.running(order(20.0)):
        await asyncio.sleep(200)
        assert cellar.on() == {"cooler"}
    async with cellar.running():
        await asyncio.sleep(200)
    times = [at_s for at_s, _ in cellar.relays["cooler"].switches]
    assert times[2] - times[1] >= 120.0


async def test_demand_and_observed_level_become_readings() -> None:
    cellar = Cellar(times=QUICK)
    cellar.relays["heater"].stuck = True
    async with cellar.running(order(25.0)):
        await asyncio.sleep(10)
    assert (await cellar.readings("fass", "heat_demand"))[-1].v == 1.0
    assert (await cellar.readings("fass", "heat"))[-1].v == 0.0
    assert (await cellar.readings("heater", "on"))[-1].v == 0.0
    assert (await cellar.readings("fass", "setpoint_beer"))[-1].v == 25.0
