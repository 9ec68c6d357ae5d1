from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.control.limits import MOST_TOLD, Bounds, beyond, faults
from krausen.errors import Fault
from krausen.model.profile import Profile, Run, Step, StepKind
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.model.units import celsius
from krausen.model.vessel import Limits, Role, Vessel

PROBES = {role: SeriesName("cellar", role.value, "temperature") for role in (Role.BEER, Role.CHAMBER)}
VESSEL = Vessel(id="v1", name="Vessel 1", agent="cellar", limits=Limits(-1.5, 26.0), roles=PROBES)
BLIND = Vessel(id="v2", name="Vessel 2", agent="cellar", limits=Limits(-1.5, 26.0))

NO_VALUE = Fault("/value", "Say which temperature to hold.")
NO_PROFILE = Fault("/profile", "Say which profile to follow.")
HELD = st.sampled_from([Mode.BEER, Mode.CHAMBER])


@given(HELD, st.floats(-1.5, 26.0))
def test_every_value_between_the_limits_is_allowed_both_ends_included(mode: Mode, value: float) -> None:
    assert faults(VESSEL, mode, value, None) == []


@given(HELD, st.floats().filter(lambda value: not -1.5 <= value <= 26.0))
def test_no_other_value_is_allowed(mode: Mode, value: float) -> None:
    assert [fault.where for fault in faults(VESSEL, mode, value, None)] == ["/value"]


def test_off_takes_nothing_with_it() -> None:
    assert faults(BLIND, Mode.OFF, None, None) == []


@pytest.mark.parametrize(
    ("vessel", "mode", "value", "profile", "expected"),
    [
        (VESSEL, Mode.BEER, None, None, [NO_VALUE]),
        (VESSEL, Mode.BEER, nan, None, [Fault("/value", "The temperature must be a number.")]),
        (VESSEL, Mode.BEER, inf, None, [Fault("/value", "The temperature must be a number.")]),
        (
            VESSEL,
            Mode.BEER,
            26.04,
            None,
            [Fault("/value", "26.04 °C is above this vessel's limit of 26 °C.")],
        ),
        (
            VESSEL,
            Mode.CHAMBER,
            -20.0,
            None,
            [Fault("/value", "-20 °C is below this vessel's limit of -1.5 °C.")],
        ),
        (BLIND, Mode.BEER, 18.0, None, [Fault("/mode", "Vessel 2 has no beer probe to hold.")]),
        (
            BLIND,
            Mode.CHAMBER,
            None,
            None,
            [NO_VALUE, Fault("/mode", "Vessel 2 has no chamber probe to hold.")],
        ),
        (VESSEL, Mode.OFF, 18.0, None, [Fault("/value", "Mode off takes no value.")]),
        (VESSEL, Mode.OFF, None, "ale", [Fault("/profile", "Mode off takes no profile.")]),
        (VESSEL, Mode.BEER, 18.0, "ale", [Fault("/profile", "Mode beer takes no profile.")]),
        (VESSEL, Mode.PROFILE, None, "ale", [NO_PROFILE]),
        (
            BLIND,
            Mode.PROFILE,
            None,
            None,
            [Fault("/mode", "Vessel 2 has no beer probe to hold."), NO_PROFILE],
        ),
        (VESSEL, Mode.PROFILE, 18.0, None, [Fault("/value", "Mode profile takes no value."), NO_PROFILE]),
    ],
)
def test_everything_that_stands_against_a_wish_is_said(
    vessel: Vessel, mode: Mode, value: float | None, profile: str | None, expected: list[Fault]
) -> None:
    assert faults(vessel, mode, value, profile) == expected


def following(*steps: Step, name: str = "Ale") -> Run:
    return Run(profile=Profile(id="ale", name=name, steps=steps), start=0)


@given(st.lists(st.floats(-1.5, 26.0), min_size=1, max_size=5))
def test_every_profile_between_the_limits_is_allowed(temperatures: list[float]) -> None:
    run = following(*(Step(kind=StepKind.HOLD, temperature=c, hours=1.0) for c in temperatures))
    assert faults(VESSEL, Mode.PROFILE, None, "ale", run) == []


def test_what_stands_against_a_profile_is_said_step_by_step() -> None:
    run = following(
        Step(kind=StepKind.HOLD, temperature=-4.0, hours=1.0),
        Step(kind=StepKind.RAMP, temperature=20.0),
        Step(kind=StepKind.HOLD, temperature=26.5),
        name="",
    )
    assert faults(VESSEL, Mode.PROFILE, None, "ale", run) == [
        Fault("/profile", "Name: Give the profile a name."),
        Fault("/profile", "Step 2: Say how many hours this ramp lasts, or until when."),
        Fault("/profile", "Step 1: -4 °C is below -1.5 °C, the limit of this vessel."),
        Fault("/profile", "Step 3: 26.5 °C is above 26 °C, the limit of this vessel."),
    ]
    assert faults(VESSEL, Mode.PROFILE, None, "ale", following()) == [
        Fault("/profile", "Steps: A profile has at least one step.")
    ]


def test_of_many_faults_some_are_told() -> None:
    hot = [Step(kind=StepKind.HOLD, temperature=30.0, hours=1.0)] * 30
    assert len(faults(VESSEL, Mode.PROFILE, None, "ale", following(*hot))) == MOST_TOLD


def test_a_run_is_for_profiles_alone() -> None:
    run = following(Step(kind=StepKind.HOLD, temperature=20.0))
    told = [Fault("/profile", "Mode beer takes no profile.")]
    assert faults(VESSEL, Mode.BEER, 18.0, None, run) == told


@given(st.integers(-200, 300))
def test_a_limit_that_is_reached_in_fahrenheit_or_kelvin_is_not_exceeded(tenths: int) -> None:
    limit_c = tenths / 10
    exact = Vessel(id="v", name="V", agent="a", limits=Limits(limit_c, limit_c), roles=PROBES)
    assert faults(exact, Mode.BEER, celsius(round(32.0 + 1.8 * limit_c, 2), "F"), None) == []
    assert faults(exact, Mode.BEER, celsius(round(273.15 + limit_c, 2), "K"), None) == []


def test_what_lies_within_the_bounds_of_the_hardware_is_allowed_and_the_rest_is_named() -> None:
    bounds = Bounds(min=2.0, max=25.0)
    for value in (2.0, 18.0, 25.0, None):
        assert beyond(bounds, value, "agent pi") == []
    assert beyond(Bounds(), 1e9, "agent pi") == []
    assert beyond(bounds, 25.5, "agent pi") == [
        Fault("/value", "25.5 °C is above 25 °C, the limit of agent pi.")
    ]
    assert beyond(bounds, 1.9, "agent pi") == [
        Fault("/value", "1.9 °C is below 2 °C, the limit of agent pi.")
    ]
    assert beyond(bounds, float("nan"), "agent pi") != []


@given(st.integers(-200, 300))
def test_a_bound_that_is_reached_in_fahrenheit_is_not_exceeded(tenths: int) -> None:
    exact = Bounds(tenths / 10, tenths / 10)
    assert beyond(exact, celsius(round(32.0 + 1.8 * tenths / 10, 2), "F"), "agent pi") == []


@pytest.mark.parametrize(("least", "most"), [(3.0, 2.0), (float("nan"), 2.0)])
def test_bounds_that_leave_nothing_are_refused(least: float, most: float) -> None:
    with pytest.raises(ValueError, match="not below the lowest"):
        Bounds(least, most)
