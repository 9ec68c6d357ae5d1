from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.agent.planning import Workshop, plan
from krausen.control.algorithms import hysteresis
from krausen.control.regulation import GRACE_S
from krausen.model.profile import Profile, Run, Step, StepKind
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.silences import Silence
from krausen.physics.weather import steady
from krausen.profiles.course import setpoint_c, timeline
from krausen.simulation.fast import Course, FastRun, Rhythm
from krausen.simulation.vessel import SimulatedVessel

START_MS = 1_700_000_000_000
FASS = SimulatedVessel(id="fass", name="Fass", chamber="freezer20", agent="pi", climate=steady(18.0))
EVERY_SECOND = Rhythm()
WARM = Setpoint(revision=1, mode=Mode.BEER, value=22.0, at=START_MS)


def course(
    vessel: SimulatedVessel = FASS, wishes: Sequence[Setpoint] = (WARM,), rhythm: Rhythm = EVERY_SECOND
) -> Course:
    outputs = {vessel.series(role): vessel.times(role) for role in (Role.HEAT, Role.COOL)}
    made = plan(Workshop({"hysteresis": hysteresis.ALGORITHM}, outputs), vessel.vessel())
    return Course(vessel=vessel, plan=made, started_ms=START_MS, wishes=tuple(wishes), rhythm=rhythm)


def lived(made: Course, *cuts_s: int) -> list[Reading]:
    readings: list[Reading] = []
    run = FastRun(made, readings.append)
    for cut_s in cuts_s:
        run.run(cut_s)
    return readings


def of(readings: list[Reading], series: SeriesName) -> list[Reading]:
    return [reading for reading in readings if reading.series == series]


@settings(max_examples=40)
@given(
    cuts_s=st.lists(st.integers(0, 400), min_size=1, max_size=6),
    tick_s=st.sampled_from([1, 5, 30]),
    seed=st.integers(0, 99),
)
def test_how_a_run_is_cut_changes_nothing(cuts_s: list[int], tick_s: int, seed: int) -> None:
    made = course(replace(FASS, seed=seed), rhythm=Rhythm(every_s=30, gravity_s=60, tick_s=tick_s))
    assert lived(made, *cuts_s) == lived(made, sum(cuts_s))


def test_readings_come_in_their_rhythm() -> None:
    readings = lived(course(rhythm=Rhythm(every_s=10, gravity_s=60, tick_s=5)), 120)
    for role, every_ms in ((Role.BEER, 10_000), (Role.AMBIENT, 10_000), (Role.GRAVITY, 60_000)):
        times = [reading.t - START_MS for reading in of(readings, FASS.series(role))]
        assert times == list(range(0, 120_000, every_ms))
    own = of(readings, SeriesName("krausen", "fass", "state"))
    assert {(reading.t - START_MS) % 5000 for reading in own} == {2500}


def test_no_series_has_two_readings_of_one_instant() -> None:
    readings = lived(course(), 3600)
    assert len({(reading.series, reading.t) for reading in readings}) == len(readings)


def test_a_wish_holds_from_its_moment_on() -> None:
    cold = replace(WARM, revision=2, value=10.0, at=START_MS + 1_800_000)
    readings = lived(course(wishes=(WARM, cold)), 3600)
    told = of(readings, SeriesName("krausen", "fass", "setpoint_beer"))
    assert {reading.v for reading in told if reading.t < cold.at} == {22.0}
    assert {reading.v for reading in told if reading.t >= cold.at} == {10.0}


def test_a_profile_is_followed_from_its_moment_on() -> None:
    hold = Step(kind=StepKind.HOLD, temperature=20.0, hours=0.25)
    ramp = Step(kind=StepKind.RAMP, temperature=18.0, hours=0.5)
    run = Run(profile=Profile(id="ale", name="Ale", steps=(hold, ramp)), start=START_MS + 600_000)
    along = Setpoint(revision=2, mode=Mode.PROFILE, profile="ale", run=run, at=run.start)
    readings = lived(course(wishes=(WARM, along)), 3600)
    told = of(readings, SeriesName("krausen", "fass", "setpoint_beer"))
    assert {reading.v for reading in told if reading.t < along.at} == {22.0}
    since = [reading for reading in told if reading.t >= along.at]
    assert [reading.v for reading in since] == [setpoint_c(timeline(run), reading.t) for reading in since]
    assert len(since) > 200
    assert of(readings, FASS.series(Role.HEAT))[0].v == 0.0
    assert max(reading.v for reading in of(readings, FASS.series(Role.COOL))) == 1.0


def test_the_level_of_an_output_is_told_of_the_output_and_of_the_vessel() -> None:
    readings = lived(course(), 1800)
    output = [(r.t, r.v) for r in of(readings, FASS.series(Role.HEAT))]
    own = [(r.t, r.v) for r in of(readings, SeriesName("krausen", "fass", "heat"))]
    assert output == own
    assert {v for _, v in own} == {0.0, 1.0}


def test_a_vessel_may_lack_probes_and_outputs() -> None:
    for roles in (
        (Role.BEER, Role.AMBIENT, Role.HEAT, Role.COOL),
        (Role.CHAMBER, Role.HEAT, Role.COOL),
        (Role.BEER, Role.CHAMBER, Role.COOL),
        (Role.BEER, Role.COOL),
    ):
        readings = lived(course(replace(FASS, roles=roles)), 1800)
        nodes = {reading.series.node for reading in readings if reading.series.adapter == "pi"}
        assert nodes == {FASS.device(role) for role in roles}


def test_the_room_is_not_taken_for_the_chamber() -> None:
    """With no probe in beer or chamber nothing runs, whatever the room is like."""
    blind = replace(FASS, roles=(Role.AMBIENT, Role.HEAT, Role.COOL), climate=steady(5.0))
    readings = lived(course(blind), int(2 * GRACE_S))
    assert {reading.v for reading in of(readings, FASS.series(Role.HEAT))} == {0.0}


def test_a_probe_that_falls_silent_leaves_gaps_and_disturbs_nobody() -> None:
    silence = Silence(every_s=1800, shortest_s=120, longest_s=400)
    shy = replace(FASS, silences={Role.BEER: silence, Role.GRAVITY: silence})
    made = course(shy, rhythm=Rhythm(every_s=10, gravity_s=60, tick_s=10))
    readings, rig = lived(made, 7200), FastRun(made, lambda _: None).rig
    for role, every_s in ((Role.BEER, 10), (Role.GRAVITY, 60)):
        due = [at_s for at_s in range(0, 7200, every_s) if not rig.is_silent(role, at_s)]
        assert [(r.t - START_MS) // 1000 for r in of(readings, shy.series(role))] == due
        assert len(due) < 7200 / every_s
    assert len(of(readings, shy.series(Role.CHAMBER))) == 720


def test_a_run_that_goes_on_from_a_snapshot_gives_the_readings_of_the_plant_it_was() -> None:
    whole, half = course(), FastRun(course(), lambda _: None)
    half.run(1800)
    half.rig.advance(1800)
    more: list[Reading] = []
    FastRun(whole, more.append, half.rig.chamber.snapshot()).run(600)
    assert {reading.t - START_MS for reading in of(more, FASS.series(Role.AMBIENT))} == set(
        range(1_800_000, 2_400_000, 5000)
    )
    ambient = of(lived(whole, 2400), FASS.series(Role.AMBIENT))
    assert of(more, FASS.series(Role.AMBIENT)) == ambient[360:]
