from math import inf, nan

import pytest
from msgspec.structs import replace

from krausen.model.profile import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_EVENTS,
    MOST_STEPS,
    Profile,
    ProfileEvent,
    ProfileType,
    Step,
    StepKind,
    faults,
    faults_within,
)
from krausen.model.vessel import Limits

HOLD, RAMP, STEP = StepKind.HOLD, StepKind.RAMP, StepKind.STEP
NEW_YEAR_2030 = 1_893_456_000_000
ALE = Profile(
    id="p",
    name="Ale with rest",
    steps=(
        Step(kind=HOLD, temperature=18.5, hours=72.0, title="Primary"),
        Step(kind=RAMP, temperature=21.0, hours=24.0),
        Step(kind=HOLD, temperature=21.0, until=NEW_YEAR_2030),
        Step(kind=STEP, temperature=12.0),
        Step(kind=RAMP, temperature=2.0, until=NEW_YEAR_2030 + 1),
        Step(kind=HOLD, temperature=2.0),
    ),
    events=(ProfileEvent(96.0, "Dry hop."),),
)


def places(profile: Profile) -> list[str]:
    return [fault.where for fault in faults(profile)]


def with_step(step: Step) -> Profile:
    return replace(ALE, steps=(step, ALE.steps[-1]))


def test_a_sound_profile_has_no_faults() -> None:
    assert faults(ALE) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_NAME + 1), "two\nlines", " blank", "blank "])
def test_a_name_is_one_short_line(name: str) -> None:
    assert places(replace(ALE, name=name)) == ["/name"]


def test_a_profile_has_some_steps_but_not_too_many() -> None:
    step = Step(kind=STEP, temperature=20.0)
    assert places(replace(ALE, steps=())) == ["/steps"]
    assert places(replace(ALE, steps=(step,) * MOST_STEPS)) == []
    assert places(replace(ALE, steps=(step,) * (MOST_STEPS + 1))) == ["/steps"]
    assert places(replace(ALE, events=ALE.events * (MOST_EVENTS + 1))) == ["/events"]


@pytest.mark.parametrize(
    ("kind", "temperature", "sound"),
    [
        (ProfileType.FERMENTATION, -10.0, True),
        (ProfileType.FERMENTATION, -10.1, False),
        (ProfileType.FERMENTATION, 50.0, True),
        (ProfileType.FERMENTATION, 67.0, False),
        (ProfileType.MASH, 67.0, True),
        (ProfileType.MASH, 110.5, False),
        (ProfileType.MASH, -1.0, False),
        (ProfileType.MASH, nan, False),
        (ProfileType.MASH, inf, False),
    ],
)
def test_temperatures_are_those_of_the_type(kind: ProfileType, temperature: float, *, sound: bool) -> None:
    profile = replace(ALE, type=kind, steps=(Step(kind=HOLD, temperature=temperature),))
    assert places(profile) == ([] if sound else ["/steps/0/temperature"])


@pytest.mark.parametrize(
    ("step", "found"),
    [
        (Step(kind=HOLD, temperature=20.0), ["/steps/0/hours"]),
        (Step(kind=RAMP, temperature=20.0), ["/steps/0/hours"]),
        (Step(kind=STEP, temperature=20.0), []),
        (Step(kind=HOLD, temperature=20.0, hours=0.0), []),
        (Step(kind=RAMP, temperature=20.0, hours=0.0), ["/steps/0/hours"]),
        (Step(kind=RAMP, temperature=20.0, hours=1 / 60), []),
        (Step(kind=RAMP, temperature=20.0, hours=-1.0), ["/steps/0/hours"]),
        (Step(kind=HOLD, temperature=20.0, hours=nan), ["/steps/0/hours"]),
        (Step(kind=RAMP, temperature=20.0, hours=inf), ["/steps/0/hours"]),
        (Step(kind=HOLD, temperature=20.0, hours=90_000.0), ["/steps/0/hours"]),
        (Step(kind=HOLD, temperature=20.0, hours=1.0, until=NEW_YEAR_2030), ["/steps/0/until"]),
        (Step(kind=HOLD, temperature=20.0, until=1), ["/steps/0/until"]),
        (Step(kind=STEP, temperature=20.0, title="x" * (LONGEST_TEXT + 1)), ["/steps/0/title"]),
    ],
)
def test_each_wrong_field_of_a_step_is_named(step: Step, found: list[str]) -> None:
    assert places(with_step(step)) == found


def test_a_ramp_at_the_end_needs_a_length_too() -> None:
    assert places(replace(ALE, steps=(Step(kind=RAMP, temperature=20.0),))) == ["/steps/0/hours"]


def test_dates_rise() -> None:
    one = Step(kind=HOLD, temperature=20.0, until=NEW_YEAR_2030)
    assert places(replace(ALE, steps=(one, one))) == ["/steps/1/until"]


@pytest.mark.parametrize(
    ("event", "found"),
    [
        (ProfileEvent(-1.0, "Dry hop."), ["/events/0/hours"]),
        (ProfileEvent(nan, "Dry hop."), ["/events/0/hours"]),
        (ProfileEvent(1.0, " "), ["/events/0/text"]),
        (ProfileEvent(1.0, "x" * (LONGEST_TEXT + 1)), ["/events/0/text"]),
    ],
)
def test_each_wrong_field_of_an_event_is_named(event: ProfileEvent, found: list[str]) -> None:
    assert places(replace(ALE, events=(event,))) == found


def test_all_faults_are_named_at_once() -> None:
    wrong = replace(ALE, name="", steps=(Step(kind=RAMP, temperature=99.0),))
    assert places(wrong) == ["/name", "/steps/0/temperature", "/steps/0/hours"]


def test_steps_beyond_the_limits_of_a_vessel_are_named() -> None:
    found = faults_within(ALE, Limits(4.0, 20.0))
    assert [fault.where for fault in found] == [f"/steps/{n}/temperature" for n in (1, 2, 4, 5)]
    assert found[0].message == "21 °C is above 20 °C, the limit of this vessel."
    assert found[2].message == "2 °C is below 4 °C, the limit of this vessel."
    assert faults_within(ALE, Limits(2.0, 21.0)) == []
