from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import ValidationError
from msgspec.structs import replace

from krausen.control.algorithms import hysteresis
from krausen.errors import NotFound
from krausen.model.vessel import Role
from krausen.physics.chambers import CHAMBERS
from krausen.simulation.frames import LENGTH_BYTES, framed
from krausen.simulation.runs import (
    Finished,
    Job,
    Message,
    Progress,
    algorithm_of,
    algorithms_that_hold,
    decode,
    main,
    perform,
)
from krausen.simulation.scenario import HOUR_S, Scenario

SHORT = Scenario(
    letter="x",
    name="short",
    title="a day of water",
    beer_c=20.5,
    setpoint_c=20.0,
    room_c=21.0,
    days=1,
    hold_h=12.0,
)
JOB = Job(chamber="fridge20", scenario=SHORT, algorithm="hysteresis")


def finished(job: Job) -> Finished:
    *_, last = perform(job)
    assert isinstance(last, Finished)
    return last


def test_a_run_gives_its_progress_and_then_its_figures() -> None:
    *progress, last = perform(JOB)
    assert progress == [Progress(0.25), Progress(0.5), Progress(0.75), Progress(1.0)]
    assert isinstance(last, Finished)
    report = last.report
    assert (report.chamber, report.scenario, report.algorithm, report.seed) == (
        "fridge20",
        "short",
        "hysteresis",
        1,
    )
    assert 0.0 < report.rmse_c <= report.max_c < 0.6
    assert 0.0 < report.settle_h < 3.0
    assert report.starts_per_day >= 1.0
    assert report.kwh_per_day > 0.0
    assert report.short_cycles == 0
    assert report.simulated_s_per_s > 1000.0


def test_the_trace_has_a_sample_for_each_minute() -> None:
    trace = finished(JOB).trace
    assert [sample.at_s for sample in trace.samples] == list(range(0, SHORT.seconds, 60))
    assert trace.samples[0].beer_c == 20.5
    assert {sample.setpoint_c for sample in trace.samples} == {20.0}


def test_outputs_never_run_together() -> None:
    stretches = finished(JOB).trace.stretches
    assert stretches
    assert all(one.until_s <= later.from_s for one, later in pairwise(stretches))


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    assert finished(JOB).trace == finished(JOB).trace
    assert finished(JOB).trace != finished(replace(JOB, seed=2)).trace


def test_settings_of_the_algorithm_count() -> None:
    wide = replace(JOB, settings={"band_c": 2.0})
    assert finished(wide).report.starts_per_day == 0.0
    with pytest.raises(ValidationError):
        finished(replace(JOB, settings={"band_c": "wide"}))


def test_an_algorithm_that_is_handed_in_is_taken_instead() -> None:
    *_, last = perform(replace(JOB, algorithm="anything"), hysteresis.ALGORITHM)
    assert isinstance(last, Finished)
    assert last.trace == finished(JOB).trace


def test_nothing_runs_while_the_mains_are_away() -> None:
    cold = replace(SHORT, room_c=5.0, mains_away_h=(6.0, 8.0))
    trace = finished(replace(JOB, scenario=cold)).trace
    away = [one for one in trace.stretches if one.from_s < 8 * HOUR_S and one.until_s > 6 * HOUR_S]
    assert away == []
    before, after = (
        next(sample.beer_c for sample in trace.samples if sample.at_s == hour * HOUR_S) for hour in (6, 8)
    )
    assert after < before - 0.5
    assert any(one.role is Role.HEAT and one.from_s >= 8 * HOUR_S for one in trace.stretches)


def test_control_begins_anew_when_the_mains_are_back() -> None:
    """Nobody knows how long the outputs have been off, so the minimum time off passes first."""
    cold = replace(SHORT, room_c=5.0, mains_away_h=(6.0, 8.0))
    trace = finished(replace(JOB, scenario=cold)).trace
    first_s = min(one.from_s for one in trace.stretches if one.from_s >= 8 * HOUR_S)
    assert 300 <= first_s - 8 * HOUR_S <= 310


def test_a_run_that_the_mains_end_is_no_short_cycle() -> None:
    freezing = replace(SHORT, beer_c=10.0, room_c=5.0, mains_away_h=(0.1, 1.0))
    last = finished(replace(JOB, scenario=freezing))
    cut = [one for one in last.trace.stretches if not one.whole]
    assert cut[0].until_s == 360.0
    assert cut[0].until_s - cut[0].from_s < 180.0
    assert last.report.short_cycles == 0


def test_a_vessel_without_a_cooler_never_cools() -> None:
    warm = replace(SHORT, room_c=30.0, roles=(Role.BEER, Role.CHAMBER, Role.HEAT))
    assert finished(replace(JOB, scenario=warm)).report.starts_per_day == 0.0


@pytest.mark.parametrize("name", ["", "fixed_output", "magic"])
def test_an_unknown_algorithm_is_refused_with_the_names_there_are(name: str) -> None:
    with pytest.raises(NotFound, match=r"choose one of .*hysteresis"):
        algorithm_of(name)


def test_one_that_does_not_look_at_the_temperature_is_not_among_them() -> None:
    assert "fixed_output" not in algorithms_that_hold()
    assert algorithm_of("pid").name == "pid"


def frames(raw: bytes) -> list[Message]:
    stream, messages = BytesIO(raw), []
    while length := stream.read(LENGTH_BYTES):
        messages.append(decode(stream.read(int.from_bytes(length, "big"))))
    return messages


def test_as_a_process_it_answers_job_after_job() -> None:
    answers = BytesIO()
    main(BytesIO(framed(JOB) + framed(replace(JOB, seed=2))), answers)
    told = [one.report.seed for one in frames(answers.getvalue()) if isinstance(one, Finished)]
    assert told == [1, 2]


@given(st.lists(st.floats(0, 1), max_size=5))
def test_what_goes_through_a_pipe_comes_out_of_it(shares: list[float]) -> None:
    assert frames(b"".join(framed(Progress(share)) for share in shares)) == [Progress(one) for one in shares]


@pytest.mark.parametrize("chamber", CHAMBERS)
def test_every_chamber_can_be_run(chamber: str) -> None:
    assert finished(replace(JOB, chamber=chamber)).report.short_cycles == 0
