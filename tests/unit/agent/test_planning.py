import pytest
from msgspec.structs import replace

from krausen.agent.planning import check, check_wish, clash, plan
from krausen.control.algorithms import hysteresis
from krausen.control.interlocks import Hardware
from krausen.control.limits import Bounds
from krausen.errors import Invalid
from krausen.model.profile import Profile, Run, Step, StepKind
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role
from krausen.wire.messages import VesselOrder
from tests.unit.agent.orders import BEER, COOL, FASS, HEAT, TIMES, WORKSHOP, order


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


@pytest.mark.parametrize(
    ("value_c", "why"),
    [
        (26.0, "26 °C is above 25 °C, the limit of agent pi for the relay heater."),
        (28.5, "28.5 °C is above 28 °C, the limit of agent pi for the vessel fass."),
        (1.5, "1.5 °C is below 2 °C, the limit of agent pi for the relay cooler."),
    ],
)
def test_an_order_beyond_the_agents_own_limits_is_refused_and_whose_they_are_is_said(
    value_c: float, why: str
) -> None:
    workshop = replace(
        WORKSHOP,
        bounds={HEAT: Bounds(max=25.0), COOL: Bounds(min=2.0)},
        vessel_bounds={"fass": Bounds(max=28.0), "keg": Bounds(max=1.0)},
    )
    check(workshop, order(25.0))
    check(workshop, order(2.0))
    check(workshop, VesselOrder(FASS, Setpoint(revision=1, mode=Mode.OFF)))
    with pytest.raises(Invalid) as refused:
        check(workshop, order(value_c))
    assert why in str(refused.value)
    assert {fault.where for fault in refused.value.faults} == {"/value"}


def following(*temperatures: float) -> VesselOrder:
    steps = tuple(Step(kind=StepKind.HOLD, temperature=c, hours=24.0) for c in temperatures)
    run = Run(profile=Profile(id="ale", name="Ale", steps=steps), start=0)
    return VesselOrder(FASS, Setpoint(revision=1, mode=Mode.PROFILE, profile="ale", run=run))


def test_a_profile_within_the_limits_is_allowed() -> None:
    check(WORKSHOP, following(30.0, 0.0))


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (following(20.0, 31.0), "Step 2: 31 °C is above 30 °C, the limit of this vessel."),
        (following(), "Steps: A profile has at least one step."),
        (
            VesselOrder(FASS, Setpoint(revision=1, mode=Mode.PROFILE, profile="ale")),
            "Say which profile to follow.",
        ),
    ],
)
def test_a_profile_that_cannot_be_followed_is_refused(order: VesselOrder, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(WORKSHOP, order)
    assert str(refused.value) == why


def test_every_step_keeps_the_agents_own_limits() -> None:
    workshop = replace(WORKSHOP, bounds={HEAT: Bounds(max=25.0), COOL: Bounds(min=2.0)})
    check(workshop, following(2.0, 25.0, 12.0))
    with pytest.raises(Invalid) as refused:
        check(workshop, following(12.0, 26.0, 12.0, 1.0))
    assert str(refused.value) == (
        "1 °C is below 2 °C, the limit of agent pi for the relay cooler. "
        "26 °C is above 25 °C, the limit of agent pi for the relay heater."
    )


def test_who_may_not_be_given_a_wish_is_told_whatever_holds_it() -> None:
    unknown = replace(FASS, algorithm="magic")
    check_wish(WORKSHOP, VesselOrder(unknown, following(20.0).setpoint))
    with pytest.raises(Invalid, match="Step 1"):
        check_wish(WORKSHOP, VesselOrder(unknown, following(35.0).setpoint))


def test_one_output_serves_one_vessel() -> None:
    other = replace(FASS, id="keg", name="Keg", roles={Role.BEER: BEER, Role.COOL: COOL})
    assert clash([order(20.0), order(20.0, vessel=replace(other, roles={Role.BEER: BEER}))]) is None
    found = clash([order(20.0), order(18.0, vessel=other)])
    assert found is not None
    assert found[0] == order(18.0, vessel=other)
    assert "pi/cooler/on serves Fass" in found[1]
