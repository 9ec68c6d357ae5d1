import pytest
from msgspec.structs import replace

from krausen.agent.planning import check, plan
from krausen.control.algorithms import hysteresis
from krausen.control.interlocks import Hardware
from krausen.errors import Invalid
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role
from krausen.wire.messages import VesselOrder
from tests.unit.agent.orders import BEER, COOL, FASS, TIMES, WORKSHOP, order


def test_a_plan_has_the_algorithm_its_settings_and_the_times_of_the_outputs() -> None:
    made = plan(WORKSHOP, replace(FASS, settings={"band_c": 0.5}))
    assert made.algorithm is hysteresis.ALGORITHM
    assert made.settings == hysteresis.Settings(band_c=0.5)
    assert made.hardware == Hardware(TIMES, TIMES)


def test_a_vessel_may_have_no_heater() -> None:
    made = plan(WORKSHOP, replace(FASS, roles={Role.BEER: BEER, Role.COOL: COOL}))
    assert made.hardware == Hardware(None, TIMES)


def test_what_this_agent_does_not_know_or_have_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="does not know the algorithm magic"):
        plan(WORKSHOP, replace(FASS, algorithm="magic"))
    with pytest.raises(Invalid, match=r"settings of hysteresis are wrong: .*band_c"):
        plan(WORKSHOP, replace(FASS, settings={"band_c": -1.0}))
    with pytest.raises(Invalid, match="no output other/cooler/on"):
        plan(WORKSHOP, replace(FASS, roles={Role.COOL: SeriesName("other", "cooler", "on")}))


def test_an_order_within_the_limits_is_allowed() -> None:
    check(WORKSHOP, order(30.0))
    check(WORKSHOP, VesselOrder(FASS, Setpoint(revision=1, mode=Mode.OFF)))


@pytest.mark.parametrize("value_c", [30.5, -0.5, float("nan")])
def test_an_order_beyond_the_limits_is_refused(value_c: float) -> None:
    with pytest.raises(Invalid) as refused:
        check(WORKSHOP, order(value_c, vessel=replace(FASS, limits=Limits(0.0, 30.0))))
    assert refused.value.faults[0].where == "/value"
    assert str(refused.value) == refused.value.faults[0].message


def test_one_output_cannot_both_heat_and_cool() -> None:
    with pytest.raises(Invalid, match="pi/cooler/on"):
        plan(WORKSHOP, replace(FASS, roles={Role.HEAT: COOL, Role.COOL: COOL}))
