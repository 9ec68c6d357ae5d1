import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.control.interlocks import Hardware, Times
from krausen.control.preflight.course import Setting, begin
from krausen.control.preflight.findings import report
from krausen.control.preflight.response import QUIET_C_H
from krausen.model.preflight import FindingLevel, PreflightState
from krausen.model.vessel import Role
from krausen.physics.chambers import CHAMBERS, ChamberKind, relative
from tests.unit.control.preflight.flying import RIGHT, Plumbing, fly, quiet

GOOD, WARNING, FAULT = FindingLevel.GOOD, FindingLevel.WARNING, FindingLevel.FAULT
KINDS = pytest.mark.parametrize("kind", CHAMBERS.values(), ids=CHAMBERS)
FRIDGE = CHAMBERS["fridge20"]


@KINDS
@pytest.mark.parametrize("beer_c", [6.0, 18.0, 24.0])
def test_healthy_chamber_has_no_finding_but_good_ones(kind: ChamberKind, beer_c: float) -> None:
    flown = fly(kind, RIGHT, quiet(kind, beer_c=beer_c))
    assert flown.report.state is PreflightState.DONE
    assert {finding.level for finding in flown.report.findings} == {GOOD}
    assert "The heater heats" in flown.all_texts
    assert "The cooler cools" in flown.all_texts
    assert flown.hours < 2.0


@KINDS
def test_healthy_chamber_is_measured(kind: ChamberKind) -> None:
    measured = fly(kind).report.measured
    for way in ("heating", "cooling"):
        assert 2.0 < measured[f"{way}_c_h"] < 120.0
        assert 0.0 < measured[f"{way}_delay_s"] <= 900.0
        assert 0.0 <= measured[f"{way}_goes_on_s"] <= 1200.0
    assert measured["beer_c"] == pytest.approx(18.0, abs=0.1)
    assert abs(measured["chamber_drift_c_h"]) <= QUIET_C_H


@KINDS
def test_swapped_outputs_are_found(kind: ChamberKind) -> None:
    flown = fly(kind, Plumbing(outputs_swapped=True))
    assert flown.report.state is PreflightState.FAILED
    assert flown.texts(FAULT) == [
        "The output called heater cools.",
        "The output called cooler heats.",
        "Heater and cooler are swapped: exchange their plugs, or what they are called.",
    ]
    assert "cooling_c_h" not in flown.report.measured


@KINDS
def test_swapped_probes_are_found(kind: ChamberKind) -> None:
    flown = fly(kind, Plumbing(probes_swapped=True))
    assert flown.report.state is PreflightState.FAILED
    (fault,) = flown.texts(FAULT)
    assert fault.startswith("The probe called beer answers like air, at once")


@KINDS
def test_swapped_outputs_are_found_by_swapped_probes(kind: ChamberKind) -> None:
    flown = fly(kind, Plumbing(probes_swapped=True, outputs_swapped=True))
    assert "The output called heater cools." in flown.texts(FAULT)
    assert flown.texts(FAULT)[-1].endswith("they may be swapped.")


@KINDS
@pytest.mark.parametrize(("dead", "name"), [(Role.HEAT, "heat"), (Role.COOL, "cool")])
def test_dead_output_is_found(kind: ChamberKind, dead: Role, name: str) -> None:
    flown = fly(kind, Plumbing(dead=(dead,)))
    assert flown.report.state is PreflightState.FAILED
    (fault,) = flown.texts(FAULT)
    assert fault == f"15 minutes of {name}ing changed nothing: is the plug of the {name}er in?"


@KINDS
def test_two_dead_outputs_throw_doubt_on_the_probe(kind: ChamberKind) -> None:
    flown = fly(kind, Plumbing(dead=(Role.HEAT, Role.COOL)))
    assert len(flown.texts(FAULT)) == 2
    assert "hang outside the chamber" in " ".join(flown.texts(WARNING))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    name=st.sampled_from(sorted(CHAMBERS)),
    beer_c=st.floats(4.0, 24.0),
    swapped=st.booleans(),
)
def test_output_is_never_said_to_do_what_it_does_not(
    seed: int, name: str, beer_c: float, *, swapped: bool
) -> None:
    kind = relative(CHAMBERS[name], seed)
    flown = fly(kind, Plumbing(outputs_swapped=swapped), quiet(kind, beer_c=beer_c))
    wrong = ("The heater heats", "The cooler cools") if swapped else ("called", "swapped")
    assert all(text not in flown.all_texts for text in wrong)


def test_chamber_that_was_just_cooled_is_given_time() -> None:
    chamber = quiet(FRIDGE)
    chamber.advance(1800, heat=False, cool=True)
    flown = fly(FRIDGE, RIGHT, chamber)
    assert {finding.level for finding in flown.report.findings} == {GOOD}


def test_beer_probe_alone_cannot_tell_that_an_output_is_dead() -> None:
    flown = fly(FRIDGE, Plumbing(probes=(Role.BEER,), dead=(Role.HEAT, Role.COOL)))
    assert flown.report.state is PreflightState.DONE
    assert flown.texts(FAULT) == []
    assert sum("A chamber probe would tell more" in text for text in flown.texts(WARNING)) == 2


def test_chamber_probe_alone_is_enough_for_the_outputs() -> None:
    flown = fly(FRIDGE, Plumbing(probes=(Role.CHAMBER,)))
    assert flown.texts(WARNING) == ["No beer probe is arranged: only the chamber can be held."]
    assert "The cooler cools" in flown.all_texts


def test_outputs_without_a_probe_are_not_switched_on() -> None:
    flown = fly(FRIDGE, Plumbing(probes=()))
    assert flown.report.state is PreflightState.FAILED
    assert flown.hours < 0.1
    assert "nothing was switched on" in flown.all_texts


def test_probe_that_stands_still_is_suspicious() -> None:
    flown = fly(FRIDGE, spoil=lambda *_: 17.5)
    assert "nothing but 17.50 °C: it may be stuck" in flown.all_texts


def test_probe_that_is_not_there_is_a_fault() -> None:
    flown = fly(FRIDGE, spoil=lambda *_: float("nan"))
    assert flown.texts(FAULT)[0] == "The chamber probe gives nothing: is it plugged in?"
    assert flown.report.state is PreflightState.FAILED


def test_probe_that_falls_silent_is_a_fault() -> None:
    flown = fly(FRIDGE, spoil=lambda s, c: c if s < 1500 else float("nan"))
    assert "The chamber probe has fallen silent: look to its cable." in flown.texts(FAULT)


def test_progress_never_falls_and_each_step_is_told() -> None:
    reports = fly(FRIDGE).reports
    done = [one.done for one in reports]
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert max(done[:-1]) < 1.0
    steps = list(dict.fromkeys(one.step.split(" Heater")[0].split(" Cooler")[0] for one in reports))
    assert steps == [
        "Watching the probes at rest.",
        "Waiting until the heater may run.",
        "Heating.",
        "Watching what follows on heating.",
        "Waiting until the cooler may run.",
        "Cooling.",
        "Watching what follows on cooling.",
        "",
    ]


def test_nothing_is_known_before_the_first_look() -> None:
    setting = Setting(hardware=Hardware(Times(), Times()))
    now = report(setting, begin(setting, 0.0), 0.0)
    assert (now.state, now.findings, now.measured, now.done) == (PreflightState.RUNNING, (), {}, 0.0)
